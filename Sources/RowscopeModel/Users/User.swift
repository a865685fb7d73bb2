/// The user who asks, as the service knows them. A request cannot state any of this.
public struct User: Sendable, Hashable {
  /// A number or a text.
  public var id: Value
  public var name: String?
  public var email: String?
  /// The name of the profile; a user without one sees no data.
  public var profile: String?
  public var seat: String?
  public var userType: String?
  public var teams: [Value]
  /// By name. The names compare by bytes, so that `é` composed and decomposed are two.
  public var attributes: [Value.Text: Attribute]
  /// What the user was invited to. A guest reaches nothing else; a `user` reaches it beside their
  /// own records. It adds nothing for an `admin`, who reaches every record.
  public var invitations: [Invitation]
  /// The zone in which the user's day begins: an IANA name, `UTC`, or an offset as `-03:00`; nil
  /// for the workspace's. A zone that does not exist is that of the workspace too.
  public var timeZone: String?

  /// What an attribute holds.
  public enum Attribute: Sendable, Hashable {
    case scalar(Value)
    case list([Value])
  }

  public init(
    id: Value, name: String? = nil, email: String? = nil, profile: String? = nil,
    seat: String? = nil, userType: String? = nil, teams: [Value] = [],
    attributes: [Value.Text: Attribute] = [:], invitations: [Invitation] = [],
    timeZone: String? = nil
  ) {
    self.id = id
    self.name = name
    self.email = email
    self.profile = profile
    self.seat = seat
    self.userType = userType
    self.teams = teams
    self.attributes = attributes
    self.invitations = invitations
    self.timeZone = timeZone
  }

  /// The attribute of this name, compared byte by byte.
  public func attribute(named name: String) -> Attribute? { attributes[Value.Text(name)] }
}
