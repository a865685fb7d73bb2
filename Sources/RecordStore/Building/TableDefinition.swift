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

  /// Columns that refer to the key of another table, or of this one.
  package struct ForeignKey: Sendable, Hashable {
    /// Indices in `columns`.
    package let columns: [Int]
    package let table: String
    /// The columns of that table, its primary key or of a unique index, in the same order.
    package let parents: [String]
    /// What becomes of a record whose parent is deleted.
    package let deletion: Deletion

    package init(
      _ columns: [Int], table: String, parents: [String], deletion: Deletion = .refused
    ) {
      self.columns = columns
      self.table = table
      self.parents = parents
      self.deletion = deletion
    }

    package enum Deletion: String, Sendable, Hashable {
      case refused = ""
      case cascading = " ON DELETE CASCADE"
      case settingNull = " ON DELETE SET NULL"
    }
  }

  package let name: String
  package let columns: [Column]
  /// Indices in `columns`; empty if there is no key.
  package let primaryKey: [Int]
  package var foreignKeys: [ForeignKey]
  /// The columns of each further index.
  package var indexes: [[Int]]

  package init(
    _ name: String, columns: [Column], primaryKey: [Int] = [], foreignKeys: [ForeignKey] = [],
    indexes: [[Int]] = []
  ) {
    self.name = name
    self.columns = columns
    self.primaryKey = primaryKey
    self.foreignKeys = foreignKeys
    self.indexes = indexes
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
      if !column.declaredType.isEmpty { part += " " + Self.typeText(of: column.declaredType) }
      if column.collation != .binary { part += " COLLATE " + column.collation.rawValue }
      if index == rowNumber { part += " PRIMARY KEY" }
      return part
    }
    let hasOwnOrder = !primaryKey.isEmpty && rowNumber == nil
    if hasOwnOrder {
      let key = primaryKey.map { Self.quoted(columns[$0].name) }.joined(separator: ", ")
      parts.append("PRIMARY KEY (\(key))")
    }
    for key in foreignKeys {
      let near = key.columns.map { Self.quoted(columns[$0].name) }.joined(separator: ", ")
      let far = key.parents.map { Self.quoted($0) }.joined(separator: ", ")
      parts.append(
        "FOREIGN KEY (\(near)) REFERENCES \(Self.quoted(key.table)) (\(far))"
          + key.deletion.rawValue)
    }
    return "CREATE TABLE \(Self.quoted(name)) (\(parts.joined(separator: ", ")))"
      + (hasOwnOrder ? " WITHOUT ROWID" : "")
  }

  var quotedName: String { Self.quoted(name) }

  package var insertStatement: String {
    let parameters = repeatElement("?", count: columns.count).joined(separator: ",")
    return "INSERT INTO \(Self.quoted(name)) VALUES (\(parameters))"
  }

  package var indexStatements: [String] {
    indexes.map { index in
      let names = index.map { columns[$0].name }
      let list = names.map { Self.quoted($0) }.joined(separator: ", ")
      return "CREATE INDEX \(Self.quoted(([name] + names).joined(separator: "_"))) "
        + "ON \(Self.quoted(name)) (\(list))"
    }
  }

  /// A type as it is usually written, `INTEGER` or `DECIMAL(10,2)`; any other text in quotes.
  /// SQLite takes any identifier as a type, even a quoted one, and quoting keeps a declared type
  /// from being anything more. Other readers of the file do not expect the quotes of `"INTEGER"`.
  private static func typeText(of type: String) -> String {
    let split = type.cut(atByte: "(")
    guard plainTypes.contains(Name(split?.before ?? type)) else { return quoted(type) }
    guard let length = split?.after else { return type }
    return length.hasByteSuffix(")") && isLength(length.utf8.dropLast()) ? type : quoted(type)
  }

  /// Whether these are digits, with a comma between them or not.
  private static func isLength(_ text: some Sequence<UInt8>) -> Bool {
    let numbers = Array(text).split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    return numbers.count <= 2
      && numbers.allSatisfy { number in
        !number.isEmpty && number.allSatisfy { $0 &- UInt8(ascii: "0") < 10 }
      }
  }

  /// None of them begins a constraint.
  private static let plainTypes: Set<Name> = [
    "INTEGER", "REAL", "NUMERIC", "TEXT", "BLOB", "INT", "DOUBLE", "FLOAT", "DECIMAL", "CHAR",
    "VARCHAR", "NVARCHAR", "BOOLEAN", "DATE", "DATETIME", "TIMESTAMP", "JSON",
  ]

  /// The name in double quotes, with its own quotes doubled, so that it cannot be a keyword or end
  /// the identifier.
  private static func quoted(_ name: String) -> String {
    name.quoted(by: "\"")
  }
}
