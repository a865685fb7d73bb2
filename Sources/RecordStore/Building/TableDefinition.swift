package import RecordFilter
import RowscopeModel

/// A table to create, with the content of its `CREATE TABLE` statement.
package struct TableDefinition: Sendable, Hashable {
  package struct Column: Sendable, Hashable {
    package let name: String
    /// Empty if there is none.
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
  /// Indices in `columns`; empty if there is no key.
  package let primaryKey: [Int]

  package init(_ name: String, columns: [Column], primaryKey: [Int] = []) {
    self.name = name
    self.columns = columns
    self.primaryKey = primaryKey
  }

  /// The index of the column that aliases the row id (SQLite's INTEGER PRIMARY KEY), if there is
  /// one.
  package var rowNumberColumn: Int? {
    guard let only = primaryKey.first, primaryKey.count == 1,
      Name(columns[only].declaredType) == "INTEGER"
    else { return nil }
    return only
  }

  /// Any other key makes the table `WITHOUT ROWID`, where SQLite refuses NULL in the key. The
  /// primary key of an ordinary table may contain any number of NULLs.
  package var createStatement: String {
    let rowNumber = rowNumberColumn
    var parts = columns.indices.map { index in
      let column = columns[index]
      var part = Self.quoted(column.name)
      // SQLite accepts any identifier as a type, even a quoted one. Quoting keeps a declared type
      // from being anything more.
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

  /// The name in double quotes, with its own quotes doubled, so that it cannot be a keyword or end
  /// the identifier.
  private static func quoted(_ name: String) -> String {
    var text = "\""
    for character in name.unicodeScalars {
      text.unicodeScalars.append(character)
      if character == "\"" { text.unicodeScalars.append(character) }
    }
    return text + "\""
  }
}
