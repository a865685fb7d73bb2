import RecordFilter
import RowscopeModel
import Testing

@testable import AccessProfiles
@testable import Documents

/// Invitations and views where a slightly wrong limit would let too much through.
@Suite struct LimitEdgeTests {
  private static let tasks = TableID(0)
  private static let shifts = TableID(1)
  private static let log = TableID(2)
  private static let latest = TableID(3)
  private static let schema = Schema(tables: [
    Table(
      name: "tasks", fields: [Field(name: "id", affinity: .integer, isNullable: false)],
      primaryKey: [FieldID(0)]),
    Table(
      name: "shifts",
      fields: [Field(name: "week", affinity: .text), Field(name: "post", affinity: .integer)],
      primaryKey: [FieldID(0), FieldID(1)]),
    Table(name: "log", fields: [Field(name: "line", affinity: .text)]),
    Table(
      name: "latest", kind: .view, fields: [Field(name: "id", affinity: .integer)],
      primaryKey: [FieldID(0)], ownerField: FieldID(0), nondeterministicSources: [tasks]),
  ])

  private func access(_ user: User, to table: TableID) throws -> TableAccess {
    let profile = PreparedProfile(
      try Profile(
        document: SourceDocument(name: "p.json", text: #"{"tables_enabled": {"*": "*"}}"#)),
      schema: Self.schema)
    let context = ReferenceContext(user: user, clock: RequestClock(now: 0))
    return try #require(try profile.access(to: table, for: context))
  }

  private func invited(_ table: String, _ record: [Value], as type: String) -> User {
    User(id: 7, userType: type, invitations: [Invitation(table: table, record: record)])
  }

  /// The same key in another table is another record.
  @Test(arguments: ["user", "guest"])
  func anInvitationToAnotherTable(type: String) throws {
    #expect(try access(invited("log", [1], as: type), to: Self.tasks).rows == .none)
    #expect(try access(invited("shifts", [1], as: type), to: Self.tasks).rows == .none)
    #expect(
      try access(invited("tasks", [1], as: type), to: Self.tasks).rows
        == .some(.test(FieldID(0), .equals(1))))
  }

  /// Without a key, an empty list of key values names no record.
  @Test(arguments: ["user", "guest"])
  func aTableWithoutAKey(type: String) throws {
    #expect(try access(invited("log", [], as: type), to: Self.log).rows == .none)
    #expect(try access(invited("log", ["a"], as: type), to: Self.log).rows == .none)
  }

  @Test(arguments: ["user", "guest"])
  func aKeyWithNull(type: String) throws {
    #expect(
      try access(invited("shifts", ["2026-11-23", .null], as: type), to: Self.shifts).rows == .none)
    #expect(
      try access(invited("shifts", ["2026-11-23", 1], as: type), to: Self.shifts).rows
        == .some(.all(.test(FieldID(0), .equals("2026-11-23")), .test(FieldID(1), .equals(1)))))
  }

  /// A nondeterministic view is only for users who see all of the records it chooses from.
  @Test(arguments: [(nil, true), ("admin", true), ("user", false), ("guest", false)])
  func aNondeterministicView(type: String?, isSeen: Bool) throws {
    let user = User(
      id: 7, userType: type,
      invitations: [Invitation(table: "latest"), Invitation(table: "latest", record: [1])])
    #expect(try access(user, to: Self.latest).rows == (isSeen ? .all : .none))
  }

  @Test func theFirstEntryOfATableCounts() throws {
    func profile(_ text: String) throws -> Profile {
      try Profile(document: SourceDocument(name: "p.json", text: text))
    }
    let entries = try ["{\"can_edit\": 0}", "\"*\""].flatMap {
      try profile("{\"tables_enabled\": {\"tasks\": \($0)}}").tablesEnabled.entries
    }
    let tables = EnabledTables(entries + entries)
    #expect(tables.entries.count == 1)
    #expect(tables.grant(for: "TASKS")?.canEdit == false)
    #expect(tables.grant(for: "shifts") == nil)
    let names = entries.map(\.name)
    #expect(NameSet(names + names).names.count == 1)
  }
}
