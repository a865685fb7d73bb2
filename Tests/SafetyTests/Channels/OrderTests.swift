import AccessProfiles
import RecordFilter
import RowscopeModel
import TestSupport
import Testing

@testable import RecordEngine
@testable import Rowscope

/// What the order of records, cursors and counts could give away.
@Suite struct OrderTests {
  private static let everything = #"{"tables_enabled": {"*": "*"}}"#

  /// Ten records that come in the same order, whatever the hidden column holds and whichever
  /// indexes it has.
  @Test(
    .watches(.impliedOrder),
    arguments: [
      "CREATE INDEX i ON t (secret)", "CREATE INDEX i ON t (secret DESC, id DESC)",
      "CREATE INDEX i ON t (shown, secret)", "CREATE INDEX i ON t (shown, secret DESC, id)",
      "CREATE UNIQUE INDEX i ON t (secret, shown, id)",
      "CREATE INDEX i ON t (shown) WHERE secret > 5",
      "CREATE INDEX i ON t (shown DESC); ANALYZE",
    ])
  func noIndexOnAHiddenColumnOrdersRecords(index: String) async throws {
    let database = try TemporaryDatabase(
      """
      CREATE TABLE t (id INTEGER PRIMARY KEY, shown INTEGER, secret INTEGER);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10)
      INSERT INTO t SELECT i, i % 2, (i * 7) % 11 FROM n;
      """)
    let service = try database.service(
      #"{"tables_enabled": {"t": {"fields_excluded": ["secret"], "data": [{"field": "secret", "operator": ">=", "value": 0}]}}}"#
    )
    let requests = [
      "", #""sort": "shown""#, #""sort": "shown desc""#,
      #""filters": [{"field": "shown", "value": 1}]"#,
    ]
    var before: [[Value]] = []
    for request in requests { before.append(try await service.ids(request, of: "t")) }
    #expect(before[0] == (1...10).map { .integer($0) })
    try database.execute(index)
    for (request, ids) in zip(requests, before) {
      #expect(try await service.ids(request, of: "t") == ids, "\(request)")
    }
  }

