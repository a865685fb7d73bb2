/// The field types that a workspace may declare.
public enum FieldType: String, Sendable, Hashable, CaseIterable {
  /// Text, or a number seen as text.
  case text
  /// Numbers, or text that is one.
  case number
  /// An amount of money; compares as a number.
  case currency
  /// True or false; in JSON a Boolean.
  case checkbox
  /// A calendar day, as ISO text or a number.
  case date
  /// An instant, in whole microseconds, as ISO text or a number.
  case datetime
  /// A time of day, as `09:30` or `09:30:15.5`.
  case time
  /// A key of 16 bytes, as text or a blob; in JSON its canonical text.
  case uuid
  /// The id of a user.
  case user
  /// The ids of several users; in JSON an array.
  case users
  /// Several values; in JSON an array.
  case multi
  /// Several labels; in JSON an array.
  case tags
  /// The key of a record of another table; compares as that key does.
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
