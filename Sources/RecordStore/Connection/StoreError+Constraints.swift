package import RowscopeModel

extension StoreError {
  /// The columns of a broken constraint, if SQLite's message identifies them: all columns of a
  /// UNIQUE constraint or primary key, the one column of a NOT NULL constraint or of a STRICT
  /// table's type.
  ///
  /// Empty otherwise: for a constraint of another table (a trigger may write there), one on
  /// expressions, a CHECK, a foreign key.
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
    guard let list = message.text(after: introduction) else { return [] }
    let parser = ColumnListParser(
      columns: columns.map { (name: $0, text: Array("\(table.string).\($0.string)".utf8)) })
    let readings = parser.readings(of: Array(list.utf8)[...])
    return readings.count == 1 ? readings[0] : []
  }
}

/// Parses `table.column, table.column`. A name may contain a comma or a point, so a text can be
/// ambiguous; an ambiguous text is not used.
private struct ColumnListParser {
  let columns: [(name: Name, text: [UInt8])]

  /// The possible readings; stops after the second.
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
