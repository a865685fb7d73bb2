import AccessProfiles
import Documents
import RecordFilter
import RowscopeModel
import Testing
import TimeZones
import Workspaces

@Suite struct WorkspaceDocumentTests {
  private func read(_ text: String) throws(Diagnostics) -> WorkspaceDocument {
    try WorkspaceDocument(document: SourceDocument(name: "workspace.json", text: text))
  }

  @Test func `every key is read`() throws {
    let workspace = try read(
      """
      {
        "database": "a.sqlite", "profiles": {"x": "x.json"}, "users": "users.json",
        "pages": ["handbook"], "dashboards": ["sales"], "time_zone": "-03:30",
        "tables": {"t": {
          "label": "T", "owner_field": "o", "team_field": "g", "primary_key": ["a", "b"],
          "fields": {
            "o": {"type": "user", "developer": 1, "column": "integer"},
            "d": {"type": "datetime", "encoding": "unix"},
            "r": {"relation": {"table": "u", "field": "id"}},
            "c": {"relation": {"table": "u", "fields": {"c": "x", "o": "y"}}},
            "m": {"type": "tags", "link": {"table": "l", "record": ["p", "q"], "member": "m"}},
          },
        }},
      }
      """)
    #expect(workspace.database.value == "a.sqlite")
    #expect(workspace.profiles.map(\.path.value) == ["x.json"])
    #expect(workspace.pages == ["handbook"])
    #expect(workspace.dashboards == ["sales"])
    #expect(workspace.zone == .fixed(-12_600))
    guard case .file(let users) = workspace.users else { throw Missing() }
    #expect(users.value == "users.json")

    let table = try #require(workspace.tables.first)
    #expect(table.label == "T")
    #expect(table.ownerField?.value == "o")
    #expect(table.teamField?.value == "g")
    #expect(table.primaryKey?.value.map(\.value) == ["a", "b"])
    #expect(
      table.fields.map { $0.kind(in: .rule(.utc)) } == [
        .user, .datetime(.unix), .relation, .unspecified, .tags,
      ])
    #expect(table.fields[0].isDeveloper)
    #expect(table.fields[0].columnType?.value == "integer")
    #expect(table.fields[3].relations.first?.pairs.map(\.far.value) == ["x", "y"])
    #expect(table.fields[4].link?.record.value.map(\.value) == ["p", "q"])
  }

  private struct Missing: Error {}

  @Test(arguments: [
    ("UTC", 0), ("Z", 0), ("+03:00", 10_800), ("-03:00", -10_800), ("+00:00", 0),
    ("+23:59", 86_340),
  ])
  func `time zones are offsets`(text: String, seconds: Int) throws {
    let workspace = try read(#"{"database": "a", "time_zone": "\#(text)"}"#)
    #expect(workspace.zone == .fixed(seconds))
  }

  @Test(arguments: [
    "Europe/Berlim", "GMT+3", "Etc/GMT+13", "Etc/GMT-15", "Etc/GMT+03", "Etc/GMT+", "utc", "+3",
    "03:00", "+24:00", "+01:60", "+1a:00", "",
  ])
  func `other time zones are refused`(text: String) throws {
    let error = try #require(throws: Diagnostics.self) {
      try read(#"{"database": "a", "time_zone": "\#(text)"}"#)
    }
    #expect(error.list.map(\.code.rawValue) == ["unsupported_time_zone"])
    #expect(error.list[0].hint != nil)
  }

  @Test func `all mistakes are reported at once`() throws {
    let error = try #require(throws: Diagnostics.self) {
      try read(
        """
        {
          "databse": "a",
          "profiles": {"x": 1, "y": ""},
          "users": 7,
          "limits": {},
          "pages": ["a", "A"],
          "tables": {
            "t": {
              "primary_key": "a",
              "fields": {
                "a": {"type": "dat"},
                "b": {"type": "text", "encoding": "iso"},
                "c": {"type": "date", "link": {"table": "l", "record": "p", "member": "m"}},
                "d": {"link": {"table": "l", "record": ["p", "P"]}},
                "e": {"relation": {"table": "u"}},
                "f": {"relation": {"table": "u", "fields": {"g": "h"}}},
                "F": {},
                "h": {"column": "TEX", "developer": "yes"},
              },
            },
            "T": {},
          },
        }
        """)
    }
    #expect(
      error.list.map { "\(error.source.position(of: $0.range.lowerBound).line) \($0.code)" } == [
        "2 unknown_key", "3 wrong_type", "3 bad_path", "4 wrong_type", "5 unknown_key",
        "6 duplicate_name", "9 wrong_type", "11 unknown_type", "12 mismatched_field",
        "13 mismatched_field", "14 duplicate_name", "14 required_key", "15 required_key",
        "16 mismatched_relation", "17 duplicate_name", "18 unknown_type", "18 bad_flag",
        "21 duplicate_name",
      ])
    #expect(
      error.description.contains(
        """
        workspace.json:2:3: error: unknown key "databse"
            "databse": "a",
            ^^^^^^^^^
          did you mean "database"?
        """))
    #expect(
      error.list.first { $0.code.rawValue == "unknown_type" }?.hint == "did you mean \"date\"?")
  }

  private func read(columnType: String) throws(Diagnostics) -> String? {
    try read(
      #"{"database": "a", "tables": {"t": {"fields": {"f": {"column": "\#(columnType)"}}}}}"#
    ).tables.first?.fields.first?.columnType?.value
  }

  @Test(arguments: ["TEXT", "text", "DECIMAL(10,2)", "TEXT COLLATE NOCASE", "varchar (40)"])
  func `column types are those of SQL`(type: String) throws {
    #expect(try read(columnType: type) == type)
  }

  @Test(arguments: [
    ("TEX", "did you mean \"TEXT\"?"), ("TEXT COLLATE NO_CASE", "did you mean \"NOCASE\"?"),
    (
      "TEXT COLLATE",
      "in the place of \"\", give one of \"BINARY\", \"NOCASE\", \"RTRIM\""
    ),
  ])
  func `other column types are refused`(type: String, hint: String) throws {
    let error = try #require(throws: Diagnostics.self) { try read(columnType: type) }
    #expect(error.list.map(\.hint) == [hint])
  }

  @Test(arguments: ["{}", "[]", "{\"database\": null}", ""])
  func `a database must be named`(text: String) {
    #expect(throws: Diagnostics.self) { try read(text) }
  }
}
