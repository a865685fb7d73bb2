package import RowscopeModel
package import TimeZones

/// What the values of a field are, where a workspace declares it. Stored values of any form compare
/// as the values that they stand for, on every backend.
///
/// A stored value that stands for no value of the type satisfies no comparison, and comes in an
/// order after NULL and before all values.
package enum DeclaredType: Sendable, Hashable {
  /// A number, or text that is one.
  case number
  /// Text, or a number seen as text.
  case text
  case checkbox
  /// A time of day, in microseconds.
  case time
  /// Sixteen bytes.
  case uuid(UUIDForm?)
  // Boxed: a type is a part of every term and order key, most of which have none.
  /// A day, counted from 1970-01-01.
  indirect case date(DateForm)
  /// A moment in microseconds since 1970-01-01T00:00:00Z.
  case datetime(DateForm)

  /// The collation of the converted values, which are texts of the type `text` alone.
  package func collation(of field: Field) -> Collation {
    self == .text ? field.collation : .binary
  }
}

/// How dates are stored.
package struct DateForm: Sendable, Hashable {
  /// How values are encoded. The first is the one that is written.
  package var encodings: [DateEncoding]
  /// The zone of texts without an offset.
  package var zone: Zone
  /// The zone in which a moment falls on a day, for dates.
  package var dayZone: Zone
  /// The one layout of all texts, if it is declared.
  package var layout: DateLayout?

  package init(
    _ encodings: [DateEncoding] = [.iso], zone: Zone = .rule(.utc), dayZone: Zone? = nil,
    layout: DateLayout? = nil
  ) {
    self.encodings = encodings
    self.zone = zone
    self.dayZone = dayZone ?? zone
    self.layout = layout
  }

  package static let iso = DateForm()
  package static let unix = DateForm([.unix])

  package enum Zone: Sendable, Hashable {
    case rule(ZoneRule)
    /// The zone of the request.
    case request

    /// - Precondition: the type is resolved for a request.
    package var rule: ZoneRule {
      guard case .rule(let rule) = self else {
        preconditionFailure("the zone of the request is known when conditions are bound")
      }
      return rule
    }
  }
}

extension DeclaredType {
  /// Whether values depend on the zone of the request.
  package var isLocal: Bool {
    switch self {
    case .date(let form), .datetime(let form): form.zone == .request || form.dayZone == .request
    case .number, .text, .checkbox, .time, .uuid: false
    }
  }

  /// The type with the request's zone in place of `local`.
  package func resolved(in zone: ZoneRule) -> DeclaredType {
    guard isLocal else { return self }
    return switch self {
    case .date(let form): .date(form.resolved(in: zone))
    case .datetime(let form): .datetime(form.resolved(in: zone))
    case .number, .text, .checkbox, .time, .uuid: self
    }
  }
}

extension DateForm {
  package func resolved(in zone: ZoneRule) -> DateForm {
    guard self.zone == .request || dayZone == .request else { return self }
    var form = self
    if self.zone == .request { form.zone = .rule(zone) }
    if dayZone == .request { form.dayZone = .rule(zone) }
    return form
  }
}
