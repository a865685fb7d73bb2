import RecordFilter
import RowscopeModel

extension PredicateCompiler {
  /// Whether a date lies in a range of days.
  ///
  /// Unix seconds are a range of numbers. ISO text is a range of text first, which an index can serve, two days wider at both
  /// ends than asked for since a time may carry an offset of up to fourteen hours; what is left is read exactly:
  /// `YYYY-MM-DD`, or that with `T` or a space and `HH:MM`, `HH:MM:SS` or `HH:MM:SS.fff`, and then nothing (local to the
  /// zone of the request), `Z`, or an offset `+HH:MM`.
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
