import Documents
import RecordFilter
import TestSupport
import Testing

@Suite("JSON's numbers")
struct JSONEncodingTests {
  private func text(
    _ write: (UnsafeMutablePointer<UInt8>) -> UnsafeMutablePointer<UInt8>?
  ) -> String? {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 64) { buffer in
      guard let start = buffer.baseAddress, let end = write(start) else { return nil }
      return String(decoding: UnsafeBufferPointer(start: start, count: end - start), as: UTF8.self)
    }
  }

  /// Digits are written eight at a time.
  @Test func integersOfEveryLength() {
    var integers: [Int64] = [0, .min, .max]
    var power: Int64 = 1
    while power < .max / 10 {
      power *= 10
      integers += [power - 1, power, power + 1, power / 2, power / 3, power * 9]
    }
    var random = SeededGenerator(seed: 3)
    for bits in 1..<64 {
      let limit = Int64.max >> Int64(63 - bits)
      integers += (0..<20).map { _ in Int64.random(in: 0...limit, using: &random) }
    }
    for integer in integers + integers.map({ 0 &- $0 }) {
      let found = text { JSONEncoding.write(integer, at: $0) }
      #expect(found == "\(integer)")
    }
    for integer in Int64(0)...20_000 {
      if text({ JSONEncoding.write(integer, at: $0) }) != "\(integer)" {
        Issue.record("\(integer)")
      }
    }
  }

  @Test func hundredthsAreWrittenShortestOrNotAtAll() {
    var random = SeededGenerator(seed: 4)
    var reals: [Double] = [0.01, 0.99, 1, 1e11, 1e12, 123_456_789_012.34, .infinity, .nan, 0, -0.0]
    reals += [0.001, 0.005, 1 / 3, 1e-300, 1e300, 0x1p53, 999_999_999_999.99]
    for limit in [100, 10_000, 1_000_000, 1_000_000_000, 99_999_999_999_999] as [Int64] {
      reals += (0..<300).map { _ in Double(Int64.random(in: 1...limit, using: &random)) / 100 }
    }
    var written = 0
    for real in reals + reals.map({ -$0 }) + reals.map(\.nextUp) + reals.map(\.nextDown) {
      guard let found = text({ JSONEncoding.writeHundredths(real, at: $0) }) else { continue }
      written += 1
      #expect(found == real.description)
    }
    #expect(written >= 3_000)
  }
}
