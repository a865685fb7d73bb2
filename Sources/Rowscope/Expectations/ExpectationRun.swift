import AccessProfiles
import Documents
package import RecordEngine
import RecordFilter
import RecordStore
package import RowscopeModel
package import Workspaces

/// What came of one test.
package struct ExpectationResult: Sendable {
  package let name: String
  package let line: Int
  /// How what is differs from what was expected: one line each. Empty where the test passes.
  package let failures: [String]
}

extension RecordService {
  /// A service of the same workspace for the tests of a file: on its rows, if it has some, and at
  /// its time.
  ///
  /// - Parameters:
  ///   - workspace: that of this service.
  ///   - clock: the time of tests that name none; nil for the system's.
  /// - Throws: `unknown_table`, `unknown_field` for rows that do not fit the tables;
  ///   `constraint_failed` for one that a constraint of the database refuses.
  package func testing(
    _ file: ExpectationFile, of workspace: WorkspaceContents,
    clock: (@Sendable () -> RequestClock)?
  ) async throws(ServiceError) -> RecordService {
    let pool: ConnectionPool
    if let rows = file.rows {
      pool = try await withSession(as: User(id: .null)) { session throws(ServiceError) in
        try session.copy(with: rows)
      }
    } else {
      guard file.now != nil, case .database(let own, _) = try await core().source else {
        return self
      }
      pool = own
    }
    let fixed = file.now.map { now -> @Sendable () -> RequestClock in
      { [zone = workspace.zone] in RequestClock(now: now, zone: zone) }
    }
    return RecordService(
      pool: pool, of: workspace, profiles: ProfileCatalog(reading: workspace), limits: limits,
      clock: fixed ?? clock)
  }

  /// A service of other rules on the same records.
  package func with(
    _ workspace: WorkspaceContents, profiles: ProfileCatalog,
    clock: (@Sendable () -> RequestClock)?
  ) async throws(ServiceError) -> RecordService {
    guard case .database(let pool, _) = try await core().source else {
      throw ServiceError(.unsupported, "the records come from no database")
    }
    return RecordService(
      pool: pool, of: workspace, profiles: profiles, limits: limits, clock: clock)
  }

  private convenience init(
    pool: ConnectionPool, of workspace: WorkspaceContents, profiles: ProfileCatalog,
    limits: Limits, clock: (@Sendable () -> RequestClock)?
  ) {
    let zone = workspace.zone
    self.init(
      pool: pool, profiles: profiles, workspace: workspace.document,
      users: workspace.document.userTables == nil ? workspace.users : nil, limits: limits,
      clock: clock ?? { RequestClock(now: SystemClock.now, zone: zone) })
  }

  /// Runs tests, in their order.
  package func results(of tests: [ExpectationFile.Test]) async -> [ExpectationResult] {
    var results: [ExpectationResult] = []
    for test in tests {
      var failures: [String]
      do throws(ServiceError) {
        failures = try await self.failures(of: test)
      } catch {
        failures = ["\(error.code.rawValue): \(error.message)"]
      }
      results.append(ExpectationResult(name: test.name, line: test.line, failures: failures))
    }
    return results
  }

  private func failures(of test: ExpectationFile.Test) async throws(ServiceError) -> [String] {
    switch test.subject {
    case .table(let table): try await failures(of: table, as: test.user, test.expected)
    case .record(let table, let key):
      try await failures(of: key, in: table, as: test.user, test.expected)
    case .request(let request): try await failures(of: request, as: test.user, test.expected)
    }
  }

  // MARK: What is tested

  private func failures(
    of table: String, as user: User, _ expected: ExpectationFile.Expected
  ) async throws(ServiceError) -> [String] {
    guard let line = try await access(of: user, to: table).tables.first else { return [] }
    var comparison = ExpectationComparison(expected)
    guard comparison.isReached(line.denial) else { return comparison.failures }
    comparison.names(
      expected.hidden, line.fields.filter { $0.access == .hidden }.map(\.name), "hidden")
    comparison.names(
      expected.readonly, line.fields.filter { $0.access == .readonly }.map(\.name), "readonly")
    comparison.names(
      expected.rights, line.rights.filter { $0.denial == nil }.map(\.name), "rights")
    if expected.records != nil || expected.count != nil {
      try await compare(ListRequest(table: table), as: user, &comparison)
    }
    return comparison.failures
  }

