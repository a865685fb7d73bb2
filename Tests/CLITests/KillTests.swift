import Foundation
import TestSupport
import Testing

/// A writing process is killed at random moments, and each time the database holds either all of a
/// change or nothing.
///
/// 8 kills, or as many as `ROWSCOPE_KILLS` says.
@Suite("Kills in the middle of writing")
struct KillTests {
  private static let kills = Extent.count("ROWSCOPE_KILLS", few: 8, all: 25)
  private static let records = 1_500

  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.sql(
      """
      CREATE TABLE tasks (id INTEGER PRIMARY KEY, round INTEGER NOT NULL, note TEXT);
      CREATE TABLE watchers (task INTEGER, person INTEGER, PRIMARY KEY (task, person)) WITHOUT ROWID;
      CREATE INDEX rounds ON tasks (round);
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(Self.records))
        INSERT INTO tasks SELECT i, 0, hex(zeroblob(200)) FROM n;
      INSERT INTO watchers SELECT id, 0 FROM tasks UNION ALL SELECT id, 1 FROM tasks;
      """, on: "desk.sqlite")
    try folder.write(
      """
      {"database": "desk.sqlite", "profiles": {"all": "all.json"},
       "users": [{"id_user": 1, "name": "Ada", "profile": "all"}],
       "tables": {"tasks": {"fields": {
         "watchers": {"type": "users", "link": {"table": "watchers", "record": "task",
           "member": "person"}}}}}}
      """, to: "workspace.json")
    try folder.write(#"{"tables_enabled": {"*": {"*": "*"}}}"#, to: "all.json")
  }

  /// Every record gets the number of the round, and that number and the next as watchers.
  private func writing(_ round: Int) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: RowscopeProcess.path)
    process.arguments = [
      "update", "tasks", "--all", "round=\(round)", "watchers:=[\(round), \(round + 1)]",
      "note=\(String(repeating: "\(round)", count: 50))", "--as", "Ada", "--quiet", "--select",
      "id", "--workspace", folder.path,
    ]
    process.standardOutput = FileHandle.nullDevice
    try process.start()
    return process
  }

  /// The round that all records have in common; nil if they differ.
  private func round() throws -> Int? {
    // Opened for writing, as the next writer would: that rolls back what was interrupted.
    let rounds = try folder.sql("SELECT DISTINCT round FROM tasks", on: "desk.sqlite")
    guard rounds.count == 1, let round = rounds[0][0].flatMap({ Int($0) }) else { return nil }
    let torn = try folder.sql(
      """
      SELECT count(*) FROM tasks WHERE \(Self.records) <> (SELECT count(*) FROM tasks)
        OR (SELECT group_concat(person) FROM (SELECT person FROM watchers WHERE task = id ORDER BY person))
          IS NOT '\(round),\(round + 1)'
        OR (note NOT GLOB '\(round)*' AND round > 0)
      """, on: "desk.sqlite")
    let isWhole = try folder.sql("PRAGMA integrity_check", on: "desk.sqlite") == [["ok"]]
    return torn == [["0"]] && isWhole ? round : nil
  }

  @Test(.timeLimit(.minutes(60)))
  func `every change is whole or absent`() throws {
    let clock = ContinuousClock()
    let duration = try clock.measure {
      let process = try writing(1)
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
    }
    var last = try #require(try round())
    #expect(last == 1)
    var (killed, interrupted, undone) = (0, 0, 0)
    for attempt in 0..<Self.kills {
      let round = attempt + 2
      let process = try writing(round)
      let pause = Double.random(in: 0...1.05) * (duration / .seconds(1))
      Thread.sleep(forTimeInterval: pause)
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      if process.terminationReason == .uncaughtSignal { killed += 1 }
      if try folder.names.contains("desk.sqlite-journal") { interrupted += 1 }
      let found = try self.round()
      // The previous round or this one: a killed process may already have finished.
      #expect(found == last || found == round, "after kill \(attempt)")
      if found == last { undone += 1 }
      guard let found else { return }
      last = found
    }
    print(
      "\(Self.kills) kills: \(killed) ended the process, \(interrupted) left a journal, "
        + "\(undone) changes were rolled back"
    )
    #expect(killed > 0)
  }
}
