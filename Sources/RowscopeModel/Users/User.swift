/// The user who asks, as the service knows them. A request cannot state any of this.
public struct User: Sendable, Hashable {
  /// A number or a text.
  public var id: Value
  /// For people, and for the reference `name`. Several users may share one.
  public var name: String?
  /// For the reference `email`.
  public var email: String?
  /// The names of the user's profiles; a user without one sees no data. What one of them gives, the
  /// user has; what one of them disables is gone. Where profiles set a field to different values,
  /// the first decides.
  public var profiles: [String]
  /// `member`, `no_code` or `developer`, or another name of a seat. Nil takes nothing away but what
  /// only developers have; a name that no seat has denies everything.
  public var seat: String?
  /// `admin`, `user` or `guest`, or another name of a type. Nil takes nothing away; a name that no
  /// type has denies everything.
  public var userType: String?
  /// The ids of the user's teams, for the reference `teams` and the `team_field` of tables.
  public var teams: [Value]
  /// By name. The names compare by bytes, so that `é` composed and decomposed are two.
  public var attributes: [Value.Text: Attribute]
  /// What the user was invited to. A guest reaches nothing else; a `user` reaches it beside their
  /// own records. It adds nothing for an `admin`, who reaches every record.
  public var invitations: [Invitation]
  /// The zone in which the user's day begins: an IANA name, `UTC`, or an offset as `-03:00`; nil
  /// for the workspace's. A zone that does not exist is that of the workspace too.
  public var timeZone: String?
  /// The names of the profiles to which the access is narrowed: see ``narrowed(by:)``.
  public private(set) var narrowedBy: [String] = []
  /// Whether it only names one of the workspace's users: see ``inWorkspace(_:)``.
  package private(set) var isToBeLookedUp = false

  /// What an attribute holds.
  public enum Attribute: Sendable, Hashable {
    /// One value, for operators that take one.
    case scalar(Value)
    /// Several, for operators that take a list. An empty list is a value too: `in` is false of it.
    case list([Value])
  }

  /// - Parameters:
  ///   - id: a number or a text.
  ///   - name: for people, and for the reference `name`.
  ///   - email: for the reference `email`.
  ///   - profile: the name of the user's only profile, or of the first.
  ///   - profiles: the names of the user's profiles, after `profile`.
  ///   - seat: the name of a seat; nil for none.
  ///   - userType: the name of a user type; nil for none.
  ///   - teams: the ids of the user's teams.
  ///   - attributes: for references such as `attributes.region`.
  ///   - invitations: the tables and records that the user was invited to.
  ///   - timeZone: when the user's day begins; nil for the workspace's zone.
  public init(
    id: Value, name: String? = nil, email: String? = nil, profile: String? = nil,
    profiles: [String] = [], seat: String? = nil, userType: String? = nil, teams: [Value] = [],
    attributes: [Value.Text: Attribute] = [:], invitations: [Invitation] = [],
    timeZone: String? = nil
  ) {
    self.id = id
    self.name = name
    self.email = email
    self.profiles = (profile.map { [$0] } ?? []) + profiles
    self.seat = seat
    self.userType = userType
    self.teams = teams
    self.attributes = attributes
    self.invitations = invitations
    self.timeZone = timeZone
  }

  /// One of the workspace's users, by their id, or by exactly their name: the user who has that id
  /// or name when a request is answered, with the profile, teams and attributes that they have then.
  ///
  /// ```swift
  /// let page = try await service.list(ListRequest(table: "tasks"), as: .inWorkspace(7))
  /// ```
  ///
  /// Where the users are in the database, they are looked up in the transaction that reads the
  /// records. The value itself has nothing but the id that it was made of.
  public static func inWorkspace(_ identifier: Value) -> User {
    var user = User(id: identifier)
    user.isToBeLookedUp = true
    return user
  }

  /// The same user with what a further profile allows of their access, and no more: the access of a
  /// token, a share link or an agent.
  ///
  /// ```swift
  /// let page = try await service.list(ListRequest(table: "tasks"), as: ana.narrowed(by: "link"))
  /// ```
  ///
  /// Whatever the profile says, it only takes away: records, fields, rights, pages and powers are
  /// those that the user has and that it gives. The service chooses it, and never the one who asks:
  /// by a profile of their own choice they could ask rules about fields out of their sight.
  public func narrowed(by profile: String) -> User {
    var user = self
    user.narrowedBy.append(profile)
    return user
  }

  /// This user, narrowed as another one is.
  package func narrowed(as other: User) -> User {
    var user = self
    user.narrowedBy += other.narrowedBy
    return user
  }

  /// The attribute of this name, compared byte by byte.
  public func attribute(named name: String) -> Attribute? { attributes[Value.Text(name)] }
}
