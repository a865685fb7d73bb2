import DataFiles
import Foundation
import RecordFilter
import RecordStore
import RowscopeModel
import TestSupport
import Testing
import Workspaces

@testable import SampleGenerator

/// The CSV files of the sample workspace, with the declarations of its `workspace.json`.
@Suite struct SampleWorkspaceTests {
  private static let folder = URL(filePath: Checkout.sampleData)

  private struct WorkspaceContents: Decodable {
    struct Field: Decodable { let column: String? }
    struct Table: Decodable {
      let primaryKey: [String]?
      let fields: [String: Field]?

      enum CodingKeys: String, CodingKey {
        case primaryKey = "primary_key"
        case fields
      }
    }
    let tables: [String: Table]
  }

  private static func connection() throws -> Connection {
    let decoder = JSONDecoder()
    decoder.allowsJSON5 = true
    let data = try Data(contentsOf: folder.appending(path: "workspace.json"))
    let workspace = try decoder.decode(WorkspaceContents.self, from: data)
    var declarations: [Name: CSVTableDeclaration] = [:]
    for (name, table) in workspace.tables {
      let types = (table.fields ?? [:]).compactMapValues(\.column)
      declarations[Name(name)] = CSVTableDeclaration(
        primaryKey: table.primaryKey,
        columnTypes: Dictionary(uniqueKeysWithValues: types.map { (Name($0.key), $0.value) }))
    }
    let tables = folder.appending(path: "tables").path(percentEncoded: false)
    return try Connection(.image(CSVFolder(path: tables).database(declarations: declarations)))
  }

  private func rows(_ connection: borrowing Connection, _ sql: String) throws -> [[Value]] {
    try connection.temporaryStatement(sql, as: .unrestricted).rows()
  }

  @Test func `A generated database has the tables, columns, types and keys of the CSV files`()
    throws
  {
    let sql = """
      SELECT s.name, s.sql LIKE '%WITHOUT ROWID', c.cid, c.name, c.type, c."notnull", c.pk
      FROM sqlite_schema s, pragma_table_info(s.name) c WHERE s.type = 'table' ORDER BY 1, 3
      """
    let files = try rows(Self.connection(), sql)
    let generated = try rows(
      Connection(.image(SampleDatabase(rowCount: 10).image())), sql)
    #expect(files.count > 80)
    #expect(files == generated)
  }

  @Test func `The tasks are as many and as varied as the documentation says`() throws {
    let connection = try Self.connection()
    #expect(
      try rows(
        connection,
        """
        SELECT count(*), sum(status = 'Done') * 100 / count(*), min(priority), max(priority),
          count(*) > count(note), sum(note = '') > 0, sum(title LIKE '%"%') > 0, sum(note LIKE '%' || char(10) || '%') > 0,
          sum(client NOT IN (SELECT name FROM clients)) > 0, sum(amount < 0) > 0
        FROM tasks
        """) == [[420, 40, 1, 5, 1, 1, 1, 1, 1, 1]])
    #expect(try rows(connection, "PRAGMA integrity_check") == [["ok"]])
  }

  @Test func `Codes of digits keep their zeros`() throws {
    #expect(
      try rows(
        Self.connection(), "SELECT tax_id, typeof(tax_id) FROM clients WHERE name = 'Padaria Sol'")
        == [["00417290000155", "text"]])
  }

  @Test func `Owners are employees, and all but the known exceptions exist`() throws {
    let connection = try Self.connection()
    #expect(
      try rows(
        connection,
        """
        SELECT (SELECT count(*) FROM tasks WHERE owner NOT IN (SELECT id FROM employees)),
          (SELECT count(*) FROM tasks WHERE team NOT IN (SELECT id FROM teams)),
          (SELECT count(*) FROM task_watchers WHERE task NOT IN (SELECT id FROM tasks)),
          (SELECT count(*) FROM task_watchers WHERE user NOT IN (SELECT id FROM employees)),
          (SELECT count(*) FROM comments WHERE task NOT IN (SELECT id FROM tasks)),
          (SELECT count(*) FROM clients WHERE region NOT IN (SELECT code FROM regions)),
          (SELECT count(*) FROM employees WHERE manager NOT IN (SELECT id FROM employees)),
          (SELECT count(*) FROM receivables WHERE client_id NOT IN (SELECT id FROM clients))
        """) == [[0, 0, 0, 0, 0, 0, 0, 2]])
  }
}
