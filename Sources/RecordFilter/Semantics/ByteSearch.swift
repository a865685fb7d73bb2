import RowscopeModel

/// Finds a byte string in another, sixteen positions at a time. It looks for two bytes of the
/// needle, probably rare ones, at their distance, and compares the rest only where both match.
package struct ByteSearch: Sendable {
  /// In lower case if case is ignored.
  private let needle: [UInt8]
  package let ignoresCase: Bool
  private let firstOffset: Int
  private let secondOffset: Int

  package var count: Int { needle.count }

  /// How many bytes behind a text a search may read.
  package static let padding = 64

  /// - Precondition: `bytes` is not empty.
  package init(_ bytes: [UInt8], ignoresCase: Bool) {
    precondition(!bytes.isEmpty, "every text contains the empty one")
    let bytes = ignoresCase ? bytes.map(\.asciiLowercased) : bytes
    needle = bytes
    self.ignoresCase = ignoresCase
    let rarest = bytes.indices.sorted {
      (Self.frequency(bytes[$0]), $0) < (Self.frequency(bytes[$1]), $1)
    }
    firstOffset = rarest[0]
    secondOffset = rarest.count > 1 ? rarest[1] : rarest[0]
  }

  /// A rough rank of a byte's frequency in text.
  private static func frequency(_ byte: UInt8) -> Int {
    let bytesByFrequency: StaticString = "qzxjkvbQZXJKVBywgpfmucdlhrsnioate "
    for index in 0..<bytesByFrequency.utf8CodeUnitCount
    where bytesByFrequency.utf8Start[index] == byte {
      return index + 1
    }
    return byte &- 0x30 < 10 ? 20 : 0
  }

  /// The first match between two offsets; nil if there is none.
  ///
  /// - Precondition: ``padding`` bytes after `end` are readable.
  package func first(in bytes: UnsafePointer<UInt8>, from start: Int, to end: Int) -> Int? {
    let last = end - needle.count
    guard start <= last else { return nil }
    let (one, other) = (needle[firstOffset], needle[secondOffset])
    if ignoresCase, one.asciiUppercased != one || other.asciiUppercased != other {
      return firstCaseless(in: bytes, from: start, last: last)
    }
    let raw = UnsafeRawPointer(bytes)
    let (ones, others) = (
      SIMD16<UInt8>(repeating: one), SIMD16<UInt8>(repeating: other)
    )
    @inline(__always)
    func candidates(_ position: Int) -> SIMD2<UInt64> {
      let left = raw.loadUnaligned(
        fromByteOffset: position + firstOffset, as: SIMD16<UInt8>.self)
      let right = raw.loadUnaligned(
        fromByteOffset: position + secondOffset, as: SIMD16<UInt8>.self)
      return Self.lanes(left .== ones) & Self.lanes(right .== others)
    }
    var position = start
    while position <= last {
      // Four vectors at a time as long as there is no candidate.
      while position + 48 <= last {
        let any =
          candidates(position) | candidates(position + 16) | candidates(position + 32)
          | candidates(position + 48)
        if any != .zero { break }
        position += 64
      }
      if position > last { return nil }
      let candidates = candidates(position)
      if candidates != .zero,
        let hit = verified(candidates, at: position, last: last, in: bytes)
      {
        return hit
      }
      position += 16
    }
    return nil
  }

  private func firstCaseless(
    in bytes: UnsafePointer<UInt8>, from start: Int, last: Int
  ) -> Int? {
    let raw = UnsafeRawPointer(bytes)
    let (one, other) = (needle[firstOffset], needle[secondOffset])
    let (lowers, uppers) = (
      SIMD16<UInt8>(repeating: one), SIMD16<UInt8>(repeating: one.asciiUppercased)
    )
    let (otherLowers, otherUppers) = (
      SIMD16<UInt8>(repeating: other), SIMD16<UInt8>(repeating: other.asciiUppercased)
    )
    var position = start
    while position <= last {
      let left = raw.loadUnaligned(
        fromByteOffset: position + firstOffset, as: SIMD16<UInt8>.self)
      let right = raw.loadUnaligned(
        fromByteOffset: position + secondOffset, as: SIMD16<UInt8>.self)
      let candidates =
        (Self.lanes(left .== lowers) | Self.lanes(left .== uppers))
        & (Self.lanes(right .== otherLowers) | Self.lanes(right .== otherUppers))
      if candidates != .zero,
        let hit = verified(candidates, at: position, last: last, in: bytes)
      {
        return hit
      }
      position += 16
    }
    return nil
  }

  /// A mask as two words: bit operations on wider vectors of bytes are hundreds of times slower in
  /// Swift 6.3.
  @inline(__always)
  private static func lanes(_ mask: SIMDMask<SIMD16<Int8>>) -> SIMD2<UInt64> {
    unsafeBitCast(mask, to: SIMD2<UInt64>.self)
  }

  @inline(never)
  private func verified(
    _ candidates: SIMD2<UInt64>, at position: Int, last: Int, in bytes: UnsafePointer<UInt8>
  ) -> Int? {
    for half in 0..<2 {
      var word = candidates[half]
      while word != 0 {
        let lane = word.trailingZeroBitCount / 8
        let place = position + half * 8 + lane
        if place > last { return nil }
        if matches(bytes + place) { return place }
        word &= ~(0xFF << UInt64(lane * 8))
      }
    }
    return nil
  }

  private func matches(_ bytes: UnsafePointer<UInt8>) -> Bool {
    if ignoresCase {
      for index in 0..<needle.count where bytes[index].asciiLowercased != needle[index] {
        return false
      }
    } else {
      for index in 0..<needle.count where bytes[index] != needle[index] { return false }
    }
    return true
  }
}

extension UInt8 {
  /// Maps `a`–`z` to `A`–`Z`.
  fileprivate var asciiUppercased: UInt8 { self &- 0x61 < 26 ? self & ~0x20 : self }
}
