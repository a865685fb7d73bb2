/// What a user pays for, and so the most that any profile can let them do.
///
/// A seat limits permissions and grants none: without a profile there is no data, whatever the
/// seat.
package enum Seat: String, Sendable, Hashable, CaseIterable {
  /// Works with records, tasks, dashboards and pages; builds nothing.
  case member
  /// Builds as well: tables, fields, views, automations, users.
  case noCode = "no_code"
  /// Programs as well: functions, triggers, developer fields, profile documents.
  case developer

  /// The seat of this name, alias or label, without regard to case.
  package init?(named name: String) {
    // As documents have it, and as every request looks it up.
    if let seat = Seat(rawValue: name) {
      self = seat
      return
    }
    guard let seat = Seat.allCases.first(where: { $0.names.containsIgnoringCase(name) }) else {
      return nil
    }
    self = seat
  }

  /// The name in documents.
  package var name: String { rawValue }

  /// What else a document may call it.
  package var aliases: [String] {
    switch self {
    case .member: []
    case .noCode: ["business"]
    case .developer: ["low_code"]
    }
  }

  /// What people call it, in English.
  package var englishLabel: String {
    switch self {
    case .member: "Member"
    case .noCode: "Business"
    case .developer: "Developer"
    }
  }

  /// What people call it, in Portuguese.
  package var portugueseLabel: String {
    switch self {
    case .member: "Membro"
    case .noCode: "Construtor"
    case .developer: "Desenvolvedor"
    }
  }

  /// Everything that ``init(named:)`` takes, for suggestions.
  package var names: [String] { [name] + aliases + [englishLabel, portugueseLabel] }
}

extension [String] {
  func containsIgnoringCase(_ name: String) -> Bool {
    let name = name.lowercased()
    return contains { $0.lowercased() == name }
  }
}
