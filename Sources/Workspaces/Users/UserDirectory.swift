package import Documents
package import RowscopeModel

/// The users of a workspace.
package struct UserDirectory: Sendable {
  /// In document order.
  package let users: [User]
  /// The positions of their invitations in the document.
  package let invitations: [InvitationPlace]
  /// What the document says, and is not refused.
  let warnings: [Diagnostic]
  /// Nil for users that come from no document.
  package let source: SourceDocument?
  /// Two users may have one id: then it is not known who either of them is.
  private let positionsByID: [Text: [Int]]
  /// Two users may have one name: then it names neither of them.
  private let positionsByName: [Text: [Int]]

  /// - Parameter profiles: the names of the workspace's profiles; nil if they are not known yet.
  /// - Throws: all problems of the document.
  package init(document source: SourceDocument, profiles: [String]?) throws(Diagnostics) {
    var problems = DiagnosticCollector()
    let directory = UserDirectory(reading: source, profiles: profiles, reporting: &problems)
    try problems.throwErrors(in: source)
    self = directory
  }

  /// The document's users without errors.
  package init(
    reading source: SourceDocument, profiles: [String]?,
    reporting problems: inout DiagnosticCollector
  ) {
    guard let root = JSONReader.read(source, as: .relaxed, reporting: &problems) else {
      self.init(checked: [])
      return
    }
    var reader = UserReader(profiles: profiles, problems: problems)
    reader.read(root)
    problems = reader.problems
    self.init(reader, in: source)
  }

  /// The users that a reader found in a document.
  package init(_ reader: UserReader, in source: SourceDocument) {
    self.init(
      checked: reader.users, invitations: reader.invitations,
      warnings: reader.problems.list.filter { $0.severity == .warning }, in: source)
  }

  package init(
    checked users: [User], invitations: [InvitationPlace] = [], warnings: [Diagnostic] = [],
    in source: SourceDocument? = nil
  ) {
    self.users = users
    self.invitations = invitations
    self.warnings = warnings
    self.source = source
    var positionsByID: [Text: [Int]] = [:]
    var positionsByName: [Text: [Int]] = [:]
    for (position, user) in users.enumerated() {
      positionsByID[Text(user.idText), default: []].append(position)
      if let name = user.name { positionsByName[Text(name), default: []].append(position) }
    }
    self.positionsByID = positionsByID
    self.positionsByName = positionsByName
  }

  /// The user with this id; the number 7 and the text "7" are the same id. O(1).
  package func user(id: Value) -> Match {
    guard let text = id.identifierText, let positions = positionsByID[Text(text)] else {
      return .none
    }
    return positions.count == 1 ? .one(users[positions[0]]) : .sharedID
  }

  private func isShared(_ user: User) -> Bool { positionsByID[Text(user.idText)]?.count != 1 }

  /// The user with exactly this id, otherwise with exactly this name. O(1).
  ///
  /// For services, which must not guess: several users of one name are an answer of its own.
  package func users(exactly name: String) -> Match {
    let byID = user(id: .text(name))
    guard case .none = byID else { return byID }
    let positions = positionsByName[Text(name)] ?? []
    switch positions.count {
    case 0: return .none
    case 1: return isShared(users[positions[0]]) ? .sharedID : .one(users[positions[0]])
    default: return .several(positions.map { users[$0] })
    }
  }

  /// Whom a text names.
  package enum Match: Sendable, Hashable {
    case none
    case one(User)
    /// Users of one name, which is the id of none.
    case several([User])
    /// Users of one id.
    case sharedID
  }

  /// The user that a person at a terminal names: by exact id, name or email; otherwise, ignoring
  /// case, by the whole name, its first words or its beginning. A closer match wins. O(number of
  /// users).
  ///
  /// - Throws: ``WorkspaceError/Kind/ambiguousUser(_:candidates:)`` if several users match equally,
  ///   ``WorkspaceError/Kind/sharedID(_:)`` if another has the user's id,
  ///   ``WorkspaceError/Kind/unknownUser(_:suggestion:)`` if none does.
  package func user(named name: String) throws(WorkspaceError) -> User {
    switch users(exactly: name) {
    case .one(let user): return user
    case .several(let users): throw WorkspaceError(.ambiguousUser(name, candidates: users))
    case .sharedID: throw WorkspaceError(.sharedID(name))
    case .none: break
    }
    let folded = name.lowercased()
    let ways: [(User) -> Bool] = [
      { $0.email?.lowercased() == folded },
      { $0.name?.lowercased() == folded },
      { $0.name?.lowercased().hasPrefix(folded + " ") == true },
      { $0.name?.lowercased().hasPrefix(folded) == true },
    ]
    for isMeant in ways where !name.isEmpty {
      let meant = users.filter(isMeant)
      if meant.count > 1 { throw WorkspaceError(.ambiguousUser(name, candidates: meant)) }
      if let user = meant.first {
        if isShared(user) { throw WorkspaceError(.sharedID(user.idText)) }
        return user
      }
    }
    let names = users.compactMap(\.name)
    let firstNames = names.compactMap { $0.split(separator: " ").first.map { String($0) } }
    let suggestion = Suggestion.nearest(to: name, among: names + firstNames)
    throw WorkspaceError(.unknownUser(name, suggestion: suggestion))
  }
}

extension User {
  /// The id as a person types it.
  var idText: String { id.identifierText ?? "" }
}

extension Value {
  /// An id as a person types it; nil for a value that cannot be one.
  package var identifierText: String? {
    switch self {
    case .integer(let integer): String(integer)
    case .text(let text): text.validString
    case .null, .real, .blob: nil
    }
  }

  /// An id as one value: the digits of a number are the number.
  package var canonicalIdentifier: Value {
    guard case .text(let text) = self, let string = text.validString, let number = Int64(string),
      String(number).hasSameBytes(as: string)
    else { return self }
    return .integer(number)
  }
}
