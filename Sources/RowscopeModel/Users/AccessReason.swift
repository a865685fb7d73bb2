/// The rule that denied something to a user: in the profile, with its line, or a limit.
public struct AccessReason: Sendable, Hashable, CustomStringConvertible {
  /// Which kind of rule. The raw value is stable: it is the name in JSON.
  package enum Rule: String, Sendable, Hashable, CaseIterable {
    /// Without a profile there is no data, whatever the seat.
    case noProfile = "no_profile"
    /// The profile takes it away, at a line of its document.
    case profile
    /// The profile says nothing of it, and what is absent is denied.
    case absent
    /// The profile has mistakes that concern it.
    case invalidProfile = "invalid_profile"
    /// The user's ``Seat`` does not allow it, or does not exist.
    case seat
    /// The user's ``UserType`` does not allow it, or does not exist.
    case userType = "user_type"
    /// The user was not invited, or the invitation is for less.
    case invitation
    /// The database makes the value, a generated column or a view's, or lets none be written.
    case database
    /// The workspace's conditions of every table do not fit it, or the user.
    case workspace
    /// It derives from a field that is hidden.
    case derived
  }

  /// Which kind of rule decided.
  package let rule: Rule
  /// The profile's name, where it is a rule of the profile.
  public let profile: String?
  /// The profile's document, as messages call it.
  public let document: String?
  /// The line of the document, from 1; nil where no single line decided.
  public let line: Int?
  /// The key of the profile that decided: `fields_excluded`.
  public let key: String?
  /// For people: one line without a full stop.
  public let description: String

  package init(
    _ rule: Rule, _ description: String, profile: String? = nil, document: String? = nil,
    line: Int? = nil, key: String? = nil
  ) {
    self.rule = rule
    self.profile = profile
    self.document = document
    self.line = line
    self.key = key
    self.description = description
  }
}
