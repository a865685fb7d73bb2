import Foundation
import TestSupport
import Testing

@testable import RowscopeCLI

@Suite("The commands on a database and a profile")
struct DatabaseTests {
  private let folder: TemporaryFolder
  private let rowscope: RowscopeProcess

  init() throws {
    folder = try TemporaryFolder()
    rowscope = RowscopeProcess(folder: folder.path)
    try folder.sql(
      """
      CREATE TABLE Employee (EmployeeId INTEGER NOT NULL PRIMARY KEY, LastName NVARCHAR(20) NOT NULL);
      CREATE TABLE Customer (
        CustomerId INTEGER NOT NULL, FirstName NVARCHAR(40) NOT NULL, Company NVARCHAR(80),
        City NVARCHAR(40), Fax NVARCHAR(24), Email NVARCHAR(60) NOT NULL, Balance NUMERIC, SupportRepId INTEGER,
        CONSTRAINT PK_Customer PRIMARY KEY (CustomerId),
        FOREIGN KEY (SupportRepId) REFERENCES Employee (EmployeeId));
      INSERT INTO Employee VALUES (3, 'Peacock'), (4, 'Park');
      INSERT INTO Customer VALUES
        (1, 'Luís', 'Embraer', 'São José dos Campos', '+55', 'luis@example.com', 12.5, 3),
        (2, 'Leonie', NULL, 'Stuttgart', NULL, 'leonie@example.com', 0, 4),
        (3, 'François, "F"', NULL, 'Montréal', NULL, 'f@example.com', NULL, 3),
        (4, 'a|b', 'x', NULL, '1', 'ab@example.com', -3, 3),
        (5, 'Frank', 'Google', 'Mountain View', '+1', 'frank@example.com', 1e300, NULL);
      """, on: "shop.sqlite")
    try folder.write(
      """
      {
        "tables_enabled": {
          "Customer": {
            "data": [{"field": "SupportRepId", "operator": "==", "reference": "id_user"}],
            "fields_excluded": ["Fax", "Company"],
            "fields_readonly": ["Email"],
          },
        },
      }
      """, to: "agent.json")
  }

  private func ask(_ words: String..., user: String = "3") throws -> RowscopeProcess.Outcome {
    try rowscope.run(
      words + ["--db", "shop.sqlite", "--profile", "agent.json", "--user", user])
  }

  private static let visible = [
    "CustomerId", "FirstName", "City", "Email", "Balance", "SupportRepId",
  ]

  /// What handwritten SQL gives for agent 3.
  private func expected() throws -> [[String?]] {
    try folder.sql(
      """
      SELECT CustomerId, FirstName, City, Email, Balance, SupportRepId FROM Customer
      WHERE SupportRepId = 3 ORDER BY CustomerId
      """, on: "shop.sqlite")
  }

  @Test(arguments: ["json", "jsonl"])
  func `an agent's customers as JSON`(format: String) throws {
    let outcome = try ask("query", "Customer", "--format", format)
    #expect(outcome.exitCode == 0)
    let text =
      format == "json"
      ? outcome.text : "[\(outcome.text.split(separator: "\n").joined(separator: ","))]"
    let objects = try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
    let rows = objects.map { object in
      Self.visible.map { name -> String? in
        switch object[name] {
        case let string as String: string
        case let number as NSNumber: number.stringValue
        default: nil
        }
      }
    }
    #expect(rows == (try expected()))
    #expect(objects.allSatisfy { Set($0.keys) == Set(Self.visible) })
  }

