import RecordFilter
import RowscopeModel

extension BytesColumn {
  /// Tests the strings of the candidate rows. Nulls fail every test.
  @inline(__always)
  func narrow(
    _ bitmap: Bitmap, _ block: Block, isComplement: Bool,
    _ test: (UnsafeBufferPointer<UInt8>) -> Bool
  ) {
    bitmap.keep { index in
      let row = block.start + index
      return (!isNull(row) && test(arena[row])) != isComplement
    }
  }
}

/// Whether a string lies in a range, or equals one of a few.
struct BytesComparisonPredicate: BlockPredicate {
  let column: BytesColumn
  let test: BytesTest
  let collation: Collation
  let isComplement: Bool

  var cost: Int { 15 }

  func narrow(_ bitmap: Bitmap, _ block: Block) {
    switch test {
    case .none: if !isComplement { bitmap.clear() }
    case .all: column.narrow(bitmap, block, isComplement: isComplement) { _ in true }
    case .range(let range):
      column.narrow(bitmap, block, isComplement: isComplement) { range.contains($0, collation) }
    case .oneOf(let strings) where strings.count == 1 && collation == .binary:
      strings[0].withUnsafeBufferPointer { string in
        column.narrow(bitmap, block, isComplement: isComplement) { $0.equalsBytes(string) }
      }
    case .oneOf:
      column.narrow(bitmap, block, isComplement: isComplement) { test.contains($0, collation) }
    }
  }
}

/// Whether a string equals one of many.
struct BytesSetPredicate: BlockPredicate {
  let column: BytesColumn
  /// Encoded by ``KeyEncoder``, so that strings equal under the collation are equal.
  let wanted: ByteSet
  let collation: Collation
  let isComplement: Bool

  var cost: Int { 40 }

  func narrow(_ bitmap: Bitmap, _ block: Block) {
    if collation == .binary {
      column.narrow(bitmap, block, isComplement: isComplement) { wanted.contains($0) }
      return
    }
    var key: [UInt8] = []
    bitmap.keep { index in
      let row = block.start + index
      if column.isNull(row) { return isComplement }
      key.removeAll(keepingCapacity: true)
      KeyEncoder.append(column.arena[row], collation, to: &key)
      return key.withUnsafeBufferPointer { wanted.contains($0) } != isComplement
    }
  }
}

/// Whether a text begins or ends with another.
struct BytesPatternPredicate: BlockPredicate {
  let column: BytesColumn
  let pattern: TextPattern
  let isComplement: Bool

  var cost: Int { 20 }

  func narrow(_ bitmap: Bitmap, _ block: Block) {
    column.narrow(bitmap, block, isComplement: isComplement) { pattern.matches($0) }
  }
}

/// Whether a JSON array has one of these members. Without members: whether it is empty or not an
/// array.
struct MembersPredicate: BlockPredicate {
  let column: BytesColumn
  let members: [Value]
  let isComplement: Bool

  var cost: Int { 500 }

  func narrow(_ bitmap: Bitmap, _ block: Block) {
    if members.isEmpty {
      bitmap.keep { index in
        let row = block.start + index
        let isEmpty = column.isNull(row) || (JSONMembers.count(in: column.arena[row]) ?? 0) == 0
        return isEmpty != isComplement
      }
    } else {
      column.narrow(bitmap, block, isComplement: isComplement) {
        JSONMembers.contain(members, in: $0)
      }
    }
  }
}

/// Whether a row has no string, in a column with nulls.
struct BytesNullPredicate: BlockPredicate {
  /// See ``BytesColumn/validity``.
  let validity: Vector<UInt64>
  let isComplement: Bool

  var cost: Int { 2 }

  func narrow(_ bitmap: Bitmap, _ block: Block) {
    // Every block starts at a word boundary.
    bitmap.narrow(by: validity.base + block.start / 64, flip: isComplement ? 0 : .max)
  }
}
