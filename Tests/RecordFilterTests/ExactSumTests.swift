import RecordFilter
import RowscopeModel
import TestSupport
import Testing

/// Sums without rounding: the same in any order, and rounded once.
@Suite struct ExactSumTests {
  private func sum(_ values: [Value]) -> ExactSum {
    var sum = ExactSum()
    for value in values {
      switch value {
      case .integer(let integer): sum.add(integer)
      case .real(let real): sum.add(real)
      case .text(let text): #expect(text.withBytes { sum.add($0) })
      case .null, .blob: Issue.record("not a number")
      }
    }
    return sum
  }

  @Test(
    arguments: [
      ([], Value.null), ([1, 2, 3], 6), ([1, 2.5], 3.5), ([.real(-0.0)], 0.0),
      ([0.1, 0.2, 0.3, -0.6], .real(0x1p-55)),
      // Reals that hide others until these are gone again, and whose sum overflows on the way.
      ([1e308, 1e308, 1, -1e308, -1e308], 1.0), ([1e16, 1, -1e16], 1.0),
      ([1e308, 1e308], .real(.infinity)), ([-1e308, -1e308], .real(-.infinity)),
      ([1e300, 1e-300, -1e300], 1e-300),
      ([.real(.leastNonzeroMagnitude), 1, -1.0], .real(.leastNonzeroMagnitude)),
      ([9_007_199_254_740_993, 0.0], 9007199254740992.0),
      ([9_007_199_254_740_993, 0.5], 9007199254740994.0),
      ([.integer(.max), .integer(.max), .integer(.min), .integer(.min), 2], 0),
      ([.real(.infinity), 1], .real(.infinity)),
      ([.real(.infinity), .real(-.infinity)], .null),
      (["12.50", "0.5", 2], "15.00"), (["0.1", "0.2"], "0.3"), (["-0.05", "0.04"], "-0.01"),
      (["7", " 8 "], 15), (["1.0", 1], "2.0"), (["1.25", 0.25], 1.5), (["1e2", "1.5"], 101.5),
      (
        ["123456789012345678901234567890.12", "-23456789012345678901234567890.02"],
        "100000000000000000000000000000.10"
      ),
      ([".5", "5."], "5.5"), (["+1.5", "-1.5"], "0.0"),
    ] as [([Value], Value)])
  func sums(_ values: [Value], _ expected: Value) {
    #expect(sum(values).sum == expected)
    #expect(sum(values.reversed()).sum == expected)
  }

  @Test func anIntegerBeyond64BitsIsNone() {
    #expect(sum([.integer(.max), 1]).sum == nil)
    #expect(sum([.integer(.min), -1]).sum == nil)
    #expect(sum(["9223372036854775808"]).sum == nil)
    #expect(sum([.integer(.min)]).sum == .integer(.min))
    #expect(sum([.integer(.max), 1]).mean == .real(0x1p62))
  }

  @Test func aTextThatIsNoNumberIsNotAdded() {
    for text in ["", " ", "x", "1x", "0x10", "1.2.3", "-", ".", "1\0", "Inf", "NaN"] {
      var sum = ExactSum()
      #expect(!Value.Text(text).withBytes { sum.add($0) }, "\(text)")
      #expect(sum.count == 0)
    }
  }

  @Test(
    arguments: [
      ([], Value.null), ([1, 2], 1.5), ([1, 1, 2], .real(4.0 / 3)),
      ([.integer(.max)], 9223372036854775807.0),
      (["10.00", "10.05"], 10.025), ([1e308, 1e308], 1e308),
      ([.real(.leastNonzeroMagnitude), 0.0], 0.0),
      (
        [.real(.leastNonzeroMagnitude), .real(.leastNonzeroMagnitude), 0.0],
        .real(.leastNonzeroMagnitude)
      ), ([.real(.infinity), 1], .real(.infinity)),
    ] as [([Value], Value)])
  func means(_ values: [Value], _ expected: Value) { #expect(sum(values).mean == expected) }

  /// Against sums of integers that are scaled by a power of two.
  @Test func randomRealsAreRoundedOnce() {
    var random = SeededGenerator(seed: 20_261_201)
    for _ in 0..<Extent.count(few: 300, all: 10_000) {
      let widest = Int.random(in: 1...52, using: &random)
      var exact: Int128 = 0
      var values: [Value] = []
      for _ in 0..<Int.random(in: 1...40, using: &random) {
        // Up to 2^114, in units of 2^-40.
        let significand = Int64.random(in: -(1 << widest)...(1 << widest), using: &random)
        let shift = Int.random(in: 0...60, using: &random)
        exact += Int128(significand) << shift
        values.append(
          .real(Double(significand) * Double(sign: .plus, exponent: shift - 40, significand: 1)))
      }
      let expected = Double(exact) * 0x1p-40
      #expect(sum(values).sum == .real(expected))
      #expect(sum(values.shuffled(using: &random)).sum == .real(expected))
    }
  }

  /// Of sums that are decimal texts, reals and integers, in one order.
  @Test func sumsHaveOneOrder() {
    let ordered: [Value] = [
      .null, .real(-.infinity), "-9.99", -3, "0.5", 1, "9.50", 9.75, "10.00", 16,
      "18014398509481983.5",
      18_014_398_509_481_985, 18014398509481988.0, .real(.infinity),
    ]
    for (left, one) in ordered.enumerated() {
      for (right, other) in ordered.enumerated() {
        #expect(
          (left - right).signum() == Value.orderOfSums(one, other).signum(), "\(one) \(other)")
      }
    }
  }
}
