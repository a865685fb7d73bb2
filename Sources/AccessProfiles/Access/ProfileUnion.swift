package import RecordFilter
import RowscopeModel
import Synchronization

/// The profiles of one user, checked against a schema, as one.
///
/// What one of them gives, the user has; what one of them disables is gone for all. A record is
/// reached if one profile reaches it, and it shows a field if one profile both reaches the record
/// and shows the field.
package struct ProfileUnion: Sendable {
  /// In the order in which the user has them, each narrowed; at least one.
  package let members: [PreparedProfile]
  /// The same before they were narrowed.
  package let profiles: [PreparedProfile]
  /// The profiles by which the access is narrowed: it is what each of them gives, too.
  package let narrowing: [PreparedProfile]

  package init(_ profile: PreparedProfile) {
    members = [profile]
    profiles = members
    narrowing = []
  }

  /// - Precondition: there is a profile.
  /// - Complexity: for each profile, linear in the size of the schema and of all profiles.
  package init(_ profiles: [Profile], narrowedBy narrowing: [Profile] = [], schema: Schema) {
    precondition(!profiles.isEmpty, "a user without a profile has no union")
    self.profiles = profiles.indices.map { index in
      var others = profiles
      others.remove(at: index)
      return PreparedProfile(profiles[index], schema: schema, besides: others)
    }
    let narrowing = narrowing.map { PreparedProfile($0, schema: schema) }
    self.narrowing = narrowing
    members = self.profiles.map { narrowing.reduce($0) { $0.narrowed(by: $1) } }
  }

  package var schema: Schema { members[0].schema }

  /// Whether it is of one profile, for which each record shows the same fields.
  package var isOfOne: Bool { members.count == 1 }

  /// The tables that the user can access.
  package var reachedTables: [TableID] {
    schema.tables.indices.map(TableID.init).filter { table in
      members.contains { $0.validGrant(table) != nil }
    }
  }

  /// Whether what the workspace says of every table depends on the time.
  package var everywhereDependsOnClock: Bool { members[0].everywhereDependsOnClock }

  /// Whether a rule for the records of the table depends on the time.
  package func dependsOnClock(_ table: TableID) -> Bool {
    members.contains { $0.validGrant(table)?.dependsOnClock ?? false }
  }

  /// Whether what may be done with the records of the table depends on the time.
  package func actsDependOnClock(_ table: TableID) -> Bool {
    members.contains { $0.validGrant(table)?.actsDependOnClock ?? false }
  }

  /// See ``PreparedProfile/deniesUnnamed(_:)``: a misspelt name may mean the table for all.
  package func deniesUnnamed(_ table: String) -> Bool {
    (members + narrowing).contains { $0.deniesUnnamed(table) }
  }

  /// See ``PreparedProfile/readableFields(for:)``.
  package func readableFields(for purpose: ReadPurpose = .seeing) -> Set<FieldReference> {
    members.reduce(into: []) { $0.formUnion($1.readableFields(for: purpose)) }
  }

  // MARK: One user

  /// What a user can access in a table; nil if no profile grants the table.
  ///
  /// - Throws: ``AccessError`` if access cannot be determined; the table is then denied.
  /// - Complexity: linear in the number of conditions and their values, and in the fields of the
  ///   table for each profile.
  package func access(
    to table: TableID, for context: ReferenceContext
  ) throws(AccessError) -> TableAccess? {
    try scopedAccess(to: table, for: context)?.access
  }

  /// Like ``access(to:for:)``, with the details that `explain` shows.
  package func scopedAccess(
    to table: TableID, for context: ReferenceContext
  ) throws(AccessError) -> ScopedAccess? {
    if isOfOne { return try members[0].scopedAccess(to: table, for: context) }
    return try branches(of: table, for: context).map {
      ScopedAccess(union: $0.map(\.scoped), in: schema)
    }
  }

  /// What each profile gives of a table; nil if none grants it. A profile with mistakes that concern
  /// the table, or with a rule that does not fit the user, gives nothing of it.
  ///
  /// - Throws: ``AccessError`` if none gives anything and one has mistakes.
  func branches(
    of table: TableID, for context: ReferenceContext
  ) throws(AccessError) -> [(profile: PreparedProfile, scoped: ScopedAccess)]? {
    var branches: [(profile: PreparedProfile, scoped: ScopedAccess)] = []
    var failure: AccessError?
    for profile in members {
      do throws(AccessError) {
        if let scoped = try profile.scopedAccess(to: table, for: context) {
          branches.append((profile, scoped))
        }
      } catch {
        failure = failure ?? error
      }
    }
    guard branches.isEmpty else { return branches }
    if let failure { throw failure }
    return nil
  }

  /// The scope for a user's requests: visible fields, and only related records that the user can
  /// access.
  package func requestScope(for context: ReferenceContext) -> FieldScope {
    if isOfOne { return members[0].requestScope(for: context) }
    let known = KnownAccess()
    // If access cannot be determined, the scope is empty.
    let access: @Sendable (TableID) -> TableAccess? = { table in
      known.access(to: table) { (try? self.access(to: $0, for: context)) ?? nil }
    }
    return FieldScope(
      schema: schema, fields: { access($0)?.fields },
      rows: { access($0)?.rows.filter ?? .never }, cells: { access($0)?.cells ?? [:] })
  }
}

