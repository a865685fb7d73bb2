package import RecordStore

/// Why a CSV file, or a folder of them, could not be read as tables.
///
/// The description gives the place, the problem and a hint. It never shows a cell's value.
package struct CSVError: Error, Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    /// The file or folder does not exist, or may not be read.
    case unreadable
    /// The folder has no CSV file.
    case noTables
    /// Two files have the same table name, or a name is reserved by SQLite.
    case tableName
    /// The file has no header.
    case noHeader
    /// A column has no name, or the same name as another.
    case columnName
    /// More columns than a table can have.
    case tooManyColumns
    case invalidUTF8
    /// A quote that is never closed.
    case unterminatedQuote
    /// A quote inside an unquoted cell, or text after a closing quote.
    case misplacedQuote
    /// A record with more or fewer cells than the header.
    case cellCount
    /// A cell is not a number, in a column declared to hold numbers.
    case notANumber
    /// A primary key is empty or repeated.
    case primaryKey
    /// A declared table has no file. `known` are the existing tables.
    case unknownTable(name: String, known: [String])
    /// A declared column is not in the header. `known` are the existing columns.
    case unknownColumn(name: String, known: [String])
    /// A declared column type is not valid.
    case columnType
    case cancelled
    /// SQLite could not store the data.
    case store(StoreError.Kind)
  }

  package let kind: Kind
  /// The path of the file or folder, as given.
  package let file: String
  /// From 1, as editors count: line breaks inside quoted cells count too.
  package let line: Int?
  /// From 1, in Unicode scalars of the line.
  package let column: Int?
  /// The problem and a hint, without the place.
  package let detail: String

  init(_ kind: Kind, file: String, line: Int? = nil, column: Int? = nil, _ detail: String) {
    self.kind = kind
    self.file = file
    self.line = line
    self.column = column
    self.detail = detail
  }

  init(_ error: StoreError, file: String) {
    self.init(.store(error.kind), file: file, error.description)
  }
}

extension CSVError.Kind {
  /// Whether lines could not be taken apart, as with the wrong delimiter.
  var isOfCells: Bool {
    switch self {
    case .unterminatedQuote, .misplacedQuote, .cellCount: true
    case .unreadable, .noTables, .tableName, .noHeader, .columnName, .tooManyColumns, .invalidUTF8,
      .notANumber, .primaryKey, .unknownTable, .unknownColumn, .columnType, .cancelled, .store:
      false
    }
  }
}

extension CSVError: CustomStringConvertible {
  /// `tables/tasks.csv:12:5: this quote is never closed; …`
  package var description: String {
    var place = file
    if let line { place += ":\(line)" }
    if let column { place += ":\(column)" }
    return place + ": " + detail
  }

  /// Names for people: the first twenty.
  static func list(_ names: [String]) -> String {
    let shown = names.prefix(20).map { "`\($0)`" }.joined(separator: ", ")
    return names.count > 20 ? shown + " and \(names.count - 20) more" : shown
  }
}
