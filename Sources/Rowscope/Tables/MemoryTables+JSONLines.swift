import DataFiles
import Documents
import FilterMemory
package import RecordFilter
import RecordStore
import RowscopeModel
import Workspaces

extension MemoryTables {
  /// Adds a table from JSON lines: one object on each line, whose members are a record's fields.
  ///
  /// Numbers without a fraction or exponent are integers within 64 bits, other numbers reals;
  /// `true` and `false` are 1 and 0; an array is the text of a many-valued field. A field that is
  /// missing on a line is NULL.
  ///
  /// ```swift
  /// try tables.add("tasks", jsonLines: Array(#"{"id": 1, "title": "Write", "tags": []}"#.utf8))
  /// ```
  ///
  /// The fields are those on the lines, in the order in which they first appear. A field's type
  /// follows from all its values: INTEGER, REAL if some have fractions (NUMERIC if there are also
  /// integers beyond 2⁵³), TEXT, a list if all are arrays, and no type if numbers and texts are
  /// mixed.
  ///
  /// Complexity: O(n) in the bytes, which are read twice: for the types, and for the values.
  /// - Parameters:
  ///   - name: the name of the table.
  ///   - bytes: the text, in UTF-8.
  ///   - primaryKey: the fields of the primary key, in order; empty for none. If nil, the key is
  ///     the field `id` if its values are distinct integers without NULL; otherwise there is none.
  /// - Throws: ``TableSourceError`` for the first line that is not such an object. Nothing is added
  ///   then.
  public mutating func add(
    _ name: String, jsonLines bytes: some Collection<UInt8>, primaryKey: [String]? = nil
  ) throws(TableSourceError) {
    try checkName(name)
    try add(JSONLines(Self.text(name: name, bytes)), as: name, primaryKey)
  }

  /// Adds a table from a file of JSON lines, see ``add(_:jsonLines:primaryKey:)``. The table has
  /// the file's name without its extension.
  ///
  /// Complexity: O(n) in the bytes of the file.
  /// - Throws: ``TableSourceError`` if the file cannot be read, or for its first line that is not
  ///   such an object. Nothing is added then.
  public mutating func add(
    jsonLinesFile path: String, primaryKey: [String]? = nil
  ) throws(TableSourceError) {
    let name = DocumentPath.stem(of: path)
    try checkName(name)
    try add(JSONLines(Self.text(path: path)), as: name, primaryKey)
  }

  /// Adds a table from JSON lines with known fields. A line with another field is an error.
  package mutating func add(
    _ table: Table, jsonLines bytes: some Collection<UInt8>
  ) throws(TableSourceError) {
    try check(table)
    append(try JSONLines(Self.text(name: table.name.string, bytes)).load(table))
  }

  /// Adds a table from a file of JSON lines with known fields. A line with another field is an
  /// error.
  package mutating func add(
    _ table: Table, jsonLinesFile path: String
  ) throws(TableSourceError) {
    try check(table)
    append(try JSONLines(Self.text(path: path)).load(table))
  }

  private mutating func add(
    _ lines: JSONLines, as name: String, _ key: [String]?
  ) throws(TableSourceError) {
    let inferred = try lines.infer(name, primaryKey: key)
    try check(inferred)
    let loaded = try lines.load(inferred)
    guard key == nil, let id = inferred.fieldID(named: "id"), inferred[id].affinity == .integer,
      try loaded.identifies(id, in: lines.file.path)
    else { return append(loaded) }
    append(loaded.declared(as: inferred.identified(by: id)))
  }

  private static func text(
    name: String, _ bytes: some Collection<UInt8>
  ) throws(TableSourceError) -> CSVFile {
    try rethrowing(TableSourceError.init(_:)) { () throws(CSVError) in
      try CSVFile(name: name, bytes: bytes)
    }
  }

  private static func text(path: String) throws(TableSourceError) -> CSVFile {
    try rethrowing(TableSourceError.init(_:)) { () throws(CSVError) in try CSVFile(path: path) }
  }
}

extension JSONLines {
  init(_ file: CSVFile) { self.init(file: file) }

