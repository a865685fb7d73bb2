package import RecordFilter
package import RecordStore
import RowscopeModel

/// Loads one CSV file into a table: the first pass finds the columns' types, the second stores the
/// records.
package struct CSVTableLoad {
  /// The number of records read between two checks for cancellation.
  private static let recordsPerCheck = 4096

  package let file: CSVFile
  package var definition: TableDefinition
  /// Columns of numbers that some cells make text.
  package let notes: [CSVNote]
  package let dialect: CSVDialect
  private let contents: [CSVColumnContent]

  /// Reads the whole file to find the types and the primary key.
  package init(
    _ file: CSVFile, name: String, declaration: CSVTableDeclaration, columnLimit: Int,
    progress: (Double) -> Void = { _ in }
  ) throws(CSVError) {
    let dialect = try CSVDialect(of: file, declaration)
    do throws(CSVError) {
      self = try CSVTableLoad(file, name, dialect, declaration, columnLimit, progress)
    } catch {
      guard declaration.delimiter == nil, error.kind.isOfCells,
        let other = dialect.agreeing(on: file)
      else { throw error }
      self = try CSVTableLoad(file, name, other, declaration, columnLimit, progress)
    }
  }

  private init(
    _ file: CSVFile, _ name: String, _ dialect: CSVDialect, _ declaration: CSVTableDeclaration,
    _ columnLimit: Int, _ progress: (Double) -> Void
  ) throws(CSVError) {
    self.file = file
    self.dialect = dialect
    var reader = try CSVReader(file, dialect)
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
    var recordCount = 0
    try Self.forEachRecord(of: &reader, progress: progress) { (reader: borrowing CSVReader) in
      recordCount += 1
      for column in inferences.indices {
        inferences[column].observe(reader.cell(column), isQuoted: reader.isQuoted(column))
      }
      if let identity { identifiers.observe(reader.cell(identity)) }
      return true
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
    notes = header.names.indices.filter { declaredTypes[$0] == nil && inferences[$0].hidesNumbers }
      .map { column in
        let sample = inferences[column].sample
        return CSVNote(
          file: file.path, column: header.names[column],
          words: sample.others > 0 ? [] : inferences[column].standIns.words,
          sample: sample.others > 0 ? sample : nil, recordCount: recordCount)
      }
    let isIdentified =
      identity.map { Name(columns[$0].declaredType) == "INTEGER" } ?? false
      && identifiers.areAllDifferent
    let implied = isIdentified ? identity.map { [$0] } : nil
    self.contents = contents
    definition = TableDefinition(
      name, columns: columns, primaryKey: declaredKey ?? implied ?? [])
  }

  /// Creates the table and stores the records.
  func store(in builder: borrowing DatabaseBuilder, progress: (Double) -> Void) throws(CSVError) {
    var inserter = try insertion(into: builder)
    var reader = try CSVReader(file, dialect)
    try Self.forEachRecord(of: &reader, progress: progress) {
      (reader: borrowing CSVReader) throws(CSVError) in
      for column in contents.indices {
        let value = try value(column, of: reader)
        switch value.storageClass {
        case .null: inserter.setNull(column)
        case .integer: inserter.set(column, value.integer)
        case .real: inserter.set(column, value.real)
        case .text, .blob: inserter.set(column, text: value.bytes)
        }
      }
      try rethrowing({ refusal($0, line: reader.line) }) { () throws(StoreError) in
        try inserter.insert()
      }
      return true
    }
  }

  /// Calls `body` with the values of every record, in column order, and the line where the record
  /// begins. Values of declared columns are text; the store applies the affinity.
  ///
  /// - Parameter body: returns whether to continue.
  package func forEachRecord(
    _ body: (UnsafeBufferPointer<BorrowedValue>, _ line: Int) throws(CSVError) -> Bool
  ) throws(CSVError) {
    var reader = try CSVReader(file, dialect)
    var values = Array(repeating: BorrowedValue.null, count: contents.count)
    try Self.forEachRecord(of: &reader, progress: { _ in }) {
      (reader: borrowing CSVReader) throws(CSVError) in
      for column in contents.indices { values[column] = try value(column, of: reader) }
      return try values.withUnsafeBufferPointer { values throws(CSVError) in
        try body(values, reader.line)
      }
    }
  }

  /// The line where a record begins, given its index. O(n) in the file.
  package func line(ofRecord record: Int) throws(CSVError) -> Int {
    var reader = try CSVReader(file, dialect)
    for _ in 0...record { _ = try reader.next() }
    return reader.line
  }

  private func insertion(
    into builder: borrowing DatabaseBuilder
  ) throws(CSVError) -> RowInserter {
    try rethrowing({ CSVError($0, file: file.path) }) { () throws(StoreError) in
      try builder.create(definition)
      return try builder.inserter(into: definition)
    }
  }

  private func value(
    _ column: Int, of reader: borrowing CSVReader
  ) throws(CSVError) -> BorrowedValue {
    let content = contents[column]
    guard let cell = reader.cell(column), !(cell.isEmpty && content.isNumber) else {
      guard !definition.primaryKey.contains(column) else {
        throw CSVError(
          .primaryKey, file: file.path, line: reader.line,
          "the cell of column `\(definition.columns[column].name)` is empty, but the column is "
            + "part of the primary key")
      }
      return .null
    }
    switch content {
    case .text: return .text(cell)
    case .integer, .real:
      // The first pass checked that every cell is a number of this kind.
      switch CSVNumber(cell) {
      case .integer(let integer) where content == .integer: return .integer(integer)
      case .integer(let integer): return .real(Double(integer))
      case .real(let real): return .real(real)
      case nil: return .text(cell)
      }
    case .declared:
      guard !content.isNumber || CSVNumber.isNumeric(cell) else {
        let name = definition.columns[column].name
        throw CSVError(
          .notANumber, file: file.path, line: reader.line,
          "the cell of column `\(name)` is not a number, and the column is declared as "
            + "\(definition.columns[column].declaredType); correct the cell, or declare the column "
            + "as TEXT")
      }
      return .text(cell)
    }
  }

  private func refusal(_ error: StoreError, line: Int) -> CSVError {
    let key = definition.primaryKey.map { definition.columns[$0].name }
    let detail: String
    switch error.kind {
    case .constraint(.primaryKey), .constraint(.unique):
      detail =
        "an earlier record has the same primary key (\(CSVError.list(key))); change one of them, "
        + "or declare another key"
    case .constraint(.dataType):
      detail = "the primary key (\(CSVError.list(key))) is not a whole number"
    case .constraint(.check), .constraint(.foreignKey), .constraint(.notNull),
      .constraint(.trigger), .constraint(.other), .noSuchFile, .notADatabase, .corrupt, .locked,
      .readOnly, .diskFull, .cannotOpen, .schemaChanged, .schemaMismatch, .denied, .limitExceeded,
      .deadlineExceeded, .cancelled, .outOfMemory, .ioError, .unsupportedEncoding,
      .expressionFailed, .mismatchedRecord, .internalError:
      return CSVError(error, file: file.path)
    }
    return CSVError(.primaryKey, file: file.path, line: line, detail)
  }

  /// Calls `body` for every remaining record, while it returns true.
  private static func forEachRecord(
    of reader: inout CSVReader, progress: (Double) -> Void,
    _ body: (borrowing CSVReader) throws(CSVError) -> Bool
  ) throws(CSVError) {
    var count = 0
    while try reader.next() {
      guard try body(reader) else { return }
      count += 1
      guard count % recordsPerCheck == 0 else { continue }
      guard !Task.isCancelled else {
        throw CSVError(.cancelled, file: reader.file.path, "the import was cancelled")
      }
      progress(Double(reader.position) / Double(reader.file.count))
    }
  }
}
