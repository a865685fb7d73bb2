import Foundation
import RecordFilter
import RecordStore
import RowscopeModel
import TestSupport
import Testing

/// A full or read-only medium, or too many open files, for a program that writes: reported with the
/// right exit code, and the database is unchanged.
@Suite struct MediumTests {
  /// Whether this machine lets the test mount a file system of its own to fill or write-protect.
  private static let canMount: Bool = {
    let outcome = try? RowscopeProgram.shell(
      "unshare -rm mount -t tmpfs -o size=64k tmpfs /tmp", in: NSTemporaryDirectory())
    return outcome?.exitCode == 0
  }()

  private let folder: TemporaryFolder
  private let database: TemporaryDatabase

  init() throws {
    folder = try TemporaryFolder()
    database = try TemporaryDatabase(
      """
      CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
      INSERT INTO t SELECT i, printf('%0100d', i) FROM n;
      """)
    try folder.write(#"{"tables_enabled": {"*": {"*": "*"}}}"#, to: "p.json")
  }

  /// Commands on the database in the variable `DB`.
  private static let commands = """
    read_all() { "$ROWSCOPE" query t --db "$DB" --profile "$HERE/p.json" --user 1 --limit all --format jsonl; }
    write_all() { "$ROWSCOPE" update t --all a="$(printf '%01000d' 7)" --db "$DB" --profile "$HERE/p.json" --user 1 --quiet --select id; }
    write_one() { "$ROWSCOPE" update t 3 a=three --db "$DB" --profile "$HERE/p.json" --user 1 --quiet --select id,a; }
    HERE=$PWD

    """

  /// - Parameter script: run with a file system of one megabyte at `$ROOM`.
  private func mounted(_ script: String, _ journal: String) throws -> RowscopeProgram.Outcome {
    try database.execute("PRAGMA journal_mode = \(journal)")
    try folder.write(Self.commands + script, to: "script")
    return try RowscopeProgram.shell(
      """
      mkdir room; export ROOM=$PWD/room DB=$PWD/room/t.sqlite SOURCE='\(database.path)'
      unshare -rm bash -c 'mount -t tmpfs -o size=1m tmpfs room && . ./script'
      """, in: folder.path)
  }

  @Test(.watches(.size), .enabled(if: canMount), arguments: ["DELETE", "WAL"])
  func aFullDisk(journal: String) throws {
    let outcome = try mounted(
      """
      cp "$SOURCE" "$DB"
      read_all > before
      write_all > /dev/null; echo "all $?"
      read_all > after; cmp before after && echo same
      write_one; echo "one $?"
      """, journal)
    #expect(
      outcome.text == "all 4\nsame\n{\"id\":3,\"a\":\"three\"}\none 0\n", "\(outcome)")
    #expect(outcome.messages.contains("no room left"), "\(outcome.messages)")
  }

  @Test(.watches(.size), .enabled(if: canMount), arguments: ["DELETE", "WAL"])
  func aReadOnlyMedium(journal: String) throws {
    let outcome = try mounted(
      """
      cp "$SOURCE" "$DB"
      read_all | tail -n 1 | cut -c 1-10
      mount -o remount,ro room
      write_all > /dev/null; echo "all $?"
      write_one; echo "one $?"
      read_all | tail -n 1 | cut -c 1-10; echo "read ${PIPESTATUS[0]}"
      """, journal)
    let rest = "all 4\none 4\n{\"id\":2000\nread 0\n"
    #expect(outcome.text == "{\"id\":2000\n" + rest, "\(outcome)")
    #expect(outcome.messages.contains("not written"), "\(outcome.messages)")
  }

  /// A limit on file sizes that the database reaches in the middle of a change.
  @Test(.watches(.size)) func aFileSizeLimit() throws {
    let before = try database.dump()
    for blocks in [1, 300, 500, 1_000] {
      let outcome = try RowscopeProgram.shell(
        Self.commands + "DB='\(database.path)'; trap '' XFSZ; ulimit -f \(blocks); write_all",
        in: folder.path)
      #expect(outcome.exitCode == 4 && outcome.messages.contains("error:"), "\(outcome)")
      #expect(try database.dump() == before, "\(blocks)")
    }
    let outcome = try RowscopeProgram.shell(
      Self.commands + "DB='\(database.path)'; write_one", in: folder.path)
    #expect(outcome.exitCode == 0, "\(outcome)")
  }

  /// With fewer descriptors Dispatch itself ends the process before any code of this package runs.
  @Test(.watches(.size), arguments: 14...20)
  func tooManyOpenFiles(descriptors: Int) throws {
    let before = try database.dump()
    let outcome = try RowscopeProgram.shell(
      Self.commands + "DB='\(database.path)'; ulimit -n \(descriptors); write_one",
      in: folder.path)
    #expect([0, 3, 4].contains(outcome.exitCode), "\(outcome)")
    let after = try database.dump()
    #expect(outcome.exitCode == 0 ? after != before : after == before, "\(outcome)")
    #expect(try database.rows("PRAGMA integrity_check") == [["ok"]])
  }
}
