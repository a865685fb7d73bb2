import RecordFilter
package import RecordStore
package import RowscopeModel

/// Makes a database file of a folder of CSV files and JSON lines: `tasks.csv`, `clients.jsonl`.
package struct FolderImport {
  /// In the byte order of their names.
  package let tables: [Source]

  package struct Source: Sendable {
    package let name: String
    package let path: String
    let isJSON: Bool
  }

  /// A declared relation, which becomes a foreign key.
  package struct Relation: Sendable, Hashable {
    package let table: Name
    package let columns: [String]
    package let parent: Name
    /// Nil for the parent's primary key.
    package let parents: [String]?

    package init(table: Name, columns: [String], parent: Name, parents: [String]?) {
      self.table = table
      self.columns = columns
      self.parent = parent
      self.parents = parents
    }
  }

  /// What came of the import.
  package struct Outcome: Sendable {
    package fileprivate(set) var recordCount = 0
    package fileprivate(set) var notes: [CSVNote] = []
    /// Relations that are no foreign keys: what they lead to is no primary key.
    package fileprivate(set) var undeclared: [Relation] = []
    /// Records that refer to no record, by their table and what they would refer to.
    package fileprivate(set) var orphans: [DatabaseBuilder.Orphans] = []
  }

  /// Lists the files without reading them.
  ///
  /// - Throws: `unreadable`, `noTables`, `tableName`.
  package init(path: String) throws(CSVError) {
    let folder = try CSVFolder(path: path, endings: Self.endings.map(\.ending))
    tables = folder.tables.map { table in
      let isJSON = Self.endings.contains { $0.isJSON && Name(table.path).ends(in: $0.ending) }
      return Source(name: table.name, path: table.path, isJSON: isJSON)
    }
  }

  private static let endings: [(ending: String, isJSON: Bool)] = [
    (".csv", false), (".jsonl", true), (".ndjson", true),
  ]

  /// Reads all files into a new database. It is written next to its destination, and moved there
  /// when it is complete; after an error or a cancellation no file is left.
  ///
  /// - Parameters:
  ///   - declarations: by table name; `others` is that of all other tables.
  ///   - progress: called now and then with the part that is done, from 0 to 1.
  package func write(
    to file: PendingFile, declarations: [Name: CSVTableDeclaration], others: CSVTableDeclaration,
    relations: [Relation], progress: (Double) -> Void
  ) throws(FolderImportError) -> Outcome {
    var outcome = Outcome()
    let builder = try storing { () throws(StoreError) in try DatabaseBuilder(file: file) }
    // Every file is read twice: first for its types and key, which the keys of others depend on.
    var loads: [Load] = []
    for (index, table) in tables.enumerated() {
      func report(_ part: Double) { progress((Double(index) + part) / Double(2 * tables.count)) }
      loads.append(
        try Load(
          table, declarations[Name(table.name)] ?? others, columnLimit: builder.columnLimit, report)
      )
    }
    let definitions = Dictionary(
      loads.map { (Name($0.definition.name), $0.definition) },
      uniquingKeysWith: { first, _ in first })
    for relation in relations {
      guard let index = loads.firstIndex(where: { Name($0.definition.name) == relation.table }),
        let key = relation.key(in: loads[index].definition, definitions)
      else {
        outcome.undeclared.append(relation)
        continue
      }
      loads[index].add(key)
    }
    for (index, load) in loads.enumerated() {
      func report(_ part: Double) {
        progress(0.5 + (Double(index) + part) / Double(2 * tables.count))
      }
      outcome.notes += load.notes
      try load.store(in: builder, progress: report)
      try storing { () throws(StoreError) in try builder.createIndexes(of: load.definition) }
    }
    do throws(StoreError) {
      outcome.orphans = try builder.orphans()
      outcome.recordCount = try builder.recordCount(of: loads.map(\.definition.name))
      try builder.finish()
    } catch {
      throw .store(error)
    }
    progress(1)
    return outcome
  }

  private func storing<Result: ~Copyable>(
    _ body: () throws(StoreError) -> Result
  ) throws(FolderImportError) -> Result {
    do throws(StoreError) { return try body() } catch { throw .store(error) }
  }
}

