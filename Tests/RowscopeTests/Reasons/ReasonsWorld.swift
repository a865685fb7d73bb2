import AccessProfiles
import Documents
import RecordEngine
import RecordFilter
import RecordStore
import RowscopeModel
import TestSupport
import Testing
import Workspaces

@testable import Rowscope

/// A random database, workspace and profiles, answered by both engines.
final class ReasonsWorld {
  var count = (allowed: 0, denied: 0, turned: 0)
  let database: TemporaryDatabase
  private let workspace: WorkspaceDocument
  let services: [RecordService]

  init(_ random: inout SeededGenerator) throws {
    database = try TemporaryDatabase(Self.tables)
    func pick(_ values: [String]) -> String { values.randomElement(using: &random) ?? "NULL" }
    var rows: [String] = []
    for id in 1...5 {
      rows.append(
        "INSERT INTO clients VALUES (\(id), \(pick(["'north'", "'south'", "NULL"])), "
          + "\(pick(["0", "1"])))")
      rows.append("INSERT INTO folders VALUES (\(id), \(id == 1 ? "NULL" : pick(["1", "2", "3"])))")
    }
    for id in 1...25 {
      rows.append(
        "INSERT INTO tasks (id, owner, team, status, priority, amount, client, due, folder, tags) "
          + "VALUES (\(id), \(pick(["1", "2", "3", "NULL"])), \(pick(["1", "2", "NULL"])), "
          + "\(pick(["'Open'", "'Done'", "'Held'"])), \(pick(["1", "2", "3", "NULL"])), "
          + "\(pick(["0.5", "10.0", "200.0", "NULL"])), \(pick(["1", "2", "3", "4", "5", "NULL"])), "
          + "\(pick(["'2026-11-01'", "'2026-11-22'", "'2026-12-24'", "NULL"])), "
          + "\(pick(["1", "2", "3", "NULL"])), \(pick(["'[]'", "'[1]'", "'[2,3]'", "NULL"])))")
      if Bool.random(using: &random) {
        rows.append("INSERT INTO watchers VALUES (\(id), \(pick(["1", "2", "3"])))")
        rows.append(
          "INSERT INTO comments (task, author, internal) VALUES (\(id), \(pick(["1", "2"])), "
            + "\(pick(["0", "1"])))")
      }
    }
    try database.execute(rows.joined(separator: ";"))
    let workspace = try WorkspaceDocument(
      document: SourceDocument(name: "workspace.json", text: Self.document))
    self.workspace = workspace
    let database = database
    services = try [
      MemoryPolicy.none, MemoryPolicy(tables: .all, use: .always),
    ].map { memory in
      RecordService(
        pool: try ConnectionPool(.readOnly(path: database.path), capacity: 2),
        profiles: ProfileCatalog([:]), workspace: workspace, memory: memory,
        clock: { RequestClock(now: 1_795_338_000) })
    }
  }

  private static let tables = """
    CREATE TABLE clients (id INTEGER PRIMARY KEY, region TEXT, active INTEGER);
    CREATE TABLE folders (id INTEGER PRIMARY KEY, parent INTEGER);
    CREATE TABLE tasks (
      id INTEGER PRIMARY KEY, owner INTEGER, team INTEGER, status TEXT NOT NULL, priority INTEGER,
      amount REAL, client INTEGER, due TEXT, folder INTEGER, tags TEXT,
      twice INTEGER AS (priority * 2));
    CREATE TABLE comments (id INTEGER PRIMARY KEY, task INTEGER, author INTEGER, internal INTEGER);
    CREATE TABLE watchers (task INTEGER, user INTEGER);
    """

  private static let document = """
    {"database": "d.sqlite", "tables": {
      "tasks": {"owner_field": "owner", "team_field": "team", "fields": {
        "client": {"relation": {"table": "clients", "field": "id"}},
        "folder": {"relation": {"table": "folders", "field": "id"}},
        "due": {"type": "date"}, "tags": {"type": "tags"},
        "watchers": {"type": "users",
          "link": {"table": "watchers", "record": "task", "member": "user"}}}},
      "folders": {"fields": {
        "parent": {"relation": {"table": "folders", "field": "id", "tree": true}}}},
      "comments": {"fields": {"task": {"relation": {"table": "tasks", "field": "id"}}}}}}
    """

