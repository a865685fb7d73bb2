import Rowscope
import RowscopeModel
import TestSupport
import Testing

/// Names of relations, which depend on nothing that is hidden.
@Suite struct RelationNameTests {
  /// Two databases with other foreign keys, of which the user sees the same.
  struct Pair: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let tables: [String]
    let profile: String
  }

  private static let tasks = """
    CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT);
    INSERT INTO people VALUES (7, 'Ana'), (8, 'Bia');
    CREATE TABLE tasks (id INTEGER PRIMARY KEY, title TEXT);
    INSERT INTO tasks VALUES (1, 'one'), (2, 'two');
    """
  private static func notes(_ rest: String) -> String {
    tasks + """
      CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT, task INTEGER REFERENCES tasks, \(rest));
      INSERT INTO notes VALUES (1, 'a', 1, 2), (2, 'b', 1, NULL), (3, 'c', 2, 1);
      """
  }

  static let pairs = [
    Pair(
      testDescription: "another way to children, by a hidden field",
      tables: [notes("other INTEGER REFERENCES tasks"), notes("other INTEGER")],
      profile: """
        {"tables_enabled": {"tasks": "*", "people": "*",
          "notes": {"*": "*", "fields_excluded": ["other"]}}}
        """),
    Pair(
      testDescription: "a hidden field of the name of the child's table",
      tables: ["notes INTEGER", "notes INTEGER REFERENCES people"].map { column in
        notes("other INTEGER") + "ALTER TABLE tasks ADD \(column)"
      },
      profile: """
        {"tables_enabled": {"people": "*", "notes": {"*": "*", "fields_excluded": ["other"]},
          "tasks": {"*": "*", "fields_excluded": ["notes"]}}}
        """),
    Pair(
      testDescription: "a key of a hidden table on a column of a key of several columns",
      tables: ["", ", FOREIGN KEY (task) REFERENCES secret (id)"].map { key in
        """
        CREATE TABLE secret (id INTEGER PRIMARY KEY); INSERT INTO secret VALUES (1), (2);
        CREATE TABLE tasks (day INTEGER, id INTEGER, title TEXT, PRIMARY KEY (day, id));
        INSERT INTO tasks VALUES (1, 1, 'one'), (1, 2, 'two');
        CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT);
        CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT, day INTEGER, task INTEGER,
          FOREIGN KEY (day, task) REFERENCES tasks (day, id)\(key));
        INSERT INTO notes VALUES (1, 'a', 1, 1), (2, 'b', 1, 2);
        """
      },
      profile: """
        {"tables_enabled": {"tasks": "*", "notes": "*", "people": "*"}}
        """),
  ]

  static let requests = [
    #""select": ["id", {"path": "notes", "select": ["text"]}]"#,
    #""select": ["id", {"path": "notes(task)", "select": ["text"]}]"#,
    #""select": ["id", {"path": "notes(day,task)", "select": ["text"]}]"#,
    #""select": ["id", {"path": "NOTES(Task)", "select": ["text"]}]"#,
    #""select": ["id", {"path": "notes(other)", "select": ["text"]}]"#,
    #""select": ["id", "notes.text"]"#, #""select": ["id", "notes(task).text"]"#,
    #""select": ["notes.*"]"#, #""sort": "notes.text""#, #""sort": "notes(task).text""#,
    #""select": ["notes"]"#, #""select": ["notes(task)"]"#, #""select": ["notes(other)"]"#,
    #""filters": [{"field": "notes.text", "value": "a"}]"#,
    #""filters": [{"field": "notes(task).text", "value": "a"}]"#,
    #""filters": [{"field": "notes(other).text", "value": "a"}]"#,
    #""filters": [{"field": "notes.txt", "value": "a"}]"#,
    #""filters": [{"field": "notez.text", "value": "a"}]"#,
    #""filters": [{"field": "notes.task.notes.text", "value": "a"}]"#,
    #""filters": [{"field": "notes", "operator": "some", "where": []}]"#,
    #""filters": [{"field": "notes(task)", "operator": "none", "where": []}]"#,
    #""filters": [{"field": "nothing", "operator": "some", "where": []}]"#,
  ]

  private static let ofNotes = [
    #""select": ["id", "task.title"]"#, #""select": ["id", "day.title"]"#,
    #""select": ["id", "task.id"]"#, #""sort": "task.title""#,
    #""filters": [{"field": "task.title", "value": "two"}]"#,
    #""filters": [{"field": "tosk.title", "value": "two"}]"#,
    #""filters": [{"field": "nothing", "operator": "some", "where": []}]"#,
  ]

  @Test(
    .watches(.hiddenField), arguments: pairs, [String?.none, #"{"database": "x", "tables": {}}"#])
  func noNameTellsOfAHiddenKey(pair: Pair, workspace: String?) async throws {
    let services = try pair.tables.map {
      try TemporaryDatabase($0).service(["p": pair.profile], workspace: workspace)
    }
    var answered = 0
    for (table, requests) in [("tasks", Self.requests), ("notes", Self.ofNotes)] {
      for request in requests {
        let text = "{\"object_type\": \"\(table)\", \(request)}"
        let answers = [await services[0].ask(text), await services[1].ask(text)]
        #expect(answers[0] == answers[1], "\(request)")
        if answers[0].contains("\"items\"") { answered += 1 }
      }
      let outlines = [
        try await services[0].outline(table, as: .ana).first?.relations.map { "\($0)" },
        try await services[1].outline(table, as: .ana).first?.relations.map { "\($0)" },
      ]
      #expect(outlines[0] == outlines[1] && outlines[0]?.isEmpty == false)
    }
    #expect(answered >= 6)
  }

  /// The one way in sight has the short name, and the long one too; of several each has its long
  /// name alone.
  @Test func bothSpellingsAreTaken() async throws {
    let tables = Self.notes("other INTEGER REFERENCES tasks")
    let all = try TemporaryDatabase(tables).service(
      #"{"tables_enabled": {"tasks": "*", "notes": "*"}}"#)
    let one = try TemporaryDatabase(tables).service(
      #"{"tables_enabled": {"tasks": "*", "notes": {"*": "*", "fields_excluded": ["other"]}}}"#)
    func titles(_ path: String, _ service: RecordService) async throws -> [Value] {
      try await service.ids(filter: "{\"field\": \"\(path).text\", \"value\": \"a\"}")
    }
    #expect(try await titles("notes", one) == [1])
    #expect(try await titles("notes(task)", one) == [1])
    #expect(try await titles("notes(other)", all) == [2])
    #expect(await serviceError { try await titles("notes", all) }?.code == .unknownField)
    #expect(await serviceError { try await titles("notes(other)", one) }?.code == .unknownField)
    // An answer calls it what the request does.
    let answer = await one.ask(
      #"{"object_type": "tasks", "select": [{"path": "NOTES(task)", "select": ["id"], "size": 1}], "size": 1}"#
    )
    #expect(answer.contains(#""items":[{"notes(task)":{"items":[{"id":1}],"has_more":true}}]"#))
  }

  /// Documents of authors keep the schema's names.
  @Test func aProfileNamesByTheSchema() async throws {
    for (name, code) in [("notes", ServiceError.Code.invalidProfile), ("notes(task)", nil)] {
      let service = try TemporaryDatabase(Self.notes("other INTEGER REFERENCES tasks")).service(
        """
        {"tables_enabled": {"tasks": {"data": [{"field": "\(name).text", "value": "a"}]},
          "notes": {"*": "*", "fields_excluded": ["other"]}}}
        """)
      #expect(await serviceError { try await service.ids("") }?.code == code)
    }
  }
}