  private func failures(
    of key: [Value], in table: String, as user: User, _ expected: ExpectationFile.Expected
  ) async throws(ServiceError) -> [String] {
    let question = RecordQuestion(table: table, key: key)
    let reasons = try await withSession(as: user) { session throws(ServiceError) in
      try session.reasons(question, lookingForChanges: false)
    }
    guard reasons.isThere else { return ["there is no such record"] }
    var comparison = ExpectationComparison(expected)
    let see = reasons.acts.first { $0.act == .see }
    let failing = reasons.grants.lazy.flatMap { grant in
      grant.conditions.filter { $0.verdict != .met }.map { line in
        "profile \(grant.profile)" + (line.line.map { ", line \($0)" } ?? "") + ": \(line.text)"
      }
    }.first
    let denial =
      reasons.isAllowed
      ? nil : see?.reason?.description ?? failing ?? "the record is out of scope"
    guard comparison.isReached(denial) else { return comparison.failures }
    comparison.names(
      expected.hidden, reasons.fields.filter { $0.access == .hidden }.map(\.name), "hidden")
    comparison.names(
      expected.readonly, reasons.fields.filter { $0.access == .readonly }.map(\.name), "readonly")
    comparison.names(
      expected.rights,
      reasons.acts.filter { $0.isAllowed && $0.act != .see }.map(\.act.rawValue), "rights")
    if expected.records != nil || expected.count != nil {
      comparison.failures.append("\"records\" and \"count\" are for a table or a request")
    }
    return comparison.failures
  }

  private func failures(
    of request: ListRequest, as user: User, _ expected: ExpectationFile.Expected
  ) async throws(ServiceError) -> [String] {
    var comparison = ExpectationComparison(expected)
    var denial: String?
    // To a user, what is denied and what is misspelt look alike.
    let unknown = try await withSession(as: user) { session throws(ServiceError) in
      request.unknownName(in: session.snapshot.schema)
    }
    if let unknown { return [unknown] }
    do throws(ServiceError) {
      _ = try await count(request, as: user)
    } catch {
      switch error.code {
      case .unknownTable, .unknownField, .notFound, .invalidProfile: denial = error.message
      default: throw error
      }
    }
    guard comparison.isReached(denial) else { return comparison.failures }
    if expected.hidden != nil || expected.readonly != nil || expected.rights != nil {
      comparison.failures.append(
        "\"hidden\", \"readonly\" and \"rights\" are for a table or a record")
    }
    if expected.records != nil || expected.count != nil {
      try await compare(request, as: user, &comparison)
    }
    return comparison.failures
  }

  /// Compares the records of a list by their keys.
  private func compare(
    _ request: ListRequest, as user: User, _ comparison: inout ExpectationComparison
  ) async throws(ServiceError) {
    if let count = comparison.expected.count {
      let found = try await self.count(request, as: user)
      if found != count { comparison.failures.append("count: \(found) instead of \(count)") }
    }
    guard let records = comparison.expected.records else { return }
    let names = try await withSession(as: user) { session throws(ServiceError) in
      let table = try session.table(request.table).table
      return table.primaryKey.map { table[$0].name.string }
    }
    guard !names.isEmpty else {
      comparison.failures.append("records: the table has no primary key; state the \"count\"")
      return
    }
    var keyed = request
    keyed.select = names.map { FieldSelection($0) }
    let page = try await list(keyed, as: user)
    comparison.keys(
      records, page.items.map { item in names.map { item[$0] ?? .null } },
      inOrder: !request.sort.isEmpty)
  }
}

/// Collects how what is differs from what was expected.
private struct ExpectationComparison {
  let expected: ExpectationFile.Expected
  var failures: [String] = []

  init(_ expected: ExpectationFile.Expected) { self.expected = expected }

  /// Whether there is more to compare.
  mutating func isReached(_ denial: (some CustomStringConvertible)?) -> Bool {
    switch (denial, expected.isDenied) {
    case (nil, true?): failures.append("denied: it is not")
    case (nil, _): return true
    case (_?, true?): break
    case (let denial?, _): failures.append("denied: \(denial)")
    }
    return false
  }

  mutating func names(_ expected: [String]?, _ found: [String], _ what: String) {
    guard let expected else { return }
    let (wanted, names) = (Set(expected.map { Name($0) }), Set(found.map { Name($0) }))
    difference(
      missing: expected.filter { !names.contains(Name($0)) },
      further: found.filter { !wanted.contains(Name($0)) }, what)
  }

