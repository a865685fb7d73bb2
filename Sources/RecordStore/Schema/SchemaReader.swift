internal import CSQLite
internal import RecordFilter
import RowscopeModel

extension Connection {
  /// The tables, views, keys and relations of the database.
  ///
  /// Whatever a profile could not control is omitted and noted: virtual tables and their shadow
  /// tables, SQLite's own tables, columns with an application's collation, and views that cannot be
  /// read.
  ///
  /// The ``Field/origins`` of a generated column are the columns that its definition names. Those
  /// of a view's column are the columns that it shows and those that decide which rows the view
  /// has. If these cannot be determined, they are everything that the view reads. Both are followed
  /// transitively, so excluding a field also excludes everything derived from it.
  ///
  /// A relation to a parent is named after the column that holds the key, or, for a composite key,
  /// after any of its columns without a key of its own. A relation to children is named after the
  /// child table, or `table(column)` if several keys lead here or a field already has that name.
  package func readSchema() throws(StoreError) -> DatabaseSchema {
    try withReadTransaction { () throws(StoreError) in
      var reader = SchemaReader(core: core)
      try reader.readTables()
      try reader.readViews()
      try reader.readForeignKeys()
      return reader.result()
    }
  }
}

/// A column by name, used before fields have ids.
struct ColumnKey: Hashable {
  let table: Name
  let column: Name
}

/// A column as SQLite's pragmas describe it.
struct ColumnDescription {
  let name: Name
  let declaredType: String
  var affinity: Affinity
  var collation: Collation
  let isNullable: Bool
  let isGenerated: Bool
  /// The position in the primary key, from 1; 0 for other columns.
  let keyPosition: Int
  /// The transitive origins.
  var origins: Set<ColumnKey> = []
  /// See ``Table/convertedFields``.
  var isConverted = false
}

/// A table or view while the schema is being built.
struct TableDescription {
  let name: Name
  let kind: Table.Kind
  let sql: String
  var columns: [ColumnDescription] = []
  var keyIsTotal = false
  var hasCompleteKey = true
  /// The leading columns of full indexes that use the column's own collation.
  var indexed: Set<Name> = []
  var relations: [RelationDescription] = []
  /// The tables from which a nondeterministic view takes its rows.
  var nondeterministicSources: Set<Name> = []
  var choice: ViewChoice?
  /// Whether it is a view that asks for the time, or reads one that does.
  var readsClock = false

  func column(_ name: Name) -> ColumnDescription? { columns.first { $0.name == name } }
}

struct RelationDescription {
  let name: Name
  let table: Name
  let direction: Relation.Direction
  let pairs: [(near: Name, far: Name)]
}

/// Reads a schema step by step: tables, then views, then relations.
struct SchemaReader {
  let core: DatabaseCore
  /// In order of creation, including views that have not been read yet.
  var tables: [TableDescription] = []
  var notes: [SchemaNote] = []
  /// All readable views.
  var views: [Name: ViewFacts] = [:]
  /// Columns of the database that are not in the schema.
  var omitted: Set<ColumnKey> = []

  init(core: DatabaseCore) { self.core = core }

  func table(_ name: Name) -> TableDescription? { tables.first { $0.name == name } }

  mutating func note(_ reason: SchemaNote.Reason, _ table: Name, _ field: Name? = nil) {
    let note = SchemaNote(table: table, field: field, reason: reason)
    if !notes.contains(note) { notes.append(note) }
  }

  func rows(_ sql: String, _ bindings: [Value] = []) throws(StoreError) -> [[Value]] {
    try core.rows(sql, bindings)
  }

  func result() -> DatabaseSchema {
    let ids = Dictionary(
      uniqueKeysWithValues: tables.enumerated().map { ($1.name, TableID($0)) })
    let fieldIDs = tables.map { table in
      Dictionary(
        uniqueKeysWithValues: table.columns.enumerated().map { ($1.name, FieldID($0)) })
    }
    func reference(_ key: ColumnKey) -> FieldReference? {
      guard let table = ids[key.table], let field = fieldIDs[table.index][key.column] else {
        return nil
      }
      return FieldReference(table, field)
    }
    let finished = tables.enumerated().map { index, table in
      Table(
        name: table.name, kind: table.kind,
        fields: table.columns.map { column in
          Field(
            name: column.name, declaredType: column.declaredType, affinity: column.affinity,
            collation: column.collation, isNullable: column.isNullable,
            storage: column.isGenerated ? .generatedColumn : .column,
            origins: Set(column.origins.compactMap(reference)))
        },
        primaryKey: table.hasCompleteKey
          ? table.columns.filter { $0.keyPosition > 0 }.sorted { $0.keyPosition < $1.keyPosition }
            .compactMap { fieldIDs[index][$0.name] } : [],
        primaryKeyIsTotal: table.keyIsTotal,
        relations: table.relations.compactMap { relation in
          guard let far = ids[relation.table] else { return nil }
          let pairs = relation.pairs.compactMap { pair -> ColumnPair? in
            guard let near = fieldIDs[index][pair.near], let far = fieldIDs[far.index][pair.far]
            else { return nil }
            return ColumnPair(near: near, far: far)
          }
          guard pairs.count == relation.pairs.count else { return nil }
          return Relation(
            name: relation.name, table: far, direction: relation.direction, pairs: pairs)
        },
        indexedFields: Set(table.indexed.compactMap { fieldIDs[index][$0] }),
        nondeterministicSources: Set(table.nondeterministicSources.compactMap { ids[$0] }),
        choice: table.choice, readsClock: table.readsClock,
        convertedFields: Set(
          table.columns.indices.filter { table.columns[$0].isConverted }.map { FieldID($0) }),
        hasConflictClause: table.kind == .table
          && SQLTokenizer.tokens(of: table.sql).contains { $0.isKeyword("CONFLICT") })
    }
    let order = Dictionary(
      uniqueKeysWithValues: Set(notes.map(\.table)).map { name in
        (name, tables.firstIndex { $0.name == name } ?? tables.count)
      })
    let sorted = notes.enumerated().sorted {
      (order[$0.element.table] ?? 0, $0.offset) < (order[$1.element.table] ?? 0, $1.offset)
    }
    let schema = Schema(tables: finished)
    let omitted = notes.filter { schema.tableID(named: $0.table.string) == nil }
    return DatabaseSchema(
      schema: schema.omitting(
        Dictionary(omitted.map { ($0.table, $0.description) }, uniquingKeysWith: { $1 })),
      notes: sorted.map(\.element))
  }
}
