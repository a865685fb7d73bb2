import RowscopeModel

/// A JSON document built in memory before it is written.
indirect enum JSONTree {
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
  var text: String {
    var out: [UInt8] = []
    append(to: &out, margin: "\n")
    return String(decoding: out, as: UTF8.self) + "\n"
  }

  /// On one line, with a final line feed.
  var line: String {
    var out: [UInt8] = []
    append(to: &out, margin: nil)
    return String(decoding: out, as: UTF8.self) + "\n"
  }

  /// - Parameter margin: a line feed and the indentation; nil for a single line.
  private func append(to out: inout [UInt8], margin: String?) {
    let inner = margin.map { $0 + "  " }
    let (begin, end) = (inner ?? "", margin ?? "")
    switch self {
    case .null: out += Array("null".utf8)
    case .flag(let flag): out += Array(String(flag).utf8)
    case .integer(let integer): out += Array(String(integer).utf8)
    case .string(let string): JSONText.append(string, to: &out)
    case .value(let value): JSONText.append(TextCell(value), to: &out)
    case .array(let items):
      out.append(UInt8(ascii: "["))
      for (index, item) in items.enumerated() {
        out += Array(((index > 0 ? "," : "") + begin).utf8)
        item.append(to: &out, margin: inner)
      }
      out += Array(((items.isEmpty ? "" : end) + "]").utf8)
    case .object(let members):
      out.append(UInt8(ascii: "{"))
      for (index, (name, item)) in members.enumerated() {
        out += Array(((index > 0 ? "," : "") + begin).utf8)
        JSONText.append(name, to: &out)
        out += Array((margin == nil ? ":" : ": ").utf8)
        item.append(to: &out, margin: inner)
      }
      out += Array(((members.isEmpty ? "" : end) + "}").utf8)
    }
  }
}
