import RecordFilter
import RowscopeModel
import Testing
import TimeZones

/// Which stored values stand for which values of a type.
@Suite struct DeclaredTypeTests {
  private static let utc = DeclaredType.datetime(.iso)
  /// 2026-11-22T00:00:00Z.
  private static let midnight: Int64 = 1_795_305_600 * Moment.second

  private func zone(_ name: String) throws -> DateForm.Zone {
    .rule(try #require(ZoneRule(named: name)))
  }

  static let texts: [(String, Int64?)] = [
    ("2026-11-22", 0), ("2026-11-22T00:00", 0), ("2026-11-22 00:00:00", 0),
    ("2026-11-22 00:00:01.5", 1_500_000), ("2026-11-22T00:00:00.0000019", 1),
    ("2026-11-22T01:00Z", 3_600_000_000), ("2026-11-22T01:00+01:00", 0),
    ("2026-11-22T01:00+0100", 0), ("2026-11-22T01:00+01", 0), ("2026-11-21T23:00-01:00", 0),
    ("2026-11-22 01:00:00 +01:00", 0), ("2026-11-22 00:00:00 UTC", 0),
    ("2026-11-22 00:00:00 +0000 UTC", 0), ("2026-11-22 00:00:00.000000+00:00", 0),
    ("2026-11-21T24:00:00", 0), ("2026-11-21T24:00Z", 0),
    // Not dates.
    ("2026-11-21T24:00:01", nil), ("2026-11-22T00:00:60", nil), ("2026-11-22T00:60", nil),
    ("2026-11-22T25:00", nil), ("2026-11-22T00:00:00.", nil), ("2026-11-22T00:00.5", nil),
    ("2026-11-22T00:00:0", nil), ("2026-11-22T00:00x", nil), ("2026-11-22T00:00Z ", nil),
    ("2026-11-22T00:00+15:00", nil), ("2026-11-22T00:00+01:60", nil),
    ("2026-11-22T00:00+1", nil), ("2026-11-22T00:00+012", nil), ("2026-11-22x", nil),
    ("2026-11-22 00:00:00 +01:00 UTC", nil), ("2026-11-22T", nil), ("2026-11-22T00", nil),
    ("2026-11-2", nil), ("2026-13-22", nil), ("2026-02-30", nil), ("20261122", nil),
    ("20261122T000000Z", nil), ("2026/11/22", nil), ("2026-11-22t00:00", nil),
    ("2026-11-22T00:00z", nil), (" 2026-11-22", nil), ("", nil), ("today", nil),
  ]

  @Test(arguments: texts) func `a text is a moment`(text: String, microseconds: Int64?) {
    let value = Self.utc.value(of: .text(Text(text)))
    #expect(value == microseconds.map { .integer(Self.midnight + $0) })
  }

  /// A text in a column is a slice of a longer buffer: the bytes behind it are not part of it.
  @Test(arguments: texts.map(\.0)) func `nothing behind a text is read`(text: String) {
    let bytes = Array(text.utf8)
    for count in 0...bytes.count {
      let alone = Self.utc.value(of: .text(Text(String(text.prefix(count)))))
      for behind in ["", "0", "T", ":", ".", "5", "Z", "+"] {
        let among = (bytes.prefix(count) + behind.utf8 + bytes.dropFirst(count))
          .withUnsafeBufferPointer {
            Self.utc.value(of: BorrowedValue.text(UnsafeBufferPointer(rebasing: $0[..<count])))
          }
        #expect(among == alone, "\(text.prefix(count)), then \(behind)")
      }
    }
  }

  @Test func `a time of a zone is read there`() throws {
    let berlin = DeclaredType.datetime(DateForm(zone: try zone("Europe/Berlin")))
    // Summer and winter.
    #expect(berlin.value(of: "2026-06-20 00:30:00") == .integer(1_781_908_200 * Moment.second))
    #expect(
      berlin.value(of: "2026-11-22 00:00") == .integer(Self.midnight - 3_600 * Moment.second))
    // An offset of its own counts.
    #expect(berlin.value(of: "2026-11-22T00:00Z") == .integer(Self.midnight))
    // A day is the day that it falls on in the zone.
    let day = DeclaredType.date(DateForm(zone: try zone("Europe/Berlin")))
    #expect(day.value(of: "2026-06-19T22:30:00Z") == day.value(of: "2026-06-20"))
    #expect(day.value(of: "2026-06-19T22:30:00") == day.value(of: "2026-06-19"))
  }