  @Test
  func `an agent's customers as CSV`() throws {
    let header = Self.visible.joined(separator: ",")
    #expect(
      try ask("query", "Customer", "--format", "csv").text == """
        \(header)\r
        1,Luís,São José dos Campos,luis@example.com,12.5,3\r
        3,"François, ""F""\",Montréal,f@example.com,,3\r
        4,a|b,,ab@example.com,-3,3\r

        """)
  }

  @Test(arguments: ["table", "markdown"])
  func `an agent's customers for people`(format: String) throws {
    let text = try ask("query", "Customer", "--format", format).text
    #expect(text.split(separator: "\n").count == 2 + 3)
    for row in try expected() {
      for value in row.compactMap(\.self) {
        #expect(text.contains(format == "markdown" ? value.replacing("|", with: "\\|") : value))
      }
    }
    #expect(!text.contains("Fax") && !text.contains("Embraer") && !text.contains("Leonie"))
  }

  @Test
  func `a hidden field is a missing field`() throws {
    let (denied, missing) = try (ask("query", "Employee"), ask("query", "Nonsense"))
    #expect(denied.exitCode == 3 && missing.exitCode == 3)
    #expect(denied.messages.replacing("Employee", with: "Nonsense") == missing.messages)
    for words in [
      ["-w", "FIELD = 1"], ["--sort", "FIELD"], ["--select", "FIELD"],
      ["--filter", #"{"field":"FIELD","value":1}"#],
    ] {
      func outcome(_ field: String) throws -> RowscopeProcess.Outcome {
        try rowscope.run(
          ["query", "Customer", "--db", "shop.sqlite", "--profile", "agent.json", "--user", "3"]
            + words.map { $0.replacing("FIELD", with: field) })
      }
      let (hidden, unknown) = try (outcome("Fax"), outcome("Nonsense"))
      #expect(hidden.exitCode == 2 && unknown.exitCode == 2)
      #expect(hidden.messages.hasPrefix("error: unknown field \"Fax\" in table \"Customer\"\n"))
      #expect(hidden.messages.replacing("Fax", with: "Nonsense") == unknown.messages)
      #expect(hidden.output.isEmpty)
    }
  }

  @Test
  func `a file appears once it is whole`() throws {
    let outcome = try ask("query", "Customer", "--format", "csv", "--output", "out.csv")
    #expect(outcome.output.isEmpty)
    #expect(try folder.read("out.csv") == (try ask("query", "Customer", "--format", "csv").text))
    // A wrong request leaves the old file as it was.
    #expect(try ask("query", "Customer", "-w", "Fax = 1", "--output", "out.csv").exitCode == 2)
    #expect(try folder.read("out.csv").hasPrefix("CustomerId,"))
    #expect(try ask("explain", "Customer", "--output", "explained").exitCode == 0)
    #expect(
      try folder.read("explained").contains("SEARCH") || folder.read("explained").contains("SCAN"))
    #expect(Set(try folder.names) == ["agent.json", "explained", "out.csv", "shop.sqlite"])
  }

  @Test
  func `an attribute has the type it is written with`() throws {
    try folder.write(
      #"{"tables_enabled": {"Customer": {"data": [{"field": "City", "operator": "in", "reference": "attributes.cities"}]}}}"#,
      to: "agent.json")
    func ids(_ attribute: String) throws -> String {
      try ask(
        "query", "Customer", "--select", "CustomerId", "--format", "csv", "--attribute", attribute
      ).text.replacing("\r\n", with: " ")
    }
    #expect(try ids(#"cities=["Stuttgart", "Montréal"]"#) == "CustomerId 2 3 ")
    #expect(try ids("cities=[]") == "CustomerId ")
    let scalar = try ask("query", "Customer", "--attribute", "cities=Stuttgart")
    #expect(scalar.exitCode == 3 || scalar.exitCode == 0)
    let none = try ask("explain", "Customer")
    #expect(none.text.contains("the user has no value for \"attributes.cities\""))
  }

  @Test
  func `ten mistakes are reported with their ten places`() throws {
    try folder.write(
      """
      {
        "manage_user": 1,
        "create_table": 2,
        "tables_enabled": {
          "Customers": "*",
          "Customer": {
            "data": [
              {"field": "SuportRepId", "operator": "==", "reference": "id_user"},
              {"field": "City", "operator": "=>", "value": "x"},
              {"field": "City", "operator": "in", "value": 3},
              {"field": "City", "reference": "id_usr"},
              {"or": []},
            ],
            "fields_excluded": ["Fx"],
            "fields_readonly": "Email",
          },
        },
      }
      """, to: "bad.json")
    let first = try rowscope.run("check", "bad.json", "--db", "shop.sqlite")
    #expect(first.exitCode == 1)
    #expect(first.messages == "")
    let places = first.text.split(separator: "\n").filter { $0.hasPrefix("bad.json:") }
    let carets = first.text.split(separator: "\n").filter { $0.contains("^") }
    #expect(places.count == 10, "\(first.text)")
    #expect(carets.count == places.count)
    #expect(first.text.hasSuffix("\n1 profile, 10 errors, 0 warnings\n"))
    let query = try rowscope.run(
      "query", "Customer", "--db", "shop.sqlite", "--profile", "bad.json", "--user", "3")
    #expect(query.exitCode == 3)
    #expect(query.output.isEmpty)
    #expect(query.messages.hasPrefix("bad.json:2:3: error: "))
    #expect(
      query.messages.hasSuffix("error: the profile \"bad\" has mistakes, so everything is denied\n")
    )
  }

  @Test
  func `ten unknown names are ten mistakes`() throws {
    let fields = (0..<9).map { "\"no\($0)\"" }.joined(separator: ",\n")
    try folder.write(
      "{\"tables_enabled\": {\"Customr\": \"*\",\n\"Customer\": {\"fields_excluded\": [\(fields)]}}}",
      to: "bad.json")
    let outcome = try rowscope.run(
      "check", "--db", "shop.sqlite", "--profile", "bad.json", "agent.json")
    #expect(outcome.exitCode == 1)
    #expect(outcome.text.split(separator: "\n").count { $0.contains("^") } == 10, "\(outcome.text)")
    #expect(outcome.text.contains("did you mean \"Customer\"?"))
    let explained = try rowscope.run(
      "explain", "Customer", "--db", "shop.sqlite", "--profile", "bad.json", "--user", "3")
    #expect(explained.exitCode == 3)
    #expect(explained.messages.contains("unknown field \"no0\""))
  }

  @Test
  func `files that cannot be opened`() throws {
    for (words, code, message) in [
      (
        ["--db", "none.sqlite", "--profile", "agent.json"], 4,
        "error: none.sqlite: there is no such file"
      ),
      (
        ["--db", "shop.sqlite", "--profile", "none.json"], 3,
        "error: none.json: there is no such file"
      ),
      (
        ["--db", "agent.json", "--profile", "agent.json"], 4,
        "error: agent.json: the file is not an SQLite database"
      ),
      (["--db", "shop.sqlite"], 2, "error: `--db` needs `--profile FILE`"),
      (["--workspace", "agent.json"], 4, "agent.json:2:3: error: unknown key \"tables_enabled\""),
    ] {
      let outcome = try rowscope.run(["query", "Customer", "--user", "3"] + words)
      #expect(outcome.exitCode == Int32(code), "\(words)")
      #expect(outcome.messages.hasPrefix(message), "\(outcome.messages)")
      #expect(outcome.output.isEmpty)
    }
    let named = try rowscope.run(
      "query", "Customer", "--db", "shop.sqlite", "--profile", "agent.json", "--as", "Ana")
    #expect(named.exitCode == 2)
  }

  @Test
  func `a sample database of any size`() throws {
    let made = try rowscope.run("generate", "--rows", "2000", "a.sqlite")
    #expect(made.exitCode == 0)
    #expect(made.output.isEmpty && made.messages.isEmpty)
    #expect(try folder.sql("SELECT count(*) FROM tasks", on: "a.sqlite") == [["2000"]])
    let again = try rowscope.run("generate", "--rows", "10", "a.sqlite")
    #expect(again.exitCode == 4)
    #expect(
      again.messages
        == "error: a.sqlite: the file exists already\nhelp: --replace replaces it\n")
    #expect(try rowscope.run("generate", "--rows", "10", "a.sqlite", "--replace").exitCode == 0)
    #expect(try folder.sql("SELECT count(*) FROM tasks", on: "a.sqlite") == [["10"]])
    #expect(try rowscope.run("generate", "--rows", "10", "b.sqlite").exitCode == 0)
    #expect(try rowscope.run("generate", "--rows", "10", "c.sqlite", "--seed", "2").exitCode == 0)
    func bytes(_ name: String) -> Data? {
      FileManager.default.contents(atPath: folder.path + "/" + name)
    }
    #expect(bytes("a.sqlite") == bytes("b.sqlite"))
    #expect(bytes("a.sqlite") != bytes("c.sqlite"))
    for words in [["--rows", "-1"], ["--rows", "many"], [], ["--rows", "1", "--seed", "x"]] {
      #expect(try rowscope.run(["generate", "d.sqlite"] + words).exitCode == 2)
    }
  }

  @Test
  func `an interrupted sample leaves nothing`() throws {
    let before = try folder.names
    let outcome = try rowscope.shell(
      "rowscope generate --rows 500000000 big.sqlite & sleep 0.5; kill -TERM $!; wait $!")
    #expect(outcome.exitCode == 130)
    #expect(try folder.names == before)
  }
}
