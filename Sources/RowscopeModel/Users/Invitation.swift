/// What a user was invited to: a table, or one record of it. All that a guest reaches.
public struct Invitation: Sendable, Hashable {
  /// What an invitation lets a user do.
  public enum Mode: String, Sendable, Hashable, CaseIterable {
    /// Create records, and see none. Of one record, which exists already, this gives nothing.
    case submit
    /// To a table: create records, and see one's own. To a record: see it.
    case submitAndView = "submit_and_view"
    /// To a table: create records, and see and edit one's own. To a record: see and edit it.
    case submitAndEdit = "submit_and_edit"

    /// Whether it lets the user see records.
    public var views: Bool { self != .submit }
    /// Whether it lets the user edit them, too.
    public var edits: Bool { self == .submitAndEdit }
  }

  /// The name of the table, without regard to ASCII case.
  public var table: String
  /// The primary key of one record, a value for each field of the key in its order; nil for the
  /// table.
  public var record: [Value]?
  /// What it lets the user do.
  public var mode: Mode

  /// An invitation to a table, or with a key to one of its records.
  public init(table: String, record: [Value]? = nil, mode: Mode = .submitAndEdit) {
    self.table = table
    self.record = record
    self.mode = mode
  }
}
