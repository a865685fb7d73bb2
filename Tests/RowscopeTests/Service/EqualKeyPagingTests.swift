import AccessProfiles
import Documents
import RecordEngine
import RecordStore
import Rowscope
import RowscopeModel
import TestSupport
import Testing
import Workspaces

/// Pages of a table whose keys a declaration makes compare without case, so that different ones are
/// equal.
@Suite struct EqualKeyPagingTests {
  @Test(
    arguments: [MemoryPolicy.none, MemoryPolicy(tables: .all, use: .always)], [1, 2, 3])
  func noRecordIsLost(memory: MemoryPolicy, size: Int) async throws {
    let database = try TemporaryDatabase(
      """
      CREATE TABLE t (k TEXT PRIMARY KEY NOT NULL, v TEXT);
      INSERT INTO t VALUES ('a', 'x'), ('A', 'y'), ('b', 'z'), ('B', 'w'), ('c', 'v');
      """)
    let service = try database.service(
      #"{"tables_enabled": {"*": "*"}}"#,
      workspace: try WorkspaceDocument(
        document: SourceDocument(
          name: "workspace.json",
          text: """
            {"database": "d.sqlite", "profiles": {}, "tables": {"t": {"fields": {
              "k": {"type": "text", "ignores_case": true}}}}}
            """)), memory: memory)
    for select in [["k"], ["k", "v"], ["v", "k"]] as [[FieldSelection]] {
      var request = ListRequest(table: "t", select: select, size: size)
      var keys: [Value] = []
      repeat {
        let page = try await service.list(request, as: .ana)
        keys += page.items.compactMap { $0["k"] }
        request.after = page.next
      } while request.after != nil && keys.count < 20
      // Of keys that are equal the bytes decide.
      #expect(keys == ["A", "a", "B", "b", "c"])
    }
  }
}
