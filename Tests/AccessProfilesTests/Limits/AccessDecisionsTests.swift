import RecordFilter
import RowscopeModel
import Testing

@testable import AccessProfiles
@testable import Documents

/// The rule named as the reason of a denial.
@Suite struct AccessDecisionsTests {
  private static let tasks = TableID(0)
  private static let salaries = TableID(1)
  private static let view = TableID(2)
  private static let schema = Schema(tables: [
    Table(
      name: "tasks",
      fields: [
        Field(name: "id", affinity: .integer, isNullable: false),
        Field(name: "owner", affinity: .integer), Field(name: "secret", affinity: .text),
        Field(
          name: "loud", affinity: .text, storage: .generatedColumn,
          origins: [FieldReference(tasks, FieldID(2))]),
        Field(name: "twice", affinity: .integer, storage: .generatedColumn),
        Field(name: "script", affinity: .text, isDeveloper: true),
        Field(name: "note", affinity: .text),
      ], primaryKey: [FieldID(0)], ownerField: FieldID(1)),
    Table(
      name: "salaries", fields: [Field(name: "id", affinity: .integer)], primaryKey: [FieldID(0)]),
    Table(name: "recent", kind: .view, fields: [Field(name: "id", affinity: .integer)]),
  ])

  static let profile = """
    {
      "create_table": 0,
      "manage_users": 1,
      "tables_enabled": {
        "tasks": {
          "data": [{"field": "note", "reference": "attributes.note"}],
          "fields_excluded": ["secret"],
          "fields_readonly": ["NOTE"],
          "can_edit": 0,
          "can_delete": 1,
          "manage_structure": 1
        },
        "salaries": "*",
        "recent": {"*": "*"}
      },
      "tables_disabled": ["Salaries"],
      "pages_enabled": {"*": "*"},
      "pages_disabled": ["pay"],
      "dashboards_enabled": {"sales": "*"},
      "channel_read_only": ["news", 7],
      "direct_message_users": [2],
      "direct_message_profiles": ["managers"]
    }
    """

  private static func decisions(
    _ user: User = User(
      id: 1, profile: "support", seat: "member", attributes: ["note": .scalar("x")]),
    profile: String? = profile
  ) throws -> AccessDecisions {
    let prepared = try profile.map {
      PreparedProfile(
        try Profile(document: SourceDocument(name: "support.json", text: $0)), schema: schema)
    }
    return AccessDecisions(
      for: ReferenceContext(user: user, clock: RequestClock(now: 0)),
      profiles: prepared.map { ProfileUnion($0) },
      schema: schema)
  }

  private static func line(_ line: Int, _ what: String) -> String {
    "profile support, line \(line): \(what)"
  }

  @Test func `a line of the profile is named with its document`() throws {
    let reason = try #require(try Self.decisions().denial(of: Self.salaries))
    #expect(reason.rule == .profile)
    #expect(reason.profile == "support")
    #expect(reason.document == "support.json")
    #expect(reason.line == 16)
    #expect(reason.key == "tables_disabled")
    #expect(reason.description == Self.line(16, "tables_disabled"))
  }

