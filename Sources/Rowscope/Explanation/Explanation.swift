import RecordStore
import RowscopeModel

/// How a request is answered, step by step: for whoever writes profiles, not for the user. It names hidden fields and shows
/// the values that conditions compare with.
public struct Explanation: Sendable {
  package enum Decision: Sendable, Hashable {
    /// The table does not exist for the user.
    case denied(reason: String)
    /// No record can be reached; no query is run.
    case none(reasons: [String])
    /// Every record.
    case all
    /// The records for which a filter holds.
    case some
  }

  package struct FieldLine: Sendable, Hashable {
    package let name: String
    /// `hidden`, `readonly` or `editable`.
    package let access: String
  }

  public let table: String
  public let user: String
  /// The profile's name and the line of the grant that decided.
  public let rule: String
  package let decision: Decision
  package let fields: [FieldLine]
  /// The profile's conditions with the user's values in them.
  public let profileFilter: String
  /// The filter of the user's type; nil if the type does not limit the records.
  public let limit: String?
  /// What the two come to.
  public let scope: String
  /// The request's conditions as they were asked, and what they come to.
  public let request: String
  public let simplifiedRequest: String
  /// What SQLite runs, or would run if it answered. Empty where no query is run, and where there is no database. More than one
  /// where a page is read in parts; the last one counts, where the request wants that.
  public let statements: [Statement]
  /// Which engine answers the request just now; nil where nothing is run.
  public let engine: QueryEngine?
  /// Why it does, or why nothing is run.
  public let engineReason: String
  /// What would make it faster, and what is remarkable.
  public let advice: [String]

  public struct Statement: Sendable {
    public let sql: String
    public let bindings: [Value]
    /// SQLite's own plan, one line a step, indented by depth.
    public let plan: [String]
  }
}
