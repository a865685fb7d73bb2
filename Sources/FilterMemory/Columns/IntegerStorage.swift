/// Integers in the narrowest type that holds them all, including the value that stands for null, if
/// any.
enum IntegerStorage: Sendable {
  case uint8(Vector<UInt8>), int8(Vector<Int8>)
  case uint16(Vector<UInt16>), int16(Vector<Int16>)
  case uint32(Vector<UInt32>), int32(Vector<Int32>)
  case int64(Vector<Int64>)

  /// - Parameters:
  ///   - range: contains every value.
  ///   - unpack: writes the values of a block.
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

  /// Copies the values of some rows.
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

  /// Clears the bits of the rows whose value lies in none of the ranges (or, flipped, in any of
  /// them).
  func narrow(
    _ bitmap: Bitmap, _ block: Block, ranges: [ClosedRange<Int64>], flip: UInt64
  ) {
    switch self {
    case .uint8(let vector): Self.narrow(vector, bitmap, block, ranges, flip)
    case .int8(let vector): Self.narrow(vector, bitmap, block, ranges, flip)
    case .uint16(let vector): Self.narrow(vector, bitmap, block, ranges, flip)
    case .int16(let vector): Self.narrow(vector, bitmap, block, ranges, flip)
    case .uint32(let vector): Self.narrow(vector, bitmap, block, ranges, flip)
    case .int32(let vector): Self.narrow(vector, bitmap, block, ranges, flip)
    case .int64(let vector): Self.narrow(vector, bitmap, block, ranges, flip)
    }
  }

  /// - Precondition: the bounds of the ranges fit in the type, which `IntegerPredicate` ensures.
  @inline(__always)
  private static func narrow<T: FixedWidthInteger & BitwiseCopyable & Sendable>(
    _ vector: Vector<T>, _ bitmap: Bitmap, _ block: Block, _ ranges: [ClosedRange<Int64>],
    _ flip: UInt64
  ) {
    let values = vector.base + block.start
    func narrow(_ bitmap: Bitmap, _ range: ClosedRange<Int64>, _ flip: UInt64) {
      RangeKernels.narrow(
        values, bitmap, from: T(truncatingIfNeeded: range.lowerBound),
        to: T(truncatingIfNeeded: range.upperBound), flip: flip)
    }
    if ranges.count == 1 { return narrow(bitmap, ranges[0], flip) }
    Bitmap.withWords { passing in
      Bitmap.withWords { inside in
        let (passing, inside) = (Bitmap(passing, block), Bitmap(inside, block))
        inside.clear()
        for range in ranges {
          passing.copy(bitmap)
          narrow(passing, range, 0)
          inside.add(passing)
        }
        bitmap.narrow(by: inside.words, flip: flip)
      }
    }
  }

  /// Clears the bits of the rows whose flag in the table, at index value - `origin`, is 0 (or,
  /// flipped, 1).
  ///
  /// - Precondition: the table has an entry for every value.
  func narrow(
    _ bitmap: Bitmap, _ block: Block, table: Vector<UInt8>, origin: Int64, flip: UInt64
  ) {
    switch self {
    case .uint8(let vector): Self.narrow(vector, bitmap, block, table, origin, flip)
    case .int8(let vector): Self.narrow(vector, bitmap, block, table, origin, flip)
    case .uint16(let vector): Self.narrow(vector, bitmap, block, table, origin, flip)
    case .int16(let vector): Self.narrow(vector, bitmap, block, table, origin, flip)
    case .uint32(let vector): Self.narrow(vector, bitmap, block, table, origin, flip)
    case .int32(let vector): Self.narrow(vector, bitmap, block, table, origin, flip)
    case .int64(let vector): Self.narrow(vector, bitmap, block, table, origin, flip)
    }
  }

  @inline(__always)
  private static func narrow<T: FixedWidthInteger & BitwiseCopyable & Sendable>(
    _ vector: Vector<T>, _ bitmap: Bitmap, _ block: Block, _ table: Vector<UInt8>, _ origin: Int64,
    _ flip: UInt64
  ) {
    let flags = table.base
    @inline(__always)
    func flag(_ value: T) -> UInt64 {
      UInt64(flags[Int(truncatingIfNeeded: Int64(truncatingIfNeeded: value) &- origin)])
    }
    // The fast path takes whole words only: the padding after the last value has no entry in the
    // table.
    let whole = block.count / 64
    for word in 0..<bitmap.wordCount where bitmap.words[word] != 0 {
      let values = vector.base + block.start + word * 64
      var bits: UInt64 = 0
      var rest = bitmap.words[word]
      if word < whole, rest.nonzeroBitCount > 16 {
        // Four independent chains, so that they run in parallel.
        var parts: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        for lane in 0..<16 {
          parts.0 = parts.0 >> 1 | flag(values[lane]) << 15
          parts.1 = parts.1 >> 1 | flag(values[lane + 16]) << 15
          parts.2 = parts.2 >> 1 | flag(values[lane + 32]) << 15
          parts.3 = parts.3 >> 1 | flag(values[lane + 48]) << 15
        }
        bits = parts.0 | parts.1 << 16 | parts.2 << 32 | parts.3 << 48
      } else {
        while rest != 0 {
          let lane = rest.trailingZeroBitCount
          bits |= flag(values[lane]) << UInt64(lane)
          rest &= rest &- 1
        }
      }
      bitmap.words[word] &= bits ^ flip
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
