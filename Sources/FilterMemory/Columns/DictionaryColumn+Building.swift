import RecordFilter
import RowscopeModel

extension DictionaryColumn {
  /// - Parameters:
  ///   - unordered: the distinct texts.
  ///   - numbers: the number of each row's text plus one; 0 for null.
  init(
    _ unordered: ByteArena, codes numbers: PackedIntegers, rowCount: Int, hasNulls: Bool,
    collation: Collation
  ) {
    let (texts, codes) = Self.ordered(unordered, by: collation)
    self.texts = texts
    self.hasNulls = hasNulls
    var entries: [BlockSummary.Entry] = []
    self.codes = IntegerStorage(count: rowCount, range: 0...Int64(texts.count)) { block, values in
      numbers.unpack(block, to: values)
      var (least, greatest, nulls) = (Int64.max, Int64.min, false)
      for index in 0..<block.count {
        let code = codes.base[Int(values[index])]
        values[index] = code
        nulls = nulls || code == 0
        // Nulls are ignored.
        least = min(least, code &- 1 < 0 ? .max : code)
        greatest = max(greatest, code)
      }
      entries.append(
        BlockSummary.Entry(greatest > 0 ? least...greatest : nil, hasNull: nulls))
    }
    summary = BlockSummary(entries: Vector(entries))
    ranks = Self.ranks(of: texts, collation: collation)
  }

  /// The texts sorted by their collation, and the code of each by its old number plus one.
  private static func ordered(
    _ unordered: ByteArena, by collation: Collation
  ) -> (ByteArena, codes: Vector<Int64>) {
    let count = unordered.count
    // Sort by the first eight bytes under the collation, where most texts already differ.
    var order = (0..<count).map { (prefix: collation.prefix(of: unordered[$0]), index: $0) }
    order.sort { left, right in
      if left.prefix != right.prefix { return left.prefix < right.prefix }
      let (one, other) = (unordered[left.index], unordered[right.index])
      let order = Comparison.order(one, other, collation: collation)
      return order != 0 ? order < 0 : Comparison.order(one, other, collation: .binary) < 0
    }
    var sorted = ByteArenaBuilder()
    let codes = Vector<Int64>(count: count + 1) { codes in
      codes.initializeElement(at: 0, to: 0)
      for (place, entry) in order.enumerated() {
        _ = sorted.append(unordered[entry.index])
        codes.initializeElement(at: entry.index + 1, to: Int64(place + 1))
      }
    }
    return (sorted.finish(), codes)
  }

  static func ranks(of texts: ByteArena, collation: Collation) -> Vector<UInt32>? {
    guard collation != .binary, texts.count > 1 else { return nil }
    var rank: UInt32 = 1
    var hasEquals = false
    let ranks = Vector<UInt32>(count: texts.count + 1) { ranks in
      ranks.initializeElement(at: 0, to: 0)
      for index in 0..<texts.count {
        if index > 0 {
          if Comparison.order(texts[index - 1], texts[index], collation: collation) == 0 {
            hasEquals = true
          } else {
            rank += 1
          }
        }
        ranks.initializeElement(at: index + 1, to: rank)
      }
    }
    return hasEquals ? ranks : nil
  }
}

extension Collation {
  /// The first eight bytes of a text as a number whose order never contradicts the collation's.
  func prefix(of text: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var prefix: UInt64 = 0
    var end = text.count
    if self == .rtrim { while end > 0, text[end - 1] == 0x20 { end -= 1 } }
    for index in 0..<min(8, end) {
      let byte = self == .nocase ? text[index].asciiLowercased : text[index]
      // What follows a NUL does not count.
      if self == .nocase, byte == 0 { break }
      prefix |= UInt64(byte) << UInt64(56 - 8 * index)
    }
    return prefix
  }
}
