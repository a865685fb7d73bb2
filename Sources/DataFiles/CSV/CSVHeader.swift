internal import RecordFilter
import RowscopeModel

/// The column names of a file, and the lookup of declared columns among them.
struct CSVHeader {
  let names: [String]
  let file: CSVFile
  private let positions: [Name: Int]

  /// - Precondition: no two names are the same.
  init(names: [String], file: CSVFile) {
    self.names = names
    self.file = file
    positions = Dictionary(
      uniqueKeysWithValues: names.enumerated().map { (Name($0.element), $0.offset) })
  }

  func position(of name: String) -> Int? { positions[Name(name)] }

  /// A declared type, and the collation after it.
  struct DeclaredType {
    let name: String
    let collation: Collation
  }

  /// The declared types by column position.
  func declaredTypes(
    _ declaration: CSVTableDeclaration
  ) throws(CSVError) -> [DeclaredType?] {
    var types = [DeclaredType?](repeating: nil, count: names.count)
    let columns = declaration.columnTypes.sorted { Text($0.key.string) < Text($1.key.string) }
    for (name, type) in columns {
      let position = try requiredPosition(of: name.string)
      types[position] = try parse(type, column: name.string)
    }
    return types
  }

  func positions(ofKey key: [String]) throws(CSVError) -> [Int] {
    var positions: [Int] = []
    for name in key {
      let position = try requiredPosition(of: name)
      guard !positions.contains(position) else {
        throw CSVError(
          .columnName, file: file.path, "the declared primary key has column `\(name)` twice")
      }
      positions.append(position)
    }
    return positions
  }

  private func requiredPosition(of name: String) throws(CSVError) -> Int {
    guard let position = position(of: name) else {
      throw CSVError(
        .unknownColumn(name: name, known: names), file: file.path,
        "column `\(name)` is declared, and the header has no such column; the columns are "
          + CSVError.list(names))
    }
    return position
  }

  private func parse(_ type: String, column: String) throws(CSVError) -> DeclaredType {
    let words = type.split(atByte: " ")
    guard words.count >= 2, Name(words[words.count - 2]) == "COLLATE" else {
      return DeclaredType(name: words.joined(separator: " "), collation: .binary)
    }
    guard let collation = Collation(named: words[words.count - 1]) else {
      throw CSVError(
        .columnType, file: file.path,
        "the type of column `\(column)` names an unknown collation; the collations are BINARY, "
          + "NOCASE and RTRIM")
    }
    return DeclaredType(name: words.dropLast(2).joined(separator: " "), collation: collation)
  }
}
