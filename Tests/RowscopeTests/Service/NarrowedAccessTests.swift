import AccessProfiles
import Documents
import RecordEngine
import RecordStore
import Rowscope
import RowscopeModel
import TestSupport
import Testing

/// Access that a further profile narrows: the intersection.
@Suite struct NarrowedAccessTests {
  typealias Fixture = SeveralProfilesTests.Fixture

  static let link = """
    {"tables_enabled": {"tasks": {"data": [{"field": "salary", "operator": ">", "value": 150}],
      "fields_excluded": ["note"], "fields_readonly": ["title"], "can_create": 1,
      "presets": {"note": {"value": "by link"}}}}, "pages_enabled": {}}
    """
  static let everything = #"{"tables_enabled": {"*": {"*": "*"}}}"#
  static let documents = SeveralProfilesTests.documents.merging(
    ["link": link, "everything": everything]) { $1 }
  static let user = SeveralProfilesTests.user

  @Test func bothReachARecordAndShowAField() async throws {
    let fixture = try Fixture(Self.documents, memory: MemoryPolicy(tables: .all, use: .always))
    let page = try await fixture.list(
      ListRequest(table: "tasks"), as: Self.user.narrowed(by: "link"))
    // Its rules see what the user does not.
    #expect(page.items.map { $0["id"] } == [1, 3])
    #expect(page.items[0]["note"] == nil)
    #expect(page.items[0]["salary"] == 900)
    #expect(page.items[1].outcome(of: "salary") == .hidden)
    #expect(
      await fixture.code(ListRequest(table: "clients"), as: Self.user.narrowed(by: "link"))
        == .unknownTable)
    let again = Self.user.narrowed(by: "everything").narrowed(by: "own")
    #expect(try await fixture.ids("id" > 0, as: again) == [1, 2, 5])
  }

  /// Whatever the profile says, it never gives.
  @Test func itOnlyTakesAway() async throws {
    let fixture = try Fixture(Self.documents, memory: MemoryPolicy(tables: .all, use: .always))
    for name in Self.documents.keys {
      for user in [Self.user, User(id: 7, profile: "own"), User(id: 7, profile: "titles")] {
        for table in ["tasks", "clients"] {
          let request = ListRequest(table: table, may: true)
          guard let narrow = try? await fixture.list(request, as: user.narrowed(by: name)) else {
            continue
          }
          let wide = try await fixture.list(request, as: user)
          for record in narrow.items {
            let whole = try #require(wide.items.first { $0["id"] == record["id"] })
            for field in record.fields {
              let shown = record.outcome(of: field.name)
              #expect(shown == .hidden || shown == whole.outcome(of: field.name))
            }
            #expect(Set(record.may ?? []).isSubset(of: whole.may ?? []))
          }
        }
        let (all, some) = (
          try await fixture.service.access(of: user),
          try await fixture.service.access(of: user.narrowed(by: name))
        )
        for (wide, narrow) in zip(all.powers, some.powers) where narrow.denial == nil {
          #expect(wide.denial == nil, "\(wide.name) \(name)")
        }
      }
    }
  }

  /// As for one profile: the number of a view's records may reveal what is hidden.
  @Test func aViewOfWhichBothShowNoFieldIsDenied() async throws {
    let database = try TemporaryDatabase(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, a, b); INSERT INTO t VALUES (1, 2, 3);"
        + "CREATE VIEW v AS SELECT a, b FROM t;")
    func hiding(_ field: String) throws -> Profile {
      let text = #"{"tables_enabled": {"v": {"fields_excluded": ["\#(field)"]}}}"#
      return try Profile(document: .init(name: "p", text: text))
    }
    let service = RecordService(
      pool: try ConnectionPool(.readOnly(path: database.path), capacity: 1),
      profiles: ProfileCatalog(["a": try hiding("b"), "b": try hiding("a")]))
    let user = User(id: 7, profile: "a")
    let request = ListRequest(table: "v")
    let page = try await service.list(request, as: user.narrowed(by: "a"))
    #expect(page.items.map(\.values) == [[2]])
    let error = await #expect(throws: ServiceError.self) {
      try await service.list(request, as: user.narrowed(by: "b"))
    }
    #expect(error?.code == .unknownTable)
  }

  /// A user who is narrowed by a profile that gives everything is the same user.
  @Test func whatGivesEverythingTakesNothing() async throws {
    let fixture = try Fixture(Self.documents, memory: MemoryPolicy(tables: .all, use: .always))
    for table in ["tasks", "clients"] {
      let request = ListRequest(table: table, may: true)
      let (one, other) = (
        try await fixture.list(request, as: Self.user),
        try await fixture.list(request, as: Self.user.narrowed(by: "everything"))
      )
      #expect(one.items.map(\.json) == other.items.map(\.json))
      #expect(one.hidden == other.hidden)
      #expect(one.may == other.may)
    }
  }

  @Test func whatItDisablesOrCannotSayIsDenied() async throws {
    let fixture = try Fixture(
      Self.documents.merging([
        "no": #"{"tables_enabled": {"*": "*"}, "tables_disabled": ["tasks"]}"#,
        "typo": #"{"tables_enabled": {"*": "*"}, "tables_disabled": ["taks"]}"#,
      ]) { $1 })
    func code(_ name: String) async -> ServiceError.Code? {
      await fixture.code(ListRequest(table: "tasks"), as: Self.user.narrowed(by: name))
    }
    #expect(await code("no") == .unknownTable)
    #expect(await code("typo") == .invalidProfile)
    #expect(await code("gone") == .invalidProfile)
    let report = try await fixture.service.access(
      of: Self.user.narrowed(by: "no"), to: "tasks")
    #expect(
      report.tables[0].denial?.description == "profile no, line 1: tables_disabled")
  }

  @Test func writingIsNarrowedToo() async throws {
    let fixture = try Fixture(Self.documents, memory: MemoryPolicy(tables: .all, use: .always))
    let user = Self.user.narrowed(by: "link")
    #expect(
      await fixture.failure(as: user) { writer throws(ServiceError) in
        try writer.update([1], in: "tasks", set: ["title": "x"])
      } == .readonlyField)
    #expect(
      await fixture.failure(as: user) { writer throws(ServiceError) in
        try writer.update([5], in: "tasks", set: ["parent": 1])
      } == .notFound)
    #expect(
      await fixture.failure(as: user) { writer throws(ServiceError) in
        try writer.update([1], in: "tasks", set: ["parent": 2])
      } == nil)
    // Both set their presets, and the record stays in the reach of both.
    var created: Record?
    #expect(
      await fixture.failure(as: user) { writer throws(ServiceError) in
        created = try writer.create(["salary": 500], in: "tasks").record
      } == nil)
    #expect(created?["owner"] == 7)
    #expect(
      await fixture.failure(as: user) { writer throws(ServiceError) in
        _ = try writer.create(["salary": 5], in: "tasks")
      } == .outOfScope)
  }

  /// Cursors of the one are not those of the other.
  @Test func aCursorBelongsToTheNarrowedAccess() async throws {
    let fixture = try Fixture(Self.documents, memory: MemoryPolicy(tables: .all, use: .always))
    let page = try await fixture.list(
      ListRequest(table: "tasks", select: ["id"], size: 1), as: Self.user)
    let request = ListRequest(table: "tasks", select: ["id"], size: 1, after: page.next)
    #expect(await fixture.code(request, as: Self.user) == nil)
    #expect(await fixture.code(request, as: Self.user.narrowed(by: "link")) == .invalidCursor)
    // Those of the same profiles, of which one narrows the others.
    let several = User(id: 7, profiles: ["own", "titles", "south", "link"])
    let other = try await fixture.list(
      ListRequest(table: "tasks", select: ["id"], size: 1), as: several)
    let next = ListRequest(table: "tasks", select: ["id"], size: 1, after: other.next)
    #expect(await fixture.code(next, as: several) == nil)
    #expect(await fixture.code(next, as: Self.user.narrowed(by: "link")) == .invalidCursor)
  }
}
