import AccessProfiles
import Documents
import RecordFilter
import RecordStore
import Rowscope
import RowscopeModel
import TestSupport
import Testing

/// Rules that could allow too much: lists, groups, texts and names.
@Suite struct RuleTests {
  /// A service in which Ana has this rule on tasks.
  private func service(rule: String, _ more: String = "") throws -> RecordService {
    try Helpdesk.database().service(#"{"tables_enabled": {"tasks": {"data": [\#(rule)]\#(more)}}}"#)
  }

  private static let everyone: [Value] = [1, 2, 3, 4, 5]

  // MARK: Lists

  @Test(.watches(.list, .emptyListPasses), arguments: ["id", "title", "status", "owner", "tags"])
  func nothingIsInAnEmptyList(field: String) async throws {
    for list in ["[]", #""""#, "[null]"] where !(list == "[null]" && field == "status") {
      let found = try await service(
        rule: #"{"field": "\#(field)", "operator": "in", "value": \#(list)}"#
      ).ids("")
      let rest = try await service(
        rule: #"{"field": "\#(field)", "operator": "not in", "value": \#(list)}"#
      ).ids("")
      // A null in a list matches a record without a value; an empty text is a list of one empty
      // text.
      #expect(found == (list == "[null]" && field == "tags" ? [4] : []), "\(list)")
      #expect(Set(found + rest) == Set(Self.everyone), "\(list)")
    }
  }

  /// An attribute that is empty, null, missing or of another type never lets all records through.
  @Test(.watches(.emptyListPasses)) func anEmptyAttributeLetsNothingThrough() async throws {
    let attributes: [User.Attribute?] = [
      nil, .list([]), .scalar(.null), .list([.null]), .scalar(""), .scalar("zzz"), .scalar(5),
      .list(["zzz"]),
    ]
    for polarity in ["", "not "] {
      for attribute in attributes {
        var user = User.ana
        user.attributes["states"] = attribute
        let service = try service(
          rule:
            #"{"field": "title", "operator": "\#(polarity)in", "reference": "attributes.states"}"#)
        let ids = (try? await service.ids("", as: user)) ?? []
        // Only an existing list without the value lets others through, and only under "not".
        let holds: Bool
        switch attribute {
        case .list, .scalar(.text): holds = polarity == "not "
        case nil, .scalar: holds = false
        }
        #expect(
          ids == (holds ? Self.everyone : []), "\(polarity)in \(String(describing: attribute))")
      }
    }
    var user = User.ana
    user.teams = []
    #expect(
      try await service(rule: #"{"field": "owner", "operator": "==", "reference": "teams"}"#).ids(
        "", as: user) == [])
  }

