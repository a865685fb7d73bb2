import Foundation
import TestSupport
import Testing

@Suite("The commands that write")
struct WritingCommandTests {
  private let folder: TemporaryFolder
  private let rowscope: RowscopeProcess

  init() throws {
    folder = try TemporaryFolder()
    rowscope = RowscopeProcess(folder: folder.path)
    try folder.sql(
      """
      CREATE TABLE tasks (id INTEGER PRIMARY KEY, title TEXT NOT NULL, owner INTEGER, status TEXT, priority INTEGER,
        secret TEXT, tags TEXT, done INTEGER, "a=b" TEXT);
      INSERT INTO tasks (id, title, owner, status, priority, secret) VALUES
        (1, 'one', 3, 'Open', 1, 'a'), (2, 'two', 3, 'Open', 2, 'b'),
        (3, 'three', 4, 'Open', 3, 'c');
      CREATE TABLE watchers (task INTEGER, person INTEGER, PRIMARY KEY (task, person));
      INSERT INTO watchers VALUES (1, 9);
      """, on: "desk.sqlite")
    try folder.write(
      """
      {"database": "desk.sqlite", "profiles": {"agent": "agent.json", "boss": "boss.json"},
       "users": [{"id_user": 3, "name": "Bia", "profile": "agent", "seat": "member"},
                 {"id_user": 1, "name": "Ada", "profile": "boss", "seat": "no_code"},
                 {"id_user": 2, "name": "Dev", "profile": "boss", "seat": "member"}],
       "tables": {"tasks": {"fields": {"tags": {"type": "tags"}, "done": {"type": "checkbox"},
         "watchers": {"type": "users", "link": {"table": "watchers", "record": "task",
           "member": "person"}}}}}}
      """, to: "workspace.json")
    try folder.write(
      """
      {"tables_enabled": {"tasks": {
        "data": [{"field": "owner", "reference": "id_user"}], "fields_excluded": ["secret"],
        "fields_readonly": ["priority"], "can_create": 1, "can_delete": 1}}}
      """, to: "agent.json")
    try folder.write(#"{"tables_enabled": {"*": {"*": "*"}}}"#, to: "boss.json")
  }

  private func bia(_ words: String...) throws -> RowscopeProcess.Outcome {
    try rowscope.run(words + ["--as", "Bia"])
  }

  private func ada(_ words: String...) throws -> RowscopeProcess.Outcome {
    try rowscope.run(words + ["--as", "Ada"])
  }

  @Test func `a record that others refer to is not deleted`() throws {
    try folder.sql(
      "CREATE TABLE hidden (id INTEGER PRIMARY KEY, task INTEGER REFERENCES tasks); "
        + "INSERT INTO hidden VALUES (1, 1);", on: "desk.sqlite")
    let outcome = try bia("delete", "tasks", "1")
    #expect(outcome.exitCode == 4)
    #expect(
      outcome.messages == """
        error: other records refer to what would be deleted, so nothing is deleted
        help: delete those records first, or let them refer to others

        """)
    let other = try ada("create", "tasks", "id=1", "title=x")
    #expect(other.exitCode == 4 && !other.messages.contains("desk.sqlite"))
  }

