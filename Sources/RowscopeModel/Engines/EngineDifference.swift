/// A request that the two engines answer differently, which is a mistake of this library.
///
/// SQLite's answer is the right one. The values are those that the user who asked may see.
public struct EngineDifference: Sendable {
  /// What differs first.
  package enum Kind: Sendable, Hashable {
    /// A field of a record, by the record's place in the list, from 0.
    case field(String, record: Int)
    /// The JSON of a record whose values are the same.
    case json(record: Int)
    /// One list ends before the other: after so many records.
    case end(record: Int)
    case hasMore
    case cursor
    case count
    /// The groups of a summary.
    case groups
    /// What the user may do with a record.
    case may(record: Int)
    /// One gives an answer and the other an error, or they give different errors.
    case error
  }

  /// The smallest request that was found to be answered differently.
  public let request: ListRequest
  /// Nil for a list; else what was asked instead: `count`, or the key of the one record.
  public let question: String?
  /// The id of the user who asked.
  public let user: Value
  package let kind: Kind
  /// What SQLite gave at that place, as text.
  public let sqlite: String
  /// What columns in memory gave.
  public let memory: String

  package init(
    request: ListRequest, question: String?, user: Value, kind: Kind, sqlite: String,
    memory: String
  ) {
    self.request = request
    self.question = question
    self.user = user
    self.kind = kind
    self.sqlite = sqlite
    self.memory = memory
  }
}

extension EngineDifference: CustomStringConvertible {
  /// Where, without a value of the database.
  public var description: String {
    let place: String =
      switch kind {
      case .field(let field, let record): "field \(field) of record \(record + 1)"
      case .json(let record): "the JSON of record \(record + 1)"
      case .end(let record): "whether there is a record \(record + 1)"
      case .hasMore: "whether there is more"
      case .cursor: "the cursor of the next page"
      case .count: "the count"
      case .groups: "the groups"
      case .may(let record): "what the user may do with record \(record + 1)"
      case .error: "the error"
      }
    return "SQLite and memory differ in \(place), for user \(user.literal), in a "
      + "\(question ?? "list") of table \(request.table)"
  }
}
