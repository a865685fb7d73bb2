import Documents
import RecordFilter
import RowscopeModel
import TestSupport
import Testing
import Workspaces

/// What the statement that gives a catalog finds on a server.
@Suite(.enabled(if: !PostgreSQLServer.isMissing)) struct PostgreSQLCatalogTests {
  private func catalog(_ sql: String) throws -> String {
    let client = try PostgreSQLClient(try #require(try PostgreSQLServer.shared?.get()))
    try client.run(sql)
    let rows = try client.rows(CatalogKind.postgresql.statement)
    return try #require(rows.first?.first?.text)
  }

  /// The schema by its exact name, and none of another spelling.
  @Test func aSchemaHasItsExactName() throws {
    let found = try catalog(
      """
      CREATE SCHEMA "HR"; CREATE SCHEMA hr; CREATE TABLE hr.wrong (id bigint);
      CREATE TABLE "HR".staff (salary text, pub text GENERATED ALWAYS AS (salary || '!') STORED);
      SET search_path TO "HR"
      """)
    #expect(found.contains("staff") && !found.contains("wrong"), "\(found)")
    #expect(found.contains(#""generated_from" : ["salary"]"#), "\(found)")
    let odd = try catalog(
      #"CREATE SCHEMA "a ""b'c"; CREATE TABLE "a ""b'c".odd (id int); SET search_path TO "a ""b'c""#
    )
    #expect(odd.contains(#""name" : "odd""#), "\(odd)")
  }

  /// A query of a table that others inherit from reads their rows, which may be denied.
  @Test func aTableThatOthersInheritFromIsLeftOut() throws {
    let found = try catalog(
      """
      CREATE SCHEMA inherits; SET search_path TO inherits;
      CREATE TABLE par (id bigint PRIMARY KEY); CREATE TABLE kid (s text) INHERITS (par);
      CREATE TABLE parts (id bigint) PARTITION BY RANGE (id);
      CREATE TABLE part PARTITION OF parts FOR VALUES FROM (1) TO (9)
      """)
    let catalog = try Catalog(document: .init(name: "c.json", text: found))
    #expect(
      catalog.notes == [
        "`par` left out: other tables inherit from it, and a query of it has their rows too"
      ])
    #expect(catalog.columns?.types.keys.sorted { $0.string < $1.string } == ["kid", "parts"])
  }
}
