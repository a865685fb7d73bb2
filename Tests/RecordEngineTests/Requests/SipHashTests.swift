import Testing

@testable import RecordEngine

/// The test vectors of the reference implementation, <https://github.com/veorq/SipHash>: the key 00
/// 01 … 0f, the bytes 00 01 ….
@Suite struct SipHashTests {
  private static let vectors: [(count: Int, hash: UInt64)] = [
    (0, 0x726F_DB47_DD0E_0E31), (1, 0x74F8_39C5_93DC_67FD), (7, 0xAB02_00F5_8B01_D137),
    (8, 0x93F5_F579_9A93_2462), (15, 0xA129_CA61_49BE_45E5),
  ]

  private func hash(_ parts: [[UInt8]]) -> UInt64 {
    var hash = SipHash(key: (0x0706_0504_0302_0100, 0x0F0E_0D0C_0B0A_0908))
    for part in parts { hash.combine(part) }
    return hash.finish()
  }

  @Test(arguments: vectors.indices) func vectorsOfTheReference(index: Int) {
    let (count, expected) = Self.vectors[index]
    #expect(hash([Array(0..<UInt8(count))]) == expected)
  }

  @Test(arguments: 0...40) func partsHashAsTheWhole(length: Int) {
    let whole = Array(0..<UInt8(length))
    for cut in 0...length {
      #expect(hash([Array(whole[..<cut]), Array(whole[cut...])]) == hash([whole]))
    }
  }
}
