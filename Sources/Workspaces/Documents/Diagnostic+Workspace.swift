import Documents

extension Diagnostic.Code {
  static let unknownTable = Self("unknown_table")
  static let unknownField = Self("unknown_field")
  /// A declared type, column type or encoding that there is none of.
  static let unknownType = Self("unknown_type")
  /// What is declared does not fit the database's column, or another declaration of the same field.
  static let mismatchedField = Self("mismatched_field")
  /// A relation or link whose ends do not fit each other.
  static let mismatchedRelation = Self("mismatched_relation")
  /// A link whose rows are those of a view that does not say which they are.
  static let undeterminedView = Self("undetermined_view")
  /// A field is to be added under a name that the table has.
  static let fieldExists = Self("field_exists")
  /// What only a folder of CSV files lets a workspace declare.
  static let csvOnly = Self("csv_only")
  static let unsupportedTimeZone = Self("unsupported_time_zone")
  static let badPath = Self("bad_path")
  static let noSuchFile = Self("no_such_file")
  static let unknownProfile = Self("unknown_profile")
  static let unknownSeat = Self("unknown_seat")
  static let unknownUserType = Self("unknown_user_type")
  static let badIdentifier = Self("bad_identifier")
  /// More seats are taken than there are.
  static let seatLimit = Self("seat_limit")
  /// An invitation to a record by a key that is none of its table's.
  static let mismatchedKey = Self("mismatched_key")
  /// Two users of one id or one name.
  static let duplicateUser = Self("duplicate_user")
}
