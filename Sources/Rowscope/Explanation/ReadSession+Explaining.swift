import AccessProfiles
import Documents
import FilterSQL
import RecordEngine
import RecordFilter
import RecordStore
import RowscopeModel

extension RecordService {
  /// Explains how a request is answered, without its records. For
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
    let decisions = try decisions()
    guard let profiles = decisions.prepared else {
      return denied(request.table, rule: "no profile", decisions.withoutProfile.description)
    }
    let rule = "profile \(context.user.profiles.joined(separator: ", "))"
    guard let id = snapshot.schema.tableID(named: request.table) else {
      return denied(request.table, rule: rule, "the database has no such table")
    }
    if let denial = decisions.denial(of: id) {
      return denied(request.table, rule: rule, denial.description)
    }
    guard let scoped = decisions.access(to: id) else {
      preconditionFailure("a table that is not denied is reached")
    }

    let write = decisions.writeAccess(to: id)
    func scope(of act: WriteAccess.Act?, by right: Right) -> String? {
      guard let act, act.rows != scoped.access.rows, scoped.access.rights.contains(right)
      else { return nil }
      return act.rows.filter.description(in: snapshot.schema, table: id)
    }
    let (table, resolved) = try resolve(request)
    let asked = try RequestResolution(table, reader: self).unsimplifiedFilter(request)
    let choice = try choice(resolved.query, table, .list)
    let query = choice?.query ?? resolved.query
    let engine = try decision(query, table, .list)
    var statements: [Explanation.Statement] = []
    if !resolved.query.isNever, connection != nil {
      for phase in query.phases(in: snapshot.schema) where !phase.isNever {
        statements.append(try explain(table.engine.sql(of: phase)))
      }
    }
    let plans = statements.map(\.plan)
    if !statements.isEmpty, let layout = resolved.layout {
      for statement in try relatedStatements(of: layout, table) {
        statements.append(try explain(statement))
      }
    }
    if !statements.isEmpty, request.count != .none {
      let query = try countQuery(resolved.query, table).query
      statements.append(
        try explain(
          table.engine.sql(ofCounting: query, upTo: request.count.limit.map { $0 + 1 })))
    }
    let places = profiles.members.compactMap { member in
      member.validGrant(id).map { grant in
        let source = member.profile.source
        return "\(source.name), line \(source.position(of: grant.range.lowerBound).line)"
      }
    }
    return Explanation(
      table: table.table.name.string, user: userDescription,
      rule: "\(rule) (\(places.joined(separator: "; ")))",
      decision: Explanation.Decision(scoped.access.rows, decisions.emptiness(of: id)),
      fields: table.table.fieldIndices.map {
        Explanation.FieldLine(
          name: table.table[$0].name.string, access: scoped.access.fields[$0.index].rawValue,
          records: scoped.access.cells[$0]?.description(in: snapshot.schema, table: id))
      },
      profileFilter: scoped.profileFilter.description(in: snapshot.schema, table: id),
      limit: scoped.limit == .always
        ? nil : scoped.limit.description(in: snapshot.schema, table: id),
      everywhere: scoped.everywhere == .always
        ? nil : scoped.everywhere.description(in: snapshot.schema, table: id),
      scope: scoped.access.rows.filter.description(in: snapshot.schema, table: id),
      editScope: scope(of: write?.edit, by: .edit),
      deleteScope: scope(of: write?.delete, by: .delete),
      request: asked.description(in: snapshot.schema, table: id),
      simplifiedRequest: resolved.query.request.description(in: snapshot.schema, table: id),
      statements: statements,
      engine: resolved.query.isNever ? nil : engine.engine, engineReason: engine.reason,
      accessPath: engine.engine == .sqlite ? choice?.reasons ?? [] : [],
      advice: statements.isEmpty
        ? []
        : (try indexAdvice(for: query, plans))
          + (try isCountSplit(request, resolved.query, table) ? [Self.splitCountWords] : []))
  }

  private func indexAdvice(
    for query: Query, _ plans: [[String]]
  ) throws(ServiceError) -> [String] {
    try onDatabase { connection throws(ServiceError) in
      try serviceErrors { () throws(StoreError) in
        let names = try connection.objectNames()
        var indexes: [TableID: [Index]] = [:]
        for table in query.tables(in: snapshot.schema) {
          indexes[table] = try connection.indexes(on: snapshot.schema[table])
        }
        return IndexAdvice(
          query: query, schema: snapshot.schema, plans: plans, indexes: indexes,
          isTaken: { names.contains(Name($0)) }
        ).lines
      }
    }
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

  private func denied(_ table: String, rule: String, _ reason: String) -> Explanation {
    Explanation(
      table: table, user: userDescription, rule: rule, decision: .denied(reason: reason),
      fields: [], profileFilter: "no record", limit: nil, everywhere: nil, scope: "no record",
      editScope: nil,
      deleteScope: nil,
      request: "", simplifiedRequest: "", statements: [], engine: nil,
      engineReason: EngineDecision.sqlite(.nothingToRead).reason, accessPath: [],
      advice: [])
  }

  private func explain(_ statement: SQLStatement) throws(ServiceError) -> Explanation.Statement {
    try onDatabase { connection throws(ServiceError) in
      return try serviceErrors { () throws(StoreError) in
        Explanation.Statement(
          sql: statement.text, bindings: statement.bindings,
          plan: try connection.queryPlan(statement.text, bindings: statement.bindings))
      }
    }
  }
}

extension Explanation.Decision {
  /// - Parameter reasons: why no record is reached, where none is.
  fileprivate init(_ rows: RowAccess, _ reasons: [AccessReason]) {
    self =
      switch rows {
      case .none: .none(reasons: reasons.map(\.description))
      case .all: .all
      case .some: .some
      }
  }
}
