import Documents
import RecordEngine
import RowscopeModel

/// Writes records that are already JSON objects, in one array or one a line, without buffering.
///
/// Where it is told what the user may do with them, or what each does not show, the array is that of
/// an object, `{"items": […], "may": […], "hidden": […]}`, and a line is
/// `{"item": {…}, "may": ["edit"], "hidden": ["phone"]}`.
struct JSONFormatter: ~Copyable {
  private let isArray: Bool
  private var isFirst = true
  private let tellsActs: Bool
  private let tellsHidden: Bool
  /// What the user may do with the records so far, as JSON.
  private var may = ByteBuffer(capacity: 0)
  /// What the records so far do not show, as JSON, and whether that is something.
  private var hidden = ByteBuffer(capacity: 0)
  private var hidesSome = false

  /// - Parameters:
  ///   - tellsActs: whether what the user may do with each record is written as well.
  ///   - tellsHidden: whether what each does not show is.
  init(isArray: Bool, tellsActs: Bool = false, tellsHidden: Bool = false) {
    self.isArray = isArray
    self.tellsActs = tellsActs
    self.tellsHidden = tellsHidden
  }

  @inline(__always)
  mutating func append(
    object: UnsafeBufferPointer<UInt8>, may: [RecordAct]? = nil, hidden: [String]? = nil,
    to out: inout ByteBuffer
  ) {
    if may != nil || hidden != nil { return append(item: object, may, hidden, to: &out) }
    if isArray { out.append(isFirst ? "[\n" : ",\n") }
    isFirst = false
    out.append(object)
    if !isArray { out.append(UInt8(ascii: "\n")) }
  }

  private mutating func append(
    item: UnsafeBufferPointer<UInt8>, _ acts: [RecordAct]?, _ names: [String]?,
    to out: inout ByteBuffer
  ) {
    guard isArray else {
      out.appendJSON(item: item, may: acts, hidden: names)
      out.append(UInt8(ascii: "\n"))
      return
    }
    out.append(isFirst ? "{\"items\":[\n" : ",\n")
    out.append(item)
    if let acts {
      if !isFirst { may.append(UInt8(ascii: ",")) }
      may.appendJSON(acts)
    }
    if let names {
      if !isFirst { hidden.append(UInt8(ascii: ",")) }
      hidden.appendJSON(names)
      hidesSome = hidesSome || !names.isEmpty
    }
    isFirst = false
  }

  func end(_ out: inout ByteBuffer) {
    guard isArray else { return }
    guard tellsActs || tellsHidden else {
      out.append(isFirst ? "[]\n" : "\n]\n")
      return
    }
    out.append(isFirst ? "{\"items\":[" : "\n")
    out.append(UInt8(ascii: "]"))
    if tellsActs {
      out.append(",\n\"may\":[")
      may.withBytes { out.append($0) }
      out.append(UInt8(ascii: "]"))
    }
    if hidesSome {
      out.append(",\n\"hidden\":[")
      hidden.withBytes { out.append($0) }
      out.append(UInt8(ascii: "]"))
    }
    out.append("}\n")
  }
}
