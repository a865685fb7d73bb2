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

  /// With the bytes before each value: `{"id":`, then `,"title":`.
  private let parts: [(key: [UInt8], part: Part)]
  /// The pieces of one row: for each gap, what stands before it, and its plain value; and the rest.
  package let piecesOfRow: Int

  package init(_ parts: [Part]) {
    var gaps = 0
    self.parts = parts.enumerated().map { index, part in
      let name: String
      switch part {
      case .column(_, let field): name = field.name
      case .gap(let field, _):
        name = field.name
        gaps += 1
      }
      var key = ByteBuffer(capacity: 64)
      key.append(index == 0 ? UInt8(ascii: "{") : UInt8(ascii: ","))
      key.appendJSON(name)
      key.append(UInt8(ascii: ":"))
      return (key.array, part)
    }
    piecesOfRow = 2 * gaps + 1
  }

  /// Appends the pieces of a row, and where each ends.
  package func write(
    _ row: borrowing Row, into buffer: inout ByteBuffer, _ ends: inout [Int]
  ) {
    if parts.isEmpty { buffer.append(UInt8(ascii: "{")) }
    for (key, part) in parts {
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
    buffer.append(UInt8(ascii: "}"))
    ends.append(buffer.count)
  }
}
