import RecordStore
import Rowscope
import RowscopeModel
import Testing

/// A relation to a UUID is written as its target stores the key, whatever form is given: a foreign
/// key compares what is stored.
@Suite struct UUIDRelationTests {
  private static let canonical = "3fdfc4f5-aeab-4d72-9c96-201e004349f"

  /// Keys in several spellings: upper case, braces, digits, and canonical.
  private static let tables = """
    CREATE TABLE docs (id TEXT PRIMARY KEY NOT NULL, name TEXT);
    INSERT INTO docs VALUES ('3FDFC4F5-AEAB-4D72-9C96-201E004349F1', 'upper'),
      ('{3fdfc4f5-aeab-4d72-9c96-201e004349f2}', 'braces'),
      ('3fdfc4f5aeab4d729c96201e004349f3', 'digits'),
      ('3fdfc4f5-aeab-4d72-9c96-201e004349f4', 'canonical'),
      ('3FDFC4F5-AEAB-4D72-9C96-201E004349F5', 'hidden');
    CREATE TABLE blobs (id BLOB PRIMARY KEY NOT NULL);
    INSERT INTO blobs VALUES (x'3fdfc4f5aeab4d729c96201e004349f6');
    CREATE TABLE notes (id INTEGER PRIMARY KEY, doc TEXT REFERENCES docs (id),
      data REFERENCES blobs (id), own TEXT);
    INSERT INTO notes VALUES (1, '3FDFC4F5-AEAB-4D72-9C96-201E004349F5', NULL, NULL);
    CREATE TABLE readers (note INTEGER NOT NULL REFERENCES notes (id),
      doc TEXT NOT NULL REFERENCES docs (id), since TEXT DEFAULT 'now', PRIMARY KEY (note, doc));
    """

  private static let workspace = """
    {"database": "x", "tables": {
      "docs": {"fields": {"id": {"type": "uuid"}}},
      "blobs": {"fields": {"id": {"type": "uuid", "form": "blob"}}},
      "notes": {"fields": {"doc": {"type": "relation"}, "data": {"type": "uuid"},
        "own": {"type": "uuid", "form": "digits", "relation": {"table": "docs", "field": "id"}},
        "docs_read": {"type": "multi", "link": {"table": "readers", "record": "note", "member": "doc"}}}}}}
    """

  private func fixture() throws -> WritingFixture {
    try WritingFixture(
      others: """
        "docs": {"data": [{"field": "name", "operator": "!=", "value": "hidden"}]}, "blobs": "*",
        "notes": {"*": "*"}, "readers": "*"
        """, sql: "PRAGMA foreign_keys = ON;" + Self.tables, workspace: Self.workspace)
  }

  private static let stored = [
    "1": "3FDFC4F5-AEAB-4D72-9C96-201E004349F1", "2": "{3fdfc4f5-aeab-4d72-9c96-201e004349f2}",
    "3": "3fdfc4f5aeab4d729c96201e004349f3", "4": "3fdfc4f5-aeab-4d72-9c96-201e004349f4",
  ]

  @Test(arguments: ["1", "2", "3", "4"])
  func aRelationIsWrittenAsItsTargetIsStored(last: String) async throws {
    let fixture = try fixture()
    let given = FieldValue.value(.text(Text(Self.canonical + last)))
    let expected = Value.text(Text(try #require(Self.stored[last])))
    let made = try await fixture.service.create(["doc": given], in: "notes", as: .ana)
    #expect(made.record?["doc"] == .text(Text(Self.canonical + last)))
    #expect(try fixture.rows("SELECT doc FROM notes WHERE id = 2") == [[expected]])
    _ = try await fixture.service.update([1], in: "notes", set: ["doc": given], as: .ana)
    #expect(try fixture.rows("SELECT doc FROM notes WHERE id = 1") == [[expected]])
    // A form of the relation's own field holds.
    _ = try await fixture.service.update([1], in: "notes", set: ["own": given], as: .ana)
    let digits = Text((Self.canonical + last).replacing("-", with: ""))
    #expect(try fixture.rows("SELECT own FROM notes WHERE id = 1") == [[.text(digits)]])
  }

  @Test func aBlobKeyIsWrittenAsABlob() async throws {
    let fixture = try fixture()
    _ = try await fixture.service.update(
      [1], in: "notes", set: ["data": .value(.text(Text(Self.canonical + "6")))], as: .ana)
    #expect(try fixture.rows("SELECT typeof(data), length(data) FROM notes") == [["blob", 16]])
  }

  @Test func whatIsHiddenIsNeverLookedUp() async throws {
    let fixture = try fixture()
    var codes: [ServiceError?] = []
    for last in ["5", "9"] {
      let given = FieldValue.value(.text(Text(Self.canonical + last)))
      codes.append(
        await fixture.failure { writer throws(ServiceError) in
          try writer.create(["doc": given], in: "notes")
        })
    }
    #expect(codes[0] == codes[1] && codes[0]?.code == .relatedNotFound)
    // An existing reference may stay, and stays as it is stored.
    _ = try await fixture.service.update(
      [1], in: "notes", set: ["doc": .value(.text(Text(Self.canonical + "5")))], as: .ana)
    #expect(
      try fixture.rows("SELECT doc FROM notes") == [["3FDFC4F5-AEAB-4D72-9C96-201E004349F5"]])
  }

  @Test func membersOfALinkAreWrittenSo() async throws {
    let fixture = try fixture()
    for last in [["1", "3"], ["3", "2", "4"]] {
      let members = last.map { Value.text(Text(Self.canonical + $0)) }
      _ = try await fixture.service.update(
        [1], in: "notes", set: ["docs_read": .members(members)], as: .ana)
      #expect(
        Set(try fixture.rows("SELECT doc FROM readers").map { $0[0] })
          == Set(last.compactMap { Self.stored[$0].map { .text(Text($0)) } }))
    }
  }
}
