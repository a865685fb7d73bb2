import AccessProfiles
import DataFiles
import Documents
import FoundationEssentials
import RecordFilter
import RecordStore
import RowscopeModel
import TestSupport
import Testing
import TimeZones
import Workspaces

@Suite struct WorkspaceLoadingTests {
  @Test(arguments: ["", "/", "/workspace.json"])
  func `the sample loads`(suffix: String) throws {
    let workspace = try WorkspaceContents.load(path: Checkout.sampleData + suffix)
    #expect(workspace.isCSVFolder)
    #expect(workspace.databasePath.hasSuffix("SampleData/tables"))
    #expect(workspace.users.users.count == 23)
    #expect(workspace.profiles.count == 12)
    #expect(workspace.zone == .utc)
    #expect(try workspace.users.user(named: "Ana").id == 7)
    let profile = try #require(workspace.profiles.first { $0.name == "support" })
    #expect(profile.path.hasSuffix("SampleData/profiles/support.json"))
  }

  @Test func `paths are relative to the workspace`() throws {
    let folder = try TemporaryFolder([
      "a/workspace.json": """
      {"database": "../b.sqlite", "profiles": {"x": "/dev/null"}, "users": "u.json"}
      """,
      "a/u.json": #"[{"id_user": 1, "profile": "x"}]"#, "b.sqlite": "",
    ])
    let workspace = try WorkspaceContents.load(path: folder.path + "/a")
    #expect(workspace.databasePath == folder.path + "/a/../b.sqlite")
    #expect(!workspace.isCSVFolder)
    #expect(workspace.profiles.map(\.path) == ["/dev/null"])
    #expect(workspace.usersPath == folder.path + "/a/u.json")
    #expect(workspace.users.users.map(\.id) == [1])
  }

  @Test func `users may be listed in the workspace`() throws {
    let folder = try TemporaryFolder([
      "workspace.json": #"{"database": "w.db", "users": [{"id_user": 1}]}"#, "w.db": "",
    ])
    let workspace = try WorkspaceContents.load(path: folder.path)
    #expect(workspace.usersPath == nil)
    #expect(workspace.users.users.map(\.id) == [1])
    #expect(try workspace.currentUsers().users.map(\.id) == [1])
  }

