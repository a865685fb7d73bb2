package import RowscopeModel

extension StoreError {
  /// The columns that a broken constraint is about, where SQLite says that beyond doubt: of a UNIQUE constraint or a
  /// primary key all of its columns, of NOT NULL and of a STRICT table's type the one.
  ///
  /// Empty for everything else: a constraint of another table (a trigger may write there), one on expressions, a CHECK,
  /// a foreign key.
  package func constrainedColumns(of table: Name, among columns: [Name]) -> [Name] {
    guard case .constraint(let constraint) = kind, let message = constraintMessage else {
      return []
    }
    let introduction: String
    switch constraint {
    case .unique, .primaryKey: introduction = "UNIQUE constraint failed: "
    case .notNull: introduction = "NOT NULL constraint failed: "
    case .dataType: introduction = " column "
    case .check, .foreignKey, .trigger, .other: return []
    }
    guard let start = message.range(ofBytes: introduction) else { return [] }
    let parser = ColumnListParser(
      columns: columns.map { (name: $0, text: Array("\(table.string).\($0.string)".utf8)) })
    let readings = parser.readings(of: Array(message.utf8[start...])[...])
    return readings.count == 1 ? readings[0] : []
  }
}

extension String {
  /// The index after the first occurrence, byte by byte.
  fileprivate func range(ofBytes needle: String) -> String.Index? {
    let needle = Array(needle.utf8)
    var index = utf8.startIndex
    while index < utf8.endIndex {
      if utf8[index...].starts(with: needle) { return utf8.index(index, offsetBy: needle.count) }
      index = utf8.index(after: index)
    }
    return nil
  }
}

/// Reads `table.column, table.column`. A name may hold a comma and a point, so that a text may have two readings; then
/// neither is believed.
private struct ColumnListParser {
  let columns: [(name: Name, text: [UInt8])]

  /// One reading, or some that tell that there are several.
  func readings(of text: ArraySlice<UInt8>) -> [[Name]] {
    var found: [[Name]] = []
    for column in columns where text.starts(with: column.text) {
      let rest = text.dropFirst(column.text.count)
      if rest.isEmpty {
        found.append([column.name])
      } else if rest.starts(with: [UInt8(ascii: ","), UInt8(ascii: " ")]) {
        found += readings(of: rest.dropFirst(2)).map { [column.name] + $0 }
      }
      if found.count > 1 { return found }
    }
    return found
  }
}
