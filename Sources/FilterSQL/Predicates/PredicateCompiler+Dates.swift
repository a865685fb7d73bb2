import RecordFilter
import RowscopeModel

extension PredicateCompiler {
  /// Whether a date lies in a range of days.
  ///
  /// Unix seconds are compared as a range of numbers. ISO text is first compared as a range of
  /// text, which an index can serve. That range is two days wider at both ends than requested,
  /// since a time may have an offset of up to fourteen hours. The remaining texts are then parsed:
  /// `YYYY-MM-DD`, optionally followed by `T` or a space and `HH:MM`, `HH:MM:SS` or `HH:MM:SS.fff`,
  /// and then nothing (local to the request's time zone), `Z`, or an offset `+HH:MM`.
  mutating func isWithin(
    _ field: FieldID, _ range: DateRange, _ not: Bool, _ writer: inout SQLWriter
  ) {
    if not {
      writer.write("ifnull(")
      isWithin(field, range, &writer)
      writer.write(", 0) = 0")
    } else {
      isWithin(field, range, &writer)
    }
  }

  private func isWithin(_ field: FieldID, _ range: DateRange, _ writer: inout SQLWriter) {
    writer.write("(")
    switch range.encoding {
    case .unix:
      bounds(field, .integer(range.firstInstant), .integer(range.endInstant), &writer)
    case .iso:
      bounds(field, .text(range.outerFirst), .text(range.outerEnd), &writer)
      writer.write(" AND CASE WHEN typeof(")
      column(field, &writer)
      writer.write(") <> 'text' OR ")
      column(field, &writer)
      writer.write(" NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' OR instr(")
      column(field, &writer)
      writer.write(", char(0)) > 0 OR julianday(")
      column(field, &writer)
      writer.write(") IS NULL THEN 0 WHEN length(")
      column(field, &writer)
      writer.write(") = 10 THEN ")
      bounds(field, .text(range.first), .text(range.end), &writer)
      writer.write(" WHEN ")
      column(field, &writer)
      writer.write(" NOT GLOB '??????????[T ][0-9][0-9]:[0-9][0-9]*' OR substr(")
      column(field, &writer)
      writer.write(", 12) GLOB '*[^0-9:.Z+-]*' THEN 0 WHEN ")
      column(field, &writer)
      writer.write(" GLOB '*Z' OR substr(")
      column(field, &writer)
      writer.write(", 12) GLOB '*[+-]*' THEN unixepoch(")
      column(field, &writer)
      writer.write(") >= ")
      writer.bind(.integer(range.firstInstant))
      writer.write(" AND unixepoch(")
      column(field, &writer)
      writer.write(") < ")
      writer.bind(.integer(range.endInstant))
      writer.write(" ELSE ")
      bounds(field, .text(range.first), .text(range.end), &writer)
      writer.write(" END")
    }
    writer.write(")")
  }

  private func bounds(
    _ field: FieldID, _ low: Value, _ end: Value, _ writer: inout SQLWriter
  ) {
    comparand(field, &writer)
    writer.write(" >= ")
    writer.bind(low)
    writer.write(" AND ")
    comparand(field, &writer)
    writer.write(" < ")
    writer.bind(end)
  }
}
