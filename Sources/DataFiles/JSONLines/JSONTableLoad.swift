import RecordFilter
package import RecordStore
package import RowscopeModel

/// Loads one file of JSON lines into a table: the first pass finds the fields and their types, the
/// second stores the records.
package struct JSONTableLoad {
  package var definition: TableDefinition
  private let lines: JSONLines
  private let lineCount: Int

  /// Reads the whole file to find the fields, their types and the primary key: the declared one, or
  /// `id` if its values are distinct integers without NULL.
  package init(
    _ file: CSVFile, name: String, declaration: CSVTableDeclaration
  ) throws(TableSourceError) {
    let lines = JSONLines(file: file)
    var finder = FieldFinder()
    var inferences: [JSONFieldInference] = []
    var identifiers: Set<Int64> = []
    var (lineCount, recordCount, isIdentified) = (0, 0, true)
    try lines.forEachObject { line, parser throws(TableSourceError) in
      try Self.checkCancellation(of: file.path)
      (lineCount, recordCount) = (line, recordCount + 1)
      try lines.forEachMember(&parser, line: line) { _, key, member in
        let field =
          finder.position(of: key) ?? finder.append(Name(String(decoding: key, as: UTF8.self)))
        if field == inferences.count { inferences.append(JSONFieldInference()) }
        inferences[field].observe(member)
        if finder.names[field] == "id" {
          let isNew =
            member.value.storageClass == .integer && !member.isFlag
            && identifiers.insert(member.value.integer).inserted
          if !isNew { isIdentified = false }
        }
      }
    }
    guard !inferences.isEmpty else {
      throw TableSourceError(
        .declaration, in: file.path, "no line names a field, so the table would have none")
    }
    let columns = finder.names.enumerated().map { index, name in
      TableDefinition.Column(
        name.string,
        declaration.columnTypes[name] ?? inferences[index].field(name, isKey: false).declaredType)
    }
    var key: [Int] = []
    for name in declaration.primaryKey ?? [] {
      guard let field = finder.names.firstIndex(of: Name(name)) else {
        throw TableSourceError(
          .unknownField(name: name, known: finder.names.map(\.string)), in: file.path,
          "no line has the field `\(name)` of the declared primary key")
      }
      key.append(field)
    }
    if declaration.primaryKey == nil, isIdentified, identifiers.count == recordCount,
      let id = finder.names.firstIndex(of: "id")
    {
      key = [id]
    }
    self.lines = lines
    self.lineCount = lineCount
    definition = TableDefinition(name, columns: columns, primaryKey: key)
  }

  private static func checkCancellation(of path: String) throws(TableSourceError) {
    guard !Task.isCancelled else {
      throw TableSourceError(.cancelled, in: path, "the import was cancelled")
    }
  }

  /// Creates the table and stores the records.
  func store(
    in builder: borrowing DatabaseBuilder, progress: (Double) -> Void
  ) throws(TableSourceError) {
    let path = lines.file.path
    func refusal(_ error: StoreError, _ line: Int?) -> TableSourceError {
      TableSourceError(
        .declaration, in: path, at: line.map { .text(line: $0, column: nil) }, error.description)
    }
    var inserter = try rethrowing({ refusal($0, nil) }) { () throws(StoreError) in
      try builder.create(definition)
      return try builder.inserter(into: definition)
    }
    var finder = FieldFinder()
    for column in definition.columns { _ = finder.append(Name(column.name)) }
    var lastLine = Array(repeating: 0, count: definition.columns.count)
    try lines.forEachObject { line, parser throws(TableSourceError) in
      try Self.checkCancellation(of: path)
      for column in lastLine.indices { inserter.setNull(column) }
      var repeated: (Name, Int)?
      try lines.forEachMember(&parser, line: line) { offset, key, member in
        // The first pass has seen every field.
        guard let field = finder.position(of: key) else { return }
        if lastLine[field] == line { repeated = (finder.names[field], offset) }
        lastLine[field] = line
        let value = member.value
        switch value.storageClass {
        case .null: inserter.setNull(field)
        case .integer: inserter.set(field, value.integer)
        case .real: inserter.set(field, value.real)
        case .text, .blob: inserter.set(field, text: value.bytes)
        }
      }
      if let (name, offset) = repeated {
        throw lines.repeated(name, line: line, offset: offset)
      }
      try rethrowing({ refusal($0, line) }) { () throws(StoreError) in try inserter.insert() }
      if line % 4096 == 0 { progress(Double(line) / Double(max(1, lineCount))) }
    }
  }
}

extension JSONLines {
  /// Calls `body` with the members of a line's object.
  fileprivate func forEachMember(
    _ parser: inout JSONLineParser, line: Int,
    _ body: (Int, UnsafeBufferPointer<UInt8>, JSONLineParser.Member) -> Void
  ) throws(TableSourceError) {
    do throws(JSONLineParser.Fault) {
      try parser.forEachMember { offset, key, member throws(JSONLineParser.Fault) in
        body(offset, key, member)
      }
    } catch {
      throw self.error(error, line: line)
    }
  }
}
