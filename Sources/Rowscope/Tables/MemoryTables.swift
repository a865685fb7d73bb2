import Documents
import FilterMemory
package import RecordFilter
import RowscopeModel
import Workspaces

/// Tables of records that are in no database, held in memory column by column: from CSV, from JSON lines, or from whatever a
/// program has. A service made of them answers as one over SQLite does that stores the same records.
///
/// ```swift
/// var tables = MemoryTables()
/// try tables.add("clients", csv: csv)
/// try tables.add(
///   Table(
///     name: "tasks",
///     fields: [
///       Field(name: "id", affinity: .integer), Field(name: "title", affinity: .text),
///       Field(name: "client", affinity: .integer),
///     ], primaryKey: [FieldID(0)]),
///   rows: [[1, "Write the invoice", 7], [2, "Call back", nil]])
/// try tables.relate("tasks", "client", to: "clients", "id")
/// ```
///
/// A value is stored as SQLite would store it in a column of the field's affinity: `"12"` is the integer 12 where that is
/// INTEGER, and stays a text where it is TEXT. A table's primary key must identify its records, as ``Table/primaryKeyIsTotal``
/// says; pages by cursor need it. What only a workspace says (owners, dates, many-valued fields, further relations) is laid over
/// the tables as over a database's.
public struct MemoryTables: Sendable {
  private var tables: [ColumnTable] = []
  private var foreignKeys: [ForeignKey] = []

  public init() {}

  /// The tables in the order in which they were added, with the relations between them.
  package var schema: Schema {
    let plain = tables.map(\.table)
    let relations = RelationNaming(foreignKeys, in: plain).relations
    return Schema(
      tables: zip(plain, relations).map { table, relations in table.with(relations) })
  }

  /// The bytes that the records take.
  public var byteCount: Int { tables.reduce(0) { $0 + $1.byteCount } }

  /// How many records a table has; nil where there is no such table.
  public func recordCount(of name: String) -> Int? { index(of: name).map { tables[$0].rowCount } }

  /// Lets paths go from the records of one table to those of another: `tasks.client` to the client whose `id` it is, and
  /// `clients.tasks` back. As a foreign key does in a database; whether there is such a record is not looked at.
  ///
  /// - Throws: ``TableSourceError`` where a table or a field is missing.
  public mutating func relate(
    _ name: String, _ field: String, to otherName: String, _ otherField: String
  ) throws(TableSourceError) {
    let child = try existing(name)
    let parent = try existing(otherName)
    let pair = ColumnPair(
      near: try existing(field, of: child), far: try existing(otherField, of: parent))
    let key = ForeignKey(
      child: TableID(child), parent: TableID(parent), pairs: [pair], isDeclared: false)
    if !foreignKeys.contains(where: { $0.joinsLike(key) }) { foreignKeys.append(key) }
  }

  /// The tables with what a workspace declares of them, ready for queries.
  ///
  /// - Throws: every declaration that does not fit the tables.
  func database(applying workspace: WorkspaceDocument?) throws(Diagnostics) -> MemoryDatabase {
    var schema = schema
    if let workspace { schema = try schema.applying(workspace) }
    var database = MemoryDatabase(schema: schema)
    for (index, table) in tables.enumerated() {
      let id = TableID(index)
      database.load(table.declared(as: schema[id]), as: id)
    }
    return database
  }

  // MARK: Adding

  /// Looks whether a table can be added, before its records are read.
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
        throw fault("a workspace declares the link `\(field.name)`: it is no field of a record")
      }
      guard !field.name.string.isEmpty else { throw fault("every field needs a name") }
    }
    let named = [table.ownerField, table.teamField].compactMap(\.self) + table.primaryKey
    guard named.allSatisfy({ table.fields.indices.contains($0.index) }) else {
      throw fault("the primary key, the owner or the team is a field that the table has not")
    }
  }

  func checkName(_ name: String) throws(TableSourceError) {
    func fault(_ detail: String) -> TableSourceError {
      TableSourceError(.tableName, in: name.isEmpty ? "a table" : name, detail)
    }
    guard !name.isEmpty else { throw fault("it needs a name") }
    guard index(of: name) == nil else {
      throw fault("there is a table of this name, since upper and lower case are the same")
    }
    guard Name(String(name.prefix(7))) != "sqlite_" else {
      throw fault("SQLite keeps names that begin with `sqlite_` for itself; choose another")
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
