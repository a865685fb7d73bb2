/// What a condition compares with that is not known before the user and the moment are.
package enum Reference: Sendable, Hashable {
  case idUser
  case name
  case email
  case seat
  case userType
  case profile
  /// The list of the user's team ids.
  case teams
  /// A user's attribute, which may be a scalar or a list. Its name is compared byte by byte.
  case attribute(String)
  /// The request's moment.
  case now
  /// The request's day.
  case today

  private static let fixed: [(name: String, reference: Reference)] = [
    ("id_user", .idUser), ("name", .name), ("email", .email), ("seat", .seat),
    ("user_type", .userType), ("profile", .profile), ("teams", .teams), ("now", .now),
    ("today", .today),
  ]
  private static let attributePrefix = "attributes."

  /// The reference of this name (`id_user`, `attributes.region`); names are matched exactly.
  package init?(named name: String) {
    if let match = Self.fixed.first(where: { $0.name.hasSameBytes(as: name) }) {
      self = match.reference
    } else if name.utf8.count > Self.attributePrefix.utf8.count,
      name.utf8.starts(with: Self.attributePrefix.utf8)
    {
      // By bytes: the prefix may be followed by a combining mark.
      self = .attribute(
        String(decoding: name.utf8.dropFirst(Self.attributePrefix.utf8.count), as: UTF8.self))
    } else {
      return nil
    }
  }

  /// The names that do not depend on a user's attributes; for suggestions.
  package static let names: [String] = fixed.map(\.name)

  /// Whether this is one value, a list, or, for an attribute, either.
  package enum Shape { case scalar, list, either }

  package var shape: Shape {
    switch self {
    case .teams: .list
    case .attribute, .profile: .either
    case .idUser, .name, .email, .seat, .userType, .now, .today: .scalar
    }
  }
}

extension Reference: CustomStringConvertible {
  /// The name, as a document has it.
  package var description: String {
    switch self {
    case .idUser: "id_user"
    case .name: "name"
    case .email: "email"
    case .seat: "seat"
    case .userType: "user_type"
    case .profile: "profile"
    case .teams: "teams"
    case .attribute(let name): Self.attributePrefix + name
    case .now: "now"
    case .today: "today"
    }
  }
}
