/// Whole numbers in the narrowest type that holds them all, and one more that stands for null where there are nulls.
enum IntegerStorage: Sendable {
  case uint8(Vector<UInt8>), int8(Vector<Int8>)
  case uint16(Vector<UInt16>), int16(Vector<Int16>)
  case uint32(Vector<UInt32>), int32(Vector<Int32>)
  case int64(Vector<Int64>)

  /// - Parameters:
  ///   - range: holds every value.
  ///   - unpack: writes out the values of a block.
  init(
    count: Int, range: ClosedRange<Int64>,
    unpack: (Block, UnsafeMutablePointer<Int64>) -> Void
  ) {
    func fits<T: FixedWidthInteger>(_ type: T.Type) -> Bool {
      T(exactly: range.lowerBound) != nil && T(exactly: range.upperBound) != nil
    }
    if fits(UInt8.self) {
      self = .uint8(Self.narrowed(count, unpack))
    } else if fits(Int8.self) {
      self = .int8(Self.narrowed(count, unpack))
    } else if fits(UInt16.self) {
      self = .uint16(Self.narrowed(count, unpack))
    } else if fits(Int16.self) {
      self = .int16(Self.narrowed(count, unpack))
    } else if fits(UInt32.self) {
      self = .uint32(Self.narrowed(count, unpack))
    } else if fits(Int32.self) {
      self = .int32(Self.narrowed(count, unpack))
    } else {
      self = .int64(Self.narrowed(count, unpack))
    }
  }

  @inline(__always)
  private static func narrowed<T: FixedWidthInteger & BitwiseCopyable & Sendable>(
    _ count: Int, _ unpack: (Block, UnsafeMutablePointer<Int64>) -> Void
  ) -> Vector<T> {
    Vector<T>(count: count) { narrow in
      withUnsafeTemporaryAllocation(of: Int64.self, capacity: Block.size) { values in
        guard let values = values.baseAddress else { return }
        for index in 0..<Block.count(forRows: count) {
          let block = Block(index, rowCount: count)
          unpack(block, values)
          for place in 0..<block.count {
            narrow[block.start + place] = T(truncatingIfNeeded: values[place])
          }
        }
      }
    }
  }

  @inline(__always)
  subscript(row: Int) -> Int64 {
    switch self {
    case .uint8(let vector): Int64(vector.base[row])
    case .int8(let vector): Int64(vector.base[row])
    case .uint16(let vector): Int64(vector.base[row])
    case .int16(let vector): Int64(vector.base[row])
    case .uint32(let vector): Int64(vector.base[row])
    case .int32(let vector): Int64(vector.base[row])
    case .int64(let vector): vector.base[row]
    }
  }

  /// The values of some rows.
  func gather(_ rows: UnsafeBufferPointer<UInt32>, to values: UnsafeMutablePointer<Int64>) {
    switch self {
    case .uint8(let vector): Self.gather(vector, rows, values)
    case .int8(let vector): Self.gather(vector, rows, values)
    case .uint16(let vector): Self.gather(vector, rows, values)
    case .int16(let vector): Self.gather(vector, rows, values)
    case .uint32(let vector): Self.gather(vector, rows, values)
    case .int32(let vector): Self.gather(vector, rows, values)
    case .int64(let vector): Self.gather(vector, rows, values)
    }
  }

  @inline(__always)
  private static func gather<T: FixedWidthInteger & BitwiseCopyable & Sendable>(
    _ vector: Vector<T>, _ rows: UnsafeBufferPointer<UInt32>, _ values: UnsafeMutablePointer<Int64>
  ) {
    let base = vector.base
    for index in 0..<rows.count {
      values[index] = Int64(truncatingIfNeeded: base[Int(rows[index])])
    }
  }

  /// Takes away the marks of the rows whose value lies in none of the ranges (or, flipped, in one of them).
  func narrow(
    _ marks: Marks, _ block: Block, ranges: [ClosedRange<Int64>], flip: UInt8
  ) {
    switch self {
    case .uint8(let vector): Self.narrow(vector, marks, block, ranges, flip)
    case .int8(let vector): Self.narrow(vector, marks, block, ranges, flip)
    case .uint16(let vector): Self.narrow(vector, marks, block, ranges, flip)
    case .int16(let vector): Self.narrow(vector, marks, block, ranges, flip)
    case .uint32(let vector): Self.narrow(vector, marks, block, ranges, flip)
    case .int32(let vector): Self.narrow(vector, marks, block, ranges, flip)
    case .int64(let vector): Self.narrow(vector, marks, block, ranges, flip)
    }
  }

