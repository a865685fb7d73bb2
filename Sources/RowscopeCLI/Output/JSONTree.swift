import Documents
import RowscopeModel

/// A JSON document built in memory before it is written.
indirect enum JSONTree: Sendable {
  case null
  case flag(Bool)
  case integer(Int)
  case string(String)
  case value(Value)
  case array([JSONTree])
  /// Members in order.
  case object([(String, JSONTree)])

  static func strings(_ strings: [String]) -> JSONTree { .array(strings.map(JSONTree.string)) }

  static func optional(_ string: String?) -> JSONTree { string.map(JSONTree.string) ?? .null }

  static func optional(integer: Int?) -> JSONTree { integer.map(JSONTree.integer) ?? .null }

  /// Indented by two spaces, with a final line feed.
  var text: String { text(isIndented: true) }

  /// On one line, with a final line feed.
  var line: String { text(isIndented: false) }

  private func text(isIndented: Bool) -> String {
    var writer = JSONWriter(isIndented: isIndented)
    write(to: &writer)
    return writer.text + "\n"
  }

  private func write(to writer: inout JSONWriter) {
    switch self {
    case .null: writer.null()
    case .flag(let flag): writer.bool(flag)
    case .integer(let integer): writer.integer(Int64(integer))
    case .string(let string): writer.string(string)
    case .value(let value): Self.write(value, to: &writer)
    case .array(let items):
      writer.beginArray()
      for item in items { item.write(to: &writer) }
      writer.endArray()
    case .object(let members):
      writer.beginObject()
      for (name, item) in members {
        writer.key(name)
        item.write(to: &writer)
      }
      writer.endObject()
    }
  }

  /// Malformed text is repaired (U+FFFD), as JSON is UTF-8; a blob is text in hexadecimal digits,
  /// `x'00ff'`.
  private static func write(_ value: Value, to writer: inout JSONWriter) {
    switch value {
    case .null: writer.null()
    case .integer(let integer): writer.integer(integer)
    case .real(let real): writer.element { $0.appendJSON(real) }
    case .text(let text): text.withBytes { bytes in writer.element { $0.appendJSON(text: bytes) } }
    case .blob(let bytes): writer.string(TextCell.hexadecimal(bytes))
    }
  }
}
