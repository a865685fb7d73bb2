/// Why a request was not answered: what was wrong, and what would be right.
///
/// Its words may be shown to the user who asked. They name nothing that is hidden from that user
/// and never contain a value of the database. A hidden field or table is described as one that does
/// not exist.
public struct ServiceError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What went wrong, for programs: the `code` of an error's answer.
  public struct Code: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public var description: String { rawValue }

    /// The request is not JSON, or not a request.
    public static let invalidRequest = Code(rawValue: "invalid_request")
    /// The user reaches no table of this name, whether there is one or not.
    public static let unknownTable = Code(rawValue: "unknown_table")
    /// The user sees no field of this name, whether there is one or not.
    public static let unknownField = Code(rawValue: "unknown_field")
    /// A sort or a selection that the field does not allow.
    public static let unsupported = Code(rawValue: "unsupported")
    /// A value that its key of the request, its operator or its field does not take.
    public static let invalidValue = Code(rawValue: "invalid_value")
    /// The cursor was not made for this user, profile and query.
    public static let invalidCursor = Code(rawValue: "invalid_cursor")
    /// There is no such record among those that the user reaches.
    public static let notFound = Code(rawValue: "not_found")
    /// Larger than a stated limit.
    public static let limitExceeded = Code(rawValue: "limit_exceeded")
    /// A sum of integers that no integer of 64 bits is.
    public static let sumOutOfRange = Code(rawValue: "sum_out_of_range")
    /// The profile does not fit the database, or the user; what it would have allowed is denied.
    public static let invalidProfile = Code(rawValue: "invalid_profile")
    /// The workspace declares something that the database lacks.
    public static let invalidWorkspace = Code(rawValue: "invalid_workspace")
    /// There is no such user.
    public static let unknownUser = Code(rawValue: "unknown_user")
    /// What the workspace's database says of the user cannot be used; they are denied everything.
    public static let invalidUser = Code(rawValue: "invalid_user")
    /// A record does not fit the type that it was to be decoded as.
    public static let mismatchedRecord = Code(rawValue: "mismatched_record")
    /// The user has not the right to do this with the table's records.
    public static let denied = Code(rawValue: "denied")
    /// The service writes nothing, or its database cannot be written.
    public static let notWritable = Code(rawValue: "not_writable")
    /// A field that the user sees and may not write.
    public static let readonlyField = Code(rawValue: "readonly_field")
    /// A field that must have a value has none.
    public static let requiredField = Code(rawValue: "required_field")
    /// Another record has the value, or the values, that only one may have.
    public static let notUnique = Code(rawValue: "not_unique")
    /// A relation leads to no record that the user sees.
    public static let relatedNotFound = Code(rawValue: "related_not_found")
    /// A rule of the database that the user does not see.
    public static let constraintFailed = Code(rawValue: "constraint_failed")
    /// A name that no field can be given.
    public static let fieldExists = Code(rawValue: "field_exists")
    /// The record does not hold what the caller took it to hold.
    public static let conflict = Code(rawValue: "conflict")
    /// The record would leave the user's reach, and the grant wants it to stay.
    public static let outOfScope = Code(rawValue: "out_of_scope")
    /// It took longer than ``ServiceLimits/timeout``.
    public static let deadlineExceeded = Code(rawValue: "deadline_exceeded")
    /// The task that asked was cancelled.
    public static let cancelled = Code(rawValue: "cancelled")
    /// The database could not do it.
    public static let database = Code(rawValue: "database_error")
  }

  /// For programs; the message is for people and may change.
  public let code: Code
  /// One sentence without a full stop.
  public let message: String
  /// What would be right, where that is known.
  public let hint: String?
  /// What the database said, for the operator's log; not for the user.
  public let databaseMessage: String?

  /// An error of a service's own, for the closures of ``RecordService/read(as:at:_:)`` and
  /// ``RecordService/write(as:at:_:)``.
  public init(_ code: Code, _ message: String, hint: String? = nil, databaseMessage: String? = nil)
  {
    self.code = code
    self.message = message
    self.hint = hint
    self.databaseMessage = databaseMessage
  }

  public var description: String { hint.map { "\(message); \($0)" } ?? message }
}
