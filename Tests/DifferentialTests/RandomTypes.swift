import RecordFilter
import RowscopeModel
import TestSupport
import TimeZones

/// Declared types, and values as they are stored under them: right ones of every form, and hostile
/// ones.
enum RandomTypes {
  private static let zones: [ZoneRule] =
    [.utc, .fixed(7_200), .fixed(-12_600)]
    + ["Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe"].compactMap {
      ZoneRule(named: $0)
    }
  private static let layouts = [
    "YYYY-MM-DD", "YYYY-MM-DD HH:MM:SS", "YYYY-MM-DDTHH:MM:SSZ", "YYYY-MM-DD HH:MM:SS[.f]",
    "YYYY-MM-DDTHH:MM:SS.fff", "YYYY-MM-DD HH:MM",
  ]
  private static let encodings: [DateEncoding] =
    DateEncoding.named.map(\.encoding) + [
      .number(.unix(digits: 2)), .number(.unix(digits: 9)),
    ]

  static func type(_ random: inout SeededGenerator) -> DeclaredType {
    switch Int.random(in: 0..<12, using: &random) {
    case 0, 1: .number
    case 2: .text
    case 3: .checkbox
    case 4: .time
    case 5: .uuid(nil)
    case 6: .uuid(UUIDForm.allCases.randomElement(using: &random))
    case 7, 8: .date(dates(&random))
    default: .datetime(dates(&random))
    }
  }

  static func members(_ random: inout SeededGenerator) -> MembersForm {
    MembersForm(
      separator: Bool.random(using: &random) ? nil : [0x2C, 0x7C].randomElement(using: &random),
      type: MemberType.allCases.randomElement(using: &random) ?? .any)
  }

  private static func dates(_ random: inout SeededGenerator) -> DateForm {
    func zone(_ random: inout SeededGenerator) -> DateForm.Zone {
      .rule(zones.randomElement(using: &random) ?? .utc)
    }
    switch Int.random(in: 0..<8, using: &random) {
    case 0, 1, 2: return DateForm(zone: zone(&random))
    case 3: return DateForm(zone: .rule(.utc), dayZone: zone(&random))
    case 4:
      return DateForm(
        zone: zone(&random),
        layout: layouts.randomElement(using: &random).flatMap { DateLayout($0) })
    case 5:
      return DateForm(
        (0..<Int.random(in: 2...3, using: &random)).map { _ in
          encodings.randomElement(using: &random) ?? .iso
        }, zone: zone(&random))
    default: return DateForm([encodings.randomElement(using: &random) ?? .iso], zone: zone(&random))
    }
  }

  // MARK: Values

  /// The values that one column draws from.
  static func pool(of type: DeclaredType, _ random: inout SeededGenerator) -> [Value] {
    (0..<Int.random(in: 2...30, using: &random)).map { _ in
      Int.random(in: 0..<8, using: &random) == 0
        ? RandomValues.value(&random) : value(of: type, &random)
    }
  }

  static func value(of type: DeclaredType, _ random: inout SeededGenerator) -> Value {
    switch type {
    case .number:
      return
        ([
          "12", "12.0000", " 7 ", "0.1", 12, 0.1, "1e3", "-5", "", "NA", "12345678901234.5678",
          -2.5,
          .blob([0x31]), "Infinity", .real(-.infinity), .real(.infinity), "007",
        ] as [Value]).randomElement(using: &random) ?? 1
    case .text:
      return (["a", "A", "b", 1, 1.0, "1", "1.0", .blob([0x61]), "", "é"] as [Value])
        .randomElement(using: &random) ?? "a"
    case .checkbox:
      return
        ([
          0, 1, 0.0, 1.0, 2, "t", "f", "T", "true", "False", "yes", "NO", "on", "Off", "y", "n",
          "1",
          "0", "maybe", "", "true ", .blob([1]),
        ] as [Value]).randomElement(using: &random) ?? 1
    case .time:
      return
        ([
          "09:05", "09:05:00", "09:05:00.000000", "23:59:59.9999999", "24:00", "9:05", "09:05:60",
          905,
          "00:00", "12:30:15.5",
        ] as [Value]).randomElement(using: &random) ?? "09:05"
    case .uuid: return uuid(&random)
    case .date(let form), .datetime(let form):
      guard case .number(let number)? = form.encodings.randomElement(using: &random) else {
        return .text(Text(RandomValues.date(&random)))
      }
      return self.number(number, &random)
    }
  }

  private static func number(
    _ number: NumericDate, _ random: inout SeededGenerator
  ) -> Value {
    // Around the days of `RandomValues.date`, and at the ends of the calendar.
    let moment =
      Int.random(in: 0..<12, using: &random) == 0
      ? [Moment.all.lowerBound, Moment.all.upperBound].randomElement(using: &random) ?? 0
      : (1_704_067_200 + Int64.random(in: -86_400...8_000_000, using: &random)) * Moment.second
        + [0, 0, 0, 500_000, 1, 999_999].randomElement(using: &random)!
    let stored = number.stored(moment)
    switch (stored, Int.random(in: 0..<6, using: &random)) {
    case (.integer(let integer), 0): return .real(Double(integer))
    case (.integer(let integer), 1): return .real(Double(integer) + 0.3)
    case (.real(let real), 0): return .real(real.nextDown)
    case (.real(let real), 1): return .real(real.nextUp)
    default: return stored
    }
  }

  private static func uuid(_ random: inout SeededGenerator) -> Value {
    let bytes = Array(repeating: UInt8.random(in: 0xA0...0xA3, using: &random), count: 16)
    switch Int.random(in: 0..<8, using: &random) {
    case 0: return .text("{" + UUIDText.canonical(bytes).string + "}")
    case 1: return .text(UUIDText.canonical(bytes).string + "0")
    case 2: return .blob(Array(bytes.dropLast()))
    default:
      return UUIDText.stored(bytes, as: UUIDForm.allCases.randomElement(using: &random) ?? .blob)
    }
  }

  static func lists(
    separatedBy separator: UInt8, _ random: inout SeededGenerator
  ) -> [Value] {
    let parts = ["3", "7", " 7 ", "", "a", "A", "7.0", "007", "\"", "x y"]
    return (0..<20).map { _ in
      if Int.random(in: 0..<8, using: &random) == 0 { return RandomValues.value(&random) }
      return .text(
        Text(
          (0..<Int.random(in: 0...4, using: &random)).map { _ in
            parts.randomElement(using: &random) ?? ""
          }.joined(separator: String(UnicodeScalar(separator)))))
    }
  }

  /// A literal of the type: a stored value's meaning, or any.
  static func span(
    of type: DeclaredType, among values: [Value], _ random: inout SeededGenerator
  ) -> ValueSpan? {
    for _ in 0..<8 {
      let value =
        Bool.random(using: &random)
        ? values.randomElement(using: &random) ?? .null : self.value(of: type, &random)
      if let span = type.literal(value) { return span }
      if let meant = type.value(of: value) { return ValueSpan(meant) }
    }
    return nil
  }
}
