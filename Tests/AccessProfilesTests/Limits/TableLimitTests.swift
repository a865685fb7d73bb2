import RecordFilter
import RowscopeModel
import Testing

@testable import AccessProfiles
@testable import Documents

/// What seats, user types and invitations leave of a table's rights.
@Suite struct TableLimitTests {
  private static let tasks = TableID(0)
  private static let regions = TableID(1)
  private static let shifts = TableID(2)
  private static let schema = Schema(tables: [
    Table(
      name: "tasks",
      fields: [
        Field(name: "id", affinity: .integer, isNullable: false),
        Field(name: "owner", affinity: .integer), Field(name: "team", affinity: .integer),
        Field(name: "script", affinity: .text, isDeveloper: true),
        Field(name: "secret", affinity: .text, isDeveloper: true),
        Field(name: "log", affinity: .text, isDeveloper: true),
      ], primaryKey: [FieldID(0)], ownerField: FieldID(1), teamField: FieldID(2)),
    Table(
      name: "regions",
      fields: [Field(name: "id", affinity: .integer, isNullable: false)],
      primaryKey: [FieldID(0)]),
    Table(
      name: "shifts",
      fields: [
        Field(name: "week", affinity: .text), Field(name: "post", affinity: .integer),
        Field(name: "who", affinity: .integer),
      ], primaryKey: [FieldID(0), FieldID(1)], ownerField: FieldID(2)),
  ])

  private static func access(
    _ user: User, to table: TableID = tasks, grant: String = #""*""#
  ) throws -> Access {
    let text = #"{"tables_enabled": {"*": "*", "tasks": \#(grant)}}"#
    let profile = PreparedProfile(
      try Profile(document: SourceDocument(name: "profile.json", text: text)), schema: schema)
    #expect(profile.problems == [])
    let context = ReferenceContext(user: user, clock: RequestClock(now: 1_795_338_000))
    let access = try #require(try profile.access(to: table, for: context))
    let write = try #require(try ProfileUnion(profile).writeAccess(to: table, for: context))
    return Access(
      rows: access.rows, editableRows: write.edit.rows, fields: access.fields,
      rights: access.rights)
  }

  private struct Access {
    let rows: RowAccess
    let editableRows: RowAccess
    let fields: [FieldAccess]
    let rights: Rights
  }

  private static func id(_ values: Value...) -> Filter { .equals(FieldID(0), oneOf: values) }
  private static let own = Filter.test(FieldID(1), .equals(7))

  // MARK: Seats

  /// A grant of everything under every pair of seat and user type.
  static let limits: [(seat: String?, type: String?, rights: Rights)] = [
    (nil, nil, [.create, .edit, .delete, .comment, .manageStructure]),
    ("member", nil, [.create, .edit, .delete, .comment]),
    ("business", nil, [.create, .edit, .delete, .comment, .manageStructure]),
    ("developer", nil, .all),
    (nil, "admin", [.create, .edit, .delete, .comment, .manageStructure]),
    ("member", "admin", [.create, .edit, .delete, .comment]),
    ("no_code", "admin", [.create, .edit, .delete, .comment, .manageStructure]),
    ("developer", "admin", .all),
    (nil, "user", [.create, .edit, .delete, .comment, .manageStructure]),
    ("member", "user", [.create, .edit, .delete, .comment]),
    ("no_code", "user", [.create, .edit, .delete, .comment, .manageStructure]),
    ("developer", "user", .all),
    // Not invited.
    (nil, "guest", []), ("member", "guest", []), ("no_code", "guest", []),
    ("developer", "guest", []),
  ]

  @Test(arguments: limits.indices)
  func `rights are cut by the seat and the user type`(index: Int) throws {
    let (seat, type, rights) = Self.limits[index]
    #expect(try Self.access(User(id: 7, seat: seat, userType: type)).rights == rights)
  }

