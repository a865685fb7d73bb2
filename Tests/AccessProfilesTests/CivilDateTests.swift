import RowscopeModel
import Testing
import TimeZones

@Suite struct CivilDateTests {
  @Test(arguments: [
    (Int64(0), "1970-01-01"), (20_779, "2026-11-22"), (-719_528, "0000-01-01"),
    (2_932_896, "9999-12-31"), (11_016, "2000-02-29"), (-1, "1969-12-31"), (.max, "9999-12-31"),
  ])
  func daysHaveDates(days: Int64, text: String) {
    #expect(CivilDate(daysSinceEpoch: days).text == text)
  }

  @Test func theDayDependsOnTheTimeZone() {
    let clock = RequestClock(now: 1_795_305_600 - 1, utcOffset: 3_600)
    #expect(clock.nowText == "2026-11-21T23:59:59Z")
    #expect(clock.today.text == "2026-11-22")
  }
}
