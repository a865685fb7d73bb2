import RecordStore
import Rowscope
import RowscopeModel
import Testing

/// What the database's own triggers do to a user's changes.
@Suite struct TriggerTests {
  /// In place of deleting, a trigger marks.
  private static let softly = """
    ALTER TABLE tasks ADD COLUMN deleted TEXT;
    CREATE TRIGGER softly BEFORE DELETE ON tasks WHEN old.priority < 3 BEGIN
      UPDATE tasks SET deleted = 'now' WHERE id = old.id; SELECT RAISE(IGNORE); END;
    """
  private static let own = #"{"field": "owner", "reference": "id_user"}"#

  private static func fixture(hidingDeleted: Bool) throws -> WritingFixture {
    let rules = own + (hidingDeleted ? #", {"field": "deleted", "operator": "is null"}"# : "")
    return try WritingFixture(#""data": [\#(rules)], "can_delete": 1"#, sql: softly)
  }

  @Test func aRecordThatATriggerMarksIsGone() async throws {
    let fixture = try Self.fixture(hidingDeleted: true)
    let deleted = try await fixture.service.delete([1], from: "tasks", as: .ana)
    #expect(deleted == DeletedRecords(count: 1, kept: 0))
    #expect(try fixture.rows("SELECT deleted FROM tasks WHERE id = 1") == [["now"]])
    let again = await fixture.failure { writer throws(ServiceError) in
      try writer.delete([1], from: "tasks")
    }
    #expect(again?.code == .notFound)
    // Its members are part of it, and it is still there.
    #expect(try fixture.rows("SELECT person FROM watchers WHERE task = 1") == [[3], [9]])
  }

  @Test func aRecordThatATriggerKeepsIsSaidToBeThere() async throws {
    let fixture = try Self.fixture(hidingDeleted: false)
    let deleted = try await fixture.service.delete([1], from: "tasks", as: .ana)
    #expect(deleted == DeletedRecords(count: 0, kept: 1))
    #expect(try fixture.rows("SELECT deleted FROM tasks WHERE id = 1") == [["now"]])
  }

  /// Of three records the trigger keeps two.
  @Test(arguments: [true, false]) func ofManyRecordsSomeAreKept(hidingDeleted: Bool) async throws {
    let fixture = try Self.fixture(hidingDeleted: hidingDeleted)
    let deleted = try await fixture.service.delete(.everything(in: "tasks"), as: .ana)
    #expect(
      deleted == (hidingDeleted ? .init(count: 3, kept: 0) : .init(count: 1, kept: 2)))
    #expect(
      try fixture.rows("SELECT id, deleted FROM tasks ORDER BY id")
        == [[1, "now"], [2, "now"], [4, .null]])
  }

  /// The answer shows the record as it is, so a change that a trigger drops is refused as a whole.
  @Test func anUpdateThatATriggerDropsIsRefused() async throws {
    let fixture = try WritingFixture(
      sql: """
        CREATE TRIGGER closed BEFORE UPDATE ON tasks WHEN old.priority = 2 BEGIN
          SELECT RAISE(IGNORE); END;
        """)
    let before = try fixture.everything()
    let error = await fixture.failure { writer throws(ServiceError) in
      try writer.update(.everything(in: "tasks"), set: ["title": "x"])
    }
    #expect(error?.code == .constraintFailed)
    #expect(error?.databaseMessage == "a trigger left a record as it was")
    #expect(error?.description.contains("trigger") == false)
    #expect(try fixture.everything() == before)
  }

  /// An audit log in JSON, a full-text index, a tree walked by a recursive query.
  @Test func triggersOfAllKindsRun() async throws {
    let fixture = try WritingFixture(
      sql: """
        CREATE TABLE log (line TEXT);
        CREATE TRIGGER audited AFTER UPDATE ON tasks BEGIN
          INSERT INTO log VALUES (json_object('was', old.title, 'is', new.title)); END;
        CREATE VIRTUAL TABLE found USING fts5(title, content='tasks', content_rowid='id');
        INSERT INTO found(found) VALUES ('rebuild');
        CREATE TRIGGER indexed AFTER UPDATE OF title ON tasks BEGIN
          INSERT INTO found(found, rowid, title) VALUES ('delete', old.id, old.title);
          INSERT INTO found(rowid, title) VALUES (new.id, new.title); END;
        CREATE TABLE steps (x INTEGER);
        CREATE TRIGGER counted AFTER UPDATE ON tasks BEGIN
          INSERT INTO steps WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 3)
            SELECT x FROM c; END;
        """)
    for title in ["uno", "due"] {
      let written = try await fixture.service.update(
        [1], in: "tasks", set: ["title": .value(.text(.init(title)))], as: .ana)
      #expect(written.record?["title"] == .text(.init(title)))
    }
    #expect(
      try fixture.rows("SELECT line FROM log")
        == [[#"{"was":"one","is":"uno"}"#], [#"{"was":"uno","is":"due"}"#]])
    #expect(try fixture.rows("SELECT rowid FROM found WHERE found MATCH 'due'") == [[1]])
    #expect(try fixture.rows("SELECT rowid FROM found WHERE found MATCH 'one OR uno'") == [])
    #expect(try fixture.rows("SELECT count(*) FROM steps") == [[6]])
  }

  @Test func aTableThatCannotBeWrittenIsSaidBefore() async throws {
    let fixture = try WritingFixture(
      #""can_create": 1, "can_delete": 1"#,
      sql: """
        CREATE TABLE log (line TEXT);
        CREATE TRIGGER t AFTER INSERT ON tasks BEGIN INSERT INTO log VALUES (NEW.title); END;
        DROP TABLE log;
        """)
    let report = try await fixture.service.check()
    #expect(
      report.unusable == [
        #"`tasks` its records cannot be created: that needs the table "log", which is missing"#
      ])
    let access = try await fixture.service.access(of: .ana, to: "tasks")
    let denials = access.tables[0].rights.filter { $0.denial != nil }.map(\.name)
    #expect(denials.contains("create"))
    #expect(!denials.contains("edit") && !denials.contains("delete"))
    let error = await fixture.failure { writer throws(ServiceError) in
      try writer.create(["title": "x", "owner": 7], in: "tasks")
    }
    #expect(error?.code == .constraintFailed)
    #expect(error?.databaseMessage?.contains(#"the table "log", which is missing"#) == true)
    #expect(error?.description.contains("log") == false)
  }
}
