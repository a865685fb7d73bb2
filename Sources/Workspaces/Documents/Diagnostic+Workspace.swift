package import Documents

extension Diagnostic.Code {
  static let unknownTable = Self("unknown_table")
  static let unknownField = Self("unknown_field")
  /// A declared type, column type or encoding that does not exist.
  static let unknownType = Self("unknown_type")
  /// A declaration does not fit the database's column, or another declaration of the same field.
  static let mismatchedField = Self("mismatched_field")
  /// A relation or link between columns that do not fit each other.
  static let mismatchedRelation = Self("mismatched_relation")
  /// A link to a view whose rows are not determined.
  static let undeterminedView = Self("undetermined_view")
  /// A new field has the name of an existing one.
  static let fieldExists = Self("field_exists")
  package static let unsupportedTimeZone = Self("unsupported_time_zone")
  static let badPath = Self("bad_path")
  /// What a catalog says of a database cannot be.
  static let badCatalog = Self("bad_catalog")
  static let noSuchFile = Self("no_such_file")
  /// A file beside the workspace that it does not name.
  static let unusedFile = Self("unused_file")
  package static let unknownProfile = Self("unknown_profile")
  package static let unknownSeat = Self("unknown_seat")
  package static let unknownUserType = Self("unknown_user_type")
  package static let badIdentifier = Self("bad_identifier")
  /// More seats are taken than the limit allows.
  static let seatLimit = Self("seat_limit")
  /// An invitation to a record by a key that does not fit its table's.
  static let mismatchedKey = Self("mismatched_key")
  /// Two users with the same id.
  package static let duplicateUser = Self("duplicate_user")
}
