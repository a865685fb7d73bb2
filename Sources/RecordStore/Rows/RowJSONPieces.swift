package import Documents
import RecordFilter
package import RowscopeModel

/// Writes rows as pieces of JSON objects, as ``RowJSONWriter`` writes whole ones: between the pieces
/// go parts that are written elsewhere.
package struct RowJSONPieces: Sendable {
  package enum Part: Sendable {
    /// A member of the object from this column of the row.
    case column(Int, RecordField)
    /// A member that is written elsewhere, or else shows the plain column; null without one.
    case gap(RecordField, plain: Int?)
  }

  /// With the bytes before each value, but for the comma: `"title":`.
  private let parts: [(key: [UInt8], part: Part)]
  /// The pieces of one row: for each gap, what stands before it, and its plain value; and the rest.
  package let piecesOfRow: Int

  package init(_ parts: [Part]) {
    var gaps = 0
    self.parts = parts.map { part in
      let name: String
      switch part {
      case .column(_, let field): name = field.name
      case .gap(let field, _):
        name = field.name
        gaps += 1
      }
      var key = ByteBuffer(capacity: 64)
      key.appendJSON(name)
      key.append(UInt8(ascii: ":"))
      return (key.array, part)
    }
    piecesOfRow = 2 * gaps + 1
  }

  /// Appends the pieces of a row, and where each ends.
  ///
  /// - Parameter omitted: the parts that the object does not have. What belongs to the gap of such a
  ///   part is empty.
  package func write(
    _ row: borrowing Row, omitting omitted: [Int], into buffer: inout ByteBuffer,
    _ ends: inout [Int]
  ) {
    var separator = UInt8(ascii: "{")
    for (index, (key, part)) in parts.enumerated() {
      if !omitted.isEmpty, omitted.contains(index) {
        if case .gap = part { ends += [buffer.count, buffer.count] }
        continue
      }
      buffer.append(separator)
      separator = UInt8(ascii: ",")
      buffer.append(key)
      switch part {
      case .column(let column, let field):
        RowJSONWriter.write(row.cells[column], field.presentation, into: &buffer)
      case .gap(let field, let plain):
        ends.append(buffer.count)
        if let plain {
          RowJSONWriter.write(row.cells[plain], field.presentation, into: &buffer)
        } else {
          buffer.append("null")
        }
        ends.append(buffer.count)
      }
    }
    if separator == UInt8(ascii: "{") { buffer.append(separator) }
    buffer.append(UInt8(ascii: "}"))
    ends.append(buffer.count)
  }
}
