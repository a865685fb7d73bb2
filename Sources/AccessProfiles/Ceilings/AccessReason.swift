/// The rule that decided that a user may not do something: of the profile, with its line, or of a ceiling.
public struct AccessReason: Sendable, Hashable, CustomStringConvertible {
  /// Which kind of rule. The raw value is stable: it is the name in JSON.
  public enum Rule: String, Sendable, Hashable, CaseIterable {
    /// Without a profile there is no data, whatever the seat.
    case noProfile = "no_profile"
    /// The profile takes it away, at a line of its document.
    case profile
    /// The profile says nothing of it, and what is absent is denied.
    case absent
    /// The profile has mistakes that concern it.
    case invalidProfile = "invalid_profile"
    case seat
    case userType = "user_type"
    /// The user was not invited, or the invitation is for less.
    case invitation
    /// The database makes the value: a generated column, or a column of a view.
    case database
    /// It derives from a field that is hidden.
    case derived
  }

  public let rule: Rule
  /// The profile's name, where it is a rule of the profile.
  public let profile: String?
  /// The profile's document, as messages call it, and the line in it, from 1.
  public let document: String?
  public let line: Int?
  /// The key of the profile that decided: `fields_excluded`.
  public let key: String?
  /// For people: one line without a full stop.
  public let description: String

  private init(
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

// The descriptions stand beside what was denied, under "decided by".
extension AccessReason {
  static let noProfile = AccessReason(.noProfile, "no profile")
  static let notInvited = AccessReason(.invitation, "user type guest: not invited")
  static let generated = AccessReason(.database, "the database computes it")
  static let view = AccessReason(.database, "a view is only read")

  static func derived(profile: String) -> AccessReason {
    AccessReason(.derived, "it shows a field that is hidden", profile: profile)
  }

  static func seat(_ seat: Seat) -> AccessReason { AccessReason(.seat, "seat \(seat.name)") }

  static let noSeat = AccessReason(.seat, "no seat")
  static let noDeveloperSeat = AccessReason(.seat, "no developer seat")
  static let noUserType = AccessReason(.userType, "no user type")

  static func developerField(_ seat: Seat?) -> AccessReason {
    AccessReason(
      .seat, "developer field, and " + (seat.map { "seat \($0.name)" } ?? "no seat"))
  }

  static func userType(_ type: UserType) -> AccessReason {
    AccessReason(.userType, "user type \(type.name)")
  }

  static func reach(_ type: UserType) -> AccessReason {
    AccessReason(.userType, "user type \(type.name): no record here is their own or their team's")
  }

  static func unknownSeat(_ name: String) -> AccessReason {
    AccessReason(.seat, "there is no seat \(Diagnostic.quoted(name)), so that all is denied")
  }

  static func unknownUserType(_ name: String) -> AccessReason {
    AccessReason(
      .userType, "there is no user type \(Diagnostic.quoted(name)), so that all is denied")
  }

  static func invitation(_ modes: [Invitation.Mode]) -> AccessReason {
    AccessReason(
      .invitation, "invitation to " + modes.map(\.rawValue).joined(separator: ", "))
  }

  static func invalidProfile(_ profile: String, _ description: String) -> AccessReason {
    AccessReason(.invalidProfile, description, profile: profile)
  }

  /// Something that a profile does not say, where it would have to.
  static func absent(_ description: String, profile: String, document: String) -> AccessReason {
    AccessReason(
      .absent, "profile \(profile): \(description)", profile: profile, document: document)
  }

  /// Something that a profile says at a line.
  static func profile(
    _ profile: String, _ description: String, as rule: Rule = .profile, key: String,
    at offset: Int, in source: SourceDocument
  ) -> AccessReason {
    let line = source.position(of: offset).line
    return AccessReason(
      rule, "profile \(profile), line \(line): \(description)", profile: profile,
      document: source.name, line: line, key: key)
  }
}
