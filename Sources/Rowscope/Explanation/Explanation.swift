import RecordStore
import RowscopeModel

/// An explanation of how a request is answered, step by step, for profile authors, not for users:
/// it names hidden fields and shows the values that conditions compare with.
public struct Explanation: Sendable {
  package enum Decision: Sendable, Hashable {
    /// The table does not exist for the user.
    case denied(reason: String)
    /// No record can match; no query is run.
    case none(reasons: [String])
    /// Every record.
    case all
    /// The records that match a filter.
    case some
  }

  package struct FieldLine: Sendable, Hashable {
    package let name: String
    /// `hidden`, `readonly` or `editable`.
    package let access: String
    /// The records that show it; nil for all that are reached.
    package let records: String?
  }

  /// As the database spells it; as the request does, where the table does not exist for the user.
  public let table: String
  /// Their name and, in parentheses, their id: `Bia Fontes (3)`; the id alone if they have no name.
  public let user: String
  /// The profile's name, and the line of the grant that decided.
  public let rule: String
  package let decision: Decision
  package let fields: [FieldLine]
  /// The profile's conditions with the user's values.
  public let profileFilter: String
  /// The filter of the user's type; nil if the type does not limit the records.
  public let limit: String?
  /// The workspace's conditions of every table; nil if there are none for this one.
  public let everywhere: String?
  /// The profile's, the type's and the workspace's filters combined.
  public let scope: String
  /// The records that the user may edit; nil if these are all of the scope, or the user edits none.
  public let editScope: String?
  /// The same for deleting.
  public let deleteScope: String?
  /// The request's conditions as written, in words.
  public let request: String
  /// The same after duplicates and what is always true are dropped and negations pushed down: what
  /// becomes SQL.
  public let simplifiedRequest: String
  /// The statements that SQLite runs, or would run if it answered; empty without a query or a
  /// database. A page that is read in parts has several. Then come those for related records in the
  /// answer, one for each level; the last one counts the records, if the request asks for that.
  public let statements: [Statement]
  /// The engine that would answer the request now; nil if no query is run.
  public let engine: QueryEngine?
  /// Why that engine answers, or why no query is run.
  public let engineReason: String
  /// How SQLite finds the records and why, where looks at the data decided it; else empty.
  public let accessPath: [String]
  /// How to make it faster, and other remarks.
  public let advice: [String]

  /// One statement, with its bindings and how SQLite runs it.
  public struct Statement: Sendable {
    /// The text as SQLite gets it. Values never stand in it.
    public let sql: String
    /// A value for each `?` of the text, in order.
    public let bindings: [Value]
    /// SQLite's plan, one line for each step, indented by depth.
    public let plan: [String]
  }
}
