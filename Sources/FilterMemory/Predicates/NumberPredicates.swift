/// Whether an integer (or a dictionary code) lies in one of a few ranges.
struct IntegerPredicate: BlockPredicate {
  let values: IntegerStorage
  let summary: BlockSummary
  /// Within the column's range, so that they exclude the value that stands for null.
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

/// Whether an integer is marked in a lookup table.
struct LookupPredicate: BlockPredicate {
  let values: IntegerStorage
  /// Has an entry for every stored value, including null.
  let table: Vector<UInt8>
  /// The integer of the table's first entry.
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
  /// Sorted.
  let ranges: [ClosedRange<Int64>]
  let isComplement: Bool

  var cost: Int { 30 }

  func narrow(_ bitmap: Bitmap, _ block: Block) {
    bitmap.keep { index in
      let value = values[block.start + index]
      return (value != null && Self.contains(value, ranges)) != isComplement
    }
  }

  /// By binary search.
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

/// Whether a real lies in one of the ranges.
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

  /// By binary search: the ranges are sorted.
  static func contains(_ value: Double, _ ranges: [ClosedRange<Double>]) -> Bool {
    var (low, high) = (0, ranges.count)
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound < value { low = middle + 1 } else { high = middle }
    }
    return low < ranges.count && ranges[low].contains(value)
  }
}

/// Whether a real is null, which is stored as NaN.
struct RealNullPredicate: BlockPredicate {
  let values: Vector<Double>
  let isComplement: Bool

  var cost: Int { 2 }

  func narrow(_ bitmap: Bitmap, _ block: Block) {
    // The range contains every number but not NaN.
    RangeKernels.narrow(
      values.base + block.start, bitmap, from: -.infinity, to: .infinity,
      flip: isComplement ? 0 : .max)
  }
}
