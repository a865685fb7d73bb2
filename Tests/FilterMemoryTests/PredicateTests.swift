import FilterMemory
import RecordFilter
import RowscopeModel
import TestSupport
import Testing

@Suite("Predicates over blocks agree with tests of single values")
struct PredicateTests {
  /// Columns of more than one block, in every form.
  static let columns: [(String, [Value])] = {
    var random = SeededGenerator(seed: 7)
    func fill(_ count: Int, _ value: (inout SeededGenerator) -> Value) -> [Value] {
      (0..<count).map { _ in value(&random) }
    }
    let texts = HostileValues.texts.map(Value.text)
    let words = ["alpha ", "Beta", "gamma", "needle", "NEEDLE", "ne", "\u{0}", "é"]
    func sentence(_ random: inout SeededGenerator) -> Value {
      .text(
        (0..<Int.random(in: 0...9, using: &random)).map { _ in
          words.randomElement(using: &random) ?? ""
        }.joined())
    }
    return [
      ("hostile", fill(4_400) { HostileValues.all.randomElement(using: &$0) ?? .null }),
      ("texts", fill(4_400) { texts.randomElement(using: &$0) ?? .null }),
      ("sentences", fill(4_400, sentence)),
      ("sentences and nulls", fill(4_200) { Bool.random(using: &$0) ? .null : sentence(&$0) }),
      ("integers", fill(4_400) { .integer(.random(in: -50...400, using: &$0)) }),
      ("wide integers", fill(4_200) { .integer(.random(in: .min ... .max, using: &$0)) }),
      ("sorted integers", (0..<12_288).map { .integer(Int64($0 / 10)) }),
      ("reals", fill(4_200) { .real(HostileValues.reals.randomElement(using: &$0) ?? 0) }),
      (
        "reals and nulls",
        fill(4_200) {
          Bool.random(using: &$0) ? .null : .real(Double.random(in: -9...9, using: &$0))
        }
      ),
      ("blobs", fill(4_200) { .blob(HostileValues.blobs.randomElement(using: &$0) ?? []) }),
      ("nulls", Array(repeating: .null, count: 4_200)),
    ]
  }()

  @Test(arguments: columns.indices, Collation.allCases)
  func everyTest(column: Int, collation: Collation) throws {
    let values = Self.columns[column].1
    var random = SeededGenerator(seed: UInt64(column))
    // Unchanged, and with affinities that the cells were not stored with, as in a view.
    let forms: [(Affinity, plainTextThreshold: Int)] = [
      (.blob, 0), (.blob, 1 << 20), (.text, 0), (.numeric, 0),
    ]
    let place = column + (Collation.allCases.firstIndex(of: collation) ?? 0)
    for (affinity, plainTextThreshold) in Extent.share(of: forms, every: 4, from: place) {
      let sample = try Sample(
        values, affinity: affinity, collation: collation, plainTextThreshold: plainTextThreshold)
      for test in Self.tests(values, &random) {
        for isComplement in [false, true] {
          let filter = Filter.term(Term(Sample.cell, test, isComplement: isComplement))
          let (found, expected) = try sample.rows(filter)
          #expect(
            found == expected, "\(Self.columns[column].0), \(affinity), \(isComplement): \(test)")
          #expect(try sample.database.count(sample.query(filter)) == expected.count)
        }
      }
    }
  }

  private static func tests(_ values: [Value], _ random: inout SeededGenerator) -> [FieldTest] {
    func one(_ random: inout SeededGenerator) -> Value {
      for _ in 0..<9 {
        let value =
          Bool.random(using: &random)
          ? values.randomElement(using: &random) : HostileValues.all.randomElement(using: &random)
        if let value, !value.isNull { return value }
      }
      return 1
    }
    func pattern(_ text: Text, _ random: inout SeededGenerator) -> FieldTest {
      .matches(
        TextPattern(
          text, anchor: TextPattern.Anchor.allCases.randomElement(using: &random) ?? .anywhere,
          ignoresCase: Bool.random(using: &random)))
    }
    var tests: [FieldTest] = [
      .isNull, .isEmpty, .equals(one(&random)), .compares(.less, one(&random)),
      .compares(.lessOrEqual, one(&random)), .compares(.greater, one(&random)),
      .compares(.greaterOrEqual, one(&random)), .isBetween(one(&random), one(&random)),
      .isOneOf((0..<3).map { _ in one(&random) }), .isOneOf((0..<40).map { _ in one(&random) }),
      pattern(
        ["needle", "a", "b", "\u{0}", "", "é", "1"].randomElement(using: &random) ?? "", &random),
    ]
    if case .text(let text) = one(&random) { tests.append(pattern(text, &random)) }
    return tests
  }

  @Test func manyScatteredIntegers() throws {
    let sample = try Sample((0..<9_000).map { .integer(Int64($0) * 1_000_003 % 9_000_000_001) })
    let wanted = stride(from: 0, to: 9_000, by: 5).map { sample.values[$0] }
    let (found, expected) = try sample.rows(.test(Sample.cell, .isOneOf(wanted)))
    #expect(found == expected && found.count == 1_800)
  }

  @Test func groups() throws {
    let sample = try Sample((0..<20_000).map { .integer(Int64($0 % 97)) })
    func below(_ number: Int64) -> Filter { .test(Sample.cell, .compares(.less, .integer(number))) }
    let filters: [Filter] = [
      .all(below(50), below(20).complement), .any(below(3), below(90).complement),
      .any(.all(below(10), below(5).complement), below(95).complement, .all(below(3), below(1))),
      .all(below(10), below(10).complement), .any(below(10), below(10).complement),
    ]
    for filter in filters {
      let (found, expected) = try sample.rows(filter)
      #expect(found == expected)
    }
  }

  @Test func countingStopsAtTheLimit() throws {
    let sample = try Sample((0..<20_000).map { .integer(Int64($0)) })
    #expect(try sample.database.count(sample.query(), upTo: 10_000) == 10_000)
    #expect(try sample.database.count(sample.query(), upTo: 30_000) == 20_000)
  }
}
