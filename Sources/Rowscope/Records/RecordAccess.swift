package import AccessProfiles
import Documents
import RecordEngine
package import RecordFilter
import RowscopeModel

/// What one user sees of the records of one table, asked of records that are in hand already: out of a change feed, a
/// webhook, a cache.
///
/// ```swift
/// let access = try await service.recordAccess(to: "tasks", as: ana)
/// for change in changes {
///   guard let shown = access.redacted(change.values) else { continue }
///   send(shown)
/// }
/// ```
///
/// For a record that the database holds, ``redacted(_:)-([Value])`` gives what ``RecordService/get(_:from:select:as:)``
/// would give. A record can be
///
/// - the values of ``fields``, in their order: by default those of `SELECT *`, and any others by ``reading(_:)``;
/// - values by name, of which names that the table does not know are passed over. A field is taken out of such a record
///   with `removeValue(forKey:)`: `nil` is a value, NULL;
/// - a ``Record`` that the same service gave somebody who sees enough of it.
///
/// **What is missing is never passed over.** A rule that asks for a field which the record lacks is unknown, under `not` too,
/// and a record for which the whole ends unknown is not let through: ``RecordDecision/undecidable(_:)`` says what was missing.
/// (A rule that comes out the same whatever the missing value may be does decide.) The same goes for rules that ask for records of other
/// tables, unless a ``RelatedRecords`` was given that knows them. Where the record alone does not tell, the database does:
/// ask ``RecordService/get(_:from:select:as:)``.
///
/// **Values are taken as stored.** The text "5" for an `INTEGER` field is the number 5, the number 5 for a `TEXT` field the
/// text "5", as SQLite would store them. The members of a field with a table of its own are a JSON array, as an answer
/// shows them, or are looked up as related records.
///
/// **It is of one moment.** `now` and `today` in a rule stand for ``clock``, and the user, the profile and the table are as they
/// were when it was made. Where ``dependsOnClock`` is true, ask ``renewed(at:)`` for another as time passes; ask the service
/// again after the user, a profile or the table has changed.
///
/// Complexity: linear in the rules and in the bytes they look at; of values by name, in the number of names as well, which costs more
/// than the rules do: give a feed's values in order.
public struct RecordAccess: Sendable {
  /// As the database names it.
  public let table: String
  /// The time that `now` and `today` stand for.
  public let clock: RequestClock
  /// Whether the answers change as time passes.
  public let dependsOnClock: Bool

  private let scope: RecordScope
  private var layout: RecordLayout

  /// The access that a profile gives, where there is no ``RecordService`` to ask.
  ///
  /// - Parameter related: knows the records of other tables that rules ask for.
  /// - Throws: `unknown_table` where the user does not reach the table, `invalid_profile` where it cannot be told.
  package init(
    to table: String, by profile: PreparedProfile, as user: User, at clock: RequestClock,
    related: RelatedRecords? = nil
  ) throws(ServiceError) {
    let origin = RecordScope.Origin(profile: profile, user: user)
    self.init(try origin.access(to: table, at: clock), origin: origin, at: clock, related: related)
  }

  /// - Parameter access: what `origin` gives at this time.
  init(
    _ access: TableAccess, origin: RecordScope.Origin, at clock: RequestClock,
    related: RelatedRecords?
  ) {
    self.init(
      scope: RecordScope(access, schema: origin.profile.schema, origin: origin, related: related),
      at: clock)
  }

  /// What follows from no profile, and so is the same at any time.
  package init(_ access: TableAccess, in schema: Schema, related: RelatedRecords? = nil) {
    self.init(
      scope: RecordScope(access, schema: schema, origin: nil, related: related),
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

  /// What the values of a record belong to, one name for each. They may be fields that the user does not see.
  public var fields: [String] { layout.names }

  /// The fields of redacted records: those of ``fields`` that the user sees.
  public var shownFields: [RecordField] { layout.shape.fields }

  package var shape: RecordShape { layout.shape }

  // MARK: Others like this one

  /// The same access to records whose values are those of other fields or come in another order.
  ///
  /// - Throws: `unknown_field` where the table has no such field, `invalid_value` where one is named twice. The messages are for
  ///   whoever runs the service: among the fields are those that the user does not see.
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

  /// The same access at another time. Costs microseconds, and asks no database.
  ///
  /// - Throws: `invalid_profile` where the profile does not fit the user at that time.
  public func renewed(at clock: RequestClock) throws(ServiceError) -> RecordAccess {
    RecordAccess(scope: try scope.renewed(at: clock), at: clock, layout: layout)
  }

  // MARK: Values in order

  /// Whether the record with these values exists for the user, or what would have to be known to decide it.
  public func decision(on values: [Value]) -> RecordDecision {
    guard values.count == layout.names.count else {
      return .undecidable(.wrongNumberOfValues(values.count, expected: layout.names.count))
    }
    return scope.decision(on: values, in: layout)
  }

  /// Whether the record with these values exists for the user. False too where the values do not tell.
  public func allows(_ values: [Value]) -> Bool {
    values.count == layout.names.count && scope.allows(values, in: layout)
  }

  /// What the user sees of the record with these values; nil where ``allows(_:)-([Value])`` is false.
  public func redacted(_ values: [Value]) -> Record? {
    guard allows(values) else { return nil }
    return Record(shape: layout.shape, values: layout.shown(of: values))
  }

  // MARK: Values by name

  /// Whether the record with these values exists for the user, or what would have to be known to decide it.
  public func decision(on record: [String: Value]) -> RecordDecision { scope.decision(on: record) }

  /// Whether the record with these values exists for the user. False too where the values do not tell.
  public func allows(_ record: [String: Value]) -> Bool { decision(on: record) == .allowed }

  /// What the user sees of the record with these values, by the names that the table has for its fields; nil where
  /// ``allows(_:)-([String:Value])`` is false.
  public func redacted(_ record: [String: Value]) -> [String: Value]? {
    allows(record) ? scope.shown(of: record) : nil
  }

  // MARK: Records of the service

  /// Whether this record exists for the user, or what would have to be known to decide it.
  public func decision(on record: Record) -> RecordDecision {
    scope.decision(on: record.values, in: scope.layout(of: record.shape))
  }

  /// Whether this record exists for the user. False too where the record does not tell.
  public func allows(_ record: Record) -> Bool {
    scope.allows(record.values, in: scope.layout(of: record.shape))
  }

  /// What the user sees of this record; nil where ``allows(_:)-(Record)`` is false.
  public func redacted(_ record: Record) -> Record? {
    let layout = scope.layout(of: record.shape)
    guard scope.allows(record.values, in: layout) else { return nil }
    return Record(shape: layout.shape, values: layout.shown(of: record.values))
  }
}
