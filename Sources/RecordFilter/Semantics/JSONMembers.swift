package import RowscopeModel

/// The members of a many-valued field that is stored as a JSON array.
///
/// A text has members where it is an array as RFC 8259 has it (and `json_valid` of SQLite sees it) without a NUL in it:
/// its numbers, its texts, and `true` and `false` as 1 and 0. Arrays and objects within it are no members, nor is
/// `null`, though all of them count for its length.
///
/// As in SQLite 3.40, an array within 2,000 others is no JSON, and a member text ends at an escaped NUL, unless another
/// version's ways are adopted, see ``SQLiteDialect``.
package struct JSONMembers {
  /// One element of the array.
  package enum Element {
    case integer(Int64), real(Double)
    case text(UnsafeBufferPointer<UInt8>)
    /// An array, an object or null.
    case other
  }

  /// How many elements the array has; nil where the text is no JSON array.
  ///
  /// Complexity: linear in the text; allocates only for texts with escapes.
  package static func count(in text: UnsafeBufferPointer<UInt8>) -> Int? {
    var count = 0
    return forEach(in: text) { _ in count += 1 } ? count : nil
  }

  /// Calls `body` with each element in turn, and returns whether the whole text is a JSON array. Elements are handed over
  /// before the end has been seen: where the result is false, what was seen counts for nothing.
  package static func forEach(
    in text: UnsafeBufferPointer<UInt8>, _ body: (Element) -> Void
  ) -> Bool {
    var parser = JSONArrayParser(text: text)
    return parser.parse(body)
  }

  /// Whether one of the array's members equals one of these values, byte by byte and without any conversion but between
  /// integers and reals.
  package static func contain(_ values: [Value], in text: UnsafeBufferPointer<UInt8>) -> Bool {
    var isFound = false
    let isArray = forEach(in: text) { element in
      if !isFound { isFound = values.contains { element.equals($0) } }
    }
    return isArray && isFound
  }
}

extension JSONMembers.Element {
  func equals(_ value: Value) -> Bool {
    switch (self, value) {
    case (.integer(let member), .integer(let value)): member == value
    case (.integer(let member), .real(let value)): Comparison.order(member, value) == 0
    case (.real(let member), .integer(let value)): Comparison.order(value, member) == 0
    case (.real(let member), .real(let value)): member == value
    case (.text(let member), .text(let value)):
      value.withBytes { $0.count == member.count && $0.elementsEqual(member) }
    default: false
    }
  }
}
