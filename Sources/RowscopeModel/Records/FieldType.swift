/// The field types that a workspace may declare.
public enum FieldType: String, Sendable, Hashable, CaseIterable {
  case text, number, currency, checkbox, date, datetime, time, uuid, user, users, multi, tags
  case relation

  /// Whether a field of this type holds a set of members rather than one value.
  public var isManyValued: Bool {
    switch self {
    case .users, .multi, .tags: true
    case .text, .number, .currency, .checkbox, .date, .datetime, .time, .uuid, .user, .relation:
      false
    }
  }

  package var isDate: Bool { self == .date || self == .datetime }
}
