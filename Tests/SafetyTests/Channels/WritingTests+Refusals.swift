import AccessProfiles
import RecordEngine
import RecordFilter
import RecordStore
import Rowscope
import RowscopeModel
import TestSupport
import Testing

/// What a refused change tells of hidden fields, records and rules: nothing.
extension WritingTests {
  /// Constraints that name hidden things, broken by a change of a visible field: the answer is the
  /// same for all.
  @Test(
    .watches(.constraintError),
    arguments: [
      "CREATE UNIQUE INDEX u ON tasks (secret)", "CREATE UNIQUE INDEX u ON tasks (owner, secret)",
      "CREATE UNIQUE INDEX u ON tasks (upper(secret))",
      "CREATE TRIGGER t BEFORE INSERT ON tasks BEGIN SELECT RAISE(ABORT, 'zq7hidden is secret'); END",
      "CREATE TRIGGER t AFTER INSERT ON tasks BEGIN SELECT json(new.secret); END",
      "CREATE TRIGGER t AFTER INSERT ON tasks BEGIN INSERT INTO payables VALUES (1, 5); END",
      "CREATE TRIGGER t AFTER INSERT ON tasks BEGIN UPDATE tasks SET client = 99 WHERE id = new.id; END",
      "ALTER TABLE tasks ADD COLUMN c CHECK (title <> 'taken' OR secret <> 'zq7hidden')",
    ])
  func aHiddenConstraintIsNotDescribed(rule: String) async throws {
    let (database, service) = try setting(
      sql: "INSERT INTO tasks (title, owner) VALUES ('first', 7); \(rule);")
    let before = try database.dump()
    let answer = await refusal(service) { writer throws(ServiceError) in
      try writer.create(["title": "taken", "owner": 7], in: "tasks")
    }
    #expect(
      answer
        == #"{"data":{"message":"a rule of the database does not allow this change, so nothing is changed","code":"constraint_failed"}}"#
    )
    #expect(try database.dump() == before)
  }

  @Test(.watches(.existenceByWriting)) func recordsOutOfScopeDoNotExist() async throws {
    let (database, service) = try setting()
    let before = try database.dump()
    var answers: Set<String?> = []
    // A done one, another user's, a missing one.
    for key in [1, 4, 99, -1, "x", .null, .real(1.5)] as [Value] {
      for answer in await [
        refusal(service) { writer throws(ServiceError) in
          try writer.update([key], in: "tasks", set: ["title": "x", "watchers": [1]])
        },
        refusal(service) { writer throws(ServiceError) in
          try writer.update([key], in: "tasks", set: ["code": "B"], ifUnchanged: ["title": "four"])
        },
        refusal(service) { writer throws(ServiceError) in
          try writer.update([key], in: "tasks", set: ["client": 99, "id": 4])
        },
        refusal(service) { writer throws(ServiceError) in
          try writer.delete([key], from: "tasks", ifUnchanged: ["status": "Done"])
        },
        refusal(service) { writer throws(ServiceError) in try writer.delete([key], from: "tasks") },
      ] {
        answers.insert(answer)
      }
    }
    #expect(
      answers == [#"{"data":{"message":"no such record in table \"tasks\"","code":"not_found"}}"#])
    #expect(try database.dump() == before)
  }

  @Test(.watches(.existenceByWriting, .hiddenField)) func hiddenNamesDoNotExist() async throws {
    let (database, service) = try setting()
    let before = try database.dump()
    func answers(field: String, table: String) async throws -> [String?] {
      let selection = RecordSelection(
        table: "tasks", filters: try filters(#"{"field": "\#(field)", "operator": "is not null"}"#))
      let one = FieldValues([.init(field, 1)])
      let more = FieldValues([.init("title", "x"), .init(field, 1)])
      return await [
        refusal(service) { writer throws(ServiceError) in try writer.create(more, in: "tasks") },
        refusal(service) { writer throws(ServiceError) in
          try writer.update([2], in: "tasks", set: one)
        },
        refusal(service) { writer throws(ServiceError) in
          try writer.update([99], in: "tasks", set: one)
        },
        refusal(service) { writer throws(ServiceError) in
          try writer.update([2], in: "tasks", set: ["title": "x"], ifUnchanged: one)
        },
        refusal(service) { writer throws(ServiceError) in
          try writer.delete([2], from: "tasks", ifUnchanged: one)
        },
        refusal(service) { writer throws(ServiceError) in
          _ = try writer.update(selection, set: ["title": "x"])
        },
        refusal(service) { writer throws(ServiceError) in _ = try writer.delete(selection) },
        refusal(service) { writer throws(ServiceError) in
          try writer.create(["amount": 1], in: table)
        },
        refusal(service) { writer throws(ServiceError) in
          try writer.update([1], in: table, set: one)
        },
        refusal(service) { writer throws(ServiceError) in try writer.delete([1], from: table) },
        refusal(service) { writer throws(ServiceError) in
          _ = try writer.delete(.everything(in: table))
        },
      ].map { $0?.replacing(field, with: "FIELD").replacing(table, with: "TABLE") }
    }
    let none = try await answers(field: "nothing", table: "qwertz")
    #expect(none.allSatisfy { $0?.contains("unknown_") == true }, "\(none)")
    #expect(try await answers(field: "secret", table: "payables") == none)
    #expect(try await answers(field: "SECRET", table: "PAYABLES") == none)
    #expect(try database.dump() == before)
  }

  /// Of two keys of one column a path follows one. The other refuses what is not there, so that a
  /// hidden record is refused too.
  @Test(
    .watches(.guessedParent),
    arguments: [
      "client INTEGER REFERENCES clients (id) REFERENCES secrets (id)",
      "client INTEGER REFERENCES secrets (id) REFERENCES clients (id)",
      """
      team INTEGER REFERENCES teams (id), client INTEGER REFERENCES clients (id),
        FOREIGN KEY (team, client) REFERENCES secrets (team, id)
      """,
    ], [nil, #"{"database": "x", "tables": {}}"#] as [String?])
  func noKeyTellsOfAHiddenParent(columns: String, workspace: String?) async throws {
    var answers: [[String?]] = []
    for secret in ["(1, 5), (2, 5)", "(1, 5)"] {
      let database = try TemporaryDatabase(
        """
        CREATE TABLE clients (id INTEGER PRIMARY KEY, name TEXT);
        INSERT INTO clients VALUES (1, 'Ada'), (2, 'Bo');
        CREATE TABLE teams (id INTEGER PRIMARY KEY); INSERT INTO teams VALUES (5);
        CREATE TABLE secrets (id INTEGER PRIMARY KEY, team INTEGER, UNIQUE (team, id));
        INSERT INTO secrets VALUES \(secret);
        CREATE TABLE tasks (id INTEGER PRIMARY KEY, title TEXT, \(columns));
        INSERT INTO tasks (id, client) VALUES (1, 1);
        """)
      let service = try database.writingService(
        #"{"tables_enabled": {"tasks": "*", "clients": "*", "teams": "*"}}"#, workspace: workspace)
      let hasTeam = columns.contains("team")
      func values(_ client: Int64) -> FieldValues {
        var values: FieldValues = ["client": .value(.integer(client))]
        if hasTeam { values.append("team", 5) }
        return values
      }
      var refusals: [String?] = []
      for client in [1, 2, 99] as [Int64] {
        refusals.append(
          await refusal(service) { writer throws(ServiceError) in
            try writer.create(values(client), in: "tasks")
          })
      }
      refusals.append(
        await refusal(service) { writer throws(ServiceError) in
          try writer.update([1], in: "tasks", set: values(2))
        })
      answers.append(refusals)
      // What it refers to already it may go on referring to.
      if !hasTeam {
        #expect(
          await refusal(service) { writer throws(ServiceError) in
            try writer.update([1], in: "tasks", set: ["client": 1])
          } == nil)
      }
    }
    #expect(answers[0] == answers[1])
    #expect(answers[0].allSatisfy { $0?.contains("related_not_found") == true })
  }

  /// Client 2 is hidden; 99 does not exist.
  @Test(.watches(.guessedParent)) func aHiddenParentDoesNotExist() async throws {
    let (database, service) = try setting()
    let before = try database.dump()
    func answers(_ client: Value) async -> [String?] {
      await [
        refusal(service) { writer throws(ServiceError) in
          try writer.create(["title": "x", "owner": 7, "client": .value(client)], in: "tasks")
        },
        refusal(service) { writer throws(ServiceError) in
          try writer.update([2], in: "tasks", set: ["client": .value(client)])
        },
        refusal(service) { writer throws(ServiceError) in
          _ = try writer.update(.everything(in: "tasks"), set: ["client": .value(client)])
        },
        refusal(service) { writer throws(ServiceError) in
          try writer.update([2], in: "tasks", set: ["watchers": .members([client])])
        },
        refusal(service) { writer throws(ServiceError) in
          try writer.create(
            ["title": "x", "owner": 7, "watchers": .members([1, client])], in: "tasks")
        },
      ]
    }
    let none = await answers(99)
    #expect(none.allSatisfy { $0?.contains("related_not_found") == true }, "\(none)")
    #expect(await answers(2) == none)
    #expect(try database.dump() == before)
  }
}
