extension ColumnBuilder {
  /// The finished column. Nothing may be appended afterwards.
  ///
  /// - Parameter count: the number of cells in the current block.
  /// - Returns: nil if the column is full.
  mutating func finish(_ count: Int) -> Column? {
    if count > 0 { endBlock(count) }
    chooseForm()
    guard !isFull else { return nil }
    switch form {
    case .nulls: return .nulls(count: rowCount)
    case .integers(let integers): return finished(integers)
    case .reals(let reals):
      return .reals(
        RealColumn(
          values: unpacked(reals) { Double(bitPattern: UInt64(bitPattern: $0)) },
          hasNulls: validity.hasNulls))
    case .dictionary(let codes):
      return .dictionary(
        DictionaryColumn(
          finishStrings(), codes: codes, rowCount: rowCount, hasNulls: validity.hasNulls,
          collation: collation))
    case .text: return .text(finishedStrings())
    case .blobs: return .blobs(finishedStrings())
    case .mixed(let tags, let payloads):
      return .mixed(
        MixedColumn(
          tags: unpacked(tags) { UInt8(truncatingIfNeeded: $0) },
          payloads: unpacked(payloads) { $0 }, arena: finishStrings()))
    }
  }

  private mutating func finishStrings() -> ByteArena {
    var strings = ByteArenaBuilder()
    swap(&strings, &dictionary.strings)
    return strings.finish()
  }

  @inline(__always)
  private func unpacked<Element: BitwiseCopyable & Sendable>(
    _ integers: PackedIntegers, _ element: (Int64) -> Element
  ) -> Vector<Element> {
    Vector(count: rowCount) { elements in
      for index in 0..<Block.count(forRows: rowCount) {
        let block = Block(index, rowCount: rowCount)
        integers.unpack(block, to: buffer.payloads)
        for place in 0..<block.count {
          elements[block.start + place] = element(buffer.payloads[place])
        }
      }
    }
  }

  private mutating func finishedStrings() -> BytesColumn {
    BytesColumn(
      arena: finishStrings(), validity: validity.hasNulls ? Vector(validity.words) : nil)
  }

  private mutating func finished(_ integers: PackedIntegers) -> Column {
    let summary = BlockSummary(entries: Vector(summary))
    let range = summary.range
    guard validity.hasNulls else {
      var last: Int64?
      var ascends = true
      let values = IntegerStorage(count: rowCount, range: range) { block, values in
        integers.unpack(block, to: values)
        guard ascends, block.count > 0 else { return }
        ascends = last.map { $0 < values[0] } ?? true
        for index in 1..<max(1, block.count) where values[index - 1] >= values[index] {
          ascends = false
          break
        }
        last = values[block.count - 1]
      }
      return .integers(
        IntegerColumn(
          values: values, range: range, null: nil, summary: summary, ascends: ascends))
    }
    guard let wider = range.withNull else {
      convert(to: .mixed(tags: PackedIntegers(), payloads: PackedIntegers()))
      return finish(0) ?? .nulls(count: rowCount)
    }
    let null = wider.upperBound > range.upperBound ? wider.upperBound : wider.lowerBound
    let values = IntegerStorage(count: rowCount, range: wider) { block, values in
      integers.unpack(block, to: values)
      for index in 0..<block.count where validity.isNull(block.start + index) {
        values[index] = null
      }
    }
    return .integers(
      IntegerColumn(values: values, range: range, null: null, summary: summary, ascends: false))
  }

  /// The size of the column if it were finished now, without the current block.
  var byteCount: Int {
    let blocks = Block.count(forRows: rowCount) * MemoryLayout<BlockSummary.Entry>.stride
    switch form {
    case .nulls: return 0
    case .integers:
      let range = summary.range
      let stored = validity.hasNulls ? range.withNull ?? range : range
      return rowCount * stored.width + blocks
    case .reals: return rowCount * 8
    case .dictionary:
      return rowCount * (0...Int64(dictionary.count)).width + dictionary.strings.byteCount + blocks
    case .text, .blobs: return dictionary.strings.byteCount + validity.words.count * 8
    case .mixed: return rowCount * 9 + dictionary.strings.byteCount
    }
  }
}

extension ClosedRange<Int64> {
  /// The size in bytes of the narrowest type that holds the range.
  fileprivate var width: Int {
    func fits<T: FixedWidthInteger>(_ type: T.Type) -> Bool {
      T(exactly: lowerBound) != nil && T(exactly: upperBound) != nil
    }
    if fits(UInt8.self) || fits(Int8.self) { return 1 }
    if fits(UInt16.self) || fits(Int16.self) { return 2 }
    return fits(UInt32.self) || fits(Int32.self) ? 4 : 8
  }

  /// The range extended by a value for null, on the cheaper side; nil if no value is left.
  fileprivate var withNull: ClosedRange<Int64>? {
    let above = upperBound < .max ? lowerBound...(upperBound + 1) : nil
    let below = lowerBound > .min ? (lowerBound - 1)...upperBound : nil
    return [above, below].compactMap { $0 }.min { $0.width < $1.width }
  }
}

extension Sequence<BlockSummary.Entry> {
  /// The range over all blocks; zero if there is no number.
  fileprivate var range: ClosedRange<Int64> {
    var (least, greatest) = (Int64.max, Int64.min)
    for entry in self where entry.hasNumber {
      least = Swift.min(least, entry.least)
      greatest = Swift.max(greatest, entry.greatest)
    }
    return least <= greatest ? least...greatest : 0...0
  }
}

extension BlockSummary {
  fileprivate var range: ClosedRange<Int64> {
    UnsafeBufferPointer(start: entries.base, count: entries.count).range
  }
}