  // MARK: Rules

  private static let tests = [
    #"{"field": "owner", "reference": "id_user"}"#,
    #"{"field": "team", "operator": "in", "reference": "teams"}"#,
    #"{"field": "status", "operator": "!=", "value": "Done"}"#,
    #"{"field": "status", "operator": "in", "value": ["Open", "Held"]}"#,
    #"{"field": "status", "operator": "starts with", "value": "O"}"#,
    #"{"field": "priority", "operator": ">=", "value": 2}"#,
    #"{"field": "priority", "operator": "between", "value": [2, 5]}"#,
    #"{"field": "priority", "operator": "is null"}"#,
    #"{"field": "twice", "operator": "<", "value": 5}"#,
    #"{"field": "amount", "operator": "<", "reference": "attributes.limit"}"#,
    #"{"field": "priority", "operator": "<", "other_field": "team"}"#,
    #"{"field": "client.region", "reference": "attributes.region"}"#,
    #"{"field": "client.active", "value": 1}"#,
    #"{"field": "due", "operator": "<", "reference": "today"}"#,
    #"{"field": "due", "operator": "next days", "value": 40}"#,
    #"{"field": "due", "operator": ">", "value": "2026-11-10"}"#,
    #"{"field": "folder", "operator": "is under", "value": 2}"#,
    #"{"field": "tags", "reference": "id_user"}"#,
    #"{"field": "watchers", "reference": "id_user"}"#,
    #"{"field": "comments", "operator": "some", "where": [{"field": "internal", "value": 0}]}"#,
    #"{"field": "comments", "operator": "none", "where": [{"field": "author", "reference": "id_user"}]}"#,
    #"{"field": "client", "operator": "every", "where": [{"field": "region", "value": "south"}]}"#,
  ]

  private func condition(_ random: inout SeededGenerator, depth: Int = 0) -> String {
    func list(_ random: inout SeededGenerator) -> String {
      (0..<2).map { _ in condition(&random, depth: depth + 1) }.joined(separator: ", ")
    }
    switch depth < 2 ? Int.random(in: 0..<8, using: &random) : 7 {
    case 0: return #"{"or": [\#(list(&random))]}"#
    case 1: return #"{"and": [\#(list(&random))]}"#
    case 2: return #"{"not": \#(condition(&random, depth: depth + 1))}"#
    default: return Self.tests.randomElement(using: &random) ?? "{}"
    }
  }

