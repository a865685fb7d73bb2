package import Documents
package import RecordFilter
package import RecordStore
import RowscopeModel

/// A database's tables without their records, from a document that ``CatalogKind/statement`` gives.
///
/// ```
/// {"catalog": "sqlite", "statements": ["CREATE TABLE tasks (id INTEGER PRIMARY KEY, title TEXT)"]}
/// ```
package struct Catalog: Sendable {
  package let kind: CatalogKind
  /// The tables in a SQLite database without records. Those of PostgreSQL have columns with the
  /// affinities of what their values are seen as.
  package let image: DatabaseImage
  /// The columns' types, of PostgreSQL.
  package let columns: PostgreSQLColumns?
  /// What was left out, and why.
  package let notes: [String]

  private enum Key: String, CaseIterable {
    case catalog, statements, schema, encoding, tables
  }

  /// Complexity: O(n) in the document.
  /// - Throws: all problems of the document, or what SQLite makes of one of its statements.
  package init(document source: SourceDocument) throws(Diagnostics) {
    var problems = DiagnosticCollector()
    let root = JSONReader.read(source, as: .relaxed, reporting: &problems)
    try problems.throwErrors(in: source)
    guard let root,
      let members = KeyedMembers<Key>(root, as: "a catalog", reporting: &problems),
      let named = members.required(.catalog, hint: Self.hint, reporting: &problems),
      let kind: Located<CatalogKind> = problems.choice(named, as: "a kind of catalog")
    else {
      try problems.throwErrors(in: source)
      throw Diagnostics([], in: source)
    }
    var builder = CatalogBuilder(problems: problems)
    var columns: PostgreSQLColumns?
    switch kind.value {
    case .sqlite:
      if let node = members.required(.statements, hint: Self.hint, reporting: &builder.problems) {
        builder.addStatements(node)
      }
    case .postgresql:
      let reader = PostgreSQLCatalogReader(
        schema: members.required(.schema, hint: Self.hint, reporting: &builder.problems),
        encoding: members.required(.encoding, hint: Self.hint, reporting: &builder.problems),
        tables: members.required(.tables, hint: Self.hint, reporting: &builder.problems))
      columns = reader.read(into: &builder)
    }
    try builder.problems.throwErrors(in: source)
    image = try builder.image(of: source)
    self.kind = kind.value
    self.columns = columns
    notes = builder.notes
  }

  private static let hint =
    "`rowscope catalog sqlite` and `rowscope catalog postgresql` print the statement that makes it"
}

/// Collects the statements of a catalog's tables.
struct CatalogBuilder {
  var problems: DiagnosticCollector
  var notes: [String] = []
  private(set) var statements: [Located<String>] = []

  init(problems: DiagnosticCollector) { self.problems = problems }

  mutating func add(_ statement: String, at range: Range<Int>) {
    statements.append(Located(statement, at: range))
  }

  mutating func addStatements(_ node: JSONNode) {
    for element in problems.array(node, as: "a list of CREATE statements") ?? [] {
      guard let statement = problems.string(element, as: "a CREATE statement") else { continue }
      statements.append(statement)
    }
  }

  /// The tables as a database.
  func image(of source: SourceDocument) throws(Diagnostics) -> DatabaseImage {
    var place = 0..<0
    do throws(StoreError) {
      let builder = try DatabaseBuilder(file: nil)
      for statement in statements {
        place = statement.range
        try builder.define(statement.value)
      }
      return try builder.image(holdsRecords: false)
    } catch {
      throw Diagnostics(
        [
          Diagnostic(
            .badCatalog, "SQLite cannot define this: \(error.description)",
            hint: "a catalog has the statements that create tables, indexes and views, in order",
            at: place)
        ], in: source)
    }
  }
}