  @Test(.watches(.list), arguments: [1, 2, 15, 16, 17, 33, 1_000, 100_000])
  func aListOfAnyLengthIsBound(count: Int) async throws {
    let service = try Helpdesk.database().service(Helpdesk.profile)
    var texts = ["') OR 1=1 --", "\"", "],[", "\\", "%", "?", "?1", ":a", "x'00'"]
    // With a NUL in the list each member is a parameter, of which a build of SQLite allows a number.
    if count < (try Connection.memory("").parameterLimit) { texts.append("\u{0}") }
    let list = (0..<count).map { json(texts[$0 % texts.count] + "\($0)") }.joined(separator: ",")
    #expect(
      try await service.ids(filter: #"{"field": "title", "operator": "in", "value": [\#(list)]}"#)
        == [])
    #expect(
      try await service.ids(
        filter: #"{"field": "title", "operator": "not in", "value": [\#(list)]}"#) == [2, 3, 5])
    let numbers = (10..<(9 + count)).map { ",\($0)" }.joined()
    #expect(
      try await service.ids(filter: #"{"field": "id", "operator": "in", "value": [3\#(numbers)]}"#)
        == [3])
  }

  // MARK: Groups

  @Test(
    .watches(.emptyGroupMatches),
    arguments: [
      #"{"or": []}"#, #"{"and": []}"#, #"{"not": {"or": []}}"#, #"{"or": [{"and": []}]}"#, "{}",
    ])
  func anEmptyGroupIsAnErrorInADocument(rule: String) throws {
    #expect(throws: Diagnostics.self) { _ = try service(rule: rule) }
  }

  @Test(.watches(.emptyGroupMatches)) func anyOfNothingIsFalse() async throws {
    #expect(Filter.any([]) == .never)
    #expect(Filter.all([]) == .always)
    #expect(Filter.equals(FieldID(0), oneOf: []) == .never)
    #expect(Filter.equals(FieldID(0), oneOf: [.null]) == .never)
    // In a request an empty group restricts nothing, or is refused.
    let service = try Helpdesk.database().service(Helpdesk.profile)
    for group in [#"{"or": []}"#, #"{"and": [{"or": []}]}"#, #"{"not": {"and": []}}"#] {
      let ids = (try? await service.ids(filter: group)) ?? []
      #expect(ids == [], "\(group)")
    }
  }

  // MARK: Names

  /// A rule, an exclusion or a disabled table with an unknown name denies the table or tables
  /// concerned.
  @Test(
    .watches(.misnamedRule),
    arguments: [
      #""data": [{"field": "ownr", "reference": "id_user"}]"#,
      #""data": [{"field": "client.regio", "value": "south"}]"#,
      #""data": [{"or": [{"field": "id", "operator": ">", "value": 0}, {"field": "statsu", "value": "x"}]}]"#,
      #""data": [{"not": {"field": "ownr", "value": 1}}]"#, #""fields_excluded": ["secrte"]"#,
      #""fields_readonly": ["titel"]"#,
      #""fields_excluded": ["secret "]"#, #""fields_excluded": ["\"secret\""]"#,
      #""data": [{"field": "", "value": 1}]"#,
      #""fields_excluded": ["s\u0435cret"]"#,
      #""data": [{"field": "rowid", "operator": ">", "value": 0}]"#,
      #""data": [{"field": "title", "operator": "last days", "value": 3}], "fields_excluded": ["nope"]"#,
    ])
  func aMisspeltNameDeniesTheTable(grant: String) async throws {
    let service = try Helpdesk.database().service(
      #"{"tables_enabled": {"clients": "*", "tasks": {\#(grant)}}}"#)
    let answer = await service.ask(#"{"object_type": "tasks"}"#)
    #expect(answer.contains("invalid_profile"), "\(answer)")
    let got = await serviceError { try await service.get([1], from: "tasks", as: .ana) }
    #expect(got?.code == .invalidProfile)
    #expect(try await service.ids("", of: "clients") == [1, 2, 3])
    // The records of the table cannot be reached by a relation either.
    let error = await serviceError {
      try await service.ids(filter: #"{"field": "tasks.id", "value": 1}"#, of: "clients")
    }
    #expect(error?.code == .unknownField)
  }

  @Test(
    .watches(.misnamedRule),
    arguments: [
      #""tables_disabled": ["task"]"#, #""table_disabled": ["tasks"]"#,
      #""tables_disabled": "tasks""#, #""Tables_disabled": ["tasks"]"#,
    ])
  func aMisspeltDisabledTableShowsNothing(disabled: String) async throws {
    let text = #"{"tables_enabled": {"*": "*"}, \#(disabled)}"#
    guard let service = try? Helpdesk.database().service(text) else { return }
    for table in ["tasks", "clients", "payables"] {
      let answer = await service.ask(#"{"object_type": "\#(table)"}"#)
      #expect(!answer.contains("items"), "\(table): \(answer)")
    }
  }

  // MARK: Comparisons

  /// 3 < id is not id < 3, and no document can write it.
  @Test(.watches(.valueFirstComparison)) func aComparisonHasOneOrder() async throws {
    for (symbol, ids) in [
      ("<", [1, 2]), ("<=", [1, 2, 3]), (">", [4, 5]), (">=", [3, 4, 5]), ("lt", [1, 2]),
      ("Maior que", [4, 5]),
    ] as [(String, [Value])] {
      #expect(
        try await service(rule: #"{"field": "id", "operator": "\#(symbol)", "value": 3}"#).ids("")
          == ids)
      #expect(
        try await service(rule: #"{"value": 3, "operator": "\#(symbol)", "field": "id"}"#).ids("")
          == ids)
      let rest = try await service(
        rule: #"{"not": {"value": 3, "operator": "\#(symbol)", "field": "id"}}"#
      ).ids("")
      #expect(Set(rest) == Set(Self.everyone).subtracting(ids))
    }
    #expect(throws: Diagnostics.self) {
      _ = try service(rule: #"{"field": 3, "operator": "<", "value": "id"}"#)
    }
    // A value is never read as a field's name.
    #expect(
      try await service(rule: #"{"field": "id", "operator": "==", "value": "id"}"#).ids("") == [])
    #expect(
      try await service(rule: #"{"field": "title", "operator": "==", "value": "tasks.title"}"#).ids(
        "") == [])
  }

  private static let texts = """
    CREATE TABLE t (id INTEGER PRIMARY KEY, b TEXT, n TEXT COLLATE NOCASE);
    INSERT INTO t VALUES (1, 'South', 'South'), (2, 'south', 'south'), (3, 'sOUTH-west', 'sOUTH-west'), (4, 'Söuth', 'Söuth'),
      (5, 'SÖUTH', 'SÖUTH');
    """

  @Test(
    .watches(.caselessLike), arguments: ["like", "starts with", "==", "in", "between", "ends with"])
  func aRuleIsAsStrictAboutCaseAsItsColumn(symbol: String) async throws {
    let value =
      switch symbol {
      case "in": #"["south"]"#;
      case "between": #"["south", "south"]"#;
      default: #""south""#
      }
    func ids(_ field: String) async throws -> [Value] {
      try await TemporaryDatabase(Self.texts).service(
        #"{"tables_enabled": {"t": {"data": [{"field": "\#(field)", "operator": "\#(symbol)", "value": \#(value)}]}}}"#
      ).ids("", of: "t")
    }
    #expect(try await ids("b") == [2])
    #expect(
      try await ids("n") == (["like", "starts with"].contains(symbol) ? [1, 2, 3] : [1, 2]))
  }

  // MARK: Text

  /// Texts that other comparisons treat as equal, but none here does.
  private static let similar: [Text] =
    [
      "a%", "ab", "a_", "a\\%", "a", "a ", "a\u{0}", "a\u{0}b", "é", "e\u{301}", "E\u{301}", "ß",
      "ss", "I", "ı", "İ", "i", "ﬁ", "fi", "Ａ", "A", "", " ", "*", "?", "[a]", "１", "1",
      "\u{FEFF}a", "a\u{200B}",
    ]
    .map { Text($0) } + [
      Text(bytes: [0xFF]), Text(bytes: [0xC3]), Text(bytes: [0xEF, 0xBF, 0xBD]),
      Text(bytes: [0x61, 0xFF]),
    ]

  @Test(.watches(.text)) func textIsItsBytes() async throws {
    let database = try TemporaryDatabase("CREATE TABLE t (id INTEGER PRIMARY KEY, s TEXT)")
    do {
      let connection = try Connection(.readWrite(path: database.path))
      let insert = try connection.statement("INSERT INTO t (s) VALUES (?)", as: .unrestricted)
      for text in Self.similar {
        try insert.bind([.text(text)])
        _ = try insert.step()
      }
    }
    let service = try database.service(
      [
        "p":
          #"{"tables_enabled": {"t": {"data": [{"field": "s", "operator": "SYMBOL", "reference": "attributes.s"}]}}}"#
          .replacing("SYMBOL", with: "=="),
        "in":
          #"{"tables_enabled": {"t": {"data": [{"field": "s", "operator": "in", "reference": "attributes.s"}]}}}"#,
        "like":
          #"{"tables_enabled": {"t": {"data": [{"field": "s", "operator": "like", "reference": "attributes.s"}]}}}"#,
        "start":
          #"{"tables_enabled": {"t": {"data": [{"field": "s", "operator": "starts with", "reference": "attributes.s"}]}}}"#,
      ])
    for (index, text) in Self.similar.enumerated() {
      let itself: Value = .integer(Int64(index + 1))
      func ids(_ profile: String, _ attribute: User.Attribute) async throws -> [Value] {
        try await service.ids(
          "", of: "t", as: User(id: 1, profile: profile, attributes: ["s": attribute]))
      }
      #expect(try await ids("p", .scalar(.text(text))) == [itself], "\(text)")
      #expect(try await ids("in", .list([.text(text)])) == [itself], "\(text)")
      let long = (0..<40).map { Value.text("filler\($0)") }
      #expect(try await ids("in", .list(long + [.text(text)])) == [itself], "\(text)")
      let containing = Self.similar.indices.filter { Self.similar[$0].bytes.contains(text.bytes) }
      #expect(
        try await ids("like", .scalar(.text(text))) == containing.map { .integer(Int64($0 + 1)) },
        "\(text)")
      let starting = Self.similar.indices.filter { Self.similar[$0].bytes.starts(with: text.bytes) }
      #expect(
        try await ids("start", .scalar(.text(text))) == starting.map { .integer(Int64($0 + 1)) },
        "\(text)")
    }
  }

  // MARK: One record, many records

  /// List, get, count and stream agree on every record.
  @Test(
    .watches(.listDisagreesWithCheck),
    arguments: [
      #"{"field": "owner", "reference": "id_user"}"#,
      #"{"field": "status", "operator": "!=", "value": "Done"}"#,
      #"{"not": {"field": "client.region", "value": "south"}}"#,
      #"{"field": "tags", "operator": "!=", "value": 2}"#,
      #"{"field": "due", "operator": "next days", "value": 2}"#,
      #"{"field": "secret", "operator": "in", "value": ["a", "e"]}"#,
      #"{"or": [{"field": "client", "operator": "is null"}, {"field": "title", "operator": "like", "value": "o"}]}"#,
      #"{"field": "owner", "reference": "attributes.none"}"#,
    ])
  func everyWayToARecordAgrees(rule: String) async throws {
    let service = try service(rule: rule, #", "fields_excluded": ["secret"]"#)
    let ids = try await service.ids("")
    #expect(try await service.count(ListRequest(table: "tasks"), as: .ana) == ids.count)
    var streamed: [Value] = []
    for try await record in service.stream(ListRequest(table: "tasks"), as: .ana) {
      streamed += [record.values[0]]
    }
    #expect(streamed == ids)
    for id in Self.everyone {
      let record = try? await service.get([id], from: "tasks", as: .ana)
      #expect((record != nil) == ids.contains(id), "\(id)")
      #expect(record?["secret"] == nil)
      let listed = try await service.ids(filter: #"{"field": "id", "value": \#(id.literal)}"#)
      #expect(listed == (ids.contains(id) ? [id] : []))
    }
  }
}
