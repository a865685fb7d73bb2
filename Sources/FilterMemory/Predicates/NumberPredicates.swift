/// Whether an integer (or the code of a text) lies in one of a few ranges.
struct IntegerPredicate: BlockPredicate {
  let values: IntegerStorage
  let summary: BlockSummary
  /// Within the column's own range, so that no value that stands for null lies in them.
  let ranges: [ClosedRange<Int64>]
  let isComplement: Bool

  var cost: Int { 1 + ranges.count }

  func narrow(_ bitmap: Bitmap, _ block: Block) {
    switch summary.verdict(block.index, ranges) {
    case .all: if isComplement { bitmap.clear() }
    case .none: if !isComplement { bitmap.clear() }
    case .some: values.narrow(bitmap, block, ranges: ranges, flip: isComplement ? .max : 0)
    }
  }
}

/// Whether an integer has a mark of its own in a table.
struct LookupPredicate: BlockPredicate {
  let values: IntegerStorage
  /// With a place for whatever is stored, null among it.
  let table: Vector<UInt8>
  /// The integer that the table begins with.
  let origin: Int64
  let isComplement: Bool

  var cost: Int { 6 }

  func narrow(_ bitmap: Bitmap, _ block: Block) {
    values.narrow(bitmap, block, table: table, origin: origin, flip: isComplement ? .max : 0)
  }
}

/// Whether an integer lies in one of many ranges that are far apart.
struct SparsePredicate: BlockPredicate {
  let values: IntegerStorage
  let null: Int64?
  /// In order.
  let ranges: [ClosedRange<Int64>]
  let isComplement: Bool

  var cost: Int { 30 }

  func narrow(_ bitmap: Bitmap, _ block: Block) {
    bitmap.keep { index in
      let value = values[block.start + index]
      return (value != null && Self.contains(value, ranges)) != isComplement
    }
  }

  /// By halves.
  static func contains(_ value: Int64, _ ranges: [ClosedRange<Int64>]) -> Bool {
    var (low, high) = (0, ranges.count)
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound < value { low = middle + 1 } else { high = middle }
    }
    return low < ranges.count && ranges[low].contains(value)
  }
}

/// Whether an integer (or a code) is the one that stands for null.
struct IntegerNullPredicate: BlockPredicate {
  let values: IntegerStorage
  let null: Int64
  let isComplement: Bool

  var cost: Int { 2 }

  func narrow(_ bitmap: Bitmap, _ block: Block) {
    values.narrow(bitmap, block, ranges: [null...null], flip: isComplement ? .max : 0)
  }
}

/// Whether a real lies in one of some ranges.
struct RealPredicate: BlockPredicate {
  let values: Vector<Double>
  let ranges: [ClosedRange<Double>]
  let isComplement: Bool

  var cost: Int { 3 + ranges.count }

  func narrow(_ bitmap: Bitmap, _ block: Block) {
    let values = values.base + block.start
    if ranges.count == 1 {
      RangeKernels.narrow(
        values, bitmap, from: ranges[0].lowerBound, to: ranges[0].upperBound,
        flip: isComplement ? .max : 0)
    } else {
      bitmap.keep { Self.contains(values[$0], ranges) != isComplement }
    }
  }

  /// By halves: the ranges are in order.
  static func contains(_ value: Double, _ ranges: [ClosedRange<Double>]) -> Bool {
    var (low, high) = (0, ranges.count)
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound < value { low = middle + 1 } else { high = middle }
    }
    return low < ranges.count && ranges[low].contains(value)
  }
}

/// Whether a real is null, which is NaN.
struct RealNullPredicate: BlockPredicate {
  let values: Vector<Double>
  let isComplement: Bool

  var cost: Int { 2 }

  func narrow(_ bitmap: Bitmap, _ block: Block) {
    // Every number lies in the range, and NaN in none.
    RangeKernels.narrow(
      values.base + block.start, bitmap, from: -.infinity, to: .infinity,
      flip: isComplement ? 0 : .max)
  }
}
