package import AccessProfiles
import Documents
import RecordEngine
package import RecordFilter
import RowscopeModel

/// What one user may see of the records of one table, applied to records that a program already
/// has: from a change feed, a webhook, a cache.
///
/// ```swift
/// let access = try await service.recordAccess(to: "tasks", as: ana)
/// for change in changes {
///   guard let shown = access.redacted(change.values) else { continue }
///   send(shown)
/// }
/// ```
///
/// For a record that the database holds, ``redacted(_:)-([Value])`` returns what
/// ``RecordService/get(_:from:select:as:)`` would. `allows(_:to:)` also tells whether the user may
/// edit or delete the record, by the rights and conditions that a change is held to; triggers and
/// constraints of the database may still refuse it. A record is one of:
///
/// - the values of ``fields``, in order: by default those of `SELECT *`, or others with
///   ``reading(_:)``;
/// - values by name; unknown names are ignored. To leave a field out of such a record use
///   `removeValue(forKey:)`: `nil` is the value NULL;
/// - a ``Record`` that the same service returned to a user who sees enough of it.
///
/// **Missing information never grants access.** A rule about a field that the record lacks is
/// unknown, also under `not`, and a record is not allowed if the whole is unknown:
/// ``RecordDecision/undecidable(_:)`` says what was missing. (A rule still decides if it gives the
/// same result for any value of the missing field.) The same applies to rules about records of
/// other tables, unless a ``RelatedRecords`` provides them. If the record does not suffice, ask the
/// database: ``RecordService/get(_:from:select:as:)``.
///
/// **Values are taken as stored.** The text "5" in an `INTEGER` field is the number 5, and the
/// number 5 in a `TEXT` field is the text "5", as SQLite would store them. The members of a field
/// with a table of its own are a JSON array, as in an answer, or are looked up as related records.
///
/// **It belongs to one point in time.** `now` and `today` in rules stand for ``clock``, and the
/// user, the profile and the table are as they were when it was made. If ``dependsOnClock`` is
/// true, call ``renewed(at:)`` as time passes; ask the service again after the user, a profile or
/// the table has changed.
///
/// Complexity: linear in the rules and the bytes that they read; for values by name also in the
/// number of names, which costs more than the rules do, so pass a feed's values in order.
public struct RecordAccess: Sendable {
  /// The name that the database has for it.
  public let table: String
  /// The time that `now` and `today` stand for.
  public let clock: RequestClock
  /// Whether the answers change with time.
  public let dependsOnClock: Bool

  private let scope: RecordScope
  private var layout: RecordLayout

  /// The access that a profile gives, without a ``RecordService``.
  ///
  /// - Parameter related: provides the records of other tables for rules that need them.
  /// - Throws: `unknown_table` if the user cannot access the table, `invalid_profile` if access
  ///   cannot be determined.
  package init(
    to table: String, by profiles: ProfileUnion, as user: User, at clock: RequestClock,
    related: RelatedRecords? = nil
  ) throws(ServiceError) {
    let origin = RecordScope.Origin(profiles: profiles, user: user)
    let (access, write) = try origin.access(to: table, at: clock)
    self.init(
      scope: RecordScope(
        access, write, schema: profiles.schema, origin: origin, related: related), at: clock)
  }

  /// - Parameter access: the result of `origin` at this time.
  init(
    _ access: TableAccess, origin: RecordScope.Origin, at clock: RequestClock,
    related: RelatedRecords?
  ) {
    self.init(
      scope: RecordScope(
        access, origin.writeAccess(to: access.table, at: clock), schema: origin.profiles.schema,
        origin: origin, related: related), at: clock)
  }

  /// An access without a profile, which does not depend on the time.
  package init(_ access: TableAccess, in schema: Schema, related: RelatedRecords? = nil) {
    self.init(
      scope: RecordScope(access, nil, schema: schema, origin: nil, related: related),
      at: RequestClock(now: 0))
  }

  /// - Parameter layout: nil for that of `SELECT *`.
  init(scope: RecordScope, at clock: RequestClock, layout: RecordLayout? = nil) {
    table = scope.table.name.string
    self.clock = clock
    dependsOnClock = scope.dependsOnClock
    self.scope = scope
    self.layout = layout ?? RecordLayout(of: scope.table, access: scope.access)
  }

  /// The field of each value of a record. The user may not see all of them.
  public var fields: [String] { layout.names }

