internal import RecordFilter

/// One CSV file on its way to a table: its columns' types once the first reading is over, its records in
/// the second.
struct CSVTableLoad {
  /// How many records are read between two looks at the task's cancellation.
  private static let recordsPerCheck = 4096

  let file: CSVFile
  let definition: TableDefinition
  private let contents: [CSVColumnContent]

  /// Reads the whole file and finds the types and the primary key.
  init(
    _ file: CSVFile, name: String, declaration: CSVTableDeclaration, columnLimit: Int,
    progress: (Double) -> Void
  ) throws(CSVError) {
    self.file = file
    var reader = try CSVReader(file)
    let header = CSVHeader(names: reader.header, file: file)
    guard reader.header.count <= columnLimit else {
      throw CSVError(
        .tooManyColumns, file: file.path, line: reader.line,
        "there are \(reader.header.count) columns, and a table can have \(columnLimit)")
    }
    let declaredTypes = try header.declaredTypes(declaration)
    let declaredKey = try declaration.primaryKey.map { (names) throws(CSVError) in
      try header.positions(ofKey: names)
    }

    var inferences = [CSVTypeInference](repeating: CSVTypeInference(), count: header.names.count)
    let identity = declaredKey == nil ? header.position(of: "id") : nil
    var identifiers = CSVIdentifierCheck()
    try Self.forEachRecord(of: &reader, progress: progress) { (reader: borrowing CSVReader) in
      for column in inferences.indices { inferences[column].observe(reader.cell(column)) }
      if let identity { identifiers.observe(reader.cell(identity)) }
    }

    var columns: [TableDefinition.Column] = []
    var contents: [CSVColumnContent] = []
    for (index, name) in header.names.enumerated() {
      let inferred = inferences[index].content
      contents.append(
        declaredTypes[index].map { .declared(Affinity(declaredType: $0.name)) } ?? inferred)
      columns.append(
        TableDefinition.Column(
          name, declaredTypes[index]?.name ?? inferred.sqlType,
          collation: declaredTypes[index]?.collation ?? .binary))
    }
    let isIdentified =
      identity.map { Name(columns[$0].declaredType) == "INTEGER" } ?? false
      && identifiers.areAllDifferent
    let implied = isIdentified ? identity.map { [$0] } : nil
    self.contents = contents
    definition = TableDefinition(
      name, columns: columns, primaryKey: declaredKey ?? implied ?? [])
  }

  /// Makes the table and stores the records.
  func store(in builder: borrowing DatabaseBuilder, progress: (Double) -> Void) throws(CSVError) {
    var inserter = try insertion(into: builder)
    var reader = try CSVReader(file)
    try Self.forEachRecord(of: &reader, progress: progress) {
      (reader: borrowing CSVReader) throws(CSVError) in
      for column in contents.indices {
        try set(column, from: reader, in: &inserter)
      }
      do throws(StoreError) {
        try inserter.insert()
      } catch {
        throw refusal(error, line: reader.line)
      }
    }
  }

  private func insertion(
    into builder: borrowing DatabaseBuilder
  ) throws(CSVError) -> RowInserter {
    do throws(StoreError) {
      try builder.create(definition)
      return try builder.inserter(into: definition)
    } catch {
      throw CSVError(error, file: file.path)
    }
  }

  private func set(
    _ column: Int, from reader: borrowing CSVReader, in inserter: inout RowInserter
  ) throws(CSVError) {
    let content = contents[column]
    guard let cell = reader.cell(column), !(cell.isEmpty && content.isNumber) else {
      guard !definition.primaryKey.contains(column) else {
        throw CSVError(
          .primaryKey, file: file.path, line: reader.line,
          "the cell of column `\(definition.columns[column].name)` is empty, and as a part of the "
            + "primary key it must not be")
      }
      inserter.setNull(column)
      return
    }
    switch content {
    case .text: inserter.set(column, text: cell)
    case .integer, .real:
      // The first reading has seen that every cell is a number of this kind.
      switch CSVNumber(cell) {
      case .integer(let integer) where content == .integer: inserter.set(column, integer)
      case .integer(let integer): inserter.set(column, Double(integer))
      case .real(let real): inserter.set(column, real)
      case nil: inserter.set(column, text: cell)
      }
    case .declared:
      guard !content.isNumber || CSVNumber.isNumeric(cell) else {
        let name = definition.columns[column].name
        throw CSVError(
          .notANumber, file: file.path, line: reader.line,
          "the cell of column `\(name)` is no number, and the column is declared as "
            + "\(definition.columns[column].declaredType); correct the cell, or declare the column "
            + "as TEXT")
      }
      inserter.set(column, text: cell)
    }
  }

  private func refusal(_ error: StoreError, line: Int) -> CSVError {
    let key = definition.primaryKey.map { definition.columns[$0].name }
    let detail: String
    switch error.kind {
    case .constraint(.primaryKey), .constraint(.unique):
      detail =
        "an earlier record has the same primary key (\(CSVError.list(key))); make it different, or declare "
        + "another key"
    case .constraint(.dataType):
      detail = "the primary key (\(CSVError.list(key))) must be a whole number here, and is not"
    default: return CSVError(error, file: file.path)
    }
    return CSVError(.primaryKey, file: file.path, line: line, detail)
  }

  /// Calls `body` for every record that is left.
  private static func forEachRecord(
    of reader: inout CSVReader, progress: (Double) -> Void,
    _ body: (borrowing CSVReader) throws(CSVError) -> Void
  ) throws(CSVError) {
    var count = 0
    while try reader.next() {
      try body(reader)
      count += 1
      guard count % recordsPerCheck == 0 else { continue }
      guard !Task.isCancelled else {
        throw CSVError(.cancelled, file: reader.file.path, "the import was cancelled")
      }
      progress(Double(reader.position) / Double(reader.file.count))
    }
  }
}