  /// Two databases that differ only in which record has which hidden key.
  @Test(.watches(.hiddenPrimaryKey))
  func hiddenKeysDoNotOrderRecords() async throws {
    func answers(_ keys: [Int]) async throws -> [String] {
      let values = [
        "('b', 1, '[1]')", "('B', 1, '[1]')", "('b', 1.0, '[1]')", "('b', 1, '[1]')",
        "(NULL, 2, NULL)", "('', '1', '[2]')",
      ]
      let rows = zip(keys, values).map { "(\($0), \($1.dropFirst())" }.joined(separator: ", ")
      let database = try TemporaryDatabase(
        """
        CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT COLLATE NOCASE, any, tags TEXT);
        INSERT INTO t VALUES \(rows);
        """)
      let service = try database.service(
        #"{"tables_enabled": {"t": {"fields_excluded": ["id"]}}}"#)
      var answers: [String] = []
      for request in [
        "", #", "sort": "name""#, #", "sort": "name desc, any""#, #", "sort": "any desc""#,
        #", "size": 2"#,
        #", "size": 2, "page": 2"#, #", "select": ["tags"]"#, #", "search": "B""#,
        #", "count": "exact""#,
      ] {
        answers.append(await service.ask(#"{"object_type": "t"\#(request)}"#))
      }
      return answers
    }
    let first = try await answers([1, 2, 3, 4, 5, 6])
    #expect(first.allSatisfy { !$0.contains("code") })
    for keys in [[6, 5, 4, 3, 2, 1], [3, 1, 2, 6, 4, 5], [10, -2, 5, 0, 7, 1]] {
      #expect(try await answers(keys) == first, "\(keys)")
    }
  }

  @Test(.watches(.hiddenPrimaryKey)) func aHiddenKeyFindsNoRecord() async throws {
    let service = try Helpdesk.database().service(
      #"{"tables_enabled": {"clients": {"fields_excluded": ["id"]}}}"#)
    var errors: Set<ServiceError> = []
    for key in [1, 2, 99, "x", .null] as [Value] {
      if let error = await serviceError({ try await service.get([key], from: "clients", as: .ana) })
      {
        errors.insert(error)
      }
    }
    #expect(errors.count == 1)
    #expect(errors.first?.code == .unsupported)
    // As for a table without a key.
    let keyless = try TemporaryDatabase("CREATE TABLE clients (id INTEGER, name TEXT);")
      .service(Self.everything)
    let other = await serviceError { try await keyless.get([1], from: "clients", as: .ana) }
    #expect(other == errors.first)
  }

  // MARK: Cursors

  private static func page(_ more: String) -> String {
    #"{"object_type": "tasks", "sort": "title desc", "size": 1\#(more)}"#
  }

  private func next(_ service: RecordService, as user: User = .ana) async throws -> String {
    let page = try await service.list(
      try ListRequest(json: Array(Self.page("").utf8)), as: user)
    return try #require(page.next)
  }

  @Test(.watches(.cursor)) func aCursorHoldsVisibleSortValuesOnly() async throws {
    let service = try Helpdesk.database().service(Helpdesk.profile)
    let bytes = try #require(Base64URL.decode(try await next(service)))
    // The version, the kind, two values (the title, the key) and the tag; nothing else.
    var encoder = ByteEncoder()
    encoder.byte(1)
    encoder.byte(0)
    encoder.integer(2)
    encoder.value("two")
    encoder.value(2)
    #expect(Array(bytes.dropLast(8)) == encoder.bytes)
  }

  @Test(.watches(.cursor)) func anAlteredCursorIsRefused() async throws {
    let service = try Helpdesk.database().service(Helpdesk.profile)
    let cursor = try await next(service)
    let refusal = await service.ask(Self.page(#", "after": "x""#))
    #expect(refusal.contains("invalid_cursor"))
    var altered = [
      cursor + "A", String(cursor.dropLast()), "", cursor + "=", " " + cursor, cursor.lowercased(),
      "AAAA",
      String(repeating: "A", count: 100_000), "\u{0}", "é",
    ]
    for index in cursor.indices {
      var copy = cursor
      copy.replaceSubrange(index...index, with: cursor[index] == "A" ? "B" : "A")
      altered.append(copy)
    }
    for text in altered where text != cursor {
      #expect(await service.ask(Self.page(#", "after": \#(json(text))"#)) == refusal, "\(text)")
    }
    #expect(await service.ask(Self.page(#", "after": "\#(cursor)""#)).contains("three"))
  }

  @Test(.watches(.cursor)) func aForeignCursorIsRefused() async throws {
    let database = try Helpdesk.database()
    let service = try database.service(["p": Helpdesk.profile, "q": Helpdesk.profile + " "])
    let cursor = try await next(service)
    let request = Self.page(#", "after": "\#(cursor)""#)
    let others = [
      User(id: 8, profile: "p"), User(id: "7", profile: "p"), User(id: 7.0, profile: "p"),
      User(id: 7, profile: "q"),
    ]
    for user in others {
      #expect(await service.ask(request, as: user).contains("invalid_cursor"), "\(user)")
    }
    for change in [
      (#""title desc""#, #""title""#), (#""title desc""#, #""title desc, owner""#),
      (#""tasks""#, #""clients""#),
      (#""size""#, #""search": "e", "size""#),
      (#""size""#, #""filters": [{"field": "id", "value": 2}], "size""#),
      (#""size""#, #""operator": "OR", "size""#),
    ] {
      let other = request.replacing(change.0, with: change.1)
      #expect(!(await service.ask(other)).contains(#""items":[{"#), "\(other)")
    }
    let keyed = try database.service(Helpdesk.profile, limits: .init(secret: [1]))
    #expect(await keyed.ask(request).contains("invalid_cursor"))
  }

  /// Forging a cursor gains nothing: the scope applies, whatever the cursor says.
  @Test(.watches(.cursor)) func aForgedCursorMeetsTheSameScope() async throws {
    let service = try Helpdesk.database().service(Helpdesk.profile)
    let request = try ListRequest(json: Array(Self.page("").utf8))
    let fingerprint = try await service.withSession(as: .ana) { reader throws(ServiceError) in
      try reader.prepare(request).resolved.fingerprint
    }
    let places: [Cursor.Place] = [
      .after([.null, .null]), .after(["zzz", 0]), .after([.blob([0xFF]), 9]), .after(["two", "x"]),
      .after([1.5, -1]),
      .after(["two", .integer(.max)]), .after([.text(Text(bytes: [0xFF, 0])), .null]),
      .after(["one"]), .after([]),
      .position(0), .position(.max), .after(["", 1, 2]),
    ]
    for place in places {
      let cursor = Cursor(place).encoded(for: fingerprint)
      var page = request
      page.size = 100
      page.after = cursor
      do throws(ServiceError) {
        let items = try await service.list(page, as: .ana).items
        #expect(Set(items.map { $0["id"] }).isSubset(of: [2, 3, 5]), "\(place)")
        #expect(items.allSatisfy { $0["secret"] == nil })
      } catch {
        #expect(error.code == .invalidCursor, "\(place)")
      }
    }
  }

  // MARK: Counts

  @Test(.watches(.count)) func countsAreThoseOfTheScope() async throws {
    let service = try Helpdesk.database().service(Helpdesk.profile)
    for (request, count) in [
      ("", 3), (#", "filters": [{"field": "status", "operator": "!=", "value": "x"}]"#, 3),
      (#", "filters": [{"field": "id", "value": 1}]"#, 0),
      (#", "filters": [{"field": "id", "value": 4}]"#, 0),
      (#", "search": "two""#, 1),
      (
        #", "filters": [{"field": "id", "value": 1}, {"field": "id", "value": 2}], "operator": "OR""#,
        1
      ),
    ] {
      for counting in ["exact", "bounded"] {
        let text = #"{"object_type": "tasks", "size": 1, "count": "\#(counting)"\#(request)}"#
        let list = try ListRequest(json: Array(text.utf8))
        let page = try await service.list(list, as: .ana)
        #expect(page.count == RecordCount(value: count, isExact: true), "\(text)")
        #expect(page.hasMore == (count > 1), "\(text)")
        #expect(try await service.count(list, as: .ana) == count, "\(text)")
      }
    }
  }

  /// The bound of a count is reached within the scope too.
  @Test(.watches(.count)) func aBoundedCountStopsWithinTheScope() async throws {
    let database = try TemporaryDatabase(
      """
      CREATE TABLE t (id INTEGER PRIMARY KEY, mine INTEGER);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30010)
      INSERT INTO t SELECT i, i % 3 = 0 FROM n;
      """)
    let service = try database.service(
      #"{"tables_enabled": {"t": {"fields_excluded": ["mine"], "data": [{"field": "mine", "value": 1}]}}}"#
    )
    var request = ListRequest(table: "t", size: 1, count: .bounded)
    #expect(
      try await service.list(request, as: .ana).count == RecordCount(value: 10_000, isExact: false))
    try database.execute("DELETE FROM t WHERE id IN (3, 6, 9)")
    #expect(
      try await service.list(request, as: .ana).count == RecordCount(value: 10_000, isExact: true))
    request.filters = []
    request.search = "x"
    #expect(try await service.list(request, as: .ana).count == RecordCount(value: 0, isExact: true))
  }
}
