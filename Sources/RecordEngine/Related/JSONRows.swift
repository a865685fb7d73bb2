import Documents
import RecordFilter
import RecordStore
import RowscopeModel

/// Rows kept as JSON, written straight from their cells, in pieces between which the related
/// records go.
final class JSONRows: RowContent {
  private let writer: RowJSONPieces
  private var bytes = ByteBuffer()
  private var ends: [Int] = []

  init(_ layout: AnswerLayout) {
    writer = RowJSONPieces(
      zip(layout.slots, layout.shape.fields).map { slot, field in
        switch slot {
        case .column(let column): .column(column, field)
        case .related(let index): .gap(field, plain: layout.related[index].plainKey)
        }
      })
  }

  func append(_ row: borrowing Row, omitting hidden: [Int]) {
    writer.write(row, omitting: hidden, into: &bytes, &ends)
  }

  /// Appends a piece of a row.
  func append(_ piece: Int, of row: Int, to buffer: inout ByteBuffer) {
    let index = row * writer.piecesOfRow + piece
    let start = index == 0 ? 0 : ends[index - 1]
    bytes.withBytes { buffer.append(UnsafeBufferPointer(rebasing: $0[start..<ends[index]])) }
  }
}

extension LevelRows<JSONRows> {
  /// Writes a row as an object, with the related ones in it.
  func write(_ row: Int, into buffer: inout ByteBuffer) {
    // For each related record there are two pieces: what stands before it, and what stands for it
    // where there is none.
    let hidden = hiddenSlots(of: row)
    for (index, level) in layout.related.enumerated() {
      content.append(2 * index, of: row, to: &buffer)
      if !hidden.isEmpty, hidden.contains(layout.slotsOfRelated[index]) { continue }
      let rows = related[index]
      let (group, hasMore) = rows.rows(of: keys[index].numbersOfRow[row])
      if level.size != nil {
        buffer.append("{\"items\":[")
        for (position, far) in group.enumerated() {
          if position > 0 { buffer.append(UInt8(ascii: ",")) }
          rows.rows.write(far, into: &buffer)
        }
        buffer.append("]")
        let names = rows.rows.layout.mayHide ? group.compactMap(rows.rows.hiddenNames) : []
        if names.contains(where: { !$0.isEmpty }) {
          buffer.append(",\"hidden\":")
          buffer.appendJSON(names)
        }
        buffer.append(hasMore ? ",\"has_more\":true}" : ",\"has_more\":false}")
      } else if let far = group.first {
        rows.rows.write(far, into: &buffer)
      } else {
        content.append(2 * index + 1, of: row, to: &buffer)
      }
    }
    content.append(2 * layout.related.count, of: row, to: &buffer)
  }
}
