package import RowscopeModel

/// One value of a JSON document, with the bytes that it was read from.
package struct JSONNode: Sendable {
  package enum Content: Sendable {
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
  package struct Member: Sendable {
    /// The key without its quotes and escapes; the range includes the quotes.
    package let key: Located<String>
    package let value: JSONNode

    package init(key: Located<String>, value: JSONNode) {
      self.key = key
      self.value = value
    }
  }

  package let content: Content
  /// The bytes of the whole value, with its quotes or brackets.
  package let range: Range<Int>

  package init(_ content: Content, at range: Range<Int>) {
    self.content = content
    self.range = range
  }
}

extension JSONNode {
  package var string: String? {
    if case .string(let string) = content { string } else { nil }
  }

  package var integer: Int64? {
    if case .integer(let integer) = content { integer } else { nil }
  }

  package var elements: [JSONNode]? {
    if case .array(let elements) = content { elements } else { nil }
  }

  package var members: [Member]? {
    if case .object(let members) = content { members } else { nil }
  }

  /// The value of this key, compared byte by byte; nil where there is none or this is not an
  /// object. O(number of members).
  package subscript(key: String) -> JSONNode? {
    members?.first { $0.key.value.hasSameBytes(as: key) }?.value
  }

  /// What a message calls a value of this type: "a list", "a string".
  package var typeDescription: String {
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
