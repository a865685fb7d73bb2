import RecordFilter
import RowscopeModel
import Testing

@testable import AccessProfiles
@testable import Documents

/// The rarer reasons, and the wording of all of them.
@Suite struct DenialReasonTests {
  private static let tasks = TableID(0)
  private static let schema = Schema(tables: [
    Table(
      name: "tasks",
      fields: [
        Field(name: "id", affinity: .integer, isNullable: false),
        Field(name: "script", affinity: .text, isDeveloper: true),
      ], primaryKey: [FieldID(0)])
  ])

  private static func prepared(_ text: String) throws -> PreparedProfile {
    PreparedProfile(
      try Profile(document: SourceDocument(name: "p.json", text: text)), schema: schema)
  }

  private static func decisions(
    _ text: String?, _ user: User = User(id: 1, profile: "p")
  ) throws -> AccessDecisions {
    AccessDecisions(
      for: ReferenceContext(user: user, clock: RequestClock(now: 0)),
      profiles: try text.map { ProfileUnion(try prepared($0)) }, schema: schema)
  }

  @Test func aProfileThatCannotBeUsedDeniesEverything() {
    for name in ["broken", ""] {
      let context = ReferenceContext(
        user: User(id: 1, profiles: ["other", name]), clock: RequestClock(now: 0))
      let decisions = AccessDecisions(
        for: context, withoutUsableProfile: name, in: Self.schema)
      let reason = AccessReason.invalidProfile(
        name, "profile \(name): it has mistakes or does not exist")
      #expect(decisions.denial(of: Self.tasks) == reason)
      #expect(decisions.denial(of: .create, in: Self.tasks) == reason)
      #expect(decisions.limit(of: FieldID(0), in: Self.tasks) == reason)
      #expect(decisions.denial(ofPage: "x") == reason)
      #expect(decisions.denial(of: .useTasks) == reason)
      #expect(decisions.access(to: Self.tasks) == nil)
      #expect(decisions.emptiness(of: Self.tasks).isEmpty)
    }
  }

