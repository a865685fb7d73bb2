package import RecordFilter
import RowscopeModel

/// A table to be made: what `CREATE TABLE` says of it.
package struct TableDefinition: Sendable, Hashable {
  package struct Column: Sendable, Hashable {
    package let name: String
    /// Empty for none.
    package let declaredType: String
    package let collation: Collation

    package init(_ name: String, _ declaredType: String, collation: Collation = .binary) {
      self.name = name
      self.declaredType = declaredType
      self.collation = collation
    }
  }

  package let name: String
  package let columns: [Column]
  /// Positions in `columns`; empty for none.
  package let primaryKey: [Int]

  package init(_ name: String, columns: [Column], primaryKey: [Int] = []) {
    self.name = name
    self.columns = columns
    self.primaryKey = primaryKey
  }

  /// The one column that is the row's own number (SQLite's INTEGER PRIMARY KEY), if there is one.
  package var rowNumberColumn: Int? {
    guard let only = primaryKey.first, primaryKey.count == 1,
      Name(columns[only].declaredType) == "INTEGER"
    else { return nil }
    return only
  }

  /// A key that is not the row's own number becomes the table's order (`WITHOUT ROWID`): there SQLite refuses NULL in
  /// it, which a primary key of an ordinary table may hold any number of times.
  package var createStatement: String {
    let rowNumber = rowNumberColumn
    var parts = columns.indices.map { index in
      let column = columns[index]
      var part = Self.quoted(column.name)
      // SQLite takes any identifier for a type, and so a quoted one: no declared type can be more than a type.
      if !column.declaredType.isEmpty { part += " " + Self.quoted(column.declaredType) }
      if column.collation != .binary { part += " COLLATE " + column.collation.rawValue }
      if index == rowNumber { part += " PRIMARY KEY" }
      return part
    }
    let hasOwnOrder = !primaryKey.isEmpty && rowNumber == nil
    if hasOwnOrder {
      let key = primaryKey.map { Self.quoted(columns[$0].name) }.joined(separator: ", ")
      parts.append("PRIMARY KEY (\(key))")
    }
    return "CREATE TABLE \(Self.quoted(name)) (\(parts.joined(separator: ", ")))"
      + (hasOwnOrder ? " WITHOUT ROWID" : "")
  }

  package var insertStatement: String {
    let parameters = repeatElement("?", count: columns.count).joined(separator: ",")
    return "INSERT INTO \(Self.quoted(name)) VALUES (\(parameters))"
  }

  /// In double quotes, with its own doubled: no name is a keyword, an expression or the end of one.
  private static func quoted(_ name: String) -> String {
    var text = "\""
    for character in name.unicodeScalars {
      text.unicodeScalars.append(character)
      if character == "\"" { text.unicodeScalars.append(character) }
    }
    return text + "\""
  }
}
