/// Records as JSON objects: one array, or one object a line. Written as they come; nothing is held.
///
/// An object may come ready made, as the library writes it, or as cells.
struct JSONFormatter: RowFormatter {
  private let isArray: Bool
  /// `"name":` of each column.
  private let keys: [[UInt8]]
  private var isFirst = true

  init(columns: [String], isArray: Bool) {
    self.isArray = isArray
    keys = columns.map { Array((JSONText.string($0) + ":").utf8) }
  }

  mutating func append(object: some Sequence<UInt8>, to out: inout [UInt8]) {
    separate(&out)
    out.append(contentsOf: object)
    if !isArray { out.append(UInt8(ascii: "\n")) }
  }

  mutating func append(_ row: [Cell], to out: inout [UInt8]) {
    separate(&out)
    var separator = UInt8(ascii: "{")
    for (key, cell) in zip(keys, row) {
      out.append(separator)
      separator = UInt8(ascii: ",")
      out.append(contentsOf: key)
      JSONText.append(cell, to: &out)
    }
    if keys.isEmpty { out.append(UInt8(ascii: "{")) }
    out.append(UInt8(ascii: "}"))
    if !isArray { out.append(UInt8(ascii: "\n")) }
  }

  func end(_ out: inout [UInt8]) {
    if isArray { out.append(contentsOf: (isFirst ? "[]\n" : "\n]\n").utf8) }
  }

  private mutating func separate(_ out: inout [UInt8]) {
    if isArray { out.append(contentsOf: (isFirst ? "[\n" : ",\n").utf8) }
    isFirst = false
  }
}
