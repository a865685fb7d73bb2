/// One problem of a document: what is wrong, where, and what would be right.
public struct Diagnostic: Error, Hashable {
  public enum Severity: String, Sendable, Hashable {
    case error, warning
  }

  /// A stable name for programs, as `duplicate_key`. Each part of the package adds its own.
  public struct Code: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public init(_ rawValue: String) { self.rawValue = rawValue }
    public var description: String { rawValue }
  }

  public let severity: Severity
  public let code: Code
  /// One line without a full stop.
  public let message: String
  /// What would be right, where that is known.
  public let hint: String?
  /// Byte offsets into the document; empty at a place where something is missing.
  public let range: Range<Int>

  public init(
    _ code: Code, _ message: String, hint: String? = nil, severity: Severity = .error,
    at range: Range<Int>
  ) {
    self.severity = severity
    self.code = code
    self.message = message
    self.hint = hint
    self.range = range
  }

  /// A name from a document in double quotes, for a message: cut after 60 characters, what cannot be
  /// printed replaced.
  public static func quoted(_ name: String) -> String {
    let limit = 60
    let head = name.unicodeScalars.prefix(limit)
    let isWhole = head.endIndex == name.unicodeScalars.endIndex
    return "\"\(Printable.text(String(head)))\(isWhole ? "" : "…")\""
  }
}
