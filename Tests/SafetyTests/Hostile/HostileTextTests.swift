import AccessProfiles
import DataFiles
import Foundation
import RecordEngine
import RecordFilter
import RecordStore
import Rowscope
import RowscopeModel
import TestSupport
import Testing

/// Hostile text in every place where a service takes text: the right answer or a clean error, and
/// an unchanged database.
@Suite struct HostileTextTests {
  private static let codes: Set<String> = [
    "unknown_field", "unknown_table", "invalid_value", "invalid_request", "invalid_cursor",
    "limit_exceeded", "unsupported",
    "wrong_operand", "unknown_operator", "unknown_reference", "operator_not_applicable",
    "wrong_type", "not_found",
    "unknown_key", "list_limit", "unpaired_surrogate",
  ]

  /// Whether this is an answer: JSON on one line, with records or a known code.
  private func isAnswer(_ answer: [UInt8]) -> Bool {
    guard !answer.contains(0x0A), !answer.contains(0x0D), answer.allSatisfy({ $0 >= 0x20 }),
      let object = try? JSONSerialization.jsonObject(with: Data(answer)) as? [String: Any],
      let data = object["data"] as? [String: Any]
    else { return false }
    if data["items"] is [Any] { return true }
    guard let code = data["code"] as? String else { return false }
    return Self.codes.contains(code)
  }

