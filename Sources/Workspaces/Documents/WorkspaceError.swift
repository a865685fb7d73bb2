package import Documents
package import RowscopeModel

/// Why a workspace could not be loaded, or a user, profile or seat not found.
package struct WorkspaceError: Error, Sendable {
  package enum Kind: Sendable {
    case noSuchFile
    case isAFolder
    /// The file exists but may not be read.
    case unreadable
    /// The file is larger than 16 MB.
    case tooLarge
    /// All problems of the workspace's documents, one element for each document.
    case invalid([Diagnostics])
    case unknownProfile(String)
    /// No user has this name; the suggestion is the closest one, if any.
    case unknownUser(String, suggestion: String?)
    /// Several users match.
    case ambiguousUser(String, candidates: [User])
    /// Several users have the id of the one that is meant.
    case sharedID(String)
    case unknownSeat(String, suggestion: String?)
    case unknownUserType(String, suggestion: String?)
    /// No seat is free: `count` of `limit` are taken.
    case seatLimit(count: Int, limit: Int)
    /// A user of the first type cannot get the second; nil stands for no type.
    case notPromotable(from: UserType, to: UserType?)
  }

  package let kind: Kind
  /// The file, if the error concerns one.
  package let path: String?

  package init(_ kind: Kind, path: String? = nil) {
    self.kind = kind
    self.path = path
  }
}

extension WorkspaceError: CustomStringConvertible {
  /// The place, the problem and a hint, for people, without a final line feed. Several lines for
  /// invalid documents.
  package var description: String {
    let place = path.map { "\($0): " } ?? ""
    switch kind {
    case .noSuchFile: return place + "there is no such file; check the path"
    case .isAFolder: return place + "this is a folder, not a file"
    case .unreadable:
      return place + "no permission to read the file; check its owner and mode with `ls -l`"
    case .tooLarge:
      return place
        + "the file is larger than the limit of \(DocumentFile.sizeLimit >> 20) MB"
    case .invalid(let documents):
      let text = documents.map(\.description).joined()
      return text.hasSuffix("\n") ? String(text.dropLast()) : text
    case .unknownProfile(let name):
      return place + "there is no profile \(Printable.quoted(name))"
    case .unknownUser(let name, let suggestion):
      let hint =
        suggestion.map { "did you mean \(Printable.quoted($0))?" }
        ?? "give a name, its beginning, or an id of the workspace's users"
      return "there is no user \(Printable.quoted(name)); \(hint)"
    case .ambiguousUser(let name, let candidates):
      let shown = 8
      let names = candidates.prefix(shown).map(\.listing).joined(separator: ", ")
      let rest = candidates.count > shown ? " and \(candidates.count - shown) more" : ""
      return "\(Printable.quoted(name)) may be \(names)\(rest); give more of the name, or the id"
    case .sharedID(let name):
      return "several users have the id of \(Printable.quoted(name)); give each an id of its own"
    case .unknownSeat(let name, let suggestion):
      let hint =
        suggestion.map { "did you mean \(Printable.quoted($0))?" }
        ?? "the seats are \(Seat.allCases.map(\.name).quotedList)"
      return "there is no seat \(Printable.quoted(name)); \(hint)"
    case .unknownUserType(let name, let suggestion):
      let hint =
        suggestion.map { "did you mean \(Printable.quoted($0))?" }
        ?? "the user types are \(UserType.allCases.map(\.name).quotedList)"
      return "there is no user type \(Printable.quoted(name)); \(hint)"
    case .seatLimit(let count, let limit):
      return place
        + "no seat is left: \(count) of \(limit) are taken; give the user a member's seat, "
        + "which is not limited, or raise the workspace's limit"
    case .notPromotable(let type, let other):
      return "a \(type.name) cannot be made "
        + (other.map { "a user of the type \($0.name)" } ?? "a user without a type")
        + "; add a new user"
    }
  }
}

extension User {
  /// `Ana Schäfer (7)`, for a list of matching users.
  fileprivate var listing: String {
    let id = Printable.quoted(idText).dropFirst().dropLast()
    guard let name else { return String(id) }
    return "\(Printable.quoted(name).dropFirst().dropLast()) (\(id))"
  }
}