/// Keeps what a request's user can access, since many names may be looked up in one table.
private final class KnownAccess: Sendable {
  private let tables = Mutex<[TableID: TableAccess?]>([:])

  func access(to table: TableID, _ make: (TableID) -> TableAccess?) -> TableAccess? {
    if let known = tables.withLock({ $0[table] }) { return known }
    let access = make(table)
    tables.withLock { $0[table] = .some(access) }
    return access
  }
}

extension ScopedAccess {
  /// What several profiles give together of one table.
  ///
  /// - Precondition: there is one, and all are of one user.
  init(union branches: [ScopedAccess], in schema: Schema) {
    let first = branches[0]
    let table = first.access.table
    let rows = Filter.union(branches.map(\.profileFilter))
    var cells: [FieldID: Filter] = [:]
    var fields: [FieldAccess] = []
    for field in schema[table].fieldIndices {
      let levels = branches.map { $0.access.fields[field.index] }
      fields.append(
        levels.contains(.editable) ? .editable : levels.contains(.readonly) ? .readonly : .hidden)
      let shown = Filter.union(
        zip(branches, levels).filter { $1 != .hidden }.map(\.0.profileFilter))
      if fields[field.index] != .hidden, shown != rows {
        cells[field] = shown.simplified(in: schema, table: table)
      }
    }
    self.init(
      access: TableAccess(
        table: table,
        rows: RowAccess(
          Filter.all(first.limit, first.everywhere, rows).simplified(in: schema, table: table)),
        fields: fields,
        rights: branches.reduce(into: []) { $0.formUnion($1.access.rights) },
        cells: cells),
      unknowns: [], profileFilter: rows, limit: first.limit,
      editableLimit: first.editableLimit, deletableLimit: first.deletableLimit,
      everywhere: first.everywhere,
      everywhereOfUser: first.everywhereOfUser, unknownEverywhere: first.unknownEverywhere)
  }
}

extension Filter {
  /// The records that match any of these filters, without those that another one contains: a filter
  /// with more conjuncts than another matches no further records.
  static func union(_ filters: [Filter]) -> Filter {
    let parts = filters.map { Set($0.conjuncts) }
    return .any(
      filters.indices.filter { index in
        !filters.indices.contains { other in
          other != index && parts[other].isSubset(of: parts[index])
            // Of equal ones the first stays.
            && (parts[other] != parts[index] || other < index)
        }
      }.map { filters[$0] })
  }
}
