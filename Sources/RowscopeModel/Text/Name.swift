/// The name of a table or a field, compared as SQLite compares identifiers: byte by byte, ASCII
/// letters without case. Any string is a legal name.
package struct Name: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
  /// The name as it was written.
  package let string: String
  private let folded: Text

  package init(_ string: String) {
    self.string = string
    // Most names are written in lower case, and then one text is enough.
    folded =
      string.utf8.contains { $0 != $0.asciiLowercased }
      ? Text(bytes: string.utf8.map(\.asciiLowercased)) : Text(string)
  }

  package init(stringLiteral value: String) { self.init(value) }

  package var description: String { string }

  package static func == (left: Name, right: Name) -> Bool { left.folded == right.folded }

  package func hash(into hasher: inout Hasher) { hasher.combine(folded) }
}