  /// The fields of redacted records: the visible ones of ``fields``.
  public var shownFields: [RecordField] { layout.shape.fields }

  package var shape: RecordShape { layout.shape }

  // MARK: Others like this one

  /// The same access for records with other fields, or in another order.
  ///
  /// Complexity: O(n·m) in the fields named and those of the table.
  /// - Throws: `unknown_field` if the table has no such field, `invalid_value` if one is named
  ///   twice. The messages are for the service's administrator, since they may name hidden fields.
  public func reading(_ fields: [String]) throws(ServiceError) -> RecordAccess {
    let table = scope.table
    var ids: [FieldID] = []
    for name in fields {
      guard let id = table.fieldID(named: name) else {
        throw ServiceError(
          .unknownField,
          "unknown field \(Printable.quoted(name)) in table \(Printable.quoted(self.table))",
          hint: Suggestion.hint(for: name, among: table.fields.map(\.name.string)))
      }
      guard !ids.contains(id) else {
        throw ServiceError(
          .invalidValue, "the field \(Printable.quoted(name)) is named twice",
          hint: "name each field once, in the order of the values")
      }
      ids.append(id)
    }
    var copy = self
    copy.layout = RecordLayout(names: fields, fields: ids, of: table, access: scope.access)
    return copy
  }

  /// The same access at another time. The database is not used.
  ///
  /// Complexity: microseconds, linear in the rules of the table.
  /// - Throws: `invalid_profile` if the profile does not fit the user at that time.
  public func renewed(at clock: RequestClock) throws(ServiceError) -> RecordAccess {
    RecordAccess(scope: try scope.renewed(at: clock), at: clock, layout: layout)
  }

  // MARK: Values in order

  /// Whether the user can access the record with these values, or do more with it, or what is
  /// missing to decide it.
  public func decision(on values: [Value], to act: RecordAct = .see) -> RecordDecision {
    guard values.count == layout.names.count else {
      return .undecidable(.wrongNumberOfValues(values.count, expected: layout.names.count))
    }
    return scope.decision(on: values, in: layout, to: act)
  }

  /// Whether the user can access the record with these values, or do more with it; false also if
  /// the values do not suffice to decide it.
  public func allows(_ values: [Value], to act: RecordAct = .see) -> Bool {
    values.count == layout.names.count && scope.allows(values, in: layout, to: act)
  }

  /// What the user sees of the record with these values; nil if ``allows(_:to:)-([Value],_)`` is
  /// false.
  public func redacted(_ values: [Value]) -> Record? {
    guard allows(values) else { return nil }
    return layout.record(of: values, hiding: scope.hiddenFields(values, in: layout))
  }

  // MARK: Values by name

  /// Whether the user can access the record with these values, or do more with it, or what is
  /// missing to decide it.
  public func decision(
    on record: [String: Value], to act: RecordAct = .see
  ) -> RecordDecision { scope.decision(on: record, to: act) }

  /// Whether the user can access the record with these values, or do more with it; false also if
  /// the values do not suffice to decide it.
  public func allows(_ record: [String: Value], to act: RecordAct = .see) -> Bool {
    decision(on: record, to: act) == .allowed
  }

  /// What the user sees of the record with these values, with the table's names for its fields; nil
  /// if ``allows(_:to:)-([String:Value],_)`` is false.
  public func redacted(_ record: [String: Value]) -> [String: Value]? {
    allows(record) ? scope.shown(of: record) : nil
  }

  // MARK: Records of the service

  /// Whether the user can access this record, or do more with it, or what is missing to decide it.
  public func decision(on record: Record, to act: RecordAct = .see) -> RecordDecision {
    scope.decision(on: record.values, in: scope.layout(of: record), to: act)
  }

  /// Whether the user can access this record, or do more with it; false also if the record does not
  /// suffice to decide it.
  public func allows(_ record: Record, to act: RecordAct = .see) -> Bool {
    scope.allows(record.values, in: scope.layout(of: record), to: act)
  }

  /// What the user sees of this record; nil if ``allows(_:to:)-(Record,_)`` is false.
  public func redacted(_ record: Record) -> Record? {
    let layout = scope.layout(of: record)
    guard scope.allows(record.values, in: layout, to: .see) else { return nil }
    return layout.record(
      of: record.values, hiding: scope.hiddenFields(record.values, in: layout))
  }
}
