extension IntegerStorage {
  enum Change {
    /// Replaces the values of some rows by one or none.
    case replace(Range<Int>, Int64?)
    /// Adds one to all values from this one on.
    case raise(from: Int64)
    /// Replaces a value wherever it is.
    case exchange(Int64, by: Int64)
  }

  /// Stands for a storage while that is changed, so that it is not held twice.
  private static let none = IntegerStorage.uint8(Vector([]))

  /// The values that fit.
  var limits: ClosedRange<Int64> {
    switch self {
    case .uint8: 0...Int64(UInt8.max)
    case .int8: Int64(Int8.min)...Int64(Int8.max)
    case .uint16: 0...Int64(UInt16.max)
    case .int16: Int64(Int16.min)...Int64(Int16.max)
    case .uint32: 0...Int64(UInt32.max)
    case .int32: Int64(Int32.min)...Int64(Int32.max)
    case .int64: Int64.min...Int64.max
    }
  }

  /// - Precondition: the new values are within the limits.
  mutating func apply(_ change: Change) {
    // A vector that is held twice would be copied.
    switch self {
    case .uint8(var vector):
      self = .none
      Self.apply(change, to: &vector)
      self = .uint8(vector)
    case .int8(var vector):
      self = .none
      Self.apply(change, to: &vector)
      self = .int8(vector)
    case .uint16(var vector):
      self = .none
      Self.apply(change, to: &vector)
      self = .uint16(vector)
    case .int16(var vector):
      self = .none
      Self.apply(change, to: &vector)
      self = .int16(vector)
    case .uint32(var vector):
      self = .none
      Self.apply(change, to: &vector)
      self = .uint32(vector)
    case .int32(var vector):
      self = .none
      Self.apply(change, to: &vector)
      self = .int32(vector)
    case .int64(var vector):
      self = .none
      Self.apply(change, to: &vector)
      self = .int64(vector)
    }
  }

  @inline(__always)
  private static func apply<T: FixedWidthInteger & BitwiseCopyable & Sendable>(
    _ change: Change, to vector: inout Vector<T>
  ) {
    switch change {
    case .replace(let rows, let value):
      let new = value.map { [T(truncatingIfNeeded: $0)] } ?? []
      new.withUnsafeBufferPointer { Vector.replace(rows, in: &vector, with: $0) }
    case .raise(let first):
      let first = T(truncatingIfNeeded: first)
      Vector.update(&vector) { values in
        for index in 0..<values.count { values[index] &+= values[index] >= first ? 1 : 0 }
      }
    case .exchange(let old, let new):
      let (old, new) = (T(truncatingIfNeeded: old), T(truncatingIfNeeded: new))
      Vector.update(&vector) { values in
        for index in 0..<values.count where values[index] == old { values[index] = new }
      }
    }
  }
}

extension BlockSummary {
  /// - Parameters:
  ///   - value: the row's new value; nil for null.
  ///   - rowCount: the number of rows after the edit.
  ///   - values: the values after the edit, of which nil is null.
  mutating func apply(
    _ edit: RowEdit, _ value: Int64?, rowCount: Int, _ values: (Int) -> Int64?
  ) {
    let block = edit.row / Block.size
    switch edit {
    case .insert(let row) where row == rowCount - 1, .set(let row):
      var entry =
        row % Block.size == 0 && block == entries.count
        ? Entry(nil, hasNull: false) : entries[block]
      entry.add(value)
      replace(block..<min(block + 1, entries.count), with: [entry])
    case .insert, .remove:
      let new = (block..<Block.count(forRows: rowCount)).map { index in
        let block = Block(index, rowCount: rowCount)
        var entry = Entry(nil, hasNull: false)
        for row in block.start..<block.start + block.count { entry.add(values(row)) }
        return entry
      }
      replace(block..<entries.count, with: new)
    }
  }

  /// Adds one to all values from this one on.
  mutating func raise(from first: Int64) {
    Vector.update(&entries) { entries in
      for index in 0..<entries.count where entries[index].hasNumber {
        if entries[index].least >= first { entries[index].least += 1 }
        if entries[index].greatest >= first { entries[index].greatest += 1 }
      }
    }
  }

  private mutating func replace(_ range: Range<Int>, with new: [Entry]) {
    new.withUnsafeBufferPointer { Vector.replace(range, in: &entries, with: $0) }
  }
}

extension BlockSummary.Entry {
  fileprivate mutating func add(_ value: Int64?) {
    guard let value else { return hasNull = true }
    least = hasNumber ? min(least, value) : value
    greatest = hasNumber ? max(greatest, value) : value
    hasNumber = true
  }
}
