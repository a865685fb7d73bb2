import AccessProfiles
import RecordEngine
import RecordFilter
import RowscopeModel

/// What of a user the rules of one table look at: users who have the same of it are decided alike.
struct UserGrouping {
  /// Of users of one kind the same rules hold.
  struct Kind: Hashable {
    let profiles: [String]
    let narrowedBy: [String]
    let seat: String?
    let userType: String?
    let timeZone: String?

    init(_ user: User) {
      (profiles, narrowedBy) = (user.profiles, user.narrowedBy)
      (seat, userType, timeZone) = (user.seat, user.userType, user.timeZone)
    }
  }

  /// What a user has of it.
  struct Key: Hashable {
    let kind: Int
    var whole: User?
    var id: Value?
    var name: String?
    var email: String?
    var teams: [Value] = []
    var attributes: [User.Attribute?] = []
    var invitations: [Invitation] = []
  }

  private enum UseOfID {
    case none, exact
    /// A whole number other than these is equal to nothing that it is compared with.
    case equality(Set<Int64>)
  }

  private let kind: Int
  /// Whether rules on the way to related records look at the user too.
  private var isWhole = false
  private var id = UseOfID.none
  private var hasName = false
  private var hasEmail = false
  private var hasTeams = false
  private var attributes: [Text] = []
  private var hasInvitations = false

  /// - Parameters:
  ///   - kind: the number of the kind.
  ///   - compared: what the record's rules compare with the user's id; nil where any record may be
  ///     meant.
  init(
    _ kind: Int, _ decisions: AccessDecisions, of id: TableID, comparing compared: [Value]?
  ) {
    self.kind = kind
    let (schema, table) = (decisions.schema, decisions.schema[id])
    let conditions =
      decisions.grants(of: id).flatMap { $0.conditions + $0.editConditions + $0.deleteConditions }
      + decisions.everywhere(of: id)
    isWhole = conditions.contains(where: \.leadsElsewhere) && schema.documentsReferToUser
    var ids = compared.map { UseOfID.equality(Set($0.compactMap(\.wholeNumber))) } ?? .exact
    var looksAtID = false
    for (_, test) in conditions.flatMap(\.tests) {
      switch test.reference {
      case nil, .now?, .today?, .seat?, .userType?, .profile?: break
      case .idUser?:
        looksAtID = true
        if !test.isOfEquality(in: schema) { ids = .exact }
      case .name?: hasName = true
      case .email?: hasEmail = true
      case .teams?: hasTeams = true
      case .attribute(let name)?:
        if !attributes.contains(Text(name)) { attributes.append(Text(name)) }
      }
    }
    if decisions.context.user.userType != nil {
      (looksAtID, hasTeams, hasInvitations) = (true, true, true)
      let path = table.ownerField.map { FieldPath(table: id, field: $0) } ?? table.ownerPath
      if let path, !path.steps.isEmpty || !schema[path.table][path.field].comparesPlainly {
        ids = .exact
      }
    }
    if looksAtID { self.id = ids }
  }

  func key(of user: User) -> Key {
    var key = Key(kind: kind)
    if isWhole {
      key.whole = user
      return key
    }
    switch (id, user.id) {
    case (.none, _): break
    case (.equality(let numbers), .integer(let number)) where !numbers.contains(number): break
    case (.equality, _), (.exact, _): key.id = user.id
    }
    if hasName { key.name = user.name }
    if hasEmail { key.email = user.email }
    if hasTeams { key.teams = user.teams }
    if hasInvitations { key.invitations = user.invitations }
    if !attributes.isEmpty { key.attributes = attributes.map { user.attributes[$0] } }
    return key
  }
}

extension ConditionReason {
  /// Whether it is about related records too.
  fileprivate var leadsElsewhere: Bool {
    switch parts {
    case .related: true
    case .all(let reasons), .any(let reasons): reasons.contains(where: \.leadsElsewhere)
    case .not(let reason): reason.leadsElsewhere
    case .test(let test):
      test.steps?.isEmpty != true || test.operator.isOfTree
        || test.other.map { $0.steps?.isEmpty != true } ?? false
    }
  }
}

extension ConditionReason.Test {
  /// Whether a value has the same outcome as any other that the field does not equal.
  fileprivate func isOfEquality(in schema: Schema) -> Bool {
    switch self.operator {
    case .equal, .notEqual, .oneOf, .noneOf: schema[table][field].comparesPlainly
    default: false
    }
  }
}

extension Field {
  /// Whether every number is one of its values.
  fileprivate var comparesPlainly: Bool {
    switch type {
    case nil, .number?, .text?: true
    case .checkbox?, .date?, .datetime?, .time?, .uuid?: false
    }
  }
}

extension Value {
  /// The whole number that it may be equal to, whatever it is compared as.
  fileprivate var wholeNumber: Int64? {
    switch self {
    case .integer(let integer): integer
    case .real(let real): Int64(exactly: real)
    case .text(let text):
      Int64(text.string.trimmingASCIISpaces)
        ?? Double(text.string.trimmingASCIISpaces).flatMap { Int64(exactly: $0) }
    case .null, .blob: nil
    }
  }
}
