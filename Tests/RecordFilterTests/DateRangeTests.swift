import RecordFilter
import RowscopeModel
import Testing

/// Which texts are dates, and on which day they fall: cases where few records would show a wrong
/// answer.
@Suite struct DateRangeTests {
  private static let day = Field(name: "day", affinity: .text, kind: .date(.iso))

  /// The days from 22 to 23 November 2026, in UTC.
  private static let range = DateRange(
    encoding: .iso, first: "2026-11-22", end: "2026-11-24", outerFirst: "2026-11-20",
    outerEnd: "2026-11-26", firstInstant: 1_795_305_600, endInstant: 1_795_478_400)

  static let texts: [(String, Bool)] = [
    ("2026-11-22", true), ("2026-11-23", true), ("2026-11-21", false), ("2026-11-24", false),
    ("2026-11-22T00:00", true), ("2026-11-23 23:59:59", true), ("2026-11-24T00:00:00", false),
    ("2026-11-22T00:00Z", true), ("2026-11-21T23:59:59Z", false),
    ("2026-11-23T23:59:59.999Z", true),
    ("2026-11-24T00:00:00Z", false), ("2026-11-22T01:00+01:00", true),
    ("2026-11-22T00:59+01:00", false), ("2026-11-21T23:00-01:00", true),
    ("2026-11-21T22:59-01:00", false), ("2026-11-24T13:59+14:00", true),
    ("2026-11-23T10:00-14:00", false), ("2026-11-23T09:59-14:00", true),
    ("2026-11-23T24:00", true), ("2026-11-23T24:00Z", false),
    // Rounded to a millisecond, which may be the first of the next day.
    ("2026-11-21T23:59:59.9996Z", true), ("2026-11-21T23:59:59.9994Z", false),
    ("2026-11-23T23:59:59.9996Z", false),
    // A text that is not a date is in no range.
    ("2026-11-22T00:00:60", false), ("2026-11-22T00:60", false), ("2026-11-22T25:00", false),
    ("2026-11-22T00:00:00.", false), ("2026-11-22T00:00:00.x", false),
    ("2026-11-22T00:00:00.5", true), ("2026-11-22T00:00:00.5Zx", false),
    ("2026-11-22T00:00:0", false), ("2026-11-22T00:00x", false), ("2026-11-22T00:00Z ", false),
    ("2026-11-22T00:00+15:00", false), ("2026-11-22T00:00+01:60", false),
    ("2026-11-22T00:00+01", false), ("2026-11-22T00:00+0100", false), ("2026-11-22x", false),
    ("2026-11-22T", false), ("2026-11-22T00", false), ("2026-11-2", false), ("2026-13-22", false),
    ("2026-11-2x", false), ("2026-11-32", false), ("2026/11/22", false),
    ("2026-11-22t00:00", false),
  ]

  @Test(arguments: texts)
  func textsInTheRange(text: String, lies: Bool) {
    #expect(Self.range.contains(.text(Text(text)), in: Self.day) == lies)
  }

  /// A text in a column is a slice of a longer buffer: the bytes behind it are not part of it.
  @Test(arguments: texts.map(\.0) + ["2026-11-22T00:00:00.57Z", "2026-11-22 23:59:59.57+10:00"])
  func nothingBehindATextIsRead(text: String) {
    let bytes = Array(text.utf8)
    for count in 0...bytes.count {
      let alone = Self.range.contains(.text(Text(String(text.prefix(count)))), in: Self.day)
      // Behind the text stand bytes that would make a different date of it.
      for behind in ["", "0", "T", ":", ".", "5", "Z", "+"] {
        let among = (bytes.prefix(count) + behind.utf8 + bytes.dropFirst(count))
          .withUnsafeBufferPointer {
            Self.range.contains(UnsafeBufferPointer(rebasing: $0[..<count]), collation: .binary)
          }
        #expect(among == alone, "\(text.prefix(count)), then \(behind)")
      }
    }
  }

  /// Instants are counted from 1970, negative ones too, in the proleptic Gregorian calendar.
  @Test(arguments: [
    ("1969-12-31T23:59:59.500Z", -1), ("1970-01-01T00:00:00Z", 0), ("1969-12-31T23:59:59Z", -1),
    ("1969-12-31T23:59:58.999Z", -2), ("0000-01-01T00:00:00Z", -62_167_219_200),
    ("0000-02-29T00:00:00Z", -62_162_121_600), ("0000-03-01T00:00:00Z", -62_162_035_200),
    ("2000-02-29T12:00:00Z", 951_825_600), ("1900-03-01T00:00:00Z", -2_203_891_200),
    ("2026-02-30T00:00:00Z", 1_772_409_600), ("9999-12-31T23:59:59Z", 253_402_300_799),
  ])
  func instants(text: String, second: Int64) {
    func range(from first: Int64) -> DateRange {
      DateRange(
        encoding: .iso, first: "9999", end: "9999", outerFirst: "0", outerEnd: "A",
        firstInstant: first, endInstant: first + 1)
    }
    let value = Value.text(Text(text))
    #expect(range(from: second).contains(value, in: Self.day))
    #expect(!range(from: second - 1).contains(value, in: Self.day))
    #expect(!range(from: second + 1).contains(value, in: Self.day))
  }

  @Test func secondsAreARangeOfNumbers() {
    var range = Self.range
    range.encoding = .unix
    let field = Field(name: "at", affinity: .integer, kind: .date(.unix))
    let values: [(Value, Bool)] = [
      (.integer(range.firstInstant), true), (.integer(range.firstInstant - 1), false),
      (.integer(range.endInstant - 1), true), (.integer(range.endInstant), false),
      (.real(Double(range.endInstant) - 0.5), true), (.null, false), ("2026-11-22", false),
    ]
    for (value, lies) in values {
      #expect(range.contains(value, in: field) == lies, "\(value)")
    }
    #expect(!Self.range.contains(1_795_305_600, in: Self.day))
  }
}