  @Test(
    arguments: [
      ("unix", 1_795_305_600), ("unix_ms", 1_795_305_600_000), ("unix_us", 1_795_305_600_000_000),
      ("apple", 816_998_400), ("webkit", 13_439_779_200_000_000),
    ] as [(String, Int64)])
  func `a number is a moment`(name: String, number: Int64) throws {
    let encoding = try #require(DateEncoding(named: name))
    let type = DeclaredType.datetime(DateForm([encoding]))
    #expect(type.value(of: Value.integer(number)) == .integer(Self.midnight))
    #expect(type.value(of: Value.real(Double(number))) == .integer(Self.midnight))
    guard case .number(let numeric) = encoding else { return }
    #expect(numeric.stored(Self.midnight) == Value.integer(number))
    #expect(type.value(of: .text(Text(String(number)))) == nil)
    #expect(type.value(of: Value.integer(.max)) == nil)
    #expect(type.value(of: Value.real(.infinity)) == nil)
  }

  @Test func `Julian days are moments`() throws {
    let type = DeclaredType.datetime(DateForm([try #require(DateEncoding(named: "julian"))]))
    #expect(type.value(of: Value.real(2_461_366.5)) == .integer(Self.midnight))
    #expect(type.value(of: Value.integer(2_461_366)) == .integer(Self.midnight - Moment.day / 2))
  }

  /// The least number for a moment is on its side of the moment, and the one before it is not.
  @Test(arguments: DateEncoding.named.map(\.name) + ["nano", "centi"])
  func `a moment has a least number`(name: String) throws {
    let encoding: DateEncoding? =
      switch name {
      case "nano": .number(.unix(digits: 9))
      case "centi": .number(.unix(digits: 2))
      default: DateEncoding(named: name)
      }
    guard case .number(let number)? = encoding else { return }
    var moments: [Int64] = [
      0, 1, -1, 999_999, 1_000_001, Self.midnight, Self.midnight + 7, Self.midnight - 500_001,
      Moment.all.lowerBound, Moment.all.upperBound, Moment.all.upperBound + 1,
    ]
    moments += (0..<2_000).map { -5_000_000_000_000_000 + Int64($0) * 7_919_000_777_123 }
    for moment in moments {
      switch number.least(from: moment) {
      case .integer(let integer):
        #expect(moment > Moment.all.upperBound || number.moment(of: integer) == moment)
        if let before = number.moment(of: integer - 1) { #expect(before < moment) }
      case .real(let real):
        // Seconds have no exact number for each microsecond; days have none for most.
        if let found = number.moment(of: real) { #expect(found >= moment) }
        if let before = number.moment(of: real.nextDown) { #expect(before < moment) }
      case let other: Issue.record("\(other)")
      }
    }
  }

  @Test(
    arguments: [
      (.integer(1), true), (.integer(0), false), (.real(1), true), ("t", true), ("F", false),
      ("TRUE", true), ("yes", true), ("No", false), ("on", true), ("OFF", false), ("1", true),
      ("0", false), (.integer(2), nil), ("x", nil), ("", nil), ("true ", nil), (.null, nil),
      (.blob([1]), nil),
    ] as [(Value, Bool?)])
  func `a checkbox has many spellings`(stored: Value, flag: Bool?) {
    #expect(DeclaredType.checkbox.value(of: stored) == flag.map { .flag($0) })
  }

  @Test func `every spelling of a checkbox is found`() {
    for flag in [true, false] {
      for spelling in CheckboxText.spellings(of: [flag]) {
        #expect(DeclaredType.checkbox.value(of: spelling) == .flag(flag))
      }
    }
    #expect(CheckboxText.spellings(of: [true]).count == 1 + 2 + 2 + 16 + 8 + 4)
  }

  @Test func `a UUID has many forms`() {
    let bytes: [UInt8] = [
      0x3F, 0xDF, 0xC4, 0xF5, 0xAE, 0xAB, 0x4D, 0x72, 0x9C, 0x96, 0x20, 0x1E, 0x00, 0x43, 0x49,
      0xFA,
    ]
    let forms: [Value] = [
      "3fdfc4f5-aeab-4d72-9c96-201e004349fa", "3FDFC4F5-AEAB-4D72-9C96-201E004349FA",
      "3fdfc4f5aeab4d729c96201e004349fa", "3FDFC4F5AEAB4D729C96201E004349FA",
      "{3fdfc4f5-AEAB-4d72-9c96-201e004349fa}", "{3fdfc4f5aeab4d729c96201e004349fa}",
      .blob(bytes),
    ]
    for form in forms { #expect(DeclaredType.uuid(nil).value(of: form) == .blob(bytes)) }
    for form in UUIDForm.allCases {
      let stored = UUIDText.stored(bytes, as: form)
      #expect(forms.filter { DeclaredType.uuid(form).value(of: $0) != nil } == [stored])
    }
    let none: [Value] = [
      "3fdfc4f5-aeab-4d72-9c96-201e004349f", "3fdfc4f5aeab-4d72-9c96-201e004349fa-", "{", "{}",
      "3fdfc4f5-aeab-4d72-9c96-201e004349fg", "{3fdfc4f5aeab4d729c96201e004349fa", "",
      .blob(Array(bytes.dropLast())), 7, .null,
    ]
    for value in none { #expect(DeclaredType.uuid(nil).value(of: value) == nil) }
    #expect(Presentation.uuid(nil).shown(.blob(bytes)) == forms[0])
    #expect(Presentation.uuid(nil).shown("x") == "x")
  }

  @Test(
    arguments: [
      ("09:30", 34_200_000_000), ("09:30:15.5", 34_215_500_000),
      ("23:59:59.9999999", 86_399_999_999),
      ("24:00", nil), ("9:30", nil), ("09:30:60", nil), ("09:30.5", nil), ("09:30Z", nil),
    ] as [(String, Int64?)])
  func `a time of day`(text: String, microseconds: Int64?) {
    #expect(DeclaredType.time.value(of: .text(Text(text))) == microseconds.map { .integer($0) })
  }

  @Test(arguments: [
    ("YYYY-MM-DD", "2026-11-22", ["2026-11-22 00:00:00"]),
    (
      "YYYY-MM-DD HH:MM:SS", "2026-11-22 09:30:15",
      ["2026-11-22T09:30:15", "2026-11-22", "2026-11-22 09:30:15.5"]
    ),
    (
      "YYYY-MM-DDTHH:MM:SS.fffZ", "2026-11-22T09:30:15.250Z",
      ["2026-11-22T09:30:15Z", "2026-11-22T09:30:15.25Z"]
    ),
    (
      "YYYY-MM-DD HH:MM:SS[.f]", "2026-11-22 09:30:15.5",
      ["2026-11-22 09:30:15.", "2026-11-22 09:30", "2026-11-22 09:30:15.5Z"]
    ),
    ("YYYY-MM-DD HH:MM:SS+00:00", "2026-11-22 09:30:15+00:00", ["2026-11-22 09:30:15+01:00"]),
  ])
  func `a layout is one form`(name: String, fit: String, others: [String]) throws {
    let layout: DateLayout = try #require(DateLayout(name))
    let type = DeclaredType.datetime(DateForm(layout: layout))
    #expect(type.value(of: .text(Text(fit))) != nil)
    for other in others { #expect(type.value(of: .text(Text(other))) == nil, "\(other)") }
  }

  @Test(arguments: [
    "", "YYYY", "YYYY-MM-DD HH", "YYYY-MM-DD HH:MM.f", "YYYY-MM-DD HH:MM:SS[.f]Z", "DD/MM/YYYY",
    "YYYY-MM-DDZ", "YYYY-MM-DD HH:MM:SS.ffffffffff", "YYYY-MM-DD HH:MM:SS+02:00",
  ])
  func `other layouts are none`(name: String) { #expect(DateLayout(name) == nil) }

  @Test func `a day is all its moments`() throws {
    let span = try #require(Self.utc.literal("2026-11-22"))
    #expect(span.low == .integer(Self.midnight))
    #expect(span.high == .integer(Self.midnight + Moment.day - 1))
    for wrong in ["today", "2026-13-45", "2026-4-1", ""] as [Value] {
      #expect(Self.utc.literal(wrong) == nil)
    }
    #expect(Self.utc.literal(1_795_305_600) == nil)
    #expect(
      DeclaredType.datetime(.unix).literal(1_795_305_600) == ValueSpan(.integer(Self.midnight)))
    #expect(DeclaredType.number.literal("five") == nil)
    #expect(DeclaredType.checkbox.literal("t") == nil)
    #expect(DeclaredType.checkbox.literal(2) == nil)
  }

  @Test(arguments: [
    (MembersForm(), #"["7",7,8.0]"#, #"["7",7,8.0]"#),
    (MembersForm(type: .number), #"["7","x",8.5,"08"]"#, #"[7,null,8.5,8]"#),
    (MembersForm(type: .text), #"["7",7,7.0]"#, #"["7","7","7.0"]"#),
    (MembersForm(separator: 0x2C), "3, 7 ,,a", #"["3","7","a"]"#),
    (MembersForm(separator: 0x7C), "|3|7|", #"["3","7"]"#),
    (MembersForm(separator: 0x7C), "||", "[]"),
    (MembersForm(separator: 0x2C, type: .number), "3,x", "[3,null]"),
  ])
  func `members become an array`(form: MembersForm, stored: String, array: String) {
    #expect(
      Conversion.members(form).converted(.text(Text(stored))) == .text(Text(array)))
  }

  @Test func `a whole number and its digits are one member`() {
    #expect(MemberType.any.equals([7]) == [7, "7"])
    #expect(MemberType.any.equals([7.0]) == [7.0, "7"])
    #expect(MemberType.any.equals(["7"]) == ["7", 7])
    for value in ["007", "7.0", "+7", " 7", "x", 7.5] as [Value] {
      #expect(MemberType.any.equals([value]) == [value])
    }
  }
}
