package import DataFiles
package import RecordStore
package import RowscopeModel

extension WorkspaceContents {
  /// The workspace's declarations for CSV files, by table name.
  package var csvDeclarations: [Name: CSVTableDeclaration] {
    var declarations: [Name: CSVTableDeclaration] = [:]
    for table in document.tables {
      var declaration = CSVTableDeclaration(
        primaryKey: table.primaryKey?.value.map(\.value),
        nulls: table.csv.nulls ?? document.csv.nulls ?? [],
        delimiter: table.csv.delimiter ?? document.csv.delimiter)
      for field in table.fields {
        declaration.columnTypes[Name(field.name.value)] = field.columnType?.value
      }
      declarations[Name(table.name.value)] = declaration
    }
    return declarations
  }

  /// What the workspace declares for the CSV files of all other tables.
  package var csvDeclarationOfOthers: CSVTableDeclaration {
    CSVTableDeclaration(nulls: document.csv.nulls ?? [], delimiter: document.csv.delimiter)
  }

  /// Reads the workspace's folder of CSV files into a database in memory.
  ///
  /// Declarations of missing tables and columns are skipped here: `Schema.applying` reports them
  /// all with their positions. So apply the declarations to the schema before using the result.
  ///
  /// - Parameters:
  ///   - note: called with each column of numbers that some cells make text.
  ///   - progress: called now and then with the part that is done, from 0 to 1.
  /// - Precondition: ``isCSVFolder``.
  /// - Throws: the first problem found in a file.
  package func readCSVFolder(
    progress: (Double) -> Void = { _ in }, note: (CSVNote) -> Void = { _ in }
  ) throws(CSVError) -> DatabaseImage {
    precondition(isCSVFolder, "the database is no folder of CSV files")
    let folder = try CSVFolder(path: databasePath)
    let tables = Set(folder.tables.map { Name($0.name) })
    var declarations = csvDeclarations.filter { tables.contains($0.key) }
    while true {
      var notes: [CSVNote] = []
      do throws(CSVError) {
        let image = try folder.database(
          declarations: declarations, others: csvDeclarationOfOthers, progress: progress,
          note: { notes.append($0) })
        notes.forEach(note)
        return image
      } catch {
        // Each round drops the unknown columns of one more table.
        guard case .unknownColumn(_, let known) = error.kind,
          let table = folder.tables.first(where: { $0.path == error.file }),
          let reduced = declarations[Name(table.name)]?.reduced(to: Set(known.map { Name($0) }))
        else { throw error }
        declarations[Name(table.name)] = reduced
      }
    }
  }
}

extension CSVTableDeclaration {
  /// The declaration without unknown columns; nil if all are known.
  fileprivate func reduced(to columns: Set<Name>) -> CSVTableDeclaration? {
    var reduced = self
    if primaryKey?.allSatisfy({ columns.contains(Name($0)) }) != true { reduced.primaryKey = nil }
    reduced.columnTypes = columnTypes.filter { columns.contains($0.key) }
    return reduced == self ? nil : reduced
  }
}
