/// One problem in a document: what is wrong, where, and a hint.
package struct Diagnostic: Error, Hashable {
  package enum Severity: String, Sendable, Hashable {
    case error, warning
  }

  /// A stable name for programs, such as `duplicate_key`. Each module adds its own.
  package struct Code: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
    package init(_ rawValue: String) { self.rawValue = rawValue }
    package var description: String { rawValue }
  }

  package let severity: Severity
  package let code: Code
  /// One line without a full stop.
  package let message: String
  /// How to fix it, if known.
  package let hint: String?
  /// Byte offsets in the document; empty where something is missing.
  package let range: Range<Int>

  package init(
    _ code: Code, _ message: String, hint: String? = nil, severity: Severity = .error,
    at range: Range<Int>
  ) {
    self.severity = severity
    self.code = code
    self.message = message
    self.hint = hint
    self.range = range
  }
}
