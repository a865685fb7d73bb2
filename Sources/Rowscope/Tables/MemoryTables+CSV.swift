package import DataFiles
import FilterMemory
import RecordFilter
import RecordStore
import RowscopeModel
import Workspaces

extension MemoryTables {
  /// Adds a CSV file as a table named like the file, with the types that its cells have in common.
  ///
  /// Complexity: O(n) in the bytes of the file.
  /// - Throws: the first thing that is wrong with the file. Then nothing is added.
  public mutating func add(csvFile path: String) throws(TableSourceError) {
    try add(csvFile: path, declaration: CSVTableDeclaration())
  }

  /// Adds the text of a CSV file as a table: see ``add(csvFile:)``.
  ///
  /// Complexity: O(n) in the bytes.
  /// - Throws: the first thing that is wrong with the text. Then nothing is added.
  public mutating func add(
    _ name: String, csv bytes: some Collection<UInt8>
  ) throws(TableSourceError) {
    try add(name, csv: bytes, declaration: CSVTableDeclaration())
  }

  /// Adds a CSV file as a table, with types and values as in ``CSVFolder``.
  ///
  /// - Parameters:
  ///   - path: the file's path; its name without the extension is the table's.
  ///   - declaration: the types of columns and the primary key, in place of the inferred ones.
  /// - Throws: ``TableSourceError`` of the kind `csv` for the first problem of the file. Nothing is
  ///   added then.
  package mutating func add(
    csvFile path: String, declaration: CSVTableDeclaration
  ) throws(TableSourceError) {
    let name = DocumentPath.stem(of: path)
    try checkName(name)
    let file = try Self.csv { () throws(CSVError) in try CSVFile(path: path) }
    try append(file, name, declaration)
  }

  /// Adds the text of a CSV file as a table.
  package mutating func add(
    _ name: String, csv bytes: some Collection<UInt8>, declaration: CSVTableDeclaration
  ) throws(TableSourceError) {
    try checkName(name)
    let file = try Self.csv { () throws(CSVError) in try CSVFile(name: name, bytes: bytes) }
    try append(file, name, declaration)
  }

  private mutating func append(
    _ file: CSVFile, _ name: String, _ declaration: CSVTableDeclaration
  ) throws(TableSourceError) {
    let load = try Self.csv { () throws(CSVError) in
      try CSVTableLoad(
        file, name: name, declaration: declaration, columnLimit: Self.columnLimit)
    }
    let table = Table(load.definition)
    var assembly = TableAssembly(table, source: file.path)
    let fields = table.fieldIndices
    let rowNumber = load.definition.rowNumberColumn.map { FieldID($0) }
    var failure: TableSourceError?
    try Self.csv { () throws(CSVError) in
      try load.forEachRecord { cells, line in
        do throws(TableSourceError) {
          for field in fields {
            let place = TableSourceError.Location.text(line: line, column: nil)
            let stored = try assembly.append(cells[field.index], to: field, at: place)
            if stored == .integer || field != rowNumber { continue }
            throw TableSourceError(
              .csv, in: file.path, at: place,
              "the primary key (`\(table[field].name)`) is not a whole number")
          }
        } catch {
          failure = error
        }
        return failure == nil
      }
    }
    if let failure { throw failure }
    append(
      try assembly.finish { record in
        // The file was read before, so this cannot fail.
        (try? load.line(ofRecord: record)).map { .text(line: $0, column: nil) }
      })
  }

  /// The most columns of a table: SQLite's default.
  private static let columnLimit = 2_000

  private static func csv<Result>(
    _ body: () throws(CSVError) -> Result
  ) throws(TableSourceError) -> Result {
    do throws(CSVError) {
      return try body()
    } catch {
      throw TableSourceError(error)
    }
  }
}

extension Table {
  /// The table that SQLite would create from the definition.
  fileprivate convenience init(_ definition: TableDefinition) {
    let key = definition.primaryKey.map { FieldID($0) }
    self.init(
      name: Name(definition.name),
      fields: definition.columns.enumerated().map { index, column in
        Field(
          name: Name(column.name), declaredType: column.declaredType,
          affinity: Affinity(declaredType: column.declaredType), collation: column.collation,
          isNullable: !key.contains(FieldID(index)))
      },
      primaryKey: key, indexedFields: Set(key.prefix(1)))
  }
}