  /// The table inferred from the lines.
  fileprivate func infer(
    _ name: String, primaryKey: [String]?
  ) throws(TableSourceError) -> Table {
    var finder = FieldFinder()
    var inferences: [JSONFieldInference] = []
    try forEachObject { line, parser throws(TableSourceError) in
      do throws(JSONLineParser.Fault) {
        try parser.forEachMember { offset, key, member throws(JSONLineParser.Fault) in
          let field =
            finder.position(of: key) ?? finder.append(Name(String(decoding: key, as: UTF8.self)))
          if field == inferences.count { inferences.append(JSONFieldInference()) }
          inferences[field].observe(member)
        }
      } catch {
        throw self.error(error, line: line)
      }
    }
    guard !inferences.isEmpty else {
      throw TableSourceError(
        .declaration, in: file.path,
        "no line names a field, so the table would have none; declare it, or add a record"
      )
    }
    var key: [FieldID] = []
    for name in primaryKey ?? [] {
      guard let field = finder.names.firstIndex(of: Name(name)) else {
        let known = finder.names.map(\.string)
        throw TableSourceError(
          .unknownField(name: name, known: known), in: file.path,
          "no line has the field \(Printable.quoted(name)) of the primary key"
            + (Suggestion.hint(for: name, among: known).map { "; \($0)" } ?? ""))
      }
      key.append(FieldID(field))
    }
    return Table(
      name: Name(name),
      fields: finder.names.enumerated().map { index, name in
        inferences[index].field(name, isKey: key.contains(FieldID(index)))
      }, primaryKey: key)
  }

  fileprivate func load(_ table: Table) throws(TableSourceError) -> ColumnTable {
    var finder = FieldFinder()
    for field in table.fields { _ = finder.append(field.name) }
    var assembly = TableAssembly(table, source: file.path)
    var row = Array(repeating: BorrowedValue.null, count: table.fields.count)
    // The last line that has each field.
    var lastLine = Array(repeating: 0, count: table.fields.count)
    let fields = table.fieldIndices
    try forEachObject { line, parser throws(TableSourceError) in
      var failure: TableSourceError?
      do throws(JSONLineParser.Fault) {
        try parser.forEachMember { offset, key, member throws(JSONLineParser.Fault) in
          guard let field = finder.position(of: key) else {
            failure =
              failure
              ?? TableSourceError(
                unknownField: String(decoding: key, as: UTF8.self), of: table, in: file.path,
                at: .text(line: line, column: offset + 1))
            return
          }
          if lastLine[field] == line {
            failure =
              failure ?? repeated(table.fields[field].name, line: line, offset: offset)
          }
          lastLine[field] = line
          row[field] = member.value
        }
      } catch {
        throw self.error(error, line: line)
      }
      if let failure { throw failure }
      for field in fields {
        let value = lastLine[field.index] == line ? row[field.index] : .null
        try assembly.append(value, to: field, at: .text(line: line, column: nil))
      }
    }
    return try assembly.finish { .text(line: line(ofRecord: $0), column: nil) }
  }
}

extension ColumnTable {
  /// Whether an integer field can be the primary key: distinct values without NULL.
  fileprivate func identifies(
    _ field: FieldID, in source: String
  ) throws(TableSourceError) -> Bool {
    guard !(0..<rowCount).contains(where: { isNull(field, row: $0) }) else { return false }
    do throws(MemoryError) {
      return try firstRepeatedKey([field]) == nil
    } catch {
      throw TableSourceError(error, in: source)
    }
  }
}

extension Table {
  /// The table with a primary key of one field.
  fileprivate func identified(by key: FieldID) -> Table {
    Table(
      name: name, kind: kind, label: label,
      fields: fieldIndices.map { id in
        let field = self[id]
        return id != key
          ? field
          : Field(
            name: field.name, declaredType: field.declaredType, affinity: field.affinity,
            collation: field.collation, isNullable: false, kind: field.kind,
            storage: field.storage)
      }, primaryKey: [key], indexedFields: [key])
  }
}
