internal import CFilterKernels

/// The kernels for processors with AVX2, in a module of C. What they do ``RangeKernels`` says.
enum WideKernels {
  static let areAvailable = filter_kernels_are_available()
}

/// Tests of the values of one block against a range, 64 rows at a time. Where none of the 64 is marked, no value is read.
///
/// Behind the values as many bytes can be read as 64 more of them take.
enum RangeKernels {
  /// Takes away the bitmap of the rows whose integer is not from `low` to `high` (or, where `flip` is all ones, is).
  ///
  /// - Parameter wide: whether AVX2 may be used: only tests say no.
  @inline(__always)
  static func narrow<T: FixedWidthInteger & BitwiseCopyable>(
    _ values: UnsafePointer<T>, _ bitmap: Bitmap, from low: T, to high: T, flip: UInt64,
    wide: Bool = WideKernels.areAvailable
  ) {
    // One comparison, whether signed or not: what lies below wraps around and is far above.
    let span = T.Magnitude(truncatingIfNeeded: high &- low)
    if wide {
      let (low, span) = (UInt64(truncatingIfNeeded: low), UInt64(truncatingIfNeeded: span))
      switch MemoryLayout<T>.size {
      case 1: filter_narrow_8(values, bitmap.words, bitmap.wordCount, low, span, flip)
      case 2: filter_narrow_16(values, bitmap.words, bitmap.wordCount, low, span, flip)
      case 4: filter_narrow_32(values, bitmap.words, bitmap.wordCount, low, span, flip)
      default: filter_narrow_64(values, bitmap.words, bitmap.wordCount, low, span, flip)
      }
      return
    }
    narrow(bitmap, flip: flip) { word, flags in
      for lane in 0..<64 {
        flags[lane] =
          T.Magnitude(truncatingIfNeeded: values[word * 64 + lane] &- low) <= span ? 1 : 0
      }
    }
  }

  /// The same for reals. A NaN lies in no range.
  @inline(__always)
  static func narrow(
    _ values: UnsafePointer<Double>, _ bitmap: Bitmap, from low: Double, to high: Double,
    flip: UInt64, wide: Bool = WideKernels.areAvailable
  ) {
    if wide {
      filter_narrow_real(values, bitmap.words, bitmap.wordCount, low, high, flip)
      return
    }
    narrow(bitmap, flip: flip) { word, flags in
      for lane in 0..<64 {
        let value = values[word * 64 + lane]
        flags[lane] = (value >= low ? 1 : 0) & (value <= high ? 1 : 0)
      }
    }
  }

  /// - Parameter test: writes for each of the 64 rows of a word whether it passes: 1 or 0.
  @inline(__always)
  private static func narrow(
    _ bitmap: Bitmap, flip: UInt64, _ test: (Int, UnsafeMutablePointer<UInt8>) -> Void
  ) {
    withUnsafeTemporaryAllocation(byteCount: 64, alignment: 64) { buffer in
      guard let raw = buffer.baseAddress else { return }
      let flags = raw.bindMemory(to: UInt8.self, capacity: 64)
      for word in 0..<bitmap.wordCount where bitmap.words[word] != 0 {
        test(word, flags)
        bitmap.words[word] &= packed(raw) ^ flip
      }
    }
  }

  /// 64 bytes, each of them 1 or 0, as bits.
  @inline(__always)
  private static func packed(_ flags: UnsafeMutableRawPointer) -> UInt64 {
    var bits: UInt64 = 0
    for byte in 0..<8 {
      let eight = UInt64(littleEndian: flags.load(fromByteOffset: byte * 8, as: UInt64.self))
      bits |= ((eight &* 0x0102_0408_1020_4080) >> 56) << UInt64(byte * 8)
    }
    return bits
  }
}