  @Test func `a seat gives nothing that the profile does not`() throws {
    let user = User(id: 7, seat: "developer", userType: "admin")
    let grant = #"{"can_edit": 0, "create_comment": 0}"#
    #expect(try Self.access(user, grant: grant).rights == [])
    let structure = #"{"can_edit": 0, "create_comment": 0, "manage_structure": 1}"#
    #expect(
      try Self.access(user, grant: structure).rights == [.manageStructure, .manageDeveloperFields])
  }

  @Test(arguments: [nil, "member", "no_code", "developer"])
  func `only developer seats write developer fields`(seat: String?) throws {
    let grant = #"{"*": "*", "fields_excluded": ["secret"], "fields_readonly": ["log"]}"#
    let fields = try Self.access(User(id: 7, seat: seat, userType: "admin"), grant: grant).fields
    #expect(
      fields == [
        .editable, .editable, .editable, seat == "developer" ? .editable : .readonly, .hidden,
        .readonly,
      ])
  }

  // MARK: Guests

  private static func guest(_ invitations: Invitation...) -> User {
    User(id: 7, userType: "guest", invitations: invitations)
  }

  @Test func `a guest reaches what the mode says of an invitation to a table`() throws {
    let submit = try Self.access(Self.guest(Invitation(table: "tasks", mode: .submit)))
    #expect(submit.rows == .none)
    #expect(submit.editableRows == .none)
    #expect(submit.rights == .create)

    let view = try Self.access(Self.guest(Invitation(table: "TASKS", mode: .submitAndView)))
    #expect(view.rows == .some(Self.own))
    #expect(view.editableRows == .none)
    #expect(view.rights == .create)

    let edit = try Self.access(Self.guest(Invitation(table: "tasks")))
    #expect(edit.rows == .some(Self.own))
    #expect(edit.editableRows == .some(Self.own))
    #expect(edit.rights == [.create, .edit])
  }

  @Test func `a guest reaches the record that an invitation names, and no other`() throws {
    let view = try Self.access(
      Self.guest(Invitation(table: "tasks", record: [5], mode: .submitAndView)))
    #expect(view.rows == .some(Self.id(5)))
    #expect(view.editableRows == .none)
    #expect(view.rights == [])

    let edit = try Self.access(Self.guest(Invitation(table: "tasks", record: [5])))
    #expect(edit.rows == .some(Self.id(5)))
    #expect(edit.editableRows == .some(Self.id(5)))
    #expect(edit.rights == .edit)

    // It exists already, so there is nothing to submit.
    let submit = try Self.access(
      Self.guest(Invitation(table: "tasks", record: [5], mode: .submit)))
    #expect(submit.rows == .none)
    #expect(submit.rights == [])
  }

  @Test func `invitations add up, and each keeps its mode`() throws {
    let access = try Self.access(
      Self.guest(
        Invitation(table: "tasks", mode: .submitAndView), Invitation(table: "tasks", record: [5]),
        Invitation(table: "tasks", record: ["x"], mode: .submitAndView),
        Invitation(table: "regions", record: [1])))
    #expect(access.rows == .some(.any(Self.own, Self.id(5, "x"))))
    #expect(access.editableRows == .some(Self.id(5)))
    #expect(access.rights == [.create, .edit])
  }

  @Test func `the profile narrows what a guest was invited to`() throws {
    let grant = #"{"data": [{"field": "team", "value": 2}], "can_edit": 0}"#
    let access = try Self.access(
      Self.guest(Invitation(table: "tasks"), Invitation(table: "tasks", record: [5])),
      grant: grant)
    #expect(
      access.rows
        == .some(.all(.test(FieldID(2), .equals(2)), .any(Self.own, Self.id(5)))))
    #expect(access.rights == [])
  }

  @Test func `an invitation that fits no table gives nothing`() throws {
    for invitation in [
      Invitation(table: "task"), Invitation(table: "tasks", record: []),
      Invitation(table: "tasks", record: [5, 1]), Invitation(table: "tasks", record: [.null]),
    ] {
      let access = try Self.access(Self.guest(invitation))
      #expect(access.rows == .none)
      #expect(access.editableRows == .none)
    }
  }

  @Test func `a guest has no records of their own where the table has no owner`() throws {
    let access = try Self.access(Self.guest(Invitation(table: "regions")), to: Self.regions)
    #expect(access.rows == .none)
    let single = try Self.access(
      Self.guest(Invitation(table: "regions", record: [3])), to: Self.regions)
    #expect(single.rows == .some(Self.id(3)))
  }

  @Test func `a record of a key of several fields is named by all of them`() throws {
    let access = try Self.access(
      Self.guest(
        Invitation(table: "shifts", record: ["2026-11-23", 1]),
        Invitation(table: "shifts", record: ["2026-11-30", 1], mode: .submitAndView)),
      to: Self.shifts)
    func key(_ week: Value) -> Filter {
      .all(.test(FieldID(0), .equals(week)), .test(FieldID(1), .equals(1)))
    }
    #expect(access.rows == .some(.any(key("2026-11-23"), key("2026-11-30"))))
    #expect(access.editableRows == .some(key("2026-11-23")))
  }

  // MARK: Users and admins

  @Test func `a user reaches their own, their team's and the records that they are invited to`()
    throws
  {
    let user = User(
      id: 7, userType: "user", teams: [2],
      invitations: [
        Invitation(table: "tasks"), Invitation(table: "tasks", record: [5]),
        Invitation(table: "tasks", record: [6], mode: .submitAndView),
        Invitation(table: "tasks", record: [8], mode: .submit),
      ])
    let access = try Self.access(user)
    let ownAndTeam = Filter.any(Self.own, .test(FieldID(2), .equals(2)))
    #expect(access.rows == .some(.any(ownAndTeam, Self.id(5, 6))))
    #expect(access.editableRows == .some(.any(ownAndTeam, Self.id(5))))
    #expect(access.rights.contains(.delete))
  }

  @Test(arguments: [nil, "admin"])
  func `a user who reaches all records gains nothing by an invitation`(type: String?) throws {
    let user = User(
      id: 7, userType: type,
      invitations: [Invitation(table: "tasks", record: [5], mode: .submitAndView)])
    let access = try Self.access(user)
    #expect(access.rows == .all)
    #expect(access.editableRows == .all)
  }

  @Test func `an unknown seat or type denies everything`() throws {
    #expect(throws: AccessError.self) { try Self.access(User(id: 7, seat: "owner")) }
    #expect(throws: AccessError.self) { try Self.access(User(id: 7, userType: "root")) }
  }

  // MARK: Decisions and reasons agree

  @Test func `a reason is given exactly where something is denied`() throws {
    let grants = [
      #""*""#, #"{"can_edit": 0}"#, #"{"can_delete": 1, "fields_excluded": ["secret"]}"#,
      #"{"manage_structure": 1, "can_create": true, "fields_readonly": ["log"]}"#,
    ]
    let invitations = [
      [], [Invitation(table: "tasks", mode: .submit)], [Invitation(table: "tasks")],
      [Invitation(table: "tasks", record: [1])], [Invitation(table: "regions")],
    ]
    for grant in grants {
      let text = #"{"tables_enabled": {"regions": "*", "tasks": \#(grant)}}"#
      let profile = PreparedProfile(
        try Profile(document: SourceDocument(name: "profile.json", text: text)),
        schema: Self.schema)
      for seat in [nil, "member", "no_code", "developer"] {
        for type in [nil, "admin", "user", "guest"] {
          for invitations in invitations {
            let user = User(
              id: 7, profile: "p", seat: seat, userType: type, invitations: invitations)
            let context = ReferenceContext(user: user, clock: RequestClock(now: 0))
            let decisions = AccessDecisions(
              for: context, profiles: ProfileUnion(profile), schema: Self.schema)
            #expect(decisions.denial(of: Self.shifts)?.rule == .absent)
            for table in [Self.tasks, Self.regions] {
              #expect(decisions.denial(of: table) == nil)
              let access = try #require(try profile.access(to: table, for: context))
              for right in Right.allCases {
                #expect(
                  (decisions.denial(of: right, in: table) == nil)
                    == access.rights.contains(right), "\(user): \(right)")
              }
              for field in Self.schema[table].fieldIndices {
                #expect(
                  (decisions.limit(of: field, in: table) == nil)
                    == (access.fields[field.index] == .editable))
              }
              #expect(decisions.emptiness(of: table).isEmpty == (access.rows != .none))
            }
          }
        }
      }
    }
  }
}