  /// Every text in every clause: no hidden value in any answer, and nothing changed.
  @Test(.watches(.text, .hiddenField))
  func inEveryClauseOfARequest() async throws {
    let database = try Helpdesk.database()
    let before = try database.dump()
    let service = try database.service(Helpdesk.profile)
    for text in HostileTexts.strings {
      let quoted = json(text)
      let operators = [
        "==", "!=", ">", "like", "not like", "starts with", "ends with", "in", "not in",
      ]
      var requests = operators.map {
        #""filters": [{"field": "title", "operator": "\#($0)", "value": \#(quoted)}]"#
      }
      requests += [
        #""filters": [{"field": "title", "operator": "in", "value": [\#(quoted), \#(quoted)]}]"#,
        #""filters": [{"field": "title", "operator": "between", "value": [\#(quoted), \#(quoted)]}]"#,
        #""filters": [{"field": "tags", "value": \#(quoted)}]"#,
        #""filters": [{"field": "id", "value": \#(quoted)}]"#,
        #""filters": [{"field": "due", "operator": "last days", "value": \#(quoted)}]"#,
        #""filters": [{"field": \#(quoted), "value": 1}]"#,
        #""filters": [{"field": \#(json("client." + text)), "value": 1}]"#,
        #""filters": [{"field": "title", "operator": \#(quoted), "value": 1}]"#,
        #""filters": [{"field": "title", "reference": \#(quoted)}]"#,
        #""filters": [{"field": "title", "value": 1, "type": \#(quoted)}]"#,
        #""search": \#(quoted)"#, #""sort": \#(quoted)"#,
        #""select": [\#(quoted)]"#, #""after": \#(quoted)"#, #""count": \#(quoted)"#,
        #""operator": \#(quoted)"#, #""size": \#(quoted)"#,
        #"\#(quoted): 1"#,
      ]
      for request in requests {
        let answer = await service.answer(
          json: Array(#"{"object_type": "tasks", \#(request)}"#.utf8), as: .ana
        ).json
        #expect(
          isAnswer(answer),
          "\(request.prefix(200)): \(String(decoding: answer.prefix(400), as: UTF8.self))")
        let shown = String(decoding: answer, as: UTF8.self)
        #expect(
          !shown.contains(#""secret":"#) && !shown.contains(#""id":1,"#)
            && !shown.contains(#""id":4"#))
      }
      let table = await service.answer(json: Array(#"{"object_type": \#(quoted)}"#.utf8), as: .ana)
        .json
      #expect(isAnswer(table), "\(quoted.prefix(200))")
      let error = await serviceError {
        try await service.get([.text(text)], from: "tasks", select: ["title"], as: .ana)
      }
      #expect(error?.code == .notFound)
    }
    #expect(try database.dump() == before)
  }

  /// In what the embedding service says about the user.
  @Test(.watches(.text, .planAcrossRoles)) func inEveryFactAboutAUser() async throws {
    let database = try Helpdesk.database()
    let before = try database.dump()
    var profiles: [String: String] = [:]
    for (reference, symbol) in [
      ("id_user", "=="), ("name", "=="), ("email", "=="), ("teams", "in"), ("attributes.x", "in"),
    ] {
      profiles[reference] =
        #"{"tables_enabled": {"tasks": {"data": [{"field": "title", "operator": "\#(symbol)", "reference": "\#(reference)"}]}}}"#
    }
    let service = try database.service(profiles)
    let texts =
      HostileTexts.strings.map { Text($0) } + HostileTexts.brokenBytes.map { Text(bytes: $0) }
    for text in texts {
      var user = User(id: .text(text), teams: [.text(text)])
      user.attributes = ["x": .list([.text(text)]), text: .scalar(1)]
      user.name = text.string
      user.email = text.string
      for profile in profiles.keys {
        user.profiles = [profile]
        #expect(try await service.ids("", as: user) == [], "\(profile) \(text)")
      }
      // There is no profile, seat or type of such a name, so there are no records.
      for (key, change) in [
        ("profile", { $0.profiles = [text.string] }), ("seat", { $0.seat = text.string }),
        ("type", { $0.userType = text.string }),
      ] as [(String, (inout User) -> Void)] {
        var other = User(id: 7, profile: "id_user")
        change(&other)
        let error = await serviceError { try await service.ids("", as: other) }
        #expect(error?.code == .invalidProfile, "\(key) \(text)")
      }
    }
    #expect(try database.dump() == before)
  }

  /// In cells, and in names of tables and columns: each can be found, sorted by and shown
  /// unchanged.
  @Test(.watches(.text, .list)) func asCellsAndAsNames() async throws {
    let names = HostileTexts.strings.filter {
      !$0.utf8.contains(0) && $0.utf8.count < 1_000 && !$0.isEmpty
    }
    let database = try TemporaryDatabase("CREATE TABLE t (id INTEGER PRIMARY KEY, s TEXT)")
    do {
      let connection = try Connection(.readWrite(path: database.path))
      try connection.execute("BEGIN")
      let insert = try connection.statement("INSERT INTO t (s) VALUES (?)", as: .unrestricted)
      for text in HostileTexts.strings {
        try insert.bind([.text(text)])
        _ = try insert.step()
      }
      var seen: Set<Name> = ["t", "secret"]
      for name in names
      where !name.lowercased().hasPrefix("sqlite_") && seen.insert(Name(name)).inserted {
        try connection.execute(
          "CREATE TABLE \(name.quoted) (id INTEGER PRIMARY KEY, \((name == "id" ? "i" : name).quoted) TEXT, secret TEXT)"
        )
        let insert = try connection.statement(
          "INSERT INTO \(name.quoted) VALUES (1, ?, 'zq7hidden')", as: .unrestricted)
        try insert.bind([.text(name)])
        _ = try insert.step()
      }
      try connection.execute("COMMIT")
    }
    let before = try database.dump()
    let tables = names.filter { !["t", "secret"].contains(Name($0)) }
    let grants = tables.map {
      #"\#(json($0)): {"fields_excluded": ["secret"], "data": [{"field": \#(json($0)), "value": \#(json($0))}]}"#
    }
    var unique: Set<Name> = []
    let distinct = zip(tables, grants).filter { unique.insert(Name($0.0)).inserted }
    let service = try database.service(
      #"{"tables_enabled": {"t": "*", \#(distinct.map(\.1).joined(separator: ", "))}}"#)
    for (index, text) in HostileTexts.strings.enumerated() {
      let found = try await service.ids(
        filter: #"{"field": "s", "value": \#(json(text))}"#, of: "t")
      #expect(found == [.integer(Int64(index + 1))], "\(text.prefix(80))")
      let record = try await service.get([.integer(Int64(index + 1))], from: "t", as: .ana)
      #expect(record["s"] == .text(text))
    }
    for (name, _) in distinct {
      let request =
        #"{"object_type": \#(json(name)), "filters": [{"field": \#(json(name)), "operator": "starts with", "value": \#(json(name))}], "#
        + #""sort": \#(json(name.quoted + " desc")), "select": ["id", \#(json(name))], "search": \#(json(name)), "count": "exact"}"#
      let answer = await service.answer(json: Array(request.utf8), as: .ana).json
      let object = try JSONSerialization.jsonObject(with: Data(answer)) as? [String: Any]
      let items = (object?["data"] as? [String: Any])?["items"] as? [[String: Any]]
      #expect(items?.count == 1, "\(name): \(String(decoding: answer, as: UTF8.self))")
      #expect(!String(decoding: answer, as: UTF8.self).contains("zq7hidden"))
      let hidden = await service.ask(#"{"object_type": \#(json(name)), "sort": "secret"}"#)
      #expect(hidden.contains("unknown_field"), "\(name): \(hidden)")
    }
    #expect(try database.dump() == before)
  }

  /// In a cell and in a heading of a CSV file, written and read again.
  @Test(.watches(.text)) func asCellsOfACSVFile() async throws {
    let folder = try TemporaryFolder()
    let texts = HostileTexts.strings.filter { !$0.utf8.contains(0) }
    func cell(_ text: String) -> String { text.quoted }
    var lines = ["id,s"]
    for (index, text) in texts.enumerated() { lines.append("\(index + 1),\(cell(text))") }
    try folder.write(lines.joined(separator: "\n") + "\n", to: "t.csv")
    let image = try CSVFolder(path: folder.path).database()
    let service = RecordService(
      pool: try ConnectionPool(.image(image), capacity: 1),
      profiles: try ProfileCatalog(texts: ["p": #"{"tables_enabled": {"*": "*"}}"#]),
      clock: { .test })
    for (index, text) in texts.enumerated() {
      let found = try await service.ids(
        filter: #"{"field": "s", "value": \#(json(text))}"#, of: "t")
      #expect(found == [.integer(Int64(index + 1))], "\(text.prefix(80))")
    }
  }

  /// A request that is not JSON, or not even text.
  @Test(.watches(.text, .size)) func asAWholeRequest() async throws {
    let database = try Helpdesk.database()
    let before = try database.dump()
    let service = try database.service(Helpdesk.profile)
    let valid =
      #"{"object_type": "tasks", "filters": [{"field": "title", "value": "x"}], "sort": "title"}"#
    var requests = HostileTexts.strings.map { Array($0.utf8) } + HostileTexts.brokenBytes
    for bytes in HostileTexts.brokenBytes {
      requests.append(
        Array(#"{"object_type": "tasks", "search": ""#.utf8) + bytes + Array(#""}"#.utf8))
    }
    for end in 0..<valid.utf8.count { requests.append(Array(valid.utf8.prefix(end))) }
    for index in 0..<valid.utf8.count {
      for byte in [0x00, 0x22, 0x5C, 0x7B, 0x80, 0xFF] as [UInt8] {
        var bytes = Array(valid.utf8)
        bytes[index] = byte
        requests.append(bytes)
      }
    }
    for request in requests {
      let answer = await service.answer(json: request, as: .ana).json
      #expect(answer.starts(with: Array(#"{"data":{"#.utf8)) && !answer.contains(0x0A))
    }
    #expect(try database.dump() == before)
  }
}