  /// The message of a profile that has no name does without one.
  @Test func aProfileWithoutAName() throws {
    let decisions = try Self.decisions(#"{"tables_disabled": ["tasks"]}"#, User(id: 1))
    #expect(decisions.denial(of: Self.tasks)?.profile == "")
  }

  @Test func mistakesAndMismatches() throws {
    let invalid = try Self.decisions(
      #"{"tables_enabled": {"tasks": {"fields_excluded": ["nonsense"]}}}"#)
    #expect(invalid.denial(of: Self.tasks)?.rule == .invalidProfile)
    #expect(
      invalid.denial(of: Self.tasks)?.description
        == "the profile has mistakes that concern the table")
    #expect(invalid.denial(of: .edit, in: Self.tasks)?.rule == .invalidProfile)
    #expect(invalid.limit(of: FieldID(0), in: Self.tasks)?.rule == .invalidProfile)
    let text =
      #"{"tables_enabled": {"tasks": {"data": [{"field": "id", "operator": ">", "reference": "attributes.days"}]}}}"#
    let mismatch = try Self.decisions(
      text, User(id: 1, profile: "p", attributes: ["days": .list([1])]))
    let reason = try #require(mismatch.denial(of: Self.tasks))
    #expect(reason.rule == .invalidProfile)
    #expect(reason.line == 1)
    #expect(reason.key == "data")
    #expect(reason.description.contains("takes one value"))
    for (seat, type, words) in [
      ("owner", nil, #"there is no seat "owner", so everything is denied"#),
      (nil, "root", #"there is no user type "root", so everything is denied"#),
    ] as [(String?, String?, String)] {
      let user = User(id: 1, profile: "p", seat: seat, userType: type)
      let decisions = try Self.decisions(#"{"tables_enabled": {"*": "*"}}"#, user)
      #expect(decisions.denial(of: Self.tasks)?.description == words)
      #expect(decisions.denial(ofOpening: Self.tasks)?.description == words)
    }
  }

  @Test func whyAGuestWasNotInvited() throws {
    let everything =
      #"{"tables_enabled": {"*": "*"}, "dashboards_enabled": {"*": "*"}, "pages_enabled": {"*": "*"}}"#
    let guest = try Self.decisions(everything, User(id: 1, profile: "p", userType: "guest"))
    #expect(guest.denial(of: .createRecords) == .notInvited)
    #expect(guest.denial(of: .create, in: Self.tasks) == .notInvited)
    let invited = try Self.decisions(
      everything,
      User(
        id: 1, profile: "p", userType: "guest",
        invitations: [Invitation(table: "TASKS", mode: .submit)]))
    #expect(invited.denial(of: .createRecords) == nil)
    #expect(invited.denial(of: .editRecords) == .notInvited)
    #expect(
      invited.denial(of: .edit, in: Self.tasks)?.description == "invitation to submit")
    #expect(invited.emptiness(of: Self.tasks).first?.description == "invitation to submit")
  }

  @Test(arguments: [
    (#""pages_enabled": {"*": "*"}"#, true), (#""pages_enabled": {"a": "*"}"#, true), ("", false),
    (#""pages_enabled": {}"#, false),
    (#""pages_enabled": {"*": "*"}, "pages_disabled": ["*"]"#, false),
    (#""pages_enabled": {"*": "*"}, "pages_disabled": ["a"]"#, true),
    (#""pages_enabled": {"a": "*"}, "pages_disabled": ["A"]"#, false),
    (#""pages_enabled": {"a": "*", "b": "*"}, "pages_disabled": ["a"]"#, true),
  ])
  func printingTakesAPage(lists: String, isGiven: Bool) throws {
    let user = User(id: 1, profile: "p", seat: "member")
    for (power, text) in [
      (Power.printPages, lists), (.useDashboards, lists.replacing("pages_", with: "dashboards_")),
    ] {
      let denial = try Self.decisions("{\(text)}", user).denial(of: power)
      #expect((denial == nil) == isGiven)
      if !isGiven { #expect(denial?.rule == .absent) }
    }
  }

  @Test func rightsThatNoTableGives() throws {
    let none = #"{"tables_enabled": {"tasks": {"can_edit": 0, "create_comment": 0}}}"#
    let all = #"{"tables_enabled": {"tasks": "*"}}"#
    let user = User(id: 1, profile: "p", seat: "developer")
    for (power, key) in [
      (Power.createRecords, "can_create"), (.editRecords, "can_edit"),
      (.deleteRecords, "can_delete"), (.manageFields, "manage_structure"),
      (.manageDeveloperFields, "manage_structure"),
    ] {
      #expect(
        try Self.decisions(none, user).denial(of: power)?.description
          == "profile p: no table has \(key)")
      #expect(try Self.decisions(all, user).denial(of: power) == nil)
      // Developer fields aside, no seat is needed for what the profile gives.
      let withoutSeat = try Self.decisions(all).denial(of: power)
      #expect((withoutSeat == nil) == (power != .manageDeveloperFields))
    }
    let decisions = try Self.decisions(none, user)
    #expect(
      Right.allCases.map { decisions.denial(of: $0, in: Self.tasks)?.key } == [
        "can_create", "can_edit", "can_delete", "create_comment", "manage_structure",
        "manage_structure",
      ])
    #expect(
      Right.allCases.map(\.label) == [
        "create", "edit", "delete", "comment", "structure", "developer fields",
      ])
  }

  /// Only a guest's rights depend on the single table; for others a table gives what its grant
  /// says.
  @Test func aTableRightThatIsUnknown() throws {
    let text =
      #"{"tables_enabled": {"tasks": {"*": "*", "data": [{"field": "id", "operator": ">", "reference": "attributes.x"}]}}}"#
    let attributes: [Text: User.Attribute] = ["x": .list([1])]
    let member = User(id: 1, profile: "p", seat: "member", attributes: attributes)
    #expect(try Self.decisions(text, member).denial(of: .createRecords) == nil)
    let guest = User(
      id: 1, profile: "p", userType: "guest", attributes: attributes,
      invitations: [Invitation(table: "tasks")])
    #expect(try Self.decisions(text, guest).denial(of: .createRecords) == .notInvited)
  }

  @Test func aUserWithoutAnIdHasNull() throws {
    let lists = #"{"channel_read_only": [7, "news"], "direct_message_users": [7]}"#
    let decisions = try Self.decisions(lists)
    #expect(decisions.denial(ofWritingTo: .null) == nil)
    #expect(decisions.denial(ofMessaging: User(id: .null)) != nil)
    #expect(decisions.denial(ofMessaging: User(id: 7)) == nil)
    #expect(decisions.denial(ofMessaging: User(id: "7")) == nil)
    #expect(decisions.denial(ofMessaging: User(id: 7.0)) != nil)
  }

  @Test func aDeveloperFieldSaysWhichSeat() throws {
    let all = #"{"tables_enabled": {"tasks": "*"}}"#
    for (seat, words) in [
      (nil, "developer field, and no seat"), ("business", "developer field, and seat no_code"),
      ("developer", nil),
    ] as [(String?, String?)] {
      let decisions = try Self.decisions(all, User(id: 1, profile: "p", seat: seat))
      #expect(decisions.limit(of: FieldID(1), in: Self.tasks)?.description == words)
    }
  }

  /// An unknown seat or type is its own reason where a request asks for it.
  @Test(arguments: [
    ("seat", "business", "no_code"), ("seat", "owner", "owner"),
    ("user_type", "Guest", "guest"), ("user_type", "root", "root"),
  ])
  func namesOfSeatsAndTypes(reference: String, given: String, name: String) throws {
    let user = User(
      id: 1, profile: "p", seat: reference == "seat" ? given : nil,
      userType: reference == "seat" ? nil : given)
    let source = SourceDocument(
      name: "r.json", text: #"[{"field": "script", "reference": "\#(reference)"}]"#)
    var problems = DiagnosticCollector()
    let node = try #require(JSONReader.read(source, as: .strict, reporting: &problems))
    let conditions = try #require(
      ConditionParser(.request).conditions(node, reporting: &problems))
    let filter = try FieldScope(everythingIn: Self.schema).filter(
      conditions, on: Self.tasks,
      context: ReferenceContext(user: user, clock: RequestClock(now: 0)))
    #expect(filter == .test(FieldID(1), .equals(.text(Text(name)))))
  }

  @Test func aReferenceSaysWhatItExpects() throws {
    for (symbol, words) in [
      (">", "one value"), ("==", "one value"), ("in", nil), ("between", "a list of two values"),
      ("like", "a text"),
    ] as [(String, String?)] {
      let text =
        #"{"tables_enabled": {"tasks": {"data": [{"field": "script", "operator": "\#(symbol)", "reference": "attributes.x"}]}}}"#
      let user = User(id: 1, profile: "p", attributes: ["x": .list([1, 2, 3])])
      let denial = try Self.decisions(text, user).denial(of: Self.tasks)
      #expect(
        denial.map { $0.description.contains("takes \(words ?? "nothing")") }
          == words.map { _ in true })
    }
  }
}
