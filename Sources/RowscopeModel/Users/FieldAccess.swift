/// What a user may do with a field.
public enum FieldAccess: String, Sendable, Hashable, CaseIterable {
  /// It does not exist for the user.
  case hidden
  case readonly
  case editable
}
