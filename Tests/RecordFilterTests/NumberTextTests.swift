import RowscopeModel
import TestSupport
import Testing

@testable import RecordFilter

@Suite("Numbers as text and back, as SQLite has them")
struct NumberTextTests {
  let sqlite: SQLiteOracle

  init() throws {
    sqlite = try SQLiteOracle("CREATE TABLE t(n NUMERIC)")
  }

  /// A numeric column stores text that looks like a number as that number (and a whole real as an
  /// integer).
  @Test func textThatLooksLikeANumber() throws {
    for text in HostileValues.texts {
      let stored = try sqlite.value("INSERT INTO t VALUES (?) RETURNING n", [.text(text)])
      if let number = text.withBytes(NumberText.value) {
        #expect(Comparison.order(number, stored, collation: .binary) == 0, "\(text.bytes)")
      } else {
        #expect(stored == .text(text), "\(text.bytes)")
      }
    }
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func randomDecimals(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<20_000 {
      var string = Bool.random(using: &random) ? "" : "-"
      for _ in 0..<Int.random(in: 0...22, using: &random) {
        string += String(Int.random(in: 0...9, using: &random))
      }
      if Bool.random(using: &random) {
        string += "."
        for _ in 0..<Int.random(in: 0...22, using: &random) {
          string += String(Int.random(in: 0...9, using: &random))
        }
      }
      if Bool.random(using: &random) {
        string += "e\(Int.random(in: -340...340, using: &random))"
      }
      guard case .real(let real) = Text(string).withBytes(NumberText.value) else { continue }
      let stored = try sqlite.value("SELECT CAST(? AS REAL)", [.text(string)])
      #expect(stored == .real(real), "\(string)")
    }
  }

  /// Plain arithmetic is enough for these, so SQLite is not asked.
  @Test(
    arguments: [
      ("0", 0), ("-0.0", nil), ("12", 12), ("12.50", nil), ("12.00", 12), ("-1200e-2", -12),
      ("3e3", 3_000), ("0.3", nil),
      ("9007199254740992", 9_007_199_254_740_992), ("9007199254740993", nil), ("1e15", 1e15),
      ("1e16", nil),
      ("90071992547409920e-1", 9_007_199_254_740_992), ("0e400", 0),
    ] as [(String, Double?)])
  func wholeNumbers(text: String, expected: Double?) throws {
    let decimal = try #require(Array(text.utf8).withUnsafeBufferPointer { NumberText.Decimal($0) })
    #expect(decimal.wholeReal == expected)
    if let expected { #expect(decimal.real == expected) }
  }

  @Test func numbersAsText() throws {
    for value in HostileValues.integers.map(Value.integer) + HostileValues.reals.map(Value.real) {
      #expect(try sqlite.value("SELECT CAST(? AS TEXT)", [value]) == value.asTextIfNumber)
    }
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func randomRealsAsText(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for index in 0..<30_000 {
      let real =
        switch index % 4 {
        case 0: Double(bitPattern: random.next())
        case 1: Double.random(in: -1...1, using: &random)
        case 2: Double.random(in: -1e16...1e16, using: &random)
        default: (Double.random(in: -1e6...1e6, using: &random) * 100).rounded() / 100
        }
      if real.isNaN { continue }
      let value = Value.real(real)
      let text = try sqlite.value("SELECT CAST(? AS TEXT)", [value])
      #expect(text == value.asTextIfNumber, "\(real)")
    }
  }
}
