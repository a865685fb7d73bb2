import RowscopeModel
import TestSupport
import Testing
import TimeZones

@testable import RecordFilter

/// What converts dates in loops converts them as the single conversion does.
@Suite struct DateReaderTests {
  private static let texts = [
    "2026-11-22", "2026-11-22 09:30:15", "2026-11-22T09:30:15Z", "2026-11-22T23:59:59",
    "2026-11-22T09:30", "2026-11-22 09:30:15.25", "2026-11-22T09:30:15+02:00",
    "2026-11-22 24:00:00", "9999-12-31 24:00:00", "9999-12-31T23:59:59Z", "0000-01-01 00:00:00",
    "0000-01-01T00:30:00+02:00", "9999-12-31T23:30:00-02:00", "2024-02-29T12:00:00Z",
    "2025-02-29 12:00:00", "2026-04-31T00:00:00Z", "2026-11-22 09:30:15 UTC", "",
  ]

  /// Each text, and each with one byte changed.
  private static let variants: [Text] = texts.flatMap { text in
    let bytes = Array(text.utf8)
    return [Text(text)]
      + bytes.indices.flatMap { index in
        "09 T-:Zx".utf8.map { other in
          var changed = bytes
          changed[index] = other
          return Text(bytes: changed)
        }
      }
  }

  private static let forms: [DateForm] = {
    let east = DateForm.Zone.rule(.fixed(7_200))
    return [
      .iso, DateForm(zone: east), DateForm(zone: east, dayZone: .rule(.fixed(-36_000))),
    ]
      + [
        "YYYY-MM-DD HH:MM:SS", "YYYY-MM-DDTHH:MM:SS", "YYYY-MM-DDTHH:MM:SSZ", "YYYY-MM-DD",
        "YYYY-MM-DD HH:MM:SS[.f]",
      ].map { DateForm(zone: east, layout: DateLayout($0)) }
  }()

  @Test func textsBecomeTheSameNumbers() throws {
    for form in Self.forms {
      for conversion in [Conversion.value(.date(form)), .value(.datetime(form))] {
        let reader = try #require(DateReader(conversion))
        for text in Self.variants {
          let expected = conversion.converted(.text(text))
          let number = text.withBytes { reader.number(of: $0) }
          #expect(number.map { .integer($0) } ?? .null == expected, "\(text.string) \(conversion)")
        }
      }
    }
  }

  @Test func theCommonFormIsReadAsAnyOther() {
    for text in Self.variants {
      let (date, other) = text.withBytes { (ISODateText($0), ISODateText(any: $0)) }
      #expect(
        date?.local == other?.local && date?.offset == other?.offset
          && date?.hasTime == other?.hasTime, "\(text.string)")
    }
  }

  @Test func otherConversionsHaveNone() {
    #expect(DateReader(.value(.datetime(.unix))) == nil)
    #expect(DateReader(.value(.number)) == nil && DateReader(.day(.iso)) == nil)
  }
}