  mutating func keys(_ expected: [[Value]], _ found: [[Value]], inOrder: Bool) {
    func text(_ key: [Value]) -> String {
      key.count == 1 ? key[0].literal : "[\(key.map(\.literal).joined(separator: ", "))]"
    }
    let (wanted, keys) = (expected.map(text), found.map(text))
    let before = failures.count
    difference(
      missing: wanted.filter { !keys.contains($0) }, further: keys.filter { !wanted.contains($0) },
      "records")
    if failures.count == before, inOrder ? wanted != keys : wanted.count != keys.count {
      failures.append("records: in another order or number: \(Self.list(keys))")
    }
  }

  private mutating func difference(missing: [String], further: [String], _ what: String) {
    var words: [String] = []
    if !missing.isEmpty { words.append("missing \(Self.list(missing))") }
    if !further.isEmpty { words.append("not expected \(Self.list(further))") }
    if !words.isEmpty { failures.append("\(what): \(words.joined(separator: "; "))") }
  }

  private static func list(_ items: [String]) -> String {
    let rest = items.count - 8
    return items.prefix(8).joined(separator: ", ") + (rest > 0 ? ", … \(rest) more" : "")
  }
}

extension ReadSession {
  /// The tables, views and indexes of the database, with other rows.
  fileprivate func copy(
    with rows: [(table: String, rows: [[(field: String, value: Value)]])]
  ) throws(ServiceError) -> ConnectionPool {
    for (name, rows) in rows {
      guard let table = snapshot.schema.table(named: name) else {
        throw .unknownTable(name, among: snapshot.schema.tables.map(\.name.string))
      }
      for field in rows.joined().map(\.field) where table.fieldID(named: field) == nil {
        throw ServiceError(
          .unknownField,
          "unknown field \(Printable.quoted(field)) in table \(Printable.quoted(name))",
          hint: Suggestion.hint(for: field, among: table.fields.map(\.name.string)))
      }
    }
    return try onDatabase { connection throws(ServiceError) in
      try serviceErrors { () throws(StoreError) in
        let definitions = try connection.temporaryStatement(
          "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND type <> 'trigger' "
            + "AND name NOT LIKE 'sqlite@_%' ESCAPE '@' ORDER BY type <> 'table', rowid",
          as: .unrestricted
        ).rows()
        let copy = try Connection(.inMemory)
        for row in definitions {
          if case .text(let sql) = row[0] { try copy.execute(sql.string) }
        }
        for (name, rows) in rows {
          for row in rows {
            let columns = row.map { $0.field.quoted(by: "\"") }.joined(separator: ", ")
            let values = row.map { _ in "?" }.joined(separator: ", ")
            let statement = try copy.temporaryStatement(
              "INSERT INTO \(name.quoted(by: "\"")) "
                + (row.isEmpty ? "DEFAULT VALUES" : "(\(columns)) VALUES (\(values))"),
              as: .unrestricted)
            try statement.bind(row.map(\.value))
            _ = try statement.step()
          }
        }
        return try ConnectionPool(.image(try copy.image()), capacity: 1)
      }
    }
  }
}

extension ListRequest {
  /// A table that the database lacks, or a field among those that are selected, sorted by or tested;
  /// nil if there is none. What tests of related records name is not looked at.
  fileprivate func unknownName(in schema: Schema) -> String? {
    guard let id = schema.tableID(named: table) else {
      return "the database has no table \(Printable.quoted(table))"
    }
    let scope = FieldScope(everythingIn: schema)
    let selected = (select ?? []).compactMap { selection -> String? in
      guard case .field(let name) = selection.content, !name.utf8.contains(UInt8(ascii: "*"))
      else { return nil }
      return name
    }
    let names = selected + sort.map(\.field) + filters.flatMap(\.testedNames)
    return names.first {
      scope.field(named: $0, in: id) == nil && scope.relations(named: $0, from: id) == nil
    }.map { "table \(Printable.quoted(table)) has no field \(Printable.quoted($0))" }
  }
}

extension Condition {
  /// The fields that it tests.
  fileprivate var testedNames: [String] {
    switch content {
    case .test(let test): [test.field.value]
    case .and(let conditions), .or(let conditions): conditions.flatMap(\.testedNames)
    case .not(let condition): condition.testedNames
    case .related, .named: []
    }
  }
}
