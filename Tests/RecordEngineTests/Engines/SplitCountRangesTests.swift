import Testing

@testable import RecordEngine

/// The ranges of row numbers that two connections share a count by.
@Suite struct SplitCountRangesTests {
  @Test(
    arguments: [
      0...0, 1...2, 1...63, 1...64, 1...65, -5...1_000_000, .min ... .max, .min ... .min,
      .max ... .max, (.max - 100) ... .max, .min...(.min + 7), -1 ... .max,
    ] as [ClosedRange<Int64>]) func rangesHaveNoGap(numbers: ClosedRange<Int64>) throws
  {
    let ranges = SplitCount.ranges(of: numbers)
    #expect(ranges.first?.first == numbers.lowerBound)
    #expect(ranges.last?.last == nil)
    for (range, next) in zip(ranges, ranges.dropFirst()) {
      let last = try #require(range.last)
      #expect(range.first <= last && last < numbers.upperBound)
      #expect(last + 1 == next.first)
    }
    #expect(ranges.count <= 43)
  }

  @Test func theLastRangeHoldsAThird() {
    let ranges = SplitCount.ranges(of: 1...640_000)
    #expect(ranges.count == 43)
    #expect(ranges.last?.first == 420_001)
  }
}