  private func profile(_ random: inout SeededGenerator) -> String {
    func list(upTo most: Int, _ random: inout SeededGenerator) -> String {
      (0..<Int.random(in: 0...most, using: &random)).map { _ in condition(&random) }
        .joined(separator: ", ")
    }
    var keys = [#""data": [\#(list(upTo: 4, &random))]"#]
    if Bool.random(using: &random) { keys.append(#""edit_data": [\#(list(upTo: 1, &random))]"#) }
    if Int.random(in: 0..<6, using: &random) == 0 { keys.append(#""can_edit": 0"#) }
    if Bool.random(using: &random) { keys.append(#""fields_excluded": ["amount"]"#) }
    return #"{"tables_enabled": {"tasks": {\#(keys.joined(separator: ", "))}}}"#
  }

  func user(_ random: inout SeededGenerator) -> User {
    var user = User(
      id: .integer(Int64.random(in: 1...3, using: &random)),
      profiles: Bool.random(using: &random) ? ["a"] : ["a", "b"],
      userType: [nil, nil, "user"].randomElement(using: &random) ?? nil,
      teams: Bool.random(using: &random) ? [1] : [])
    if Bool.random(using: &random) { user.attributes["region"] = .scalar("north") }
    if Bool.random(using: &random) { user.attributes["limit"] = .scalar(100) }
    return Int.random(in: 0..<6, using: &random) == 0 ? user.narrowed(by: "c") : user
  }

  // MARK: All users

  func checkAudience(_ label: String, _ random: inout SeededGenerator) async throws {
    let profiles = try profiles(&random)
    use(profiles)
    var users: [User] = []
    for number in 0..<25 {
      var user = user(&random)
      user.name = "user \(number)"
      if Bool.random(using: &random) {
        user.id =
          [1, 2, 3, 4, 5, 1.0, "1", "2", "02", "x", " 3", .null].randomElement(using: &random) ?? 1
      }
      users.append(user)
    }
    for service in services {
      let key = Value.integer(Int64.random(in: 1...25, using: &random))
      for act in RecordAct.allCases {
        let question = RecordQuestion(table: "tasks", key: [key], act: act)
        let audience = try await service.audience(of: question, among: users)
        let allowed = Set(
          audience.groups.filter(\.isAllowed).flatMap(\.users).compactMap(\.name))
        #expect(audience.groups.flatMap(\.users).count == users.count)
        for user in users {
          let isAllowed = try await service.withSession(as: user) { session throws(ServiceError) in
            try session.reasons(question, lookingForChanges: false).isAllowed
          }
          #expect(
            isAllowed == allowed.contains(user.name ?? ""),
            "\(label): \(question) as \(user) by \(profiles.mapValues(\.text))")
        }
      }
      let audience = try await service.audience(ofTable: "tasks", among: users)
      #expect(audience.groups.flatMap(\.users).count == users.count)
      for group in audience.groups {
        for user in group.users {
          let count = try? await service.count(ListRequest(table: "tasks"), as: user)
          #expect(count ?? 0 == group.count, "\(label): \(user)")
        }
      }
    }
  }

  func profiles(_ random: inout SeededGenerator) throws -> [String: Profile] {
    var profiles: [String: Profile] = [:]
    for name in ["a", "b", "c"] {
      profiles[name] = try Profile(
        document: SourceDocument(name: "\(name).json", text: profile(&random)))
    }
    return profiles
  }

  // MARK: One case

  func check(_ label: String, _ random: inout SeededGenerator) async throws {
    let profiles = try profiles(&random)
    let user = user(&random)
    let act: RecordAct = Bool.random(using: &random) ? .see : .edit
    let field = Int.random(in: 0..<3, using: &random) == 0 ? "amount" : nil
    let key = Value.integer(Int64.random(in: 1...25, using: &random))
    let question = RecordQuestion(table: "tasks", key: [key], act: act, field: field)
    let label = "\(label): \(question) as \(user) by \(profiles.mapValues(\.text))"
    use(profiles)
    var answers: [RecordReasons] = []
    for service in services {
      answers.append(
        try await service.withSession(as: user) { session throws(ServiceError) in
          try session.reasons(question)
        })
    }
    let reasons = answers[0]
    try #require(
      answers.allSatisfy { "\($0.changes as Any)" == "\(reasons.changes as Any)" }, "\(label)")
    try await expect(reasons.isAllowed, question, user, "as told, \(label)")
    verify(reasons, user, label)
    if reasons.isAllowed { count.allowed += 1 } else { count.denied += 1 }
    let changes = try #require(reasons.changes)
    if !changes.record.isEmpty || !changes.user.isEmpty { count.turned += 1 }
    for way in changes.record {
      let back = try change(key, to: way)
      try await expect(!reasons.isAllowed, question, user, "\(way), \(label)")
      try database.execute(back)
    }
    for way in changes.user {
      try await expect(!reasons.isAllowed, question, user.with(way), "\(way), \(label)")
    }
    for way in changes.rule {
      let schema = try await services[0].withSession(as: user) { $0.snapshot.schema }
      use(try profiles.applying(way, question, schema, values(of: key)))
      try await expect(!reasons.isAllowed, question, user, "\(way), \(label)")
    }
  }

  func use(_ profiles: [String: Profile]) {
    for service in services { service.replaceProfiles(ProfileCatalog(profiles)) }
  }

  /// The conditions say the same as the answer.
  private func verify(_ reasons: RecordReasons, _ user: User, _ label: String) {
    let own = reasons.grants.filter { !$0.isNarrowing }
    let narrowing = reasons.grants.filter(\.isNarrowing)
    let isReached =
      own.contains { $0.verdict == .met } && narrowing.allSatisfy { $0.verdict == .met }
      && (reasons.limit.map { $0.verdict == .met } ?? true)
    #expect(isReached == reasons.acts.first { $0.act == .see }?.isAllowed, "\(label)")
    #expect(own.map(\.profile) == user.profiles, "\(label)")
  }

  /// What both engines answer.
  private func expect(
    _ isAllowed: Bool, _ question: RecordQuestion, _ user: User, _ label: String
  ) async throws {
    for (service, engine) in zip(services, ["SQLite", "memory"]) {
      var request = ListRequest(table: "tasks", size: 100)
      request.may = true
      var found = false
      do {
        let page = try await service.list(request, as: user)
        if let index = page.items.firstIndex(where: { $0["id"] == question.key[0] }) {
          let isShown =
            question.field.map { name in
              page.items[index][name] != nil && page.hidden?[index].contains(name) != true
            } ?? true
          let field = page.items[index].shape.fields.first { $0.name == question.field }
          let isWritten =
            page.may?[index].contains(.edit) == true && field?.isReadonly != true
            && page.readonly?[index].contains(question.field ?? "") != true
          found = isShown && (question.act == .see || isWritten)
        }
      } catch {
        guard error.code == .unknownTable else { throw error }
      }
      #expect(found == isAllowed, "\(engine): \(label)")
    }
  }

  // MARK: Changing the record

  private func values(of key: Value) throws -> [String: Value] {
    let names = [
      "id", "owner", "team", "status", "priority", "amount", "client", "due", "folder", "twice",
    ]
    let row = try database.rows(
      "SELECT \(names.joined(separator: ", ")) FROM tasks WHERE id = \(key.sql)")[0]
    return Dictionary(zip(names, row), uniquingKeysWith: { $1 })
  }

  /// Makes a change, and returns the SQL that takes it back.
  private func change(_ key: Value, to way: [TurningChanges.FieldChange]) throws -> String {
    var back: [String] = []
    for change in way {
      if change.field == "watchers" {
        let members = "DELETE FROM watchers WHERE task = \(key.sql); INSERT INTO watchers "
        let old = try database.column("SELECT user FROM watchers WHERE task = \(key.sql)")
        back.append(
          "DELETE FROM watchers WHERE task = \(key.sql)"
            + old.map { "; INSERT INTO watchers VALUES (\(key.sql), \($0.sql))" }.joined())
        try database.execute(
          members + "SELECT \(key.sql), value FROM json_each(\(change.stored.sql))")
      } else {
        let old = try database.column("SELECT \(change.field) FROM tasks WHERE id = \(key.sql)")
        back.append("UPDATE tasks SET \(change.field) = \(old[0].sql) WHERE id = \(key.sql)")
        try database.execute(
          "UPDATE tasks SET \(change.field) = \(change.stored.sql) WHERE id = \(key.sql)")
      }
    }
    return back.joined(separator: ";")
  }
}

extension [String: Profile] {
  /// The profiles with edits of these words.
  fileprivate func applying(
    _ way: [TurningChanges.RuleChange], _ question: RecordQuestion, _ schema: Schema,
    _ record: [String: RowscopeModel.Value]
  ) throws -> [String: Profile] {
    let table = try #require(schema.table(named: question.table))
    var values: [FieldID: RowscopeModel.Value] = [:]
    for (name, value) in record {
      values[try #require(table.fieldID(named: name))] = value
    }
    var changed = self
    for (name, profile) in self {
      let wanted = way.filter { $0.profile == name }
      guard !wanted.isEmpty else { continue }
      let field = question.field.flatMap { table.fieldID(named: $0) }
      let edits = [true, false].flatMap {
        profile.edits(giving: $0, question.act, field: field, in: table, values: values)
      }
      changed[name] = profile.applying(
        try wanted.map { change in
          try #require(edits.first { $0.words == change.words && $0.range == change.range })
        }, to: question.table)
    }
    return changed
  }
}

extension Profile {
  fileprivate var text: String { String(decoding: source.bytes, as: UTF8.self) }
}

extension Value {
  fileprivate var sql: String {
    switch self {
    case .text(let text): "'" + text.string.split(separator: "'").joined(separator: "''") + "'"
    case .null, .integer, .real, .blob: literal
    }
  }
}
