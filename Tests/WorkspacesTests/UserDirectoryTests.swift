import AccessProfiles
import Documents
import RecordFilter
import RowscopeModel
import Testing
import Workspaces

@Suite struct UserDirectoryTests {
  private func read(_ text: String) throws(Diagnostics) -> UserDirectory {
    try UserDirectory(
      document: SourceDocument(name: "users.json", text: text), profiles: ["support", "manager"])
  }

  @Test func `every key is read`() throws {
    let directory = try read(
      """
      [
        {"id_user": 7, "name": "Ana", "email": "ana@farol.example", "seat": "BUSINESS",
         "user_type": "Usuário", "profile": "support", "teams": [2, "x"],
         "attributes": {"region": "south", "limit": 1.5, "vip": true, "none": null,
           "list": [1, null]}},
        {"id_user": "ext-1", "name": null, "seat": null, "teams": null, "attributes": null},
      ]
      """)
    #expect(
      directory.users == [
        User(
          id: 7, name: "Ana", email: "ana@farol.example", profile: "support", seat: "no_code",
          userType: "user", teams: [2, "x"],
          attributes: [
            "region": .scalar("south"), "limit": .scalar(1.5), "vip": .scalar(1),
            "none": .scalar(.null), "list": .list([1, .null]),
          ]), User(id: "ext-1"),
      ])
    #expect(directory.user(id: 7).user?.name == "Ana")
    #expect(directory.user(id: "7").user?.name == "Ana")
    #expect(directory.user(id: "ext-1").user != nil)
    #expect(directory.user(id: 8) == .none)
    #expect(directory.user(id: .null) == .none)
  }

  @Test func `all mistakes are reported at once`() throws {
    let error = try #require(throws: Diagnostics.self) {
      try read(
        """
        [
          {"id_user": 1, "name": "Ana", "profile": "suport"},
          {"id_user": "1", "name": "ana", "seat": "membro "},
          {"id_user": 2, "name": "Ana", "user_type": "root"},
          {"name": "Bia", "team": [1]},
          {"name": "Eva"},
          {"id_user": 1.5, "teams": [1, {}], "attributes": {"a": {"b": 1}, "c": [[]]}},
          {"id_user": "", "email": 1},
          3,
        ]
        """)
    }
    #expect(
      error.list.map { "\(error.source.position(of: $0.range.lowerBound).line) \($0.code)" } == [
        "2 unknown_profile", "3 duplicate_user", "3 unknown_seat", "4 unknown_user_type",
        "5 unknown_key", "6 required_key", "7 wrong_type", "7 wrong_type",
        "7 wrong_type", "7 wrong_type", "8 bad_identifier", "8 wrong_type", "9 wrong_type",
      ])
    #expect(
      error.list.compactMap(\.hint).filter { $0.hasPrefix("did you mean") } == [
        "did you mean \"support\"?", "did you mean \"Membro\"?", "did you mean \"teams\"?",
      ])
  }

  @Test func `attributes whose names look the same are two`() throws {
    let directory = try read(#"[{"id_user": 1, "attributes": {"\u00e9": 1, "e\u0301": 2}}]"#)
    let user = try #require(directory.user(id: 1).user)
    #expect(user.attributes == ["\u{E9}": .scalar(1), "e\u{301}": .scalar(2)])
    #expect(user.attribute(named: "e\u{301}") == .scalar(2))
  }

  @Test func `invitations are read`() throws {
    let directory = try read(
      """
      [
        {"id_user": 1, "user_type": "guest", "invitations": [
          {"table": "tasks"}, {"table": "tasks", "record": 5, "mode": "submit_and_view"},
          {"table": "shifts", "record": ["2026-11-23", 1]}, {"table": "forms", "mode": "submit"},
        ]},
        {"id_user": 2, "invitations": null},
      ]
      """)
    #expect(
      directory.users[0].invitations == [
        Invitation(table: "tasks", mode: .submitAndEdit),
        Invitation(table: "tasks", record: [5], mode: .submitAndView),
        Invitation(table: "shifts", record: ["2026-11-23", 1], mode: .submitAndEdit),
        Invitation(table: "forms", mode: .submit),
      ])
    #expect(directory.users[1].invitations == [])
  }

  @Test func `mistakes in invitations are reported where they stand`() throws {
    let error = try #require(throws: Diagnostics.self) {
      try read(
        """
        [{"id_user": 1, "invitations": [
          {"tabel": "tasks"},
          {"record": 5},
          {"table": "tasks", "mode": "edit"},
          {"table": "tasks", "record": []},
          {"table": "tasks", "record": [[1]]},
          {"table": "tasks", "record": 1.5},
          {"table": "tasks", "record": null},
          "tasks",
        ]}, {"id_user": 2, "invitations": {"table": "tasks"}}]
        """)
    }
    #expect(
      error.list.map { "\(error.source.position(of: $0.range.lowerBound).line) \($0.code)" } == [
        "2 unknown_key", "3 required_key", "4 unknown_type", "5 wrong_type", "6 wrong_type",
        "7 wrong_type", "8 wrong_type", "9 wrong_type", "10 wrong_type",
      ])
    #expect(error.list[2].hint?.contains("\"submit_and_edit\"") == true)
  }

  // MARK: Users named by people

  private static let users = """
    [
      {"id_user": 1, "name": "Ana Schäfer", "email": "ana@farol.example"},
      {"id_user": 2, "name": "Anabel Reis", "email": "team@farol.example"},
      {"id_user": 3, "name": "João Álvares", "email": "team@farol.example"},
      {"id_user": 4, "name": "João Lima"},
      {"id_user": 5, "name": "joão lima"},
      {"id_user": 6, "name": "7"},
      {"id_user": 7, "name": "Rui"},
      {"id_user": "ext-42"},
      {"id_user": 8, "name": "Eva"},
      {"id_user": 9, "name": "Eva", "email": "eva@farol.example"},
      {"id_user": "007", "name": "Ivo"},
      {"id_user": 10, "name": "007"},
    ]
    """

  @Test(
    arguments: [
      ("Ana Schäfer", 1), ("Ana", 1), ("ana", 1), ("Anab", 2), ("ANA@farol.example", 1), ("2", 2),
      ("João Lima", 4), ("joão lima", 5), ("João Á", 3), ("rui", 7), ("ext-42", "ext-42"),
      ("7", 7), ("007", "007"), ("EVA@farol.example", 9), ("8", 8),
    ] as [(String, Value)])
  func `a user is found`(name: String, id: Value) throws {
    #expect(try read(Self.users).user(named: name).id == id)
  }

  @Test(
    arguments: [
      ("Ana Schäfer", [1]), ("2", [2]), ("ext-42", ["ext-42"]), ("Ana", []), ("ana schäfer", []),
      ("ana@farol.example", []), ("", []),
      // An id wins over another's name.
      ("7", [7]), ("007", ["007"]),
      // The name of two names neither of them, and leaves all others alone.
      ("Eva", [8, 9]),
    ] as [(String, [Value])])
  func `services must be exact`(name: String, ids: [Value]) throws {
    let found: [User] =
      switch try read(Self.users).users(exactly: name) {
      case .none: []
      case .one(let user): [user]
      case .several(let users): users
      case .sharedID: []
      }
    #expect(found.map(\.id) == ids)
  }

  /// Who they are is not known, and everyone else is not concerned.
  @Test func `users of one id are refused alone`() throws {
    var problems = DiagnosticCollector()
    let directory = UserDirectory(
      reading: SourceDocument(
        name: "users.json",
        text: """
          [{"id_user": 7, "name": "Ana"}, {"id_user": "7", "name": "Bia"},
            {"id_user": 8, "name": "Eva"}, {"id_user": "007", "name": "Ivo"}]
          """), profiles: [], reporting: &problems)
    #expect(!problems.hasErrors)
    let warnings = problems.list.filter { $0.severity == .warning }
    #expect(warnings.map(\.code.rawValue) == ["duplicate_user"])
    #expect(directory.diagnostics(of: Schema(tables: []))?.list == warnings)
    for name in ["7", "Ana", "Bia"] {
      #expect(directory.users(exactly: name) == .sharedID)
      let error = #expect(throws: WorkspaceError.self) { try directory.user(named: name) }
      #expect(error?.description.hasPrefix("several users have the id") == true)
    }
    #expect(directory.user(id: 7) == .sharedID)
    #expect(throws: WorkspaceError.self) { try directory.user(named: "an") }
    #expect(directory.users(exactly: "Eva").user?.id == 8)
    #expect(directory.user(id: "007").user?.name == "Ivo")
  }

  @Test func `the text 007 is not the number 7`() throws {
    let directory = try read(Self.users)
    #expect(directory.user(id: 7).user?.name == "Rui")
    #expect(directory.user(id: "7").user?.name == "Rui")
    #expect(directory.user(id: "007").user?.name == "Ivo")
  }

  @Test(
    arguments: [
      ("An", [1, 2]), ("João", [3, 4, 5]), ("JOÃO LIMA", [4, 5]), ("Eva", [8, 9]),
      ("team@farol.example", [2, 3]),
    ] as [(String, [Value])])
  func `several matching users are listed`(name: String, ids: [Value]) throws {
    let error = try #require(throws: WorkspaceError.self) {
      try read(Self.users).user(named: name)
    }
    guard case .ambiguousUser(name, let candidates) = error.kind else { throw error }
    #expect(candidates.map(\.id) == ids)
  }

  @Test(arguments: [
    ("Anna", "there is no user \"Anna\"; did you mean \"Ana\"?"),
    (
      "Zoe",
      "there is no user \"Zoe\"; give a name, its beginning, or an id of the workspace's users"
    ),
    ("", "there is no user \"\"; give a name, its beginning, or an id of the workspace's users"),
  ])
  func `no user is found`(name: String, description: String) throws {
    let error = try #require(throws: WorkspaceError.self) {
      try read(Self.users).user(named: name)
    }
    #expect(error.description == description)
  }

  @Test func `ambiguous users are shown with their ids`() throws {
    let error = try #require(throws: WorkspaceError.self) {
      try read(Self.users).user(named: "An")
    }
    #expect(
      error.description
        == "\"An\" may be Ana Schäfer (1), Anabel Reis (2); give more of the name, or the id")
  }
}

@Suite struct SeatTests {
  @Test(arguments: [
    ("member", Seat.member), ("MEMBRO", .member), ("no_code", .noCode), ("Business", .noCode),
    ("construtor", .noCode), ("developer", .developer), ("low_code", .developer),
    ("Desenvolvedor", .developer),
  ])
  func `seats have aliases`(name: String, seat: Seat) {
    #expect(Seat(named: name) == seat)
  }

  @Test(arguments: ["", "admin", "no code"])
  func `other names are not seats`(name: String) {
    #expect(Seat(named: name) == nil)
  }

  @Test(arguments: [
    ("ADMIN", UserType.admin), ("user", .user), ("Convidado", .guest),
    ("USUA\u{301}RIO", .user),
  ])
  func `user types have labels`(name: String, type: UserType) {
    #expect(UserType(named: name) == type)
  }
}

extension UserDirectory.Match {
  fileprivate var user: User? { if case .one(let user) = self { user } else { nil } }
}
