package import RowscopeModel
package import TimeZones

/// A value of a declared type as a document or a request gives it: one value, or all moments of a
/// day.
package struct ValueSpan: Sendable, Hashable {
  package let low: Value
  package let high: Value

  package init(_ low: Value, _ high: Value) {
    self.low = low
    self.high = high
  }

  package init(_ value: Value) { self.init(value, value) }
}

extension DeclaredType {
  /// The value that a literal means; nil if the type has no such value.
  ///
  /// - Precondition: the type's zones are resolved.
  package func literal(_ value: Value) -> ValueSpan? {
    switch self {
    case .number, .text, .time: return self.value(of: value).map { ValueSpan($0) }
    case .uuid: return DeclaredType.uuid(nil).value(of: value).map { ValueSpan($0) }
    case .checkbox:
      guard Self.isFlagLiteral(value) else { return nil }
      return self.value(of: value).map { ValueSpan($0) }
    case .date(let form): return form.day(ofLiteral: value).map { ValueSpan(.integer($0)) }
    case .datetime(let form): return form.moments(ofLiteral: value)
    }
  }

  /// `true`, `false`, 0 and 1, also as text.
  private static func isFlagLiteral(_ value: Value) -> Bool {
    guard case .text(let text) = value else { return true }
    return ["true", "false", "0", "1"].contains(Name(text.string))
  }

  /// What the type takes, for people.
  package var expectation: String {
    switch self {
    case .number: "a number"
    case .text: "a text"
    case .checkbox: "true or false"
    case .time: "a time of day"
    case .uuid: "a UUID"
    case .date: "a date"
    case .datetime: "a date, or a date and time"
    }
  }

  package var example: String {
    switch self {
    case .number: "12 or 3.5"
    case .text: "\"red\""
    case .checkbox: "true"
    case .time: "\"09:30\""
    case .uuid: "\"3fdfc4f5-aeab-4d72-9c96-201e004349fa\""
    case .date: "\"2026-11-22\""
    case .datetime: "\"2026-11-22\" or \"2026-11-22T09:30:00Z\""
    }
  }
}

extension DateForm {
  private func literal(_ text: Text) -> ISODateText? { text.withBytes { ISODateText($0) } }

  fileprivate func day(ofLiteral value: Value) -> Int64? {
    guard case .text(let text) = value else {
      return moment(ofNumber: value).flatMap { day(of: $0) }
    }
    guard let date = literal(text) else { return nil }
    var form = self
    form.layout = nil
    return form.day(of: date)
  }

  fileprivate func moments(ofLiteral value: Value) -> ValueSpan? {
    guard case .text(let text) = value else {
      return moment(ofNumber: value).map { ValueSpan(.integer(compared($0))) }
    }
    guard let date = literal(text) else { return nil }
    if !date.hasTime { return moments(ofDay: date.day, in: zone.rule) }
    // Texts of one layout compare as they are written, also in the hour that does not exist.
    if let layout, !layout.isUTC, date.offset == nil {
      return Moment.all.contains(date.local) ? ValueSpan(.integer(date.local)) : nil
    }
    let moment = date.moment(in: zone.rule)
    return Moment.all.contains(moment) ? ValueSpan(.integer(compared(moment))) : nil
  }

  /// A number means the moment that it stands for where it is stored: by the first encoding that has
  /// one for it.
  private func moment(ofNumber value: Value) -> Int64? {
    for case .number(let number) in encodings {
      let moment: Int64? =
        switch value {
        case .integer(let integer): number.moment(of: integer)
        case .real(let real): number.moment(of: real)
        case .null, .text, .blob: nil
        }
      if let moment { return moment }
    }
    return nil
  }

  /// The moments of a day in a zone.
  package func moments(ofDay day: Int64, in rule: ZoneRule) -> ValueSpan {
    ValueSpan(
      .integer(compared(rule.start(ofDay: day))), .integer(compared(rule.start(ofDay: day + 1)) - 1)
    )
  }

  /// A moment as stored values compare with it: with a layout as the local time.
  private func compared(_ moment: Int64) -> Int64 {
    guard let layout else { return moment }
    return layout.isUTC ? moment : zone.rule.local(of: moment)
  }
}
