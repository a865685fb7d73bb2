import Documents
import RecordEngine
import RowscopeModel

/// Writes records that are already JSON objects, in one array or one a line, without buffering.
///
/// Where it is told what the user may do with them, the array is that of an object,
/// `{"items": […], "may": […]}`, and a line is `{"item": {…}, "may": ["edit"]}`.
struct JSONFormatter: ~Copyable {
  private let isArray: Bool
  private var isFirst = true
  private let tellsActs: Bool
  /// What the user may do with the records so far, as JSON.
  private var may = ByteBuffer(capacity: 0)

  init(isArray: Bool, tellsActs: Bool = false) {
    self.isArray = isArray
    self.tellsActs = tellsActs
  }

  @inline(__always)
  mutating func append(
    object: UnsafeBufferPointer<UInt8>, may: [RecordAct]? = nil, to out: inout ByteBuffer
  ) {
    if let may { return append(item: object, may, to: &out) }
    if isArray { out.append(isFirst ? "[\n" : ",\n") }
    isFirst = false
    out.append(object)
    if !isArray { out.append(UInt8(ascii: "\n")) }
  }

  private mutating func append(
    item: UnsafeBufferPointer<UInt8>, _ acts: [RecordAct], to out: inout ByteBuffer
  ) {
    guard isArray else {
      out.appendJSON(item: item, may: acts)
      out.append(UInt8(ascii: "\n"))
      return
    }
    out.append(isFirst ? "{\"items\":[\n" : ",\n")
    out.append(item)
    if !isFirst { may.append(UInt8(ascii: ",")) }
    may.appendJSON(acts)
    isFirst = false
  }

  func end(_ out: inout ByteBuffer) {
    guard isArray else { return }
    guard tellsActs else {
      out.append(isFirst ? "[]\n" : "\n]\n")
      return
    }
    out.append(isFirst ? "{\"items\":[" : "\n")
    out.append("],\n\"may\":[")
    may.withBytes { out.append($0) }
    out.append("]}\n")
  }
}
