/// Why records that are in no database could not become a table.
///
/// The description says where, what, and what would be right. It never holds a cell's value.
public struct TableSourceError: Error, Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    /// The table has the name of another, none, or one that SQLite keeps for itself.
    case tableName
    /// The table's declaration does not hold together.
    case declaration
    /// There is no such table. The names are those that there are.
    case unknownTable(name: String, known: [String])
    /// A record has a field that the table has not. The names are those that it has.
    case unknownField(name: String, known: [String])
    /// A record has a field twice.
    case repeatedField(Name)
    /// A record with more or fewer values than the table has fields.
    case valueCount
    /// A field that must have a value has none.
    case missingValue(Name)
    /// An earlier record has the same primary key.
    case repeatedKey
    /// What is not JSON, or not a JSON object to a line, or an object that is no record.
    case invalidJSON
    /// A CSV file has a mistake.
    case csv
    /// More than a table in memory can hold.
    case tooLarge
    /// The task that was reading is cancelled.
    case cancelled
  }

  /// Where it is.
  package enum Location: Sendable, Hashable {
    /// A place in a text: line and column from 1, the column in bytes.
    case text(line: Int, column: Int?)
    /// A record that was handed over, from 1.
    case record(Int)
  }

  package let kind: Kind
  /// The table, or the file as it was given.
  public let source: String
  package let location: Location?
  private let detail: String

  package init(_ kind: Kind, in source: String, at location: Location? = nil, _ detail: String) {
    self.kind = kind
    self.source = source
    self.location = location
    self.detail = detail
  }
}

extension TableSourceError: CustomStringConvertible {
  /// `tasks.jsonl:12:5: a colon must follow the name of a field`; `tasks, record 3: …`.
  public var description: String {
    switch location {
    case .text(let line, let column?): "\(source):\(line):\(column): \(detail)"
    case .text(let line, nil): "\(source):\(line): \(detail)"
    case .record(let number): "\(source), record \(number): \(detail)"
    case nil: "\(source): \(detail)"
    }
  }
}
