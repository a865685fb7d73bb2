internal import CFilterKernels

/// The AVX2 kernels, in a C module. ``RangeKernels`` documents what they do.
enum WideKernels {
  static let areAvailable = filter_kernels_are_available()
}

/// Tests the values of one block against a range, 64 rows at a time. Skips 64 rows if no bit of
/// theirs is set.
///
/// The values must be followed by enough readable bytes for 64 more of them.
enum RangeKernels {
  /// Clears the bits of the rows whose integer is outside `low` ... `high` (or, if `flip` is all
  /// ones, inside).
  ///
  /// - Parameter wide: whether AVX2 may be used; false only in tests.
  @inline(__always)
  static func narrow<T: FixedWidthInteger & BitwiseCopyable>(
    _ values: UnsafePointer<T>, _ bitmap: Bitmap, from low: T, to high: T, flip: UInt64,
    wide: Bool = WideKernels.areAvailable
  ) {
    // A single unsigned comparison: values below the range wrap around to large numbers.
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

  /// The same for reals. NaN is in no range.
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

  /// - Parameter test: writes 1 or 0 for each of the 64 rows of a word.
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

  /// Packs 64 bytes, each 1 or 0, into bits.
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
