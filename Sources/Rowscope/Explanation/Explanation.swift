import RecordStore
import RowscopeModel

/// An explanation of how a request is answered, step by step, for profile authors, not for users:
/// it names hidden fields and shows the values that conditions compare with.
package struct Explanation: Sendable {
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
  package let table: String
  /// Their name and, in parentheses, their id: `Bia Fontes (3)`; the id alone if they have no name.
  package let user: String
  /// The profile's name, and the line of the grant that decided.
  package let rule: String
  package let decision: Decision
  package let fields: [FieldLine]
  /// The profile's conditions with the user's values.
  package let profileFilter: String
  /// The filter of the user's type; nil if the type does not limit the records.
  package let limit: String?
  /// The workspace's conditions of every table; nil if there are none for this one.
  package let everywhere: String?
  /// The profile's, the type's and the workspace's filters combined.
  package let scope: String
  /// The records that the user may edit; nil if these are all of the scope, or the user edits none.
  package let editScope: String?
  /// The same for deleting.
  package let deleteScope: String?
  /// The request's conditions as written, in words.
  package let request: String
  /// The same after duplicates and what is always true are dropped and negations pushed down: what
  /// becomes SQL.
  package let simplifiedRequest: String
  /// The statements that SQLite runs, or would run if it answered; empty without a query or a
  /// database. A page that is read in parts has several. Then come those for related records in the
  /// answer, one for each level; the last one counts the records, if the request asks for that.
  package let statements: [Statement]
  /// The engine that would answer the request now; nil if no query is run.
  package let engine: QueryEngine?
  /// Why that engine answers, or why no query is run.
  package let engineReason: String
  /// How SQLite finds the records and why, where looks at the data decided it; else empty.
  package let accessPath: [String]
  /// How to make it faster, and other remarks.
  package let advice: [String]

  /// One statement, with its bindings and how SQLite runs it.
  package struct Statement: Sendable {
    /// The text as SQLite gets it. Values never stand in it.
    package let sql: String
    /// A value for each `?` of the text, in order.
    package let bindings: [Value]
    /// SQLite's plan, one line for each step, indented by depth.
    package let plan: [String]
  }
}
