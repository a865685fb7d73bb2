package import RecordFilter
package import RowscopeModel
import TimeZones

/// A value does not fit its field.
package struct ValueFault: Error {
  /// What the field accepts: "a whole number".
  package let expected: String
  package let hint: String?

  package init(_ expected: String, hint: String? = nil) {
    self.expected = expected
    self.hint = hint
  }
}

/// Converts a given value to the stored one, or reports what the field accepts.
///
/// The type declared in the workspace decides; without one, the column's affinity does, and values
/// that SQLite would silently store as another type are refused: a text in a numeric column, a
/// fraction in an integer column.
package struct ValueCheck {
  let field: Field
  let clock: RequestClock

  package init(field: Field, clock: RequestClock) {
    self.field = field
    self.clock = clock
  }

  /// The stored value of a single-valued field.
  package func stored(_ given: FieldValue) throws(ValueFault) -> Value {
    let value: Value
    switch given {
    case .value(let given): value = given
    case .members: throw ValueFault("one value, not a list")
    }
    if value.isNull { return .null }
    switch field.kind {
    case .text: return try text(value)
    case .number, .currency: return try number(value)
    case .checkbox: return try flag(value)
    case .date(let form): return try date(value, form.resolved(in: clock.zone))
    case .datetime(let form): return try dateTime(value, form.resolved(in: clock.zone))
    case .time: return try time(value)
    case .uuid(let form): return try uuid(value, form)
    case .user, .relation:
      if case .uuid(let form)? = field.type { return try uuid(value, form) }
      return try identifier(value)
    case .unspecified:
      if case .uuid(let form)? = field.type { return try uuid(value, form) }
      return try byAffinity(value)
    case .users, .multi, .tags: return try byAffinity(value)
    }
  }

  private func byAffinity(_ value: Value) throws(ValueFault) -> Value {
    switch field.affinity {
    case .text: return try text(value)
    case .integer: return try wholeNumber(value)
    case .real: return try number(value)
    case .numeric:
      let type = field.declaredType.utf8.map(\.asciiLowercased)
      if type.starts(with: "bool".utf8) { return try flag(value) }
      if type.starts(with: "dec".utf8) || type.starts(with: "num".utf8) {
        return try number(value)
      }
      // DATE, TIMESTAMP, JSON and other declared types: numbers and texts.
      if case .blob = value { throw ValueFault("a number or a text") }
      return value.finite ?? .null
    case .blob: return value.finite ?? .null
    }
  }

  // MARK: One value

  private func text(_ value: Value) throws(ValueFault) -> Value {
    guard case .text = value else { throw ValueFault("a text") }
    return value
  }

  private func number(_ value: Value) throws(ValueFault) -> Value {
    if field.affinity == .integer { return try wholeNumber(value) }
    switch value.asNumberIfText {
    case .integer(let integer): return .integer(integer)
    case .real(let real) where real.isFinite: return .real(real)
    case .null, .real, .text, .blob:
      throw ValueFault("a number", hint: "such as 12 or 3.5")
    }
  }

  private func wholeNumber(_ value: Value) throws(ValueFault) -> Value {
    switch value.asNumberIfText {
    case .integer(let integer): return .integer(integer)
    case .real(let real):
      if let integer = Int64(exactly: real) { return .integer(integer) }
    case .null, .text, .blob: break
    }
    throw ValueFault("a whole number", hint: "such as 3")
  }

  private func flag(_ value: Value) throws(ValueFault) -> Value {
    switch value {
    case .integer(0), .real(0): return .flag(false)
    case .integer(1), .real(1): return .flag(true)
    case .text(let text):
      switch Name(text.string) {
      case "true", "1": return .flag(true)
      case "false", "0": return .flag(false)
      default: break
      }
    case .null, .integer, .real, .blob: break
    }
    throw ValueFault("true or false")
  }

  // MARK: Dates

  /// An empty text is meant for no date.
  private static func orNull(_ value: Value) -> String {
    value == .text("") ? ", or null for none" : ""
  }

  private func date(_ value: Value, _ form: DateForm) throws(ValueFault) -> Value {
    let fault = ValueFault("a date", hint: "such as 2026-11-22\(Self.orNull(value))")
    switch form.encodings.first {
    case .iso?, nil:
      guard case .text(let text) = value, let date = dateText(text), !date.hasTime else {
        throw fault
      }
      return form.layout.map { .text($0.text(ofLocal: date.local)) } ?? value
    case .number(let encoding)?:
      if case .text(let text) = value, let date = dateText(text), !date.hasTime {
        return encoding.stored(form.dayZone.rule.start(ofDay: date.day))
      }
      return try number(value, of: encoding, fault)
    }
  }

  private func dateTime(_ value: Value, _ form: DateForm) throws(ValueFault) -> Value {
    let fault = ValueFault(
      "a date and time",
      hint: "such as 2026-11-22T09:30 or 2026-11-22T12:30:00Z\(Self.orNull(value))")
    switch form.encodings.first {
    case .iso?, nil:
      guard case .text(let text) = value, let date = dateText(text) else { throw fault }
      guard let layout = form.layout else { return value }
      if !layout.isUTC, date.offset == nil { return .text(layout.text(ofLocal: date.local)) }
      let moment = date.moment(in: form.zone.rule)
      return .text(
        layout.text(ofLocal: layout.isUTC ? moment : form.zone.rule.local(of: moment)))
    case .number(let encoding)?:
      if case .text(let text) = value, let date = dateText(text) {
        return encoding.stored(date.moment(in: form.zone.rule))
      }
      return try number(value, of: encoding, fault)
    }
  }

  /// A number that is a moment already.
  private func number(
    _ value: Value, of encoding: NumericDate, _ fault: ValueFault
  ) throws(ValueFault) -> Value {
    let number = value.asNumberIfText
    switch number {
    case .integer(let integer) where encoding.moment(of: integer) != nil: return number
    case .real(let real) where encoding.moment(of: real) != nil: return number
    case .null, .integer, .real, .text, .blob:
      throw ValueFault(
        "\(fault.expected), or the number that the column stores for one", hint: fault.hint)
    }
  }

  private func time(_ value: Value) throws(ValueFault) -> Value {
    guard DeclaredType.time.value(of: value) != nil else {
      throw ValueFault("a time of day", hint: "such as 09:30 or 09:30:15")
    }
    return value
  }

  private func dateText(_ text: Text) -> ISODateText? { text.withBytes { ISODateText($0) } }

  // MARK: Keys

  /// A UUID in the column's form; without a declared one, a blob in a column of blobs, and the
  /// canonical text elsewhere.
  private func uuid(_ value: Value, _ form: UUIDForm?) throws(ValueFault) -> Value {
    guard case .blob(let bytes)? = DeclaredType.uuid(nil).value(of: value) else {
      throw ValueFault("a UUID", hint: "such as 3fdfc4f5-aeab-4d72-9c96-201e004349fa")
    }
    let isOfBlobs = Name(field.declaredType) == "BLOB"
    return UUIDText.stored(bytes, as: form ?? (isOfBlobs ? .blob : .lowerText))
  }

  private func identifier(_ value: Value) throws(ValueFault) -> Value {
    switch value {
    case .integer, .text: return value
    case .real(let real):
      if let integer = Int64(exactly: real) { return .integer(integer) }
    case .null, .blob: break
    }
    throw ValueFault("a number or a text that names a record")
  }
}

extension Value {
  /// Nil for NaN, which SQLite would store as NULL.
  fileprivate var finite: Value? {
    if case .real(let real) = self, real.isNaN { nil } else { self }
  }
}
