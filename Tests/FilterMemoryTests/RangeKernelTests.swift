import TestSupport
import Testing

@testable import FilterMemory

@Suite("Kernels over ranges, with AVX2 and without")
struct RangeKernelTests {
  /// The input of a kernel, and the expected results.
  private struct Case<T: Comparable & BitwiseCopyable & Sendable> {
    let values: [T]
    let low: T
    let high: T
    let flip: UInt64
    let marked: [Bool]

    /// For one block, which need not be full.
    func check(wide: Bool, _ narrow: (UnsafePointer<T>, Bitmap) -> Void) -> Bool {
      // The second block of a table; the column has only this one.
      let block = Block(1, rowCount: Block.size + values.count)
      let column = Vector(values)
      return Bitmap.withWords { words in
        let marks = Bitmap(words, block)
        marks.clear()
        for index in values.indices where marked[index] { marks.mark(index) }
        narrow(column.base, marks)
        var expected: [UInt32] = []
        for (index, value) in values.enumerated() where marked[index] {
          if (value >= low && value <= high) == (flip == 0) {
            expected.append(UInt32(Block.size + index))
          }
        }
        let rows = [UInt32](unsafeUninitializedCapacity: Block.size) { buffer, count in
          if let base = buffer.baseAddress { count = marks.rows(block, to: base, wide: wide) }
        }
        return rows == expected && marks.count(wide: wide) == expected.count
          && marks.isEmpty == expected.isEmpty
      }
    }
  }

  private static func cases<T: Comparable & BitwiseCopyable & Sendable>(
    _ random: inout SeededGenerator, _ value: (inout SeededGenerator) -> T
  ) -> [Case<T>] {
    (0..<60).map { number in
      let count = [1, 63, 64, 65, 1_000, 4_095, 4_096][number % 7]
      let values = (0..<count).map { _ in value(&random) }
      var (low, high) = (value(&random), value(&random))
      // A single value has a test of its own.
      if number % 3 == 0 { high = low }
      if low > high { swap(&low, &high) }
      let share = [0, 1, 50, 100][number % 4]
      return Case(
        values: values, low: low, high: high, flip: number % 2 == 0 ? 0 : .max,
        marked: values.map { _ in Int.random(in: 0..<100, using: &random) < share })
    }
  }

  private func check<T: FixedWidthInteger & BitwiseCopyable & Sendable>(_ type: T.Type) {
    var random = SeededGenerator(seed: UInt64(T.bitWidth))
    // Few values, so that some match; near zero, anywhere, and at the limits.
    func value(_ random: inout SeededGenerator) -> T {
      switch Int.random(in: 0..<4, using: &random) {
      case 0: T(truncatingIfNeeded: Int.random(in: -3...3, using: &random))
      case 1: T.min
      case 2: T.max
      default: T.random(in: T.min...T.max, using: &random)
      }
    }
    let all: [Case<T>] = Self.cases(&random, value)
    for (number, one) in all.enumerated() {
      for wide in Set([false, WideKernels.areAvailable]) {
        #expect(
          one.check(wide: wide) {
            RangeKernels.narrow($0, $1, from: one.low, to: one.high, flip: one.flip, wide: wide)
          }, "\(type), case \(number), wide \(wide)")
      }
    }
  }

  @Test func integersOfEveryWidth() {
    check(UInt8.self)
    check(Int8.self)
    check(UInt16.self)
    check(Int16.self)
    check(UInt32.self)
    check(Int32.self)
    check(UInt64.self)
    check(Int64.self)
  }

  @Test func reals() {
    var random = SeededGenerator(seed: 1)
    let values: [Double] = [
      0, -0.0, 1, -1, .infinity, -.infinity, .nan, 0.5, 1e308, .leastNonzeroMagnitude,
    ]
    func value(_ random: inout SeededGenerator) -> Double {
      Bool.random(using: &random)
        ? values.randomElement(using: &random) ?? 0 : Double.random(in: -2...2, using: &random)
    }
    let all: [Case<Double>] = Self.cases(&random, value)
    for (number, one) in all.enumerated() {
      for wide in Set([false, WideKernels.areAvailable]) {
        #expect(
          one.check(wide: wide) {
            RangeKernels.narrow($0, $1, from: one.low, to: one.high, flip: one.flip, wide: wide)
          }, "case \(number), wide \(wide)")
      }
    }
  }
}