  @Test func `users are read again`() throws {
    let folder = try TemporaryFolder([
      "workspace.json": #"{"database": "u.json", "users": "u.json"}"#, "u.json": "[]",
    ])
    let workspace = try WorkspaceContents.load(path: folder.path)
    try folder.write(#"[{"id_user": 5}]"#, to: "u.json")
    #expect(try workspace.currentUsers().users.map(\.id) == [5])
    try folder.write("[", to: "u.json")
    #expect(throws: WorkspaceError.self) { try workspace.currentUsers() }
  }

  @Test func `mistakes of both documents and of their paths are reported at once`() throws {
    let folder = try TemporaryFolder([
      "workspace.json": """
      {
        "database": "workspace.json",
        "profiles": {"x": "x.json", "y": "profiles"},
        "users": "u.json",
        "tables": {"t": {"primary_key": ["a"], "fields": {"a": {"column": "TEXT"}}}},
      }
      """,
      "u.json": #"[{"id_user": 1, "profile": "z"}]"#, "profiles/a.json": "{}",
    ])
    let error = try #require(throws: WorkspaceError.self) {
      try WorkspaceContents.load(path: folder.path)
    }
    guard case .invalid(let documents) = error.kind else { throw error }
    #expect(
      documents.map { $0.list.map(\.code.rawValue) } == [
        ["no_such_file", "bad_path"], ["unknown_profile"],
      ])
    #expect(error.description.contains("u.json:1:28: error: the workspace has no profile \"z\""))
  }

  @Test func `missing files are named`() throws {
    let folder = try TemporaryFolder([
      "workspace.json": #"{"database": "no.db", "users": "no.json"}"#
    ])
    let error = try #require(throws: WorkspaceError.self) {
      try WorkspaceContents.load(path: folder.path)
    }
    #expect(error.description.contains("there is no such file or folder"))
    #expect(error.description.contains("looked for \(folder.path)/no.json: "))
    guard case .invalid(let documents) = error.kind else { throw error }
    #expect(documents.flatMap { $0.list.map(\.code.rawValue) } == ["no_such_file", "no_such_file"])
  }

  @Test func `an unreadable workspace says why`() throws {
    let folder = try TemporaryFolder(["large.json": ""])
    func failure(_ path: String) throws -> String {
      try #require(throws: WorkspaceError.self) { try WorkspaceContents.load(path: path) }
        .description
    }
    #expect(try failure(folder.path).hasSuffix("there is no such file; check the path"))
    #expect(try failure("").hasSuffix("there is no such file; check the path"))
    #expect(try failure(folder.path + "/large.json/x").contains("no such file"))
    try folder.write(String(repeating: " ", count: (16 << 20) + 1), to: "large.json")
    #expect(try failure(folder.path + "/large.json").contains("larger than the limit of 16 MB"))
    try folder.write("x", to: "workspace.json/x")
    #expect(try failure(folder.path).hasSuffix("this is a folder, not a file"))
  }

  @Test func `CSV files are read as declared`() throws {
    let folder = try TemporaryFolder([
      "workspace.json": """
      {"database": "t", "tables": {
        "A": {"primary_key": ["k"], "fields": {"N": {"column": "TEXT"}}},
        "b": {"primary_key": ["x"], "fields": {"y": {"column": "TEXT"}}},
        "c": {"primary_key": ["x"]},
      }}
      """,
      "t/a.csv": "k,n\nx,007\n", "t/b.csv": "k\n1\n",
    ])
    let workspace = try WorkspaceContents.load(path: folder.path)
    #expect(
      workspace.csvDeclarations["A"]
        == CSVTableDeclaration(primaryKey: ["k"], columnTypes: ["N": "TEXT"]))
    // The columns that b and c declare do not exist; reading the schema reports that.
    let connection = try Connection(.image(workspace.readCSVFolder()))
    let statement = try connection.statement("SELECT * FROM a, b", as: .unrestricted)
    #expect(try statement.rows() == [["x", "007", 1]])
  }

  @Test func `words for null and delimiters are the table's, else the workspace's`() throws {
    let folder = try TemporaryFolder([
      "workspace.json": """
      {"database": "t", "null": ["NA"], "delimiter": ";", "tables": {
        "a": {"null": ["-"]}, "b": {"delimiter": "|"}, "d": {"null": [], "delimiter": ","},
      }}
      """,
      "t/a.csv": "k;n\nNA;-\n", "t/b.csv": "k|n;m\nNA|1;2\n", "t/c.csv": "k;n\nNA;1,5\n",
      "t/d.csv": "k,n\nNA,-\n",
    ])
    let workspace = try WorkspaceContents.load(path: folder.path)
    let connection = try Connection(.image(workspace.readCSVFolder()))
    func rows(_ table: String) throws -> [[Value]] {
      try connection.statement("SELECT * FROM \(table)", as: .unrestricted).rows()
    }
    #expect(try rows("a") == [["NA", .null]])
    #expect(try rows("b") == [[.null, "1;2"]])
    #expect(try rows("c") == [[.null, "1,5"]])
    #expect(try rows("d") == [["NA", "-"]])
  }

  @Test(arguments: [
    (#""null": "NA""#, "wrong_type"), (#""null": ["NA", 1]"#, "wrong_type"),
    (#""delimiter": ";;""#, "unknown_type"), (#""delimiter": "a""#, "unknown_type"),
    (#""delimiter": 1"#, "wrong_type"), (#""tables": {"a": {"nul": []}}"#, "unknown_key"),
    (#""tables": {"a": {"null": {}, "delimiter": ""}}"#, "wrong_type unknown_type"),
  ])
  func `faulty words and delimiters are reported`(key: String, codes: String) throws {
    let error = try #require(throws: Diagnostics.self) {
      try WorkspaceDocument(
        document: SourceDocument(name: "w", text: "{\"database\": \"t\", \(key)}"))
    }
    #expect(error.list.map(\.code.rawValue).joined(separator: " ") == codes)
  }

  @Test func `an unreadable CSV file says why`() throws {
    let folder = try TemporaryFolder([
      "workspace.json": #"{"database": "t", "tables": {"a": {"primary_key": ["k"]}}}"#,
      "t/a.csv": "k\n1\n1\n",
    ])
    let error = try #require(throws: CSVError.self) {
      try WorkspaceContents.load(path: folder.path).readCSVFolder()
    }
    #expect(error.kind == .primaryKey)
  }

  @Test func `a database and a profile are enough`() throws {
    let workspace = try WorkspaceContents.plain(
      database: Checkout.sampleData + "/tables",
      profile: Checkout.sampleData + "/profiles/support.json")
    #expect(workspace.isCSVFolder)
    #expect(workspace.profiles.map(\.name) == ["support"])
    #expect(throws: WorkspaceError.self) {
      try WorkspaceContents.plain(
        database: Checkout.sampleData + "/none",
        profile: Checkout.sampleData + "/users.json")
    }
    #expect(throws: WorkspaceError.self) {
      try WorkspaceContents.plain(
        database: Checkout.sampleData + "/tables", profile: Checkout.sampleData)
    }
  }
}
