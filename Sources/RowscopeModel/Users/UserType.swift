/// A user's role on the whole server. Like a ``Seat``, it limits permissions and grants none.
package enum UserType: String, Sendable, Hashable, CaseIterable {
  /// Reaches every record that the profile gives, and manages the server.
  case admin
  /// Reaches their own records, those of their teams, and records that they are invited to.
  case user
  /// Reaches what they are invited to, and takes no seat.
  case guest

  /// The user type of this name or label, without regard to case.
  package init?(named name: String) {
    // As documents have it, and as every request looks it up.
    if let type = UserType(rawValue: name) {
      self = type
      return
    }
    guard let type = UserType.allCases.first(where: { $0.names.containsIgnoringCase(name) })
    else { return nil }
    self = type
  }

  /// The name in documents.
  package var name: String { rawValue }

  /// What people call it, in English.
  package var englishLabel: String {
    switch self {
    case .admin: "Admin"
    case .user: "User"
    case .guest: "Guest"
    }
  }

  /// What people call it, in Portuguese.
  package var portugueseLabel: String {
    switch self {
    case .admin: "Administrador"
    case .user: "Usuário"
    case .guest: "Convidado"
    }
  }

  /// Everything that ``init(named:)`` takes, for suggestions.
  package var names: [String] { [name, englishLabel, portugueseLabel] }
}
