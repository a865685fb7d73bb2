import Documents
import RecordEngine
import RowscopeModel

/// Writes records that are already JSON objects, in one array or one a line, without buffering.
///
/// Where something is said beside the records, the array is that of an object,
/// `{"items": […], "may": […], "readonly": […], "hidden": […]}`, and a line is
/// `{"item": {…}, "may": ["edit"], "hidden": ["phone"]}`.
struct JSONFormatter: ~Copyable {
  private let isArray: Bool
  private var isFirst = true
  private let hasNotes: Bool
  /// What is said beside the records so far.
  private var notes: [RecordNotes] = []

  /// - Parameter hasNotes: whether something is said beside each record.
  init(isArray: Bool, hasNotes: Bool = false) {
    self.isArray = isArray
    self.hasNotes = hasNotes
  }

  @inline(__always)
  mutating func append(
    object: UnsafeBufferPointer<UInt8>, _ notes: RecordNotes = RecordNotes(),
    to out: inout ByteBuffer
  ) {
    if hasNotes { return append(item: object, notes, to: &out) }
    if isArray { out.append(isFirst ? "[\n" : ",\n") }
    isFirst = false
    out.append(object)
    if !isArray { out.append(UInt8(ascii: "\n")) }
  }

  private mutating func append(
    item: UnsafeBufferPointer<UInt8>, _ notes: RecordNotes, to out: inout ByteBuffer
  ) {
    guard isArray else {
      out.appendJSON(item: item, notes)
      out.append(UInt8(ascii: "\n"))
      return
    }
    out.append(isFirst ? "{\"items\":[\n" : ",\n")
    out.append(item)
    self.notes.append(notes)
    isFirst = false
  }

  func end(_ out: inout ByteBuffer, tellsActs: Bool) {
    guard isArray else { return }
    guard hasNotes else {
      out.append(isFirst ? "[]\n" : "\n]\n")
      return
    }
    out.append(isFirst ? "{\"items\":[]" : "\n]")
    if tellsActs {
      out.append(",\n\"may\":[")
      for (index, notes) in notes.enumerated() {
        if index > 0 { out.append(UInt8(ascii: ",")) }
        out.appendJSON(notes.may ?? [])
      }
      out.append(UInt8(ascii: "]"))
    }
    let readonly = notes.compactMap(\.readonly)
    if readonly.contains(where: { $0 != readonly.first }) {
      out.append(",\n\"readonly\":")
      out.appendJSON(readonly)
    }
    let hidden = notes.compactMap(\.hidden)
    if hidden.contains(where: { !$0.isEmpty }) {
      out.append(",\n\"hidden\":")
      out.appendJSON(hidden)
    }
    out.append("}\n")
  }
}
