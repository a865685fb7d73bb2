/// What a user may do with a field.
public enum FieldAccess: String, Sendable, Hashable, CaseIterable {
  /// It does not exist for the user.
  case hidden
  /// It is shown, and the user never writes it.
  case readonly
  /// It is shown, and written in records that the user may create or edit.
  case editable
}
