import Documents
package import RowscopeModel
package import Workspaces

/// Why a user of the database cannot be used. Each denies the user everything.
package struct UserFault: Error, Sendable {
  package enum Kind: Sendable {
    /// There is no such user.
    case unknown
    case sharedID
    /// The name of several users.
    case sharedName
    /// What is stored is no value of its kind: no text, or no id.
    case unusable(Place, Value)
    /// There is no such seat, user type or time zone.
    case noSuch(UserTables.Property, String)
    /// The look-up itself failed.
    case service(ServiceError)
  }

  /// Where a value is stored.
  package enum Place: Sendable, Hashable {
    case id
    case property(UserTables.Property)
    case team, profile, attribute
  }

  package let kind: Kind

  init(_ kind: Kind) { self.kind = kind }

  /// What a request is told, which has nothing of what is stored.
  func serviceError(_ name: String) -> ServiceError {
    switch kind {
    case .unknown: .unknownUser(name)
    case .sharedID: .sharedID(name)
    case .sharedName: .sharedName(name)
    case .unusable, .noSuch: .invalidUser(databaseMessage: description)
    case .service(let error): error
    }
  }
}

extension UserFault: CustomStringConvertible {
  /// What is wrong with what is stored, as the rest of a sentence that begins with the user. For
  /// administrators.
  package var description: String {
    switch kind {
    case .unknown: "does not exist"
    case .sharedID: "has the id of another, so neither of them can sign in"
    case .sharedName: "has the name of another"
    case .unusable(let place, let value): "has \(Self.named(value)) for \(place.description)"
    case .noSuch(let property, let text):
      "has \(Printable.quoted(text)) for a \(property.words), and there is no such"
    case .service(let error): "cannot be looked up: \(error.description)"
    }
  }

  private static func named(_ value: Value) -> String {
    switch value {
    case .null: "NULL"
    case .integer, .real: "the number \(value.literal)"
    case .text(let text):
      text.string.isEmpty ? "an empty text" : "a text that is not valid UTF-8"
    case .blob: "a BLOB"
    }
  }
}

extension UserFault.Place {
  fileprivate var description: String {
    switch self {
    case .id: "an id (a UUID in a BLOB is declared by the field's \"type\": \"uuid\")"
    case .property(let property): "a \(property.words)"
    case .team: "a team"
    case .profile: "a profile"
    case .attribute: "an attribute"
    }
  }
}

extension ServiceError {
  package static let unnamedUser = ServiceError(
    .unknownUser, "a user is named by a whole number or a text")

  package static func unknownUser(_ name: String) -> ServiceError {
    ServiceError(
      .unknownUser, "there is no user \(Printable.quoted(name))",
      hint: "give the id or the whole name of one of the workspace's users")
  }

  package static func sharedName(_ name: String) -> ServiceError {
    ServiceError(
      .unknownUser, "\(Printable.quoted(name)) is the name of several users",
      hint: "give the id")
  }

  package static func sharedID(_ name: String) -> ServiceError {
    ServiceError(
      .unknownUser, "several users have the id of \(Printable.quoted(name))",
      hint: "give each an id of its own")
  }

  static func invalidUser(databaseMessage: String) -> ServiceError {
    ServiceError(
      .invalidUser, "what the database says of the user has mistakes, so everything is denied",
      hint: "run `rowscope check` to see them", databaseMessage: "the user \(databaseMessage)")
  }
}
