import AccessProfiles
import Documents
import FilterSQL
import RecordEngine
import RecordFilter
import RecordStore
import RowscopeModel

extension RecordService {
  /// Explains how a request is answered, without its records: see ``ReadSession/explain(_:)``. For
  /// profile authors: it names hidden fields.
  package func explain(
    _ request: ListRequest, as user: User
  ) async throws(ServiceError) -> Explanation {
    try await withSession(as: user) { reader throws(ServiceError) in try reader.explain(request) }
  }
}

extension ReadSession {
  /// Explains how a request is answered, without its records.
  ///
  /// - Throws: errors of the request itself. A denied table is explained, not thrown.
  package func explain(_ request: ListRequest) throws(ServiceError) -> Explanation {
    guard let entry = try profile() else {
      return denied(
        request.table, rule: "no profile", reason: "the user has no profile, so no data"
      )
    }
    let profileName = context.user.profile ?? ""
    guard let id = snapshot.schema.tableID(named: request.table) else {
      return denied(
        request.table, rule: "profile \(profileName)",
        reason: "the database has no such table")
    }
    let scoped: ScopedAccess?
    do throws(AccessError) {
      scoped = try entry.profile.scopedAccess(to: id, for: context)
    } catch {
      return denied(
        request.table, rule: "profile \(profileName)",
        reason: ServiceError(error, table: request.table).description)
    }
    guard let scoped, let grant = entry.profile.validGrant(id) else {
      let profile = entry.profile.profile
      let isDisabled = profile.tablesDisabled.contains(request.table)
      let isEnabled = profile.grant(forTable: request.table) != nil
      return denied(
        request.table, rule: "profile \(profileName)",
        reason: isDisabled
          ? "tables_disabled names the table, which overrides everything enabled"
          : isEnabled
            ? "no field of the view is visible, and its number of records may reveal hidden data"
            : "tables_enabled does not name the table")
    }

    let table = try self.table(request.table)
    let resolution = RequestResolution(table, reader: self)
    let resolved = try resolution.resolve(request)
    let asked = try resolution.unsimplifiedFilter(request)
    let engine = try decision(resolved.query, table, .list)
    var statements: [Explanation.Statement] = []
    if !resolved.query.isNever, connection != nil {
      for phase in resolved.query.phases(in: snapshot.schema) where !phase.isNever {
        statements.append(try explain(table.engine.sql(of: phase)))
      }
    }
    let plans = statements.map(\.plan)
    if !statements.isEmpty, request.count != .none {
      statements.append(
        try explain(
          table.engine.sql(
            ofCounting: resolved.query, upTo: request.count.limit.map { $0 + 1 })))
    }
    let source = entry.profile.profile.source
    let line = source.position(of: grant.range.lowerBound).line
    return Explanation(
      table: table.table.name.string, user: userDescription,
      rule: "profile \(profileName) (\(source.name), line \(line))",
      decision: decision(scoped, id),
      fields: table.table.fieldIndices.map {
        Explanation.FieldLine(
          name: table.table[$0].name.string, access: scoped.access.fields[$0.index].rawValue)
      },
      profileFilter: scoped.profileFilter.description(in: snapshot.schema, table: id),
      limit: scoped.limit == .always
        ? nil : scoped.limit.description(in: snapshot.schema, table: id),
      scope: scoped.access.rows.filter.description(in: snapshot.schema, table: id),
      request: asked.description(in: snapshot.schema, table: id),
      simplifiedRequest: resolved.query.request.description(in: snapshot.schema, table: id),
      statements: statements,
      engine: resolved.query.isNever ? nil : engine.engine, engineReason: engine.reason,
      advice: statements.isEmpty
        ? []
        : IndexAdvice(
          query: resolved.query, schema: snapshot.schema, plans: plans
        ).lines + (try isCountSplit(request, resolved.query, table) ? [Self.splitCountWords] : []))
  }

  private static let splitCountWords =
    "the count reads every record: two connections share it if one is free and sees the same data"

  /// Whether the count of a request may be split between two connections.
  private func isCountSplit(
    _ request: ListRequest, _ query: Query, _ table: AccessibleTable
  ) throws(ServiceError) -> Bool {
    guard request.count == .exact, let pool, pool.capacity > 1,
      case .sqlite = try decision(query, table, .count)
    else { return false }
    return try onDatabase { connection throws(ServiceError) in
      try splitCount(of: query, table, on: connection) != nil
    }
  }

  private var userDescription: String {
    let id = context.user.id.literal
    return context.user.name.map { "\($0) (\(id))" } ?? id
  }

  private func denied(_ table: String, rule: String, reason: String) -> Explanation {
    Explanation(
      table: table, user: userDescription, rule: rule, decision: .denied(reason: reason),
      fields: [], profileFilter: "no record", limit: nil, scope: "no record",
      request: "", simplifiedRequest: "", statements: [], engine: nil,
      engineReason: EngineDecision.sqlite(.nothingToRead).reason, advice: [])
  }

  private func decision(_ scoped: ScopedAccess, _ table: TableID) -> Explanation.Decision {
    switch scoped.access.rows {
    case .all: return .all
    case .some: return .some
    case .none:
      var reasons = scoped.unknowns.map {
        "the user has no value for \"\($0.reference)\", so the condition on it is unknown "
          + "and matches no record"
      }
      if scoped.limit == .never {
        reasons.append(
          context.user.userType.flatMap(UserType.init(named:)) == .guest
            ? "guests can access what they are invited to, which is no record of this table"
            : "the user's type (\(context.user.userType ?? "")) allows no record of this table")
      }
      if reasons.isEmpty { reasons.append("the conditions contradict each other") }
      return .none(reasons: reasons)
    }
  }

  private func explain(_ statement: SQLStatement) throws(ServiceError) -> Explanation.Statement {
    try onDatabase { connection throws(ServiceError) in
      do throws(StoreError) {
        return Explanation.Statement(
          sql: statement.text, bindings: statement.bindings,
          plan: try connection.queryPlan(statement.text, bindings: statement.bindings))
      } catch {
        throw ServiceError(error)
      }
    }
  }
}