  @Test func `the text null is said to be one`() throws {
    let text = try bia("update", "tasks", "1", "status=null", "--select", "status")
    #expect(text.text == #"{"status":"null"}"# + "\n")
    #expect(
      text.messages
        == "`status=null` is the text \"null\"; `status:=null` leaves the field without a value\n")
    let null = try bia("update", "tasks", "1", "status:=null", "--select", "status")
    #expect(null.text == #"{"status":null}"# + "\n" && null.messages == "")
  }

  @Test(arguments: [
    ("x.csv", "id\r\n1\r\n2\r\n"), ("x.JSON", "[\n{\"id\":1},\n{\"id\":2}\n]\n"),
    ("x.jsonl", "{\"id\":1}\n{\"id\":2}\n"), ("x.md", "| id |\n| --- |\n| 1 |\n| 2 |\n"),
    ("csv", "{\"id\":1}\n{\"id\":2}\n"), (".csv", "{\"id\":1}\n{\"id\":2}\n"),
  ])
  func `a file has the format that its name says`(name: String, text: String) throws {
    let outcome = try bia("query", "tasks", "--select", "id", "--output", name)
    #expect(outcome.exitCode == 0 && outcome.text == "")
    #expect(try folder.read(name) == text)
    // What is asked for comes first.
    _ = try bia("query", "tasks", "--select", "id", "--output", name, "--format", "jsonl")
    #expect(try folder.read(name) == "{\"id\":1}\n{\"id\":2}\n")
  }

  @Test(arguments: [
    (["--sort", "-priority"], "2,1"), (["--sort", "-priority", "-f", "jsonl"], "2,1"),
    (["--sort=-priority"], "2,1"), (["--sort", "priority"], "1,2"),
    (["--sort", "-title,-id"], "2,1"),
  ])
  func `a sort may begin with a dash`(words: [String], ids: String) throws {
    let outcome = try rowscope.run(
      ["query", "tasks", "--as", "Bia", "--select", "id"] + words)
    #expect(
      outcome.text == ids.split(separator: ",").map { "{\"id\":\($0)}\n" }.joined(),
      "\(outcome.messages)")
  }

  @Test(arguments: ["-f", "--limit"])
  func `an option is no sort`(word: String) throws {
    let outcome = try rowscope.run(["query", "tasks", "--as", "Bia", "--sort", word, "jsonl"])
    #expect(outcome.exitCode == 2 && outcome.messages.contains("`--sort` needs a value"))
  }

  @Test func `a relation in a selection is answered with how to select its fields`() throws {
    try folder.sql(
      "CREATE TABLE notes (id INTEGER PRIMARY KEY, task INTEGER REFERENCES tasks);",
      on: "desk.sqlite")
    let outcome = try ada("query", "tasks", "--select", "notes")
    #expect(
      outcome.messages.contains(
        "ask for a field of theirs as \"notes.FIELD\", or for all as \"notes.*\""))
  }

  @Test func `a record is created and shown`() throws {
    let outcome = try bia(
      "create", "tasks", "title=4 = four", "owner=3", "done=true", "tags=red, blue",
      "watchers:=[7, 3]", "status:=null", "--set", #"{"a=b": "x"}"#)
    #expect(outcome.exitCode == 0)
    #expect(outcome.messages == "")
    #expect(
      outcome.text
        == #"{"id":4,"title":"4 = four","owner":3,"status":null,"priority":null,"tags":["red","blue"],"done":true,"a=b":"x","watchers":[3,7]}"#
        + "\n")
    #expect(
      try folder.sql("SELECT person FROM watchers WHERE task = 4", on: "desk.sqlite").count == 2)
  }

  @Test(arguments: ["table", "vertical", "json", "csv", "tsv", "markdown", "html"])
  func `a record is changed and shown in every format`(format: String) throws {
    let outcome = try bia("update", "tasks", "1", "title=uno", "--format", format)
    let read = try bia("get", "tasks", "1", "--format", format)
    #expect(outcome.exitCode == 0)
    #expect(outcome.text == read.text)
    #expect(outcome.text.contains("uno"))
  }

  @Test func `a record that is given away is not shown`() throws {
    let outcome = try bia("update", "tasks", "1", "owner=4")
    #expect(outcome.exitCode == 0)
    #expect(outcome.text == "")
    #expect(
      outcome.messages
        == "changed; the user cannot access the record, so it is not shown\n")
  }

  @Test func `many records are changed, and only those in scope`() throws {
    let outcome = try bia(
      "update", "tasks", "status=Done", "--where", "priority >= 1", "--select", "id,status")
    #expect(outcome.text == "{\"id\":1,\"status\":\"Done\"}\n{\"id\":2,\"status\":\"Done\"}\n")
    #expect(outcome.messages == "2 records changed\n")
    let table = try bia(
      "update", "tasks", "status=Open", "--all", "--select", "id", "--format", "csv")
    #expect(table.text.split(separator: "\r\n").count == 3)
    let deleted = try bia("delete", "tasks", "--all")
    #expect(deleted.messages == "2 records deleted\n")
    #expect(try folder.sql("SELECT id FROM tasks", on: "desk.sqlite") == [["3"]])
    #expect(try folder.sql("SELECT * FROM watchers", on: "desk.sqlite") == [])
    #expect(try bia("delete", "tasks", "--all").messages == "no records\n")
  }

  @Test func `a condition that another change made false`() throws {
    let first = try bia("update", "tasks", "1", "status=Doing", "--if-unchanged", "status=Open")
    #expect(first.exitCode == 0)
    let second = try bia("update", "tasks", "1", "status=Done", "--if-unchanged", "status=Open")
    #expect(second.exitCode == 1)
    #expect(second.messages.hasPrefix("error: the record has changed since it was read"))
    let third = try bia("delete", "tasks", "1", "--if-unchanged", "priority:=1", "--quiet")
    #expect(third.exitCode == 0)
    #expect(third.messages == "")
  }

  /// The words, the exit code, and the beginning of the message.
  @Test(arguments: [
    (["update", "tasks", "3", "title=x"], 3, "no such record in table \"tasks\""),
    (["update", "tasks", "99", "title=x"], 3, "no such record in table \"tasks\""),
    (["delete", "tasks", "3"], 3, "no such record in table \"tasks\""),
    (["update", "tasks", "1", "secret=x"], 2, "unknown field \"secret\" in table \"tasks\""),
    (["update", "tasks", "1", "priority=5"], 3, "the field \"priority\" is readonly"),
    (["create", "tasks", "owner=3"], 2, "the field \"title\" must have a value"),
    (["create", "tasks", "id=1", "title=x"], 4, "there is a record with this value of \"id\""),
    (["create", "watchers", "task=1"], 3, "unknown table \"watchers\""),
    (["update", "tasks", "1", "done=maybe"], 2, "the field \"done\" takes true or false"),
    (["update", "tasks", "1"], 2, "the update names no field"),
    (["update", "tasks", "title=x"], 2, "missing the records to change"),
    (["delete", "tasks"], 2, "missing the records to change"),
    (["delete", "tasks", "1", "--all"], 2, "a KEY names one record"),
    (["delete", "tasks", "--all", "--where", "id = 1"], 2, "`--all` and `--where` cannot"),
    (["update", "tasks", "1", "title:=x"], 2, "what follows `:=` is a JSON value"),
    (["update", "tasks", "1", "title=x", "2"], 2, "`2` is not the value of a field"),
    (["update", "tasks", "1", "=x"], 2, "`=x` is not the value of a field"),
    (["create", "tasks", "--set", "[]"], 2, "values, line 1, column 1: expected an object"),
    (["field", "add", "tasks", "x", "text"], 3, "the user may not change the fields"),
  ])
  func `a refusal says why`(words: [String], code: Int32, message: String) throws {
    let before = try folder.sql("SELECT * FROM tasks", on: "desk.sqlite")
    let outcome = try rowscope.run(words + ["--as", "Bia"])
    #expect(outcome.exitCode == code)
    #expect(outcome.text == "")
    #expect(outcome.messages.hasPrefix("error: " + message), "\(outcome.messages)")
    #expect(try folder.sql("SELECT * FROM tasks", on: "desk.sqlite") == before)
  }

  @Test func `CSV files are only read`() throws {
    let outcome = try Sample.rowscope.run(
      "update", "tasks", "35", "title=x", "--workspace", "SampleData", "--as", "Bia Fontes")
    #expect(outcome.exitCode == 4)
    #expect(
      outcome.messages.hasPrefix("error: the tables are CSV files, which cannot be written\n"))
  }

  @Test func `fields are added, renamed and dropped`() throws {
    let added = try ada("field", "add", "tasks", "due", "date")
    #expect(added.exitCode == 0)
    #expect(
      added.messages == """
        added; visible with the profiles agent, boss
        declare its type in the workspace: {"tables": {"tasks": {"fields": {"due": {"type": "date"}}}}}

        """)
    #expect(try bia("update", "tasks", "1", "due=2026-11-22", "--select", "due").exitCode == 0)
    #expect(
      try ada("field", "rename", "tasks", "due", "deadline").messages == "renamed to \"deadline\"\n"
    )
    #expect(
      try bia("get", "tasks", "1", "--select", "deadline").text == "{\"deadline\":\"2026-11-22\"}\n"
    )
    #expect(try ada("field", "drop", "tasks", "deadline").exitCode == 0)
  }

  @Test(arguments: [
    (["drop", "tasks", "secret"], "agent.json:2:"),
    (["rename", "tasks", "owner", "x"], "agent.json:2:"),
    (["drop", "tasks", "tags"], "workspace.json:5:"),
    (["rename", "watchers", "person", "x"], "workspace.json:7:"),
  ])
  func `a field named by a rule stays, and the rule is shown`(words: [String], place: String) throws
  {
    let outcome = try rowscope.run(["field"] + words + ["--as", "Ada"])
    #expect(outcome.exitCode == 1)
    #expect(outcome.messages.contains(place), "\(outcome.messages)")
    #expect(outcome.messages.contains("error: nothing was changed"))
  }

  /// A seat takes rights away: the profile of `Dev` gives everything, but the seat is a member's.
  @Test func `a seat limits what a profile gives`() throws {
    let outcome = try rowscope.run(
      "field", "add", "tasks", "x", "text", "--as", "Dev")
    #expect(outcome.exitCode == 3)
    #expect(try rowscope.run("create", "tasks", "title=x", "--as", "Dev").exitCode == 0)
  }
}
