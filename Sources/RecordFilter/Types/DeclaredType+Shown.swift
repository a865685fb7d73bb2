package import RowscopeModel
import TimeZones

extension DeclaredType {
  /// A value of the type as people write it: a day and a moment as ISO text, a UUID in its
  /// canonical form.
  package func shown(_ value: Value) -> Value {
    switch (self, value) {
    case (.date, .integer(let day)): return .text(CivilDate(daysSinceEpoch: day).text)
    case (.datetime(let form), .integer(let moment)):
      let suffix = form.layout == nil ? "Z" : ""
      return DateLayout("YYYY-MM-DDTHH:MM:SS[.f]").map {
        .text($0.text(ofLocal: moment) + suffix)
      } ?? value
    case (.time, .integer(let time)):
      return DateLayout("YYYY-MM-DDTHH:MM:SS[.f]").map {
        .text(String($0.text(ofLocal: time).utf8.dropFirst(11)) ?? "")
      } ?? value
    case (.uuid, .blob(let bytes)): return .text(UUIDText.canonical(bytes))
    case (.number, _), (.text, _), (.checkbox, _), (.time, _), (.uuid, _), (.date, _),
      (.datetime, _):
      return value
    }
  }
}

extension Field {
  /// What the field's primary key is compared by; nil for the stored value itself.
  package var keyConversion: Conversion? {
    guard case .uuid(let form)? = type else { return nil }
    return form == nil || collation != .binary ? .value(.uuid(form)) : nil
  }

  /// Whether a key has several forms, of which one is stored.
  package var hasKeyForms: Bool { if case .uuid? = type { true } else { false } }

  /// Whether the field holds UUIDs of which it is not said how they are stored.
  package var hasUndeclaredForm: Bool { type == .uuid(nil) }

  /// A key's value as it is compared.
  package func key(_ value: Value) -> Value {
    guard case .uuid(let form)? = type,
      case .blob(let bytes)? = DeclaredType.uuid(nil).value(of: value)
    else { return value }
    if keyConversion != nil { return .blob(bytes) }
    return form.map { UUIDText.stored(bytes, as: $0) } ?? value
  }
}

extension Table {
  /// The record with this primary key.
  ///
  /// - Precondition: the key has one value for each of its fields.
  package func keyFilter(_ key: [Value]) -> Filter {
    precondition(key.count == primaryKey.count, "a key has one value for each of its fields")
    return .all(zip(primaryKey, key).map { equals($0, $1) })
  }

  /// The records with one of these primary keys.
  package func keyFilter(oneOf keys: [[Value]]) -> Filter {
    if primaryKey.count == 1, self[primaryKey[0]].keyConversion == nil {
      return .equals(primaryKey[0], oneOf: keys.map { self[primaryKey[0]].key($0[0]) })
    }
    return .any(keys.map(keyFilter))
  }

  /// The records whose field holds this value, or none for null: a UUID in any of its forms.
  package func equals(_ id: FieldID, _ value: Value) -> Filter {
    if value.isNull { return .test(id, .isNull) }
    let (field, key) = (self[id], self[id].key(value))
    return .test(id, field.keyConversion.map { .converted($0, .equals(key)) } ?? .equals(key))
  }
}
