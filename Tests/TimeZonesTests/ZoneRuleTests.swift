import Testing
import TimeZones

@Suite struct ZoneRuleTests {
  private func zone(_ name: String) throws -> ZoneRule { try #require(ZoneRule(named: name)) }

  @Test(arguments: [
    ("UTC", 0), ("Z", 0), ("+05:30", 19_800), ("-03:00", -10_800), ("+00:00", 0),
    ("Etc/GMT+5", -18_000), ("Etc/GMT-14", 50_400), ("Etc/GMT+12", -43_200), ("Etc/GMT", 0),
    ("Etc/GMT0", 0), ("Etc/GMT+0", 0), ("Etc/GMT-0", 0),
  ])
  func `offsets are zones`(name: String, seconds: Int) throws {
    #expect(try zone(name) == .fixed(seconds))
  }

  @Test(arguments: [
    "GMT+3", "Etc/GMT+13", "Etc/GMT-15", "Etc/GMT+03", "Etc/GMT+", "UTC+1", "+3", "+24:00",
    "+01:60", "", "utc", "Europe/Berlim", "local",
    "Europe/../UTC", "/etc/localtime",
  ])
  func `other names are none`(name: String) { #expect(ZoneRule(named: name) == nil) }

  @Test(arguments: [
    // 2026-03-29T01:00:00Z and 2026-10-25T01:00:00Z are the changes in Berlin.
    ("Europe/Berlin", 1_774_745_999, 3_600), ("Europe/Berlin", 1_774_746_000, 7_200),
    ("Europe/Berlin", 1_792_889_999, 7_200), ("Europe/Berlin", 1_792_890_000, 3_600),
    ("America/Sao_Paulo", 1_774_746_000, -10_800), ("Australia/Lord_Howe", 1_767_225_600, 39_600),
    ("Australia/Lord_Howe", 1_782_864_000, 37_800), ("Asia/Kathmandu", 0, 19_800),
    // 2500-07-01 and 2500-01-01, beyond any table.
    ("Europe/Berlin", 16_740_950_400, 7_200), ("Europe/Berlin", 16_725_312_000, 3_600),
  ])
  func `zones have summer times`(name: String, second: Int64, offset: Int64) throws {
    #expect(try zone(name).offset(at: second) == offset)
  }

  @Test func `a local time that occurs twice is the earlier one`() throws {
    let berlin = try zone("Europe/Berlin")
    // 02:30 on 25 October 2026: in summer time, 00:30Z.
    let local = (1_792_888_200 + 7_200) * Moment.second
    #expect(berlin.moment(ofLocal: local) == 1_792_888_200 * Moment.second)
    // An hour later, when it is 02:30 again, the local time is the same.
    #expect(berlin.local(of: (1_792_888_200 + 3_600) * Moment.second) == local)
    #expect(
      berlin.moment(ofLocal: local + 1_800 * Moment.second) == 1_792_893_600 * Moment.second - 3_600
        * Moment.second + 3_600 * Moment.second)
  }

  @Test func `a local time that does not exist takes the offset before the gap`() throws {
    let berlin = try zone("Europe/Berlin")
    // 02:30 on 29 March 2026 with the winter's offset is 01:30Z.
    let local = (1_774_747_800 + 3_600) * Moment.second
    #expect(berlin.moment(ofLocal: local) == 1_774_747_800 * Moment.second)
  }

  @Test(arguments: [
    "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo",
  ])
  func `a moment is found again by its local time`(name: String) throws {
    let zone = try zone(name)
    for step in 0..<40_000 {
      let moment = Int64(step) * 49_999 * Moment.second
      let found = zone.moment(ofLocal: zone.local(of: moment))
      // Where the local time occurs twice, the earlier one is found.
      #expect(found == moment || found < moment && zone.local(of: found) == zone.local(of: moment))
    }
  }
}
