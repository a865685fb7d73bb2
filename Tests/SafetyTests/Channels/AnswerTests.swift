import AccessProfiles
import RecordFilter
import RecordStore
import Rowscope
import RowscopeModel
import TestSupport
import Testing

/// What answers could give away.
@Suite struct AnswerTests {
  @Test(.watches(.existence)) func missingAndForbiddenGetOneAnswer() async throws {
    let service = try Helpdesk.database().service(Helpdesk.profile)
    var errors: Set<String> = []
    // Another user's record, a finished one, a missing one, and keys that no record could have.
    for key in [4, 1, 99, -1, "x", .null, .real(1.5), .blob([1]), .integer(.max)] as [Value] {
      let error = await serviceError { try await service.get([key], from: "tasks", as: .ana) }
      errors.insert("\(error?.code.rawValue ?? "") \(error?.description ?? "")")
    }
    #expect(errors == [#"not_found no such record in table "tasks""#])
    #expect(try await service.get([2], from: "tasks", as: .ana)["title"] == "two")
  }

  @Test(.watches(.existence)) func aDeniedTableIsATableThatDoesNotExist() async throws {
    let database = try Helpdesk.database()
    let unprivileged = [User(id: 7), User(id: 7, profile: "p")]
    let service = try database.service(Helpdesk.profile)
    for user in unprivileged {
      for request in [
        "", #", "filters": [{"field": "id", "value": 1}]"#, #", "select": ["nothing"]"#,
        #", "size": 10000"#, #", "after": "x""#,
      ] {
        func answer(_ table: String) async -> String {
          await service.ask(#"{"object_type": "\#(table)"\#(request)}"#, as: user)
            .replacing(table, with: "TABLE")
        }
        #expect(await answer("payables") == (await answer("qwertzui")))
        #expect(await answer("payables").contains("unknown_table"))
      }
    }
    for key in [1, 99] as [Value] {
      let error = await serviceError { try await service.get([key], from: "payables", as: .ana) }
      #expect(error?.description == #"unknown table "payables""#)
    }
  }

  /// Where a profile's list of disabled tables has a mistake, no answer tells which tables exist.
  @Test(.watches(.existence)) func aBrokenProfileRevealsNoTables() async throws {
    let service = try Helpdesk.database().service(
      #"{"tables_enabled": {"*": "*"}, "tables_disabled": ["payabels"]}"#)
    func answer(_ table: String) async -> String {
      await service.ask(#"{"object_type": "\#(table)"}"#).replacing(table, with: "TABLE")
    }
    #expect(await answer("payables") == (await answer("qwertzui")))
    #expect(await answer("tasks") == (await answer("qwertzui")))
  }

  // MARK: Errors that depend on a record

  static let operators = [
    #""operator": "==", "value": "x""#, #""operator": "!=", "value": 1"#,
    #""operator": ">", "value": 9223372036854775807"#,
    #""operator": "<=", "value": -1e308"#, #""operator": "in", "value": [1, "a", null, 2.5]"#,
    #""operator": "not in", "value": []"#, #""operator": "between", "value": ["a", "b"]"#,
    #""operator": "not between", "value": [0, 1e300]"#, #""operator": "like", "value": "%_[*?\\""#,
    #""operator": "not like", "value": "é""#, #""operator": "starts with", "value": "1""#,
    #""operator": "ends with", "value": "\u0000""#, #""operator": "is null""#,
    #""operator": "is empty""#,
    #""operator": "is not empty""#, #""operator": "last days", "value": 7"#,
    #""operator": "next days", "value": 365000"#,
    #""operator": "==", "reference": "today""#, #""operator": "<", "reference": "now""#,
  ]

  /// Texts that could make date or JSON functions fail.
  private static let moreTexts: [Value] = [
    "[", "[1", "{}", "[1,]", "[\"\\ud800\"]", "nul", "[nul]", "[1e999]", "2026-11-22T99:99:99",
    "2026-02-31", "now",
    "2026-11-22T10:00:00+99:99", "9999-12-31", "-4713-11-24", "2026-11-22 ", "2026-11-22T10:00Zx",
    "\"[]\"", "[[[]]]",
    .text(String(repeating: "[", count: 3_000)), .text(String(repeating: "9", count: 400)),
    .text("[" + String(repeating: "1,", count: 5_000) + "1]"),
    .text(Text(bytes: Array("[1]".utf8) + [0, 0x78])),
  ]

  /// Every operator on columns of every kind, holding every hostile value, gives an answer and
  /// never fails.
  @Test(.watches(.rowError), arguments: operators)
  func noRecordMakesARequestFail(condition: String) async throws {
    let columns = [
      ("i", "INTEGER", nil), ("r", "REAL", nil), ("n", "NUMERIC", nil), ("x", "TEXT", nil),
      ("c", "TEXT COLLATE NOCASE", nil),
      ("w", "TEXT COLLATE RTRIM", nil), ("a", "", nil), ("b", "BLOB", nil), ("j", "TEXT", "tags"),
      ("d", "TEXT", "date"),
      ("u", "INTEGER", "datetime"),
    ]
    let declared = columns.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    let database = try TemporaryDatabase("CREATE TABLE t (id INTEGER PRIMARY KEY, \(declared))")
    do {
      let connection = try Connection(.readWrite(path: database.path))
      try connection.execute("BEGIN")
      let marks = columns.map { _ in "?" }.joined(separator: ", ")
      let insert = try connection.statement(
        "INSERT INTO t VALUES (NULL, \(marks))", as: .unrestricted)
      for value in HostileValues.all + Self.moreTexts {
        try insert.bind(columns.map { _ in value })
        _ = try insert.step()
      }
      try connection.execute("COMMIT")
    }
    let kinds = columns.compactMap { column in
      column.2.map {
        #""\#(column.0)": {"type": "\#($0)"\#(column.0 == "u" ? #", "encoding": "unix""# : "")}"#
      }
    }.joined(separator: ", ")
    let service = try database.service(
      ["p": #"{"tables_enabled": {"t": "*"}}"#],
      workspace: #"{"database": "x", "tables": {"t": {"fields": {\#(kinds)}}}}"#)
    var answered = 0
    for (name, _, _) in columns {
      for request in [
        #""filters": [{"field": "\#(name)", \#(condition)}], "count": "exact""#,
        #""filters": [{"not": {"field": "\#(name)", \#(condition)}}], "sort": "\#(name == "j" ? "id" : name) desc", "search": "1""#,
      ] {
        let answer = await service.ask(#"{"object_type": "t", "size": 500, \#(request)}"#)
        if answer.contains(#""items""#) { answered += 1 }
        #expect(
          answer.contains(#""items""#) || answer.contains("operator_not_applicable")
            || answer.contains("wrong_operand"),
          "\(name): \(answer)")
      }
    }
    #expect(answered > 4)
  }

  /// Values that look like nothing else, so that any of them would be noticed in an error.
  @Test(.watches(.valueInError)) func noErrorContainsACellsValue() async throws {
    let marks = ["zq7hidden", "zq7shown", "778899001122"]
    let database = try TemporaryDatabase(
      """
      CREATE TABLE t (id INTEGER PRIMARY KEY, shown TEXT, number INTEGER, secret TEXT);
      INSERT INTO t VALUES (1, 'zq7shown', 778899001122, 'zq7hidden'), (2, NULL, NULL, 'zq7hidden');
      """)
    let service = try database.service(
      #"{"tables_enabled": {"t": {"fields_excluded": ["secret"], "data": [{"field": "secret", "value": "zq7hidden"}]}}}"#
    )
    struct Wrong: Decodable, Sendable { var shown: Int }
    var errors: [String] = []
    for request in [
      #"{"object_type": "t", "filters": [{"field": "shown", "operator": "last days", "value": "x"}]}"#,
      #"{"object_type": "t", "filters": [{"field": "number", "operator": "last days", "value": 3}]}"#,
      #"{"object_type": "t", "sort": "secret"}"#, #"{"object_type": "t", "after": "AAAA"}"#,
      #"{"object_type": "t", "size": 0}"#,
      #"{"object_type": "t", "filters": [{"field": "shown", "operator": "in", "value": 3}]}"#,
    ] {
      errors.append(await service.ask(request))
    }
    let mismatch = await serviceError {
      try await service.list(
        ListRequest(table: "t", select: ["shown"]), as: .ana, decoding: Wrong.self)
    }
    errors.append("\(try #require(mismatch)) \(mismatch?.databaseMessage ?? "")")
    errors.append(
      "\(try #require(await serviceError { try await service.get([3], from: "t", as: .ana) }))")
    for error in errors {
      #expect(error.contains("code") || !error.isEmpty)
      #expect(!error.contains(#""items""#))
      for mark in marks { #expect(!error.contains(mark), "\(error)") }
    }
  }
}
