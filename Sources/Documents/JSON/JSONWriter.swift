import RowscopeModel

/// Writes compact JSON: no white space, UTF-8 as it is, and only what must be escaped escaped.
///
///     var writer = JSONWriter()
///     writer.beginObject()
///     writer.key("message")
///     writer.string("unknown field")
///     writer.endObject()
///     writer.bytes  // {"message":"unknown field"}
///
/// It places commas and colons; that the calls nest is the caller's part.
package struct JSONWriter: Sendable {
  package private(set) var bytes: [UInt8] = []
  /// Whether what comes next in the same container follows an element.
  private var needsComma = false

  package init() {}

  /// What was written. Invalid UTF-8 cannot be in it.
  package var text: String { String(decoding: bytes, as: UTF8.self) }

  package mutating func beginObject() { open(UInt8(ascii: "{")) }
  package mutating func endObject() { close(UInt8(ascii: "}")) }
  package mutating func beginArray() { open(UInt8(ascii: "[")) }
  package mutating func endArray() { close(UInt8(ascii: "]")) }

  /// The key of the value that is written next.
  package mutating func key(_ key: String) {
    separate()
    bytes.append(jsonString: key)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  package mutating func null() { scalar("null") }
  package mutating func bool(_ value: Bool) { scalar(value ? "true" : "false") }
  package mutating func integer(_ value: Int64) { scalar(String(value)) }

  /// The shortest text that reads back as the same number; `null` for what JSON has no number for (NaN
  /// and the infinities).
  package mutating func real(_ value: Double) {
    scalar(value.isFinite ? String(value) : "null")
  }

  package mutating func string(_ value: String) {
    separate()
    bytes.append(jsonString: value)
    needsComma = true
  }

  /// A whole tree.
  package mutating func node(_ node: JSONNode) {
    switch node.content {
    case .null: null()
    case .bool(let value): bool(value)
    case .integer(let value): integer(value)
    case .real(let value): real(value)
    case .string(let value): string(value)
    case .array(let elements):
      beginArray()
      for element in elements { self.node(element) }
      endArray()
    case .object(let members):
      beginObject()
      for member in members {
        key(member.key.value)
        self.node(member.value)
      }
      endObject()
    }
  }

  private mutating func open(_ bracket: UInt8) {
    separate()
    bytes.append(bracket)
    needsComma = false
  }

  private mutating func close(_ bracket: UInt8) {
    bytes.append(bracket)
    needsComma = true
  }

  private mutating func scalar(_ text: String) {
    separate()
    bytes.append(contentsOf: text.utf8)
    needsComma = true
  }

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
  }
}

extension JSONWriter {
  /// A text as a JSON string, in its quotes.
  package static func string(_ text: String) -> String {
    var writer = JSONWriter()
    writer.string(text)
    return writer.text
  }
}
