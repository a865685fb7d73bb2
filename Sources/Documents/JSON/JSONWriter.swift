import RowscopeModel

/// Writes JSON: UTF-8 as it is, and only what must be escaped escaped. Compact, or indented for
/// people.
///
///     var writer = JSONWriter()
///     writer.beginObject()
///     writer.key("message")
///     writer.string("unknown field")
///     writer.endObject()
///     writer.bytes  // {"message":"unknown field"}
///
/// It places commas, colons and line breaks. That the calls nest is up to the caller.
package struct JSONWriter: ~Copyable {
  private var buffer: ByteBuffer
  /// Whether each element stands on a line of its own, two spaces further in than what it is in.
  private let isIndented: Bool
  private var depth = 0
  private var place = Place.outside

  /// What stands before the next token.
  private enum Place {
    case outside, afterOpening, afterKey, afterElement
  }

  package init(isIndented: Bool = false, capacity: Int = 256) {
    buffer = ByteBuffer(capacity: capacity)
    self.isIndented = isIndented
  }

  /// A copy of what was written.
  package var bytes: [UInt8] { buffer.array }

  /// What was written. Invalid UTF-8 cannot be in it.
  package var text: String { buffer.withBytes { String(decoding: $0, as: UTF8.self) } }

  /// A string in its quotes.
  package static func string(_ string: String) -> String {
    var writer = JSONWriter(capacity: string.utf8.count + 2)
    writer.string(string)
    return writer.text
  }

  // MARK: Containers

  package mutating func beginObject() { open(UInt8(ascii: "{")) }
  package mutating func endObject() { close(UInt8(ascii: "}")) }
  package mutating func beginArray() { open(UInt8(ascii: "[")) }
  package mutating func endArray() { close(UInt8(ascii: "]")) }

  /// The key of the value that is written next.
  package mutating func key(_ key: String) {
    element { $0.appendJSON(key) }
    buffer.append(UInt8(ascii: ":"))
    if isIndented { buffer.append(UInt8(ascii: " ")) }
    place = .afterKey
  }

  // MARK: Values

  package mutating func null() { element { $0.append("null") } }
  package mutating func bool(_ value: Bool) { element { $0.append(value ? "true" : "false") } }
  package mutating func integer(_ value: Int64) { element { $0.appendJSON(value) } }
  package mutating func string(_ value: String) { element { $0.appendJSON(value) } }

  /// The shortest text that reads back as the same number; `null` for what JSON has no number for
  /// (NaN and the infinities).
  package mutating func real(_ value: Double) {
    if value.isFinite { element { $0.appendJSON(value) } } else { null() }
  }

  /// A value that `write` appends.
  @inline(__always)
  package mutating func element(_ write: (inout ByteBuffer) -> Void) {
    separate()
    write(&buffer)
    place = .afterElement
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

  // MARK: What stands between

  private mutating func open(_ bracket: UInt8) {
    separate()
    buffer.append(bracket)
    depth += 1
    place = .afterOpening
  }

  private mutating func close(_ bracket: UInt8) {
    depth -= 1
    switch place {
    case .afterElement: breakLine()
    case .outside, .afterOpening, .afterKey: break
    }
    buffer.append(bracket)
    place = .afterElement
  }

  private mutating func separate() {
    switch place {
    case .outside, .afterKey: return
    case .afterOpening: break
    case .afterElement:
      // Outside of all containers there is one value only.
      if depth > 0 { buffer.append(UInt8(ascii: ",")) }
    }
    breakLine()
  }

  private mutating func breakLine() {
    guard isIndented else { return }
    buffer.append(UInt8(ascii: "\n"))
    for _ in 0..<depth { buffer.append("  ") }
  }
}
