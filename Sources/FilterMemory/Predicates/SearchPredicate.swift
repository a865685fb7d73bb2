import RecordFilter
import RowscopeModel

/// Whether a text contains another.
struct SearchPredicate: BlockPredicate {
  let column: BytesColumn
  let search: ByteSearch
  let isComplement: Bool

  var cost: Int { search.ignoresCase ? 100 : 60 }

  func narrow(_ bitmap: Bitmap, _ block: Block) {
    let arena = column.arena
    if bitmap.count < block.count / 2 {
      column.narrow(bitmap, block, isComplement: isComplement) { text in
        guard let base = text.baseAddress else { return false }
        return search.first(in: base, from: 0, to: text.count) != nil
      }
      return
    }
    // Searches the whole block as one text and ignores matches across the end of a row.
    Bitmap.withWords { words in
      let found = Bitmap(words, block)
      found.clear()
      let starts = arena.starts.base + block.start
      let end = Int(starts[block.count])
      var position = Int(starts[0])
      var row = 0
      while let hit = search.first(in: arena.bytes.base, from: position, to: end) {
        while Int(starts[row + 1]) <= hit { row += 1 }
        let rowEnd = Int(starts[row + 1])
        if hit + search.count <= rowEnd {
          found.mark(row)
          position = rowEnd
        } else {
          position = hit + 1
        }
      }
      bitmap.narrow(by: found.words, flip: isComplement ? .max : 0)
    }
  }
}
