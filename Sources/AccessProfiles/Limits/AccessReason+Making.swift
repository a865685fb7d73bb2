import Documents
import RowscopeModel

// The descriptions are shown next to what was denied, under "decided by".
extension AccessReason {
  static let noProfile = AccessReason(.noProfile, "no profile")
  static let notInvited = AccessReason(.invitation, "user type guest: not invited")
  static let generated = AccessReason(.database, "the database computes it")
  static let view = AccessReason(.database, "a view is only read")

  static let nothingInCommon = AccessReason(
    .profile, "no record is reached by the user's profiles and by those that narrow the access")

  static let workspace = AccessReason(
    .workspace, "what the workspace says of every table does not fit this one")

  static func everywhere(without reference: Reference) -> AccessReason {
    AccessReason(
      .workspace,
      "the user has no value for \"\(reference)\", which the workspace asks for everywhere")
  }

  /// Hidden because of what it derives from.
  static func derived(because reason: String, profile: String) -> AccessReason {
    AccessReason(.derived, reason, profile: profile)
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
    AccessReason(.userType, "user type \(type.name): no record belongs to them or their team")
  }

  static func unknownSeat(_ name: String) -> AccessReason {
    AccessReason(.seat, "there is no seat \(Printable.quoted(name)), so everything is denied")
  }

  static func unknownUserType(_ name: String) -> AccessReason {
    AccessReason(
      .userType, "there is no user type \(Printable.quoted(name)), so everything is denied")
  }

  static func invitation(_ modes: [Invitation.Mode]) -> AccessReason {
    AccessReason(
      .invitation, "invitation to " + modes.map(\.rawValue).joined(separator: ", "))
  }

  static func invalidProfile(_ profile: String, _ description: String) -> AccessReason {
    AccessReason(.invalidProfile, description, profile: profile)
  }

  /// The profile lacks an entry that would allow it.
  static func absent(_ description: String, profile: String, document: String) -> AccessReason {
    AccessReason(
      .absent, "profile \(profile): \(description)", profile: profile, document: document)
  }

  /// A line of the profile denies it.
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
