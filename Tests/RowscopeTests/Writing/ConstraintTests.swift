import RecordFilter
import RecordStore
import Rowscope
import RowscopeModel
import TestSupport
import Testing

@Suite struct ConstraintTests {
  @Test func aDuplicateValueIsNamedByItsField() async throws {
    let fixture = try WritingFixture()
    let error = await fixture.failure { writer throws(ServiceError) in
      try writer.create(["title": "x", "owner": 7, "code": "a2"], in: "tasks")
    }
    #expect(error?.code == .notUnique)
    #expect(error?.message == #"there is a record with this value of "code" already"#)
    let both = await fixture.failure { writer throws(ServiceError) in
      try writer.create(["day": "mon", "room": "b"], in: "slots")
    }
    #expect(both?.message == #"there is a record with these values of "day" and "room" already"#)
  }

  @Test func aMissingValueIsNamedByItsField() async throws {
    let fixture = try WritingFixture()
    for error in await [
      fixture.failure { writer throws(ServiceError) in
        try writer.create(["owner": 7], in: "tasks")
      },
      fixture.failure { writer throws(ServiceError) in
        try writer.create(["title": nil], in: "tasks")
      },
      fixture.failure { writer throws(ServiceError) in
        try writer.update([1], in: "tasks", set: ["title": nil])
      },
    ] {
      #expect(error?.code == .requiredField)
      #expect(error?.message == #"the field "title" must have a value"#)
    }
  }

  /// Each breaks a rule that names something hidden; all get the same message.
  @Test(arguments: [
    // A unique index over a hidden column, and one over a visible and a hidden column.
    "CREATE UNIQUE INDEX u ON tasks (secret);",
    "CREATE UNIQUE INDEX u ON tasks (owner, secret);",
    "CREATE UNIQUE INDEX u ON tasks (lower(title));",
    "CREATE TRIGGER t BEFORE INSERT ON tasks BEGIN SELECT RAISE(ABORT, 'secret says no'); END;",
    "CREATE TRIGGER t BEFORE INSERT ON tasks BEGIN SELECT RAISE(IGNORE); END;",
    "CREATE TRIGGER t AFTER INSERT ON tasks BEGIN INSERT INTO people VALUES (3, 'x', 0); END;",
    "CREATE TRIGGER t AFTER INSERT ON tasks BEGIN UPDATE tasks SET token = 't1' WHERE id = NEW.id; END;",
    "CREATE TRIGGER t AFTER INSERT ON tasks BEGIN SELECT json(NEW.secret); END;",
  ])
  func aHiddenRuleIsNotNamed(sql: String) async throws {
    let fixture = try WritingFixture(
      sql: sql.replacing("lower(title)", with: "lower(secret)"))
    try Connection(.readWrite(path: fixture.database.path)).execute(
      "UPDATE tasks SET secret = 'hush' WHERE id = 1; UPDATE tasks SET owner = 7 WHERE id = 1;")
    let before = try fixture.everything()
    let error = await fixture.failure { writer throws(ServiceError) in
      try writer.create(["title": "one", "owner": 7, "watchers": [3]], in: "tasks")
    }
    #expect(error?.code == .constraintFailed)
    #expect(
      error?.description
        == "a rule of the database does not allow this change, so nothing is changed")
    #expect(try fixture.everything() == before)
  }

  @Test func aCheckHasNoName() async throws {
    let fixture = try WritingFixture(#""can_create": 1"#)
    let error = await fixture.failure { writer throws(ServiceError) in
      try writer.update([1], in: "tasks", set: ["priority": 11])
    }
    #expect(error?.description.contains("priority") == false)
    #expect(error?.code == .constraintFailed)
  }

  /// A trigger does what it declares, whatever the user may see or write.
  @Test func triggersRunWithTheirOwnRights() async throws {
    let fixture = try WritingFixture(
      sql: """
        CREATE TABLE log (line TEXT);
        CREATE TRIGGER t AFTER UPDATE OF title ON tasks BEGIN
          INSERT INTO log SELECT OLD.secret || NEW.title || (SELECT max(vat) FROM clients);
          UPDATE tasks SET token = 'seen' WHERE id = NEW.id;
        END;
        """)
    let written = try await fixture.service.update(
      [1], in: "tasks", set: ["title": "uno"], as: .ana)
    #expect(written.record?["title"] == "uno")
    #expect(written.record?["token"] == nil, "no field of the answer")
    #expect(try fixture.rows("SELECT line FROM log") == [["aunoV2"]])
    #expect(try fixture.rows("SELECT token FROM tasks WHERE id = 1") == [["seen"]])
  }

  @Test func aNewTriggerIsNoticed() async throws {
    let fixture = try WritingFixture()
    try await fixture.service.update([1], in: "tasks", set: ["title": "a"], as: .ana)
    try fixture.database.execute(
      """
      CREATE TABLE log (line TEXT);
      CREATE TRIGGER t AFTER UPDATE ON tasks BEGIN INSERT INTO log VALUES (NEW.title); END;
      """)
    var error = await fixture.failure { writer throws(ServiceError) in
      try writer.update([1], in: "tasks", set: ["title": "b"])
    }
    if error != nil {
      // The statement was prepared earlier; it reports that the schema changed.
      #expect(error?.code == .database)
      error = await fixture.failure { writer throws(ServiceError) in
        try writer.update([1], in: "tasks", set: ["title": "b"])
      }
    }
    #expect(error == nil)
    #expect(try fixture.rows("SELECT line FROM log") == [["b"]])
  }

  @Test func aDeferredForeignKeyIsReportedAtTheEnd() async throws {
    let fixture = try WritingFixture(
      others: WritingFixture.others + #", "late": {"*": "*"}"#,
      sql: """
        CREATE TABLE vault (id INTEGER PRIMARY KEY);
        CREATE TABLE late (id INTEGER PRIMARY KEY, other INTEGER DEFAULT 9
          REFERENCES vault (id) DEFERRABLE INITIALLY DEFERRED, note TEXT);
        """)
    let error = await fixture.failure { writer throws(ServiceError) in
      try writer.create(["note": "x"], in: "late")
    }
    #expect(error?.code == .constraintFailed)
    #expect(try fixture.rows("SELECT count(*) FROM late") == [[0]])
  }
}
