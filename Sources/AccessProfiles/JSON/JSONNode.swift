/// One value of a JSON document, with the bytes that it was read from.
public struct JSONNode: Sendable {
  public enum Content: Sendable {
    case null
    case bool(Bool)
    /// A number written with digits alone (and perhaps a minus) that fits in 64 bits.
    case integer(Int64)
    /// Every other number; always finite.
    case real(Double)
    case string(String)
    case array([JSONNode])
    /// In the order of the document; no two keys have the same bytes.
    case object([Member])
  }

  /// A key and its value.
  public struct Member: Sendable {
    /// The key without its quotes and escapes; the range includes the quotes.
    public let key: Located<String>
    public let value: JSONNode

    public init(key: Located<String>, value: JSONNode) {
      self.key = key
      self.value = value
    }
  }

  public let content: Content
  /// The bytes of the whole value, with its quotes or brackets.
  public let range: Range<Int>

  public init(_ content: Content, at range: Range<Int>) {
    self.content = content
    self.range = range
  }
}

extension JSONNode {
  public var string: String? {
    if case .string(let string) = content { string } else { nil }
  }

  public var integer: Int64? {
    if case .integer(let integer) = content { integer } else { nil }
  }

  public var elements: [JSONNode]? {
    if case .array(let elements) = content { elements } else { nil }
  }

  public var members: [Member]? {
    if case .object(let members) = content { members } else { nil }
  }

  /// The value of this key, compared byte by byte; nil where there is none or this is not an object.
  /// O(number of members).
  public subscript(key: String) -> JSONNode? {
    members?.first { $0.key.value.hasSameBytes(as: key) }?.value
  }

  /// What a message calls a value of this type: "a list", "a string".
  public var typeDescription: String {
    switch content {
    case .null: "null"
    case .bool(true): "true"
    case .bool(false): "false"
    case .integer, .real: "a number"
    case .string: "a string"
    case .array: "a list"
    case .object: "an object"
    }
  }
}

extension String {
  /// Equality as JSON keys and SQLite know it. `==` would also equate `é` composed and decomposed.
  func hasSameBytes(as other: String) -> Bool {
    utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8)
  }
}
