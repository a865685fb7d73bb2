package import RowscopeModel

extension DateRange {
  /// Whether a stored date lies in the range.
  ///
  /// Unix seconds are a number in a range. ISO text is parsed by ``ISODateText`` with SQLite's
  /// calendar; a time without an offset is local to the range's time zone.
  package func contains(_ value: Value, in field: Field) -> Bool {
    switch encoding {
    case .unix:
      return lies(value, from: .integer(firstInstant), to: .integer(endInstant), in: field)
    case .iso:
      guard case .text(let text) = value else { return false }
      return text.withBytes { contains($0, collation: field.collation) }
    }
  }

  /// Whether a date stored as ISO text lies in the range. Does not allocate.
  ///
  /// - Precondition: the range's encoding is ISO text.
  package func contains(_ text: UnsafeBufferPointer<UInt8>, collation: Collation) -> Bool {
    precondition(encoding == .iso, "Unix seconds are no text")
    func lies(from low: Text, to end: Text) -> Bool {
      low.withBytes { Comparison.order(text, $0, collation: collation) >= 0 }
        && end.withBytes { Comparison.order(text, $0, collation: collation) < 0 }
    }
    // Most dates are far outside. Text that looks like a number, and so may compare as one, is
    // never a date.
    guard lies(from: outerFirst, to: outerEnd),
      let date = ISODateText(text, calendar: .sqlite)
    else { return false }
    guard let second = date.sqliteSecond else { return lies(from: first, to: end) }
    return second >= firstInstant && second < endInstant
  }

  private func lies(_ value: Value, from low: Value, to end: Value, in field: Field) -> Bool {
    if value.isNull { return false }
    let affinity = field.affinity.whenComparedWithValue
    return Comparison.order(value, low, affinity: affinity, collation: field.collation) >= 0
      && Comparison.order(value, end, affinity: affinity, collation: field.collation) < 0
  }
}
