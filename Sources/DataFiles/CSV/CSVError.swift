package import RecordStore

/// Why a CSV file, or a folder of them, could not be read as tables.
///
/// The description says where, what, and what would be right. It never holds a cell's value.
package struct CSVError: Error, Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    /// The file or the folder is not there, or the operating system does not give it.
    case unreadable
    /// There is no CSV file in the folder.
    case noTables
    /// Two files give one table name, or a name is one that SQLite keeps for itself.
    case tableName
    /// The file has no first line to name the columns.
    case noHeader
    /// A column has no name, or the name of another.
    case columnName
    /// More columns than a table can have.
    case tooManyColumns
    case invalidUTF8
    /// A quote that is never closed.
    case unterminatedQuote
    /// A quote inside a cell that is not quoted, or something after a closing quote.
    case misplacedQuote
    /// A record with more or fewer cells than the header.
    case cellCount
    /// A cell that is no number, in a column that was declared to hold numbers.
    case notANumber
    /// A primary key that is empty, or that an earlier record has.
    case primaryKey
    /// A table was declared that the folder has not. The names are those that it has.
    case unknownTable(name: String, known: [String])
    /// A column was declared that the file has not. The names are those that it has.
    case unknownColumn(name: String, known: [String])
    /// A declared type that cannot be one.
    case columnType
    case cancelled
    /// SQLite could not store it.
    case store(StoreError.Kind)
  }

  package let kind: Kind
  /// The file or the folder, as it was given.
  package let file: String
  /// From 1, as an editor counts: line breaks inside quoted cells count too.
  package let line: Int?
  /// From 1, in characters (Unicode scalars) of the line.
  package let column: Int?
  /// What is wrong, and what would be right, without the place.
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

extension CSVError: CustomStringConvertible {
  /// `tables/tasks.csv:12:5: this quote is never closed; …`
  package var description: String {
    var place = file
    if let line { place += ":\(line)" }
    if let column { place += ":\(column)" }
    return place + ": " + detail
  }

  /// Names, for people: the first twenty.
  static func list(_ names: [String]) -> String {
    let shown = names.prefix(20).map { "`\($0)`" }.joined(separator: ", ")
    return names.count > 20 ? shown + " and \(names.count - 20) more" : shown
  }
}
