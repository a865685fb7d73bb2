import RecordFilter
import RowscopeModel
import TimeZones

/// Points in time on the command line.
enum Instant {
  /// `2026-11-22T09:00:00Z` or `2026-11-22T09:00-03:00` in seconds since 1970-01-01T00:00:00Z.
  static func seconds(_ text: String) throws(CommandError) -> Int64 {
    let date = Text(text).withBytes { ISODateText($0) }
    guard let date, date.offset != nil else {
      throw .usage(
        "`--now` takes a time with its zone, not `\(text)`",
        help: "2026-11-22T09:00:00Z, or 2026-11-22T06:00:00-03:00")
    }
    return date.moment(in: .utc).floorDivided(by: Moment.second)
  }
}
