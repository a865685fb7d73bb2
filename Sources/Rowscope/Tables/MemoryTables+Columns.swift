import RecordFilter

extension MemoryTables {
  /// How a column stores values: SQLite's affinities, by the names of its declared types.
  public enum ColumnType: String, Sendable, Hashable, CaseIterable {
    /// Whole numbers; text that looks like a number becomes one.
    case integer
    /// Numbers with a fraction.
    case real
    /// Integers and reals, stored as given.
    case numeric
    /// Text; a number becomes its text.
    case text
    /// Every value as it is.
    case any

    var affinity: Affinity {
      switch self {
      case .integer: .integer
      case .real: .real
      case .numeric: .numeric
      case .text: .text
      case .any: .blob
      }
    }
  }

  /// Adds a table of a program's records.
  ///
  /// ```swift
  /// try tables.add(
  ///   "tasks", columns: [("id", .integer), ("title", .text), ("client", .integer)],
  ///   primaryKey: ["id"], rows: [[1, "Write the invoice", 7], [2, "Call back", .null]])
  /// ```
  ///
  /// Complexity: O(n) in the bytes of the values.
  /// - Parameters:
  ///   - name: the name of the table.
  ///   - columns: names and types, in the order of the rows' values.
  ///   - primaryKey: the names of its columns; none for a table without a key.
  ///   - rows: one value for each column. A many-valued field has the text of a JSON array.
  /// - Throws: an error for inconsistent columns, and for a row with another number of values,
  ///   without a required value, or with the primary key of an earlier one. Nothing is added then.
  public mutating func add(
    _ name: String, columns: [(name: String, type: ColumnType)], primaryKey: [String],
    rows: some Sequence<[Value]>
  ) throws(TableSourceError) {
    let fields = columns.map { column in
      Field(
        name: Name(column.name), affinity: column.type.affinity,
        isNullable: !primaryKey.contains { Name($0) == Name(column.name) })
    }
    var key: [FieldID] = []
    for column in primaryKey {
      guard let index = fields.firstIndex(where: { $0.name == Name(column) }) else {
        throw TableSourceError(
          .declaration, in: name,
          "the primary key names the column \(Printable.quoted(column)), which the table lacks")
      }
      key.append(FieldID(index))
    }
    try add(Table(name: Name(name), fields: fields, primaryKey: key), rows: rows)
  }
}
