import RecordFilter
import RowscopeModel
import TestSupport
import Testing

@testable import DataFiles
@testable import RecordStore

private func withBytes<Result>(
  of text: String, _ body: (UnsafeBufferPointer<UInt8>) -> Result
) -> Result {
  Array(text.utf8).withUnsafeBufferPointer(body)
}

@Suite struct CSVNumberTests {
  @Test(arguments: [
    ("0", 0), ("7", 7), ("-1", -1), ("1000000000000000000", 1_000_000_000_000_000_000),
    ("9223372036854775807", Int64.max), ("-9223372036854775808", Int64.min),
  ])
  func `Canonical integers of 64 bits are integers`(text: String, value: Int64) throws {
    let integer: Int64? = withBytes(of: text) {
      if case .integer(let integer) = CSVNumber($0) { integer } else { nil }
    }
    #expect(integer == value)
  }

  @Test(arguments: [
    "0.0", "-0.0", "10.50", "0.1", "-12.75", "1.5e10", "1.5E-7", "1.0e+20", "3.141592653589793",
    "0.30000000000000004", "123456789012345.67", "1.7976931348623157e308", "5.0e-324", "2.5e-308",
    "9007199254740993.0", "0.000000000000000000001", "100000000000000000000.0",
    "72057594037927945.0", "1.50000000000000000000000", "0.00000000000000000000000",
  ])
  func `Decimals with a fraction are the nearest real`(text: String) throws {
    let real: Double? = withBytes(of: text) {
      if case .real(let real) = CSVNumber($0) { real } else { nil }
    }
    let expected = try #require(Double(text))
    #expect(try #require(real).bitPattern == expected.bitPattern)
  }

  @Test(arguments: [
    "", "-", "+5", "007", "-0", "00", "-01", "1_000", "1,5", " 1", "1 ", "1.", ".5", "1e5", "12E4",
    "0x10",
    "nan", "inf", "-inf", "Infinity", "9223372036854775808", "-9223372036854775809", "00.5", "1.5e",
    "1.5e+", "1.5.2", "1.0e309", "1.0e-400", "1.0e99999", "0.123456789012345678",
    "12345678901234567.89",
    "１", "1.5f", "--1",
  ])
  func `Text that a number would change stays text`(text: String) {
    #expect(withBytes(of: text) { CSVNumber($0) == nil })
  }

  @Test(arguments: [
    "1", " 1 ", "+5", "007", "1.", ".5", "1e5", "-1.5E+3", "\t1\n", "0.1234567890123456789",
  ])
  func `SQLite takes these for numbers in a numeric column`(text: String) throws {
    #expect(withBytes(of: text, CSVNumber.isNumeric))
    #expect(try storedClass(of: text) != .text)
  }

  @Test(arguments: ["", " ", ".", "1e", "1 2", "0x10", "inf", "nan", "1.5.2", "e5", "+", "1_0"])
  func `SQLite leaves these as text in a numeric column`(text: String) throws {
    #expect(!withBytes(of: text, CSVNumber.isNumeric))
    #expect(try storedClass(of: text) == .text)
  }

  /// The storage class that SQLite itself gives the text.
  private func storedClass(of text: String) throws -> StorageClass {
    let connection = try Connection(.inMemory)
    try connection.execute("CREATE TABLE t(c REAL)")
    let insertion = try connection.temporaryStatement(
      "INSERT INTO t VALUES (?)", as: .unrestricted)
    try insertion.bind([.text(text)])
    _ = try insertion.step()
    let rows = try connection.temporaryStatement("SELECT c FROM t", as: .unrestricted).rows()
    return rows[0][0].storageClass
  }

  @Test func `A mixed column of reals keeps large integers as text`() {
    func content(_ cells: [String?]) -> CSVColumnContent {
      var inference = CSVTypeInference()
      for cell in cells {
        guard let cell else {
          inference.observe(nil, isQuoted: false)
          continue
        }
        withBytes(of: cell) { inference.observe($0, isQuoted: false) }
      }
      return inference.content
    }
    #expect(content([]) == .text)
    #expect(content([nil, nil]) == .text)
    #expect(content(["", nil]) == .text)
    #expect(content(["1", nil, "", "-7"]) == .integer)
    #expect(content(["1", "2.5"]) == .real)
    #expect(content(["2.5", "9007199254740992"]) == .real)
    #expect(content(["2.5", "9007199254740993"]) == .text)
    #expect(content(["9007199254740993"]) == .integer)
    #expect(content(["1", "x"]) == .text)
    #expect(content(["1", "007"]) == .text)
  }
}
