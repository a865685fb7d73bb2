import AccessProfiles
import Documents
import RecordFilter
import Rowscope
import RowscopeModel
import Testing

@testable import Rowscope

@Suite struct NavigationTests {
  private static let schema = Schema(tables: [
    Table(name: "tasks", label: "Tasks", fields: [Field(name: "id")]),
    Table(name: "clients", label: "Our clients", fields: [Field(name: "id")]),
    Table(name: "pay", fields: [Field(name: "id")]),
  ])

  private static let profile = """
    {
      "tables_enabled": {"*": "*"}, "tables_disabled": ["pay"],
      "pages_enabled": {"*": "*"}, "pages_disabled": ["secret"],
      "dashboards_enabled": {"sales": "*"},
      "default_tabs": [
        {"id": 1, "label": "First", "items": [
          {"object": "CLIENTS", "type": "object"},
          {"object": "pay", "label": "Pay", "type": "object"},
          {"object": "tasks", "label": "Board", "type": "board"},
          {"object": "tasks", "label": "Again", "type": "object"},
          {"object": "sales", "type": "dashboard"}, {"object": "costs", "type": "dashboard"},
        ]},
        {"id": "none", "label": "Nothing left", "items": [
          {"object": "pay", "type": "board"}, {"object": "secret", "type": "page"},
          {"object": "gone", "type": "object"}, {"object": "clients", "type": "page"},
        ]},
        {"label": "Empty", "items": []},
        {"items": [{"object": "Handbook", "type": "page"}]},
      ],
    }
    """

  private static func navigation(
    _ user: User = User(id: 1, profile: "p"), profile: String? = profile,
    pages: [Name] = ["handbook", "secret"], dashboards: [Name] = ["sales", "costs"]
  ) throws -> Navigation {
    let prepared = try profile.map { text in
      PreparedProfile(
        try Profile(document: SourceDocument(name: "p.json", text: text)), schema: schema)
    }
    return Navigation(
      AccessDecisions(
        for: ReferenceContext(user: user, clock: RequestClock(now: 0)),
        profiles: prepared.map { ProfileUnion($0) },
        schema: schema), pages: pages, dashboards: dashboards)
  }

  @Test func `the menu has what can be opened, in order, and no empty sections`() throws {
    let menu = try Self.navigation().menu
    #expect(menu.map(\.id) == [1, nil])
    #expect(menu.map(\.label) == ["First", nil])
    #expect(
      menu[0].items == [
        Navigation.Item(object: "clients", label: "Our clients", kind: .object),
        Navigation.Item(object: "tasks", label: "Board", kind: .board),
        Navigation.Item(object: "tasks", label: "Again", kind: .object),
        Navigation.Item(object: "sales", label: "sales", kind: .dashboard),
      ])
    #expect(
      menu[1].items == [Navigation.Item(object: "handbook", label: "handbook", kind: .page)])
  }

  @Test func `pages and dashboards`() throws {
    let navigation = try Self.navigation()
    #expect(navigation.pages == ["handbook"])
    #expect(navigation.dashboards == ["sales"])
    #expect(navigation.canOpen(page: "HANDBOOK"))
    #expect(!navigation.canOpen(page: "secret"))
    #expect(!navigation.canOpen(dashboard: "costs"))
    #expect(navigation.canOpen(table: "Tasks"))
    #expect(!navigation.canOpen(table: "pay"))
    #expect(!navigation.canOpen(table: "gone"))
  }

  @Test func `names are checked only by the profile if none are declared`() throws {
    let navigation = try Self.navigation(
      profile: """
        {"tables_enabled": {"tasks": "*"}, "pages_enabled": {"*": "*"},
          "dashboards_enabled": {"sales": "*"},
          "default_tabs": [{"items": [
            {"object": "sales", "label": "Figures", "type": "dashboard"},
            {"object": "guide", "type": "page"},
            {"object": "tasks", "label": "Work", "type": "board"},
            {"object": "costs", "type": "dashboard"}]}]}
        """, pages: [], dashboards: [])
    #expect(navigation.canOpen(dashboard: "sales"))
    #expect(!navigation.canOpen(dashboard: "costs"))
    #expect(navigation.canOpen(page: "guide"))
    #expect(navigation.canOpen(table: "tasks"))
    #expect(navigation.menu.map { $0.items.map(\.label) } == [["Figures", "guide", "Work"]])
    #expect(try !Self.navigation(profile: "{}", pages: []).canOpen(page: "guide"))
  }

  @Test func `a user without a profile has no menu`() throws {
    let navigation = try Self.navigation(profile: nil)
    #expect(navigation.menu.isEmpty)
    #expect(!navigation.canOpen(table: "tasks"))
    #expect(!navigation.canOpen(table: "nonsense"))
  }

  @Test func `names are taken as written where the existing ones are unknown`() throws {
    let navigation = try Self.navigation(pages: [], dashboards: [])
    #expect(navigation.menu[1].items.map(\.object) == ["clients"])
    #expect(navigation.menu[2].items.map(\.object) == ["Handbook"])
    #expect(navigation.pages == [])
  }

  @Test func `a guest opens what they are invited to`() throws {
    let guest = User(
      id: 1, profile: "p", userType: "guest",
      invitations: [Invitation(table: "Tasks", mode: .submit), Invitation(table: "pay")])
    let navigation = try Self.navigation(guest)
    #expect(navigation.menu.count == 1)
    #expect(navigation.menu.first?.items.map(\.label) == ["Board", "Again"])
    #expect(navigation.pages == [])
    #expect(navigation.canOpen(table: "tasks"))
    #expect(!navigation.canOpen(table: "clients"))
    #expect(!navigation.canOpen(table: "pay"))
  }

  @Test func `channels and messages`() throws {
    let navigation = try Self.navigation(
      profile: #"{"channel_read_only": ["news"], "direct_message_users": [2]}"#)
    #expect(!navigation.canWrite(toChannel: "news"))
    #expect(navigation.canWrite(toChannel: "other"))
    #expect(navigation.canMessage(User(id: "2")))
    #expect(!navigation.canMessage(User(id: 3)))
    #expect(navigation.menu == [])
  }

  @Test func `a table whose grant has mistakes is not in the menu`() throws {
    let faulty = """
      {"tables_enabled": {"tasks": {"fields_excluded": ["nope"]}, "clients": "*"}, "default_tabs": [
        {"items": [{"object": "tasks", "type": "object"},
          {"object": "clients", "type": "object"}]}]}
      """
    #expect(try Self.navigation(profile: faulty).menu.flatMap(\.items).map(\.object) == ["clients"])
  }
}
