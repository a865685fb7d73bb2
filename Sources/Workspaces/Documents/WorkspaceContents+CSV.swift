package import DataFiles
package import RecordStore
import RowscopeModel

extension WorkspaceContents {
  /// What the workspace declares of CSV files, by the names of tables.
  package var csvDeclarations: [String: CSVTableDeclaration] {
    var declarations: [String: CSVTableDeclaration] = [:]
    for table in document.tables {
      var declaration = CSVTableDeclaration(primaryKey: table.primaryKey?.value.map(\.value))
      for field in table.fields {
        declaration.columnTypes[field.name.value] = field.columnType?.value
      }
      declarations[table.name.value] = declaration
    }
    return declarations
  }

  /// Reads the folder of CSV files that the workspace names into a database in memory.
  ///
  /// A declaration of a table or a column that is not there is passed over: `Schema.applying` reports all of them, with
  /// their places. So what this gives is of use only once the declarations were laid over its schema.
  ///
  /// - Parameter progress: called now and then with the part that is done, from 0 to 1.
  /// - Precondition: ``isCSVFolder``.
  /// - Throws: the first thing that is wrong with a file.
  package func readCSVFolder(
    progress: (Double) -> Void = { _ in }
  ) throws(CSVError) -> DatabaseImage {
    precondition(isCSVFolder, "the database is no folder of CSV files")
    let folder = try CSVFolder(path: databasePath)
    let tables = Set(folder.tables.map { Name($0.name) })
    var declarations = csvDeclarations.filter { tables.contains(Name($0.key)) }
    while true {
      do throws(CSVError) {
        return try folder.database(declarations: declarations, progress: progress)
      } catch {
        // Every round leaves out the unknown columns of one more table.
        guard case .unknownColumn(_, let known) = error.kind,
          let table = folder.tables.first(where: { $0.path == error.file }),
          let key = declarations.keys.first(where: { Name($0) == Name(table.name) }),
          let reduced = declarations[key]?.reduced(to: Set(known.map { Name($0) }))
        else { throw error }
        declarations[key] = reduced
      }
    }
  }
}

extension CSVTableDeclaration {
  /// Without what names no column of these; nil where there is nothing to leave out.
  fileprivate func reduced(to columns: Set<Name>) -> CSVTableDeclaration? {
    let reduced = CSVTableDeclaration(
      primaryKey: primaryKey?.allSatisfy { columns.contains(Name($0)) } == true ? primaryKey : nil,
      columnTypes: columnTypes.filter { columns.contains(Name($0.key)) })
    return reduced == self ? nil : reduced
  }
}
