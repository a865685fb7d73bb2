package import RecordStore
package import RowscopeModel

extension CSVFolder {
  /// Reads all files into a database in memory that connections can share
  /// (``Connection/Source/image(_:)``).
  ///
  /// A column's type is declared, or inferred from its cells: INTEGER, REAL or TEXT. Every file is
  /// read twice, since the types must be known before the first record is stored.
  ///
  /// - Parameters:
  ///   - declarations: by table name.
  ///   - others: that of the tables that are not among them.
  ///   - progress: called now and then with the part that is done, from 0 to 1.
  ///   - note: called with each column of numbers that some cells make text.
  /// - Throws: the first problem of a declaration or a file; `cancelled`.
  package func database(
    declarations: [Name: CSVTableDeclaration] = [:],
    others: CSVTableDeclaration = CSVTableDeclaration(), progress: (Double) -> Void = { _ in },
    note: (CSVNote) -> Void = { _ in }
  ) throws(CSVError) -> DatabaseImage {
    try checkTables(of: declarations)
    let builder = try rethrowing({ CSVError($0, file: path) }) { () throws(StoreError) in
      try DatabaseBuilder(file: nil)
    }
    for (index, table) in tables.enumerated() {
      func report(_ part: Double) { progress((Double(index) + part) / Double(tables.count)) }
      let load = try CSVTableLoad(
        CSVFile(path: table.path), name: table.name,
        declaration: declarations[Name(table.name)] ?? others,
        columnLimit: builder.columnLimit, progress: { report($0 / 2) })
      load.notes.forEach(note)
      try load.store(in: builder, progress: { report(0.5 + $0 / 2) })
    }
    progress(1)
    do throws(StoreError) {
      return try builder.image()
    } catch {
      throw CSVError(error, file: path)
    }
  }

  private func checkTables(of declarations: [Name: CSVTableDeclaration]) throws(CSVError) {
    let known = Set(tables.map { Name($0.name) })
    let unknown = declarations.keys.filter { !known.contains($0) }.map(\.string)
    guard let name = unknown.min(by: { Text($0) < Text($1) }) else { return }
    let names = tables.map(\.name)
    throw CSVError(
      .unknownTable(name: name, known: names), file: path,
      "the table `\(name)` is declared, and there is no file `\(name).csv`; the tables are "
        + CSVError.list(names))
  }
}
