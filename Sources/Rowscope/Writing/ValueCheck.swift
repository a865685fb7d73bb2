import RecordFilter
import RowscopeModel

/// A value does not fit its field.
struct ValueFault: Error {
  /// What the field accepts: "a whole number".
  let expected: String
  let hint: String?

  init(_ expected: String, hint: String? = nil) {
    self.expected = expected
    self.hint = hint
  }
}

/// Converts a given value to the stored one, or reports what the field accepts.
///
/// The type declared in the workspace decides; without one, the column's affinity does, and values
/// that SQLite would silently store as another type are refused: a text in a numeric column, a
/// fraction in an integer column.
struct ValueCheck {
  let field: Field
  let clock: RequestClock

  /// The stored value of a single-valued field.
  func stored(_ given: FieldValue) throws(ValueFault) -> Value {
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
    case .date(.iso): return try isoDate(value)
    case .datetime(.iso): return try isoDateTime(value)
    case .date(.unix), .datetime(.unix): return try seconds(value)
    case .user, .relation: return try identifier(value)
    case .unspecified, .users, .multi, .tags: return try byAffinity(value)
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

  private func isoDate(_ value: Value) throws(ValueFault) -> Value {
    if case .text(let text) = value, let date = dateText(text), !date.hasTime { return value }
    throw ValueFault("a date", hint: "such as 2026-11-22")
  }

  private func isoDateTime(_ value: Value) throws(ValueFault) -> Value {
    if case .text(let text) = value, dateText(text) != nil { return value }
    throw ValueFault(
      "a date and time", hint: "such as 2026-11-22T09:30 or 2026-11-22T12:30:00Z")
  }

  private func seconds(_ value: Value) throws(ValueFault) -> Value {
    switch value.asNumberIfText {
    case .integer(let seconds): return .integer(seconds)
    case .text(let text):
      if let date = dateText(text) {
        return .integer(date.second(localOffset: clock.utcOffset))
      }
    case .null, .real, .blob: break
    }
    throw ValueFault(
      "a date, or seconds since 1970", hint: "such as 2026-11-22T09:30, or 1795339800")
  }

  private func dateText(_ text: Text) -> ISODateText? {
    text.withBytes { ISODateText($0, calendar: .exact) }
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