/// Why a folder could not be made a database.
package enum FolderImportError: Error, Sendable, CustomStringConvertible {
  case csv(CSVError)
  case json(TableSourceError)
  case store(StoreError)

  /// Whether it is the cancellation of the import's task.
  package var isCancellation: Bool {
    switch self {
    case .csv(let error): error.kind == .cancelled
    case .json(let error): error.kind == .cancelled
    case .store: false
    }
  }

  package var description: String {
    switch self {
    case .csv(let error): error.description
    case .json(let error): error.description
    case .store(let error): error.description
    }
  }
}

/// A file of either form.
private enum Load {
  case csv(CSVTableLoad)
  case json(JSONTableLoad)

  init(
    _ source: FolderImport.Source, _ declaration: CSVTableDeclaration, columnLimit: Int,
    _ progress: (Double) -> Void
  ) throws(FolderImportError) {
    let file: CSVFile
    do throws(CSVError) {
      file = try CSVFile(path: source.path)
      if !source.isJSON {
        self = .csv(
          try CSVTableLoad(
            file, name: source.name, declaration: declaration, columnLimit: columnLimit,
            progress: progress))
        return
      }
    } catch {
      throw .csv(error)
    }
    do throws(TableSourceError) {
      self = .json(try JSONTableLoad(file, name: source.name, declaration: declaration))
    } catch {
      throw .json(error)
    }
  }

  var definition: TableDefinition {
    switch self {
    case .csv(let load): load.definition
    case .json(let load): load.definition
    }
  }

  var notes: [CSVNote] {
    switch self {
    case .csv(let load): load.notes
    case .json: []
    }
  }

  mutating func add(_ key: TableDefinition.ForeignKey) {
    switch self {
    case .csv(var load):
      load.definition.add(key)
      self = .csv(load)
    case .json(var load):
      load.definition.add(key)
      self = .json(load)
    }
  }

  func store(
    in builder: borrowing DatabaseBuilder, progress: (Double) -> Void
  ) throws(FolderImportError) {
    switch self {
    case .csv(let load):
      do throws(CSVError) {
        try load.store(in: builder, progress: progress)
      } catch {
        throw .csv(error)
      }
    case .json(let load):
      do throws(TableSourceError) {
        try load.store(in: builder, progress: progress)
      } catch {
        throw .json(error)
      }
    }
  }
}

extension TableDefinition {
  /// Adds a foreign key, with an index on its columns unless the primary key begins with them.
  fileprivate mutating func add(_ key: ForeignKey) {
    guard !foreignKeys.contains(where: { $0.columns == key.columns && $0.table == key.table })
    else { return }
    foreignKeys.append(key)
    if !primaryKey.starts(with: key.columns), !indexes.contains(key.columns) {
      indexes.append(key.columns)
    }
  }
}

extension FolderImport.Relation {
  /// The foreign key of the relation; nil if it does not lead to a primary key.
  fileprivate func key(
    in table: TableDefinition, _ definitions: [Name: TableDefinition]
  ) -> TableDefinition.ForeignKey? {
    guard let other = definitions[parent], !other.primaryKey.isEmpty else { return nil }
    let key = other.primaryKey.map { Name(other.columns[$0].name) }
    let names = parents?.map { Name($0) } ?? key
    let near = columns.compactMap { name in
      table.columns.firstIndex { Name($0.name) == Name(name) }
    }
    guard near.count == key.count, names.count == key.count, Set(names) == Set(key) else {
      return nil
    }
    return TableDefinition.ForeignKey(near, table: other.name, parents: names.map(\.string))
  }
}

extension Name {
  fileprivate func ends(in ending: String) -> Bool {
    Name(String(string.unicodeScalars.suffix(ending.unicodeScalars.count))) == Name(ending)
  }
}