  @Test func `fields`() throws {
    let decisions = try Self.decisions()
    let reasons = Self.schema[Self.tasks].fieldIndices.map {
      decisions.limit(of: $0, in: Self.tasks)?.description
    }
    #expect(
      reasons == [
        // A user who may neither create nor edit records writes no field.
        Self.line(9, "can_edit"), Self.line(9, "can_edit"), Self.line(7, "fields_excluded"),
        #"it may tell of "secret" of table "tasks", which is hidden"#,
        "the database computes it", "developer field, and seat member",
        Self.line(8, "fields_readonly"),
      ])
    #expect(decisions.limit(of: FieldID(0), in: Self.view)?.description == "a view is only read")
    #expect(decisions.limit(of: FieldID(0), in: Self.salaries)?.key == "tables_disabled")
  }

  @Test func `rights`() throws {
    let decisions = try Self.decisions()
    #expect(
      Right.allCases.map { decisions.denial(of: $0, in: Self.tasks)?.description } == [
        Self.line(5, "no can_create"), Self.line(9, "can_edit"), nil, nil,
        "seat member", "seat member",
      ])
    let guest = try Self.decisions(
      User(
        id: 1, profile: "support", userType: "guest",
        invitations: [Invitation(table: "recent", mode: .submit)]))
    let view = "a view is only read"
    #expect(
      Right.allCases.map { guest.denial(of: $0, in: Self.view)?.description }
        == [view, view, view, "user type guest", view, view])
    let submitting = try Self.decisions(
      User(
        id: 1, profile: "all", userType: "guest",
        invitations: [Invitation(table: "tasks", mode: .submit)]),
      profile: #"{"tables_enabled": {"tasks": {"*": "*"}}}"#)
    #expect(
      Right.allCases.map { submitting.denial(of: $0, in: Self.tasks)?.description } == [
        nil, "invitation to submit", "user type guest", "user type guest", "user type guest",
        "no developer seat",
      ])
    #expect(guest.denial(of: .create, in: Self.tasks)?.rule == .absent)
    #expect(guest.denial(ofOpening: Self.view) == nil)
    #expect(guest.denial(ofOpening: Self.tasks)?.rule == .invitation)
  }

  @Test func `why no record can be reached`() throws {
    #expect(try Self.decisions().emptiness(of: Self.tasks).isEmpty)
    let unknown = try Self.decisions(User(id: 1, profile: "support"))
    #expect(
      unknown.emptiness(of: Self.tasks).first?.description
        == Self.line(6, "the user has no value for \"attributes.note\""))
    let user = try Self.decisions(User(id: 1, profile: "support", userType: "user"))
    #expect(user.emptiness(of: Self.view).first?.rule == .userType)
    let guest = try Self.decisions(User(id: 1, profile: "support", userType: "guest"))
    #expect(guest.emptiness(of: Self.view).first?.description == "user type guest: not invited")
    let never = try Self.decisions(
      profile:
        #"{"tables_enabled": {"tasks": {"data": [{"field": "id", "operator": "in", "value": []}]}}}"#
    )
    #expect(never.emptiness(of: Self.tasks).first?.line == 1)
  }

  @Test func `pages and dashboards`() throws {
    let decisions = try Self.decisions()
    #expect(decisions.denial(ofPage: "Pay")?.line == 18)
    #expect(decisions.denial(ofPage: "anything") == nil)
    #expect(decisions.denial(ofDashboard: "SALES") == nil)
    #expect(decisions.denial(ofDashboard: "costs")?.rule == .absent)
    let guest = try Self.decisions(User(id: 1, profile: "support", userType: "guest"))
    #expect(guest.denial(ofPage: "anything")?.rule == .userType)
    #expect(guest.denial(ofDashboard: "costs")?.rule == .absent)
  }

  @Test func `powers`() throws {
    let decisions = try Self.decisions()
    #expect(decisions.denial(of: .manageTables)?.line == 2)
    #expect(decisions.denial(of: .manageDashboards)?.rule == .absent)
    #expect(decisions.denial(of: .manageUsers)?.description == "seat member")
    #expect(decisions.denial(of: .manageFields)?.description == "seat member")
    #expect(decisions.denial(of: .deleteRecords) == nil)
    // The view's grant allows everything.
    #expect(decisions.denial(of: .createRecords) == nil)
    #expect(decisions.denial(of: .manageAssets)?.description == "no user type")
    #expect(decisions.denial(of: .useForms) == nil)

    let admin = try Self.decisions(User(id: 1, profile: "support", userType: "admin"))
    #expect(admin.denial(of: .manageUsers) == nil)
    #expect(admin.denial(of: .manageViews) == nil)
    #expect(admin.denial(of: .editProfiles)?.description == "no developer seat")
    #expect(admin.denial(of: .becomeSuperRoot) == nil)
    let user = try Self.decisions(
      User(id: 1, profile: "support", seat: "developer", userType: "user"))
    #expect(user.denial(of: .manageUsers)?.description == "user type user")
    #expect(user.denial(of: .manageFields) == nil)
    #expect(user.denial(of: .manageTriggers) == nil)
    #expect(user.denial(of: .becomeSuperRoot)?.description == "user type user")
    let guest = try Self.decisions(
      User(
        id: 1, profile: "support", seat: "developer", userType: "guest",
        invitations: [Invitation(table: "recent")]))
    #expect(
      guest.powers == [
        .createRecords, .editRecords, .useKanbanCards, .useButtons, .useForms,
        .editOwnInformation, .editOwnLogin, .useInvitations,
      ])
  }

  /// A seat alone permits nothing.
  @Test(arguments: Seat.allCases, UserType.allCases)
  func `without a profile there is nothing, whatever seat and type`(
    seat: Seat, type: UserType
  ) throws {
    let user = User(
      id: 1, seat: seat.name, userType: type.name, invitations: [Invitation(table: "tasks")])
    let decisions = try Self.decisions(user, profile: nil)
    #expect(decisions.powers == [.editOwnInformation, .editOwnLogin])
    for table in Self.schema.tables.indices {
      #expect(decisions.denial(of: TableID(table))?.rule == .noProfile)
      #expect(decisions.access(to: TableID(table)) == nil)
    }
    #expect(decisions.denial(ofPage: "x")?.rule == .noProfile)
    #expect(decisions.denial(ofWritingTo: "x")?.rule == .noProfile)
    #expect(decisions.denial(ofMessaging: user)?.rule == .noProfile)
  }

  /// A user has a power if one of the three gives it and none takes it away.
  @Test func `powers are those that no limit takes away`() throws {
    let everything =
      #"{"manage_users": 1, "create_table": 1, "create_dashboard": 1, "tables_enabled": {"*": "*"}, "pages_enabled": {"*": "*"}, "dashboards_enabled": {"*": "*"}}"#
    let invitations = [Invitation(table: "tasks")]
    for seat in [nil] + Seat.allCases.map(Optional.some) {
      for type in [nil] + UserType.allCases.map(Optional.some) {
        let user = User(
          id: 1, profile: "p", seat: seat?.name, userType: type?.name, invitations: invitations)
        let powers = try Self.decisions(user, profile: everything).powers
        for power in Power.allCases {
          var isExpected = true
          if let seat, Seat.catalogue.contains(power) { isExpected = seat.powers.contains(power) }
          if let type,
            let part = power.serverPower ?? (UserType.catalogue.contains(power) ? power : nil)
          {
            isExpected = isExpected && type.powers.contains(part)
          }
          if powers.contains(power) { #expect(isExpected, "\(user): \(power)") }
          if isExpected, !powers.contains(power) {
            // No catalogue that gives it applies to this user.
            let catalogue = UserType.catalogue.contains(power) ? type == nil : seat == nil
            #expect(catalogue, "\(user): \(power)")
          }
        }
      }
    }
  }

  @Test func `an unknown seat or type denies everything`() throws {
    for user in [
      User(id: 1, profile: "support", seat: "owner"),
      User(id: 1, profile: "support", userType: "root"),
    ] {
      let decisions = try Self.decisions(user)
      #expect(decisions.powers == [])
      #expect(decisions.denial(of: Self.tasks) != nil)
      #expect(decisions.denial(ofPage: "anything") != nil)
      #expect(decisions.denial(ofWritingTo: "x") != nil)
    }
  }

  // MARK: Messages

  @Test func `channels that are read only`() throws {
    let decisions = try Self.decisions()
    #expect(decisions.denial(ofWritingTo: "news")?.line == 20)
    #expect(decisions.denial(ofWritingTo: "7")?.line == 20)
    #expect(decisions.denial(ofWritingTo: 7) != nil)
    #expect(decisions.denial(ofWritingTo: "News") == nil)
    #expect(decisions.denial(ofWritingTo: 8) == nil)
  }

  @Test(arguments: [
    ("", 5, "agents", true), (#""direct_message_users": [5]"#, 5, "agents", true),
    (#""direct_message_users": ["5"]"#, 5, "agents", true),
    (#""direct_message_users": [6]"#, 5, "agents", false),
    (#""direct_message_users": []"#, 5, "agents", false),
    (#""direct_message_profiles": ["agents"]"#, 5, "agents", true),
    (#""direct_message_profiles": ["agents"]"#, 5, nil, false),
    (#""direct_message_profiles": []"#, 5, "agents", false),
    (#""direct_message_users": [6], "direct_message_profiles": ["agents"]"#, 5, "agents", true),
    (#""direct_message_users": [5], "direct_message_profiles": []"#, 5, "agents", true),
    (#""direct_message_users": [], "direct_message_profiles": []"#, 5, "agents", false),
  ])
  func `users whom the user may message`(
    lists: String, id: Int64, profile: String?, isAllowed: Bool
  ) throws {
    let decisions = try Self.decisions(profile: "{\(lists)}")
    let other = User(id: .integer(id), profile: profile)
    #expect((decisions.denial(ofMessaging: other) == nil) == isAllowed)
    let guest = try Self.decisions(
      User(id: 1, profile: "support", userType: "guest"), profile: "{\(lists)}")
    #expect(guest.denial(ofMessaging: other) != nil)
  }
}
