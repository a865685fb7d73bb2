package import RecordFilter

extension JSONWriter {
  /// Writes an object from values that were copied out of a row, as ``write(_:into:)`` does from the row itself.
  ///
  /// - Precondition: there are at least as many values as the writer has columns.
  package func write(_ values: [Value], into buffer: inout ByteBuffer) {
    precondition(values.count >= keyEnds.count, "there are fewer values than are to be written")
    if keyEnds.isEmpty { buffer.append(UInt8(ascii: "{")) }
    var keyStart = 0
    for (column, keyEnd) in keyEnds.enumerated() {
      buffer.append(Array(keys[keyStart..<keyEnd]))
      keyStart = keyEnd
      switch (encodings[column], values[column]) {
      case (_, .null): buffer.append("null")
      case (.plain, .integer(let integer)): buffer.appendJSON(integer)
      case (.plain, .real(let real)): buffer.appendJSON(real)
      case (.plain, .text(let text)): text.withBytes { buffer.appendJSON(text: $0) }
      case (.plain, .blob(let bytes)): bytes.withUnsafeBufferPointer { buffer.appendJSON(blob: $0) }
      case (.members, .text(let text)): text.withBytes { write(membersOf: $0, into: &buffer) }
      case (.members, .integer), (.members, .real), (.members, .blob): buffer.append("[]")
      }
    }
    buffer.append(UInt8(ascii: "}"))
  }
}
