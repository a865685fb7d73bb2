import Documents
import FilterMemory
package import RecordFilter
import RowscopeModel
import Workspaces

/// Tables of records without a database, held in memory by column: from CSV, from JSON lines, or
/// from a program's own records. A service over them gives the same answers as one over SQLite with
/// the same records.
///
/// ```swift
/// var tables = MemoryTables()
/// try tables.add("clients", csv: csv)
/// try tables.add(
///   "tasks", columns: [("id", .integer), ("title", .text), ("client", .integer)],
///   primaryKey: ["id"], rows: [[1, "Write the invoice", 7], [2, "Call back", .null]])
/// try tables.relate("tasks", "client", to: "clients", "id")
/// ```
///
/// Values are stored as SQLite would store them in a column of the field's affinity: `"12"` is the
/// integer 12 in an INTEGER field, and stays a text in a TEXT field. A table's primary key must
/// identify its records; pages by cursor need it. A
/// workspace's declarations (owners, dates, many-valued fields, further relations) apply to the
/// tables as to a database's.
public struct MemoryTables: Sendable {
  private var tables: [ColumnTable] = []
  private var foreignKeys: [ForeignKey] = []

  /// No tables yet.
  public init() {}

  /// The tables in the order in which they were added, with their relations.
  package var schema: Schema {
    let plain = tables.map(\.table)
    let relations = RelationNaming(foreignKeys, in: plain).relations
    return Schema(
      tables: zip(plain, relations).map { table, relations in table.with(relations) })
  }

  /// The size of the records in bytes.
  public var byteCount: Int { tables.reduce(0) { $0 + $1.byteCount } }

  /// The number of a table's records; nil if there is no such table.
  public func recordCount(of name: String) -> Int? { index(of: name).map { tables[$0].rowCount } }

  /// Relates two tables for paths: `tasks.client` is the client with that `id`, and `clients.tasks`
  /// the way back. Like a foreign key in a database; whether the records exist is not checked.
  ///
  /// Complexity: O(n) in the names of the tables, their fields and relations.
  /// - Throws: ``TableSourceError`` if a table or a field is missing.
  public mutating func relate(
    _ name: String, _ field: String, to otherName: String, _ otherField: String
  ) throws(TableSourceError) {
    let child = try existing(name)
    let parent = try existing(otherName)
    let pair = ColumnPair(
      near: try existing(field, of: child), far: try existing(otherField, of: parent))
    let key = ForeignKey(child: TableID(child), parent: TableID(parent), pairs: [pair])
    if !foreignKeys.contains(where: { $0.joinsLike(key) }) { foreignKeys.append(key) }
  }

  /// The schema with a workspace's declarations.
  ///
  /// - Throws: all declarations that do not fit the tables, if one of them denies everything.
  func declared(by workspace: WorkspaceDocument?) throws(Diagnostics) -> DeclaredSchema {
    guard let workspace else { return schema.undeclared }
    return try schema.applying(workspace)
  }

  /// The tables as a schema declares them, ready for queries.
  func database(of schema: Schema) -> MemoryDatabase {
    var database = MemoryDatabase(schema: schema)
    for (index, table) in tables.enumerated() {
      let id = TableID(index)
      database.load(table.declared(as: schema[id]), as: id)
    }
    return database
  }

  // MARK: Adding

  /// Checks that a table can be added, before reading its records.
  func check(_ table: Table) throws(TableSourceError) {
    try checkName(table.name.string)
    func fault(_ detail: String) -> TableSourceError {
      TableSourceError(.declaration, in: table.name.string, detail)
    }
    guard !table.fields.isEmpty else { throw fault("a table needs at least one field") }
    guard table.relations.isEmpty else {
      throw fault("relations are declared with `relate`, or by a workspace")
    }
    for field in table.fields {
      if case .link = field.storage {
        throw fault("`\(field.name)` is a link: declare it in a workspace, not as a field")
      }
      guard !field.name.string.isEmpty else { throw fault("every field needs a name") }
    }
    let named = [table.ownerField, table.teamField].compactMap(\.self) + table.primaryKey
    guard named.allSatisfy({ table.fields.indices.contains($0.index) }) else {
      throw fault("the table lacks the field of the primary key, the owner or the team")
    }
  }

  func checkName(_ name: String) throws(TableSourceError) {
    func fault(_ detail: String) -> TableSourceError {
      TableSourceError(.tableName, in: name.isEmpty ? "a table" : name, detail)
    }
    guard !name.isEmpty else { throw fault("it needs a name") }
    guard index(of: name) == nil else {
      throw fault("there is a table of this name already, as names ignore case")
    }
    guard Name(String(name.prefix(7))) != "sqlite_" else {
      throw fault("SQLite reserves names that begin with `sqlite_`; choose another")
    }
  }

  mutating func append(_ table: ColumnTable) { tables.append(table) }

  private func index(of name: String) -> Int? {
    let name = Name(name)
    return tables.firstIndex { $0.table.name == name }
  }

  private func existing(_ name: String) throws(TableSourceError) -> Int {
    if let index = index(of: name) { return index }
    let known = tables.map(\.table.name.string)
    throw TableSourceError(
      .unknownTable(name: name, known: known), in: name,
      "there is no such table" + (Suggestion.hint(for: name, among: known).map { "; \($0)" } ?? ""))
  }

  private func existing(_ name: String, of index: Int) throws(TableSourceError) -> FieldID {
    let table = tables[index].table
    if let field = table.fieldID(named: name) { return field }
    throw TableSourceError(unknownField: name, of: table, in: table.name.string)
  }
}

extension TableSourceError {
  init(
    unknownField name: String, of table: Table, in source: String, at location: Location? = nil
  ) {
    let known = table.fields.map(\.name.string)
    self.init(
      .unknownField(name: name, known: known), in: source, at: location,
      "the table has no field \(Printable.quoted(name))"
        + (Suggestion.hint(for: name, among: known).map { "; \($0)" } ?? ""))
  }
}

extension Table {
  fileprivate func with(_ relations: [Relation]) -> Table {
    Table(
      name: name, kind: kind, label: label, fields: fields, primaryKey: primaryKey,
      primaryKeyIsTotal: primaryKeyIsTotal, relations: relations, ownerField: ownerField,
      teamField: teamField, indexedFields: indexedFields)
  }
}
