/// SipHash-2-4 of a byte sequence (Aumasson and Bernstein, 2012), the same in every process.
///
/// The standard library's `Hasher` has a new seed in each process, but a cursor must stay valid in
/// the next one.
struct SipHash {
  private var (v0, v1, v2, v3): (UInt64, UInt64, UInt64, UInt64)
  private var word: UInt64 = 0
  private var count = 0

  init(key: (UInt64, UInt64)) {
    v0 = 0x736f_6d65_7073_6575 ^ key.0
    v1 = 0x646f_7261_6e64_6f6d ^ key.1
    v2 = 0x6c79_6765_6e65_7261 ^ key.0
    v3 = 0x7465_6462_7974_6573 ^ key.1
  }

  mutating func combine(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { combine($0) }
  }

  private mutating func combine(_ bytes: UnsafeRawBufferPointer) {
    var rest = bytes
    // Whole words, if no partial word is pending.
    while rest.count >= 8, count & 7 == 0 {
      word = UInt64(littleEndian: rest.loadUnaligned(as: UInt64.self))
      count += 8
      compress()
      word = 0
      rest = UnsafeRawBufferPointer(rebasing: rest[8...])
    }
    for byte in rest {
      word |= UInt64(byte) &<< UInt64(8 * (count & 7))
      count += 1
      if count & 7 == 0 { compress() }
    }
  }

  consuming func finish() -> UInt64 {
    word |= UInt64(truncatingIfNeeded: count) &<< 56
    compress()
    v2 ^= 0xFF
    for _ in 0..<4 { round() }
    return v0 ^ v1 ^ v2 ^ v3
  }

  private mutating func compress() {
    v3 ^= word
    round()
    round()
    v0 ^= word
    word = 0
  }

  private mutating func round() {
    v0 &+= v1
    v1 = v1.rotated(13) ^ v0
    v0 = v0.rotated(32)
    v2 &+= v3
    v3 = v3.rotated(16) ^ v2
    v0 &+= v3
    v3 = v3.rotated(21) ^ v0
    v2 &+= v1
    v1 = v1.rotated(17) ^ v2
    v2 = v2.rotated(32)
  }
}

extension UInt64 {
  fileprivate func rotated(_ bits: UInt64) -> UInt64 { self &<< bits | self &>> (64 &- bits) }
}