  /// - Precondition: the ranges' ends are values of the type, which `IntegerPredicate` sees to.
  @inline(__always)
  private static func narrow<T: FixedWidthInteger & BitwiseCopyable & Sendable>(
    _ vector: Vector<T>, _ marks: Marks, _ block: Block, _ ranges: [ClosedRange<Int64>],
    _ flip: UInt8
  ) {
    let values = vector.base + block.start
    let count = block.count
    if ranges.count == 1 {
      let low = T(truncatingIfNeeded: ranges[0].lowerBound)
      let high = T(truncatingIfNeeded: ranges[0].upperBound)
      if low == high {
        for index in 0..<count { marks[index] &= (values[index] == low ? 1 : 0) ^ flip }
      } else {
        for index in 0..<count {
          marks[index] &=
            ((values[index] >= low ? 1 : 0) & (values[index] <= high ? 1 : 0)) ^ flip
        }
      }
      return
    }
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Block.size) { scratch in
      guard let inside = scratch.baseAddress else { return }
      MarkOperations.clear(inside, count)
      for range in ranges {
        let low = T(truncatingIfNeeded: range.lowerBound)
        let high = T(truncatingIfNeeded: range.upperBound)
        for index in 0..<count {
          inside[index] |= (values[index] >= low ? 1 : 0) & (values[index] <= high ? 1 : 0)
        }
      }
      MarkOperations.narrow(marks, by: inside, flip: flip, count)
    }
  }

  /// Takes away the marks of the rows whose value, less `origin`, has no 1 in the table (or, flipped, has one). What lies
  /// outside the table has none.
  func narrow(
    _ marks: Marks, _ block: Block, table: Vector<UInt8>, origin: Int64, flip: UInt8
  ) {
    switch self {
    case .uint8(let vector): Self.narrow(vector, marks, block, table, origin, flip)
    case .int8(let vector): Self.narrow(vector, marks, block, table, origin, flip)
    case .uint16(let vector): Self.narrow(vector, marks, block, table, origin, flip)
    case .int16(let vector): Self.narrow(vector, marks, block, table, origin, flip)
    case .uint32(let vector): Self.narrow(vector, marks, block, table, origin, flip)
    case .int32(let vector): Self.narrow(vector, marks, block, table, origin, flip)
    case .int64(let vector): Self.narrow(vector, marks, block, table, origin, flip)
    }
  }

  @inline(__always)
  private static func narrow<T: FixedWidthInteger & BitwiseCopyable & Sendable>(
    _ vector: Vector<T>, _ marks: Marks, _ block: Block, _ table: Vector<UInt8>, _ origin: Int64,
    _ flip: UInt8
  ) {
    let values = vector.base + block.start
    let flags = table.base
    let last = UInt64(table.count - 1)
    for index in 0..<block.count {
      let position = UInt64(bitPattern: Int64(truncatingIfNeeded: values[index]) &- origin)
      // Behind the last flag stands a zero.
      marks[index] &= flags[Int(truncatingIfNeeded: min(position, last + 1))] ^ flip
    }
  }

  /// Raw access for the writer: the first element and its width, negative for a signed type.
  var raw: (base: UnsafeRawPointer, width: Int) {
    switch self {
    case .uint8(let vector): (UnsafeRawPointer(vector.base), 1)
    case .int8(let vector): (UnsafeRawPointer(vector.base), -1)
    case .uint16(let vector): (UnsafeRawPointer(vector.base), 2)
    case .int16(let vector): (UnsafeRawPointer(vector.base), -2)
    case .uint32(let vector): (UnsafeRawPointer(vector.base), 4)
    case .int32(let vector): (UnsafeRawPointer(vector.base), -4)
    case .int64(let vector): (UnsafeRawPointer(vector.base), -8)
    }
  }

  var byteCount: Int {
    switch self {
    case .uint8(let vector): vector.byteCount
    case .int8(let vector): vector.byteCount
    case .uint16(let vector): vector.byteCount
    case .int16(let vector): vector.byteCount
    case .uint32(let vector): vector.byteCount
    case .int32(let vector): vector.byteCount
    case .int64(let vector): vector.byteCount
    }
  }
}
