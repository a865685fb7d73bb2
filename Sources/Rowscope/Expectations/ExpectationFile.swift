import AccessProfiles
package import Documents
import RecordEngine
import RecordFilter
package import RowscopeModel
import TimeZones
import Workspaces

/// What users are expected to see and do, as a document beside the workspace states it.
package struct ExpectationFile: Sendable {
  /// One test.
  package struct Test: Sendable {
    package let name: String
    package let line: Int
    /// One of the workspace's users, or one whom the test describes.
    package let user: User
    package let subject: Subject
    package let expected: Expected
  }

  package enum Subject: Sendable {
    case table(String)
    /// One record, by its primary key.
    case record(String, key: [Value])
    case request(ListRequest)
  }

  /// Nil for what is not expected one way or the other.
  package struct Expected: Sendable {
    /// By their primary keys.
    package var records: [[Value]]?
    package var count: Int?
    package var hidden: [String]?
    package var readonly: [String]?
    package var rights: [String]?
    package var isDenied: Bool?

    var isEmpty: Bool { isDenialAlone && isDenied == nil }

    /// Whether nothing but a denial is expected.
    var isDenialAlone: Bool {
      records == nil && count == nil && hidden == nil && readonly == nil && rights == nil
    }
  }

  /// The time of the tests in Unix seconds; nil for the clock's.
  package let now: Int64?
  /// The rows that the tests are run on, by table, in place of those of the database.
  package let rows: [(table: String, rows: [[(field: String, value: Value)]])]?
  package let tests: [Test]

  private enum FileKey: String, CaseIterable {
    case now, rows, tests
    /// Tells an editor how to check the document.
    case schema = "$schema"
  }

  private enum TestKey: String, CaseIterable {
    case name
    case user = "as"
    case table, record, request, records, count, hidden, readonly, rights, denied
  }

  /// Reads a document: JSON with comments and trailing commas.
  ///
  /// - Throws: all of its mistakes at once.
  package init(document: SourceDocument) throws(Diagnostics) {
    var problems = DiagnosticCollector()
    var parts: (now: Int64?, rows: [(String, [[(String, Value)]])]?, tests: [Test]) = (nil, nil, [])
    if let tree = JSONReader.read(document, as: .relaxed, reporting: &problems),
      let keys = KeyedMembers<FileKey>(tree, as: "a file of tests", reporting: &problems)
    {
      parts.now = keys[.now].flatMap { Self.now($0, &problems) }
      parts.rows = keys[.rows].flatMap { Self.rows($0, &problems) }
      let tests = keys.required(.tests, hint: "a list of tests", reporting: &problems)
      for node in tests.flatMap({ problems.array($0, as: "a list of tests") }) ?? [] {
        if let test = Self.test(node, in: document, &problems) { parts.tests.append(test) }
      }
    }
    try problems.throwErrors(in: document)
    (now, rows, tests) = (parts.now, parts.rows, parts.tests)
  }

  private static func now(_ node: JSONNode, _ problems: inout DiagnosticCollector) -> Int64? {
    guard let text = problems.string(node, as: "a time") else { return nil }
    let date = Text(text.value).withBytes { ISODateText($0) }
    guard let date, date.offset != nil else {
      problems.error(
        .wrongType, "not a time with its zone", hint: "such as \"2026-11-22T09:00:00Z\"",
        at: text.range)
      return nil
    }
    return date.moment(in: .utc).floorDivided(by: Moment.second)
  }

  private static func rows(
    _ node: JSONNode, _ problems: inout DiagnosticCollector
  ) -> [(String, [[(String, Value)]])]? {
    guard let tables = problems.object(node, as: "rows by table") else { return nil }
    return tables.map { table in
      let rows = problems.array(table.value, as: "a list of rows") ?? []
      return (
        table.key.value,
        rows.map { row in
          (problems.object(row, as: "a row: values by field") ?? []).map {
            ($0.key.value, value($0.value, &problems))
          }
        }
      )
    }
  }

  /// A scalar; a list is the text of a JSON array, as a column holds members.
  private static func value(_ node: JSONNode, _ problems: inout DiagnosticCollector) -> Value {
    switch node.content {
    case .null: return .null
    case .bool(let flag): return .flag(flag)
    case .integer(let integer): return .integer(integer)
    case .real(let real): return .real(real)
    case .string(let text): return .text(text)
    case .array(let elements): return ValueCheck.array(elements.map { value($0, &problems) })
    case .object:
      problems.error(
        .wrongType, "expected a value, found \(node.typeDescription)", at: node.range)
      return .null
    }
  }

  private static func test(
    _ node: JSONNode, in source: SourceDocument, _ problems: inout DiagnosticCollector
  ) -> Test? {
    guard let keys = KeyedMembers<TestKey>(node, as: "a test", reporting: &problems) else {
      return nil
    }
    let user = keys.required(
      .user, hint: "a user's id or name, or a user as in users.json", reporting: &problems
    ).flatMap { self.user($0, &problems) }
    let subject = subject(keys, node, in: source, &problems)
    let expected = expected(keys, &problems)
    if expected.isEmpty {
      problems.error(
        .requiredKey, "the test expects nothing",
        hint: "give \"records\", \"count\", \"hidden\", \"readonly\", \"rights\" or \"denied\"",
        at: keys.end)
    }
    if expected.isDenied == true, !expected.isDenialAlone {
      problems.error(
        .unexpectedOperand, "what is denied has nothing else to expect",
        hint: "give \"denied\" alone", at: node.range)
    }
    guard let user, let subject else { return nil }
    let line = source.position(of: node.range.lowerBound).line
    let name = keys[.name].flatMap { problems.string($0, as: "a name")?.value }
    return Test(
      name: name ?? "line \(line)", line: line, user: user, subject: subject, expected: expected)
  }

  private static func user(_ node: JSONNode, _ problems: inout DiagnosticCollector) -> User? {
    switch node.content {
    case .integer(let id): return .inWorkspace(.integer(id))
    case .string(let name): return .inWorkspace(.text(name))
    default: break
    }
    var reader = UserReader(profiles: nil, problems: problems)
    let before = problems.list.count
    let user = reader.readUser(node)
    problems = reader.problems
    return problems.list.count == before ? user : nil
  }

  private static func subject(
    _ keys: KeyedMembers<TestKey>, _ node: JSONNode, in source: SourceDocument,
    _ problems: inout DiagnosticCollector
  ) -> Subject? {
    switch (keys[.table], keys[.request]) {
    case (let table?, nil):
      guard let name = problems.string(table, as: "the name of a table")?.value else { return nil }
      return keys[.record].map { .record(name, key: key($0, &problems)) } ?? .table(name)
    case (nil, let request?):
      do throws(ServiceError) {
        return .request(try ListRequest(request, in: source))
      } catch {
        problems.error(.wrongType, error.message, hint: error.hint, at: request.range)
        return nil
      }
    case (nil, nil), (_?, _?):
      problems.error(
        .requiredKey, "a test is about one \"table\" or one \"request\"", at: keys.end)
      return nil
    }
  }

  private static func key(
    _ node: JSONNode, _ problems: inout DiagnosticCollector
  ) -> [Value] {
    (node.elements ?? [node]).map { value($0, &problems) }
  }

  private static func expected(
    _ keys: KeyedMembers<TestKey>, _ problems: inout DiagnosticCollector
  ) -> Expected {
    func names(_ key: TestKey) -> [String]? {
      guard let node = keys[key], let list = problems.array(node, as: "a list of names") else {
        return nil
      }
      return list.compactMap { problems.string($0, as: "a name")?.value }
    }
    var expected = Expected()
    expected.records = keys[.records].flatMap { problems.array($0, as: "a list of keys") }?.map {
      key($0, &problems)
    }
    if let node = keys[.count] {
      if let count = node.integer, count >= 0 {
        expected.count = Int(count)
      } else {
        problems.error(
          .wrongType, "expected a whole number, found \(node.typeDescription)", at: node.range)
      }
    }
    expected.hidden = names(.hidden)
    expected.readonly = names(.readonly)
    expected.rights = names(.rights)
    expected.isDenied = keys[.denied].flatMap { problems.flag($0) }
    return expected
  }
}
