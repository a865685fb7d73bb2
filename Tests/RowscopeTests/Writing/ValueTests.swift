import RecordEngine
import RecordFilter
import RecordStore
import Rowscope
import RowscopeModel
import Testing

@Suite struct ValueTests {
  /// Values given for fields of the tasks, and the values stored.
  @Test(
    arguments: [
      ("title", "x", "x"), ("owner", "7", 7), ("owner", 7, 7), ("done", true, 1),
      ("done", "FALSE", 0), ("done", 1, 1), ("done", nil, .null), ("cost", 3, 3.0),
      ("cost", "2.50", 2.5),
      ("due", "2028-02-29", "2028-02-29"), ("due", nil, .null), ("at", 5, 5),
      ("at", "2026-11-22T09:00:00Z", 1_795_338_000), ("at", "2026-11-22T09:00", 1_795_338_000),
      ("at", "2026-11-22", 1_795_305_600), ("at", "2026-11-22 09:00:30.5+02:00", 1_795_330_830.5),
      ("tags", ["b", 1, "b"], #"["b",1]"#), ("tags", "red, blue", #"["red","blue"]"#),
      ("tags", #"["red, blue"]"#, #"["red, blue"]"#), ("tags", [], "[]"), ("tags", nil, .null),
      ("tags", ["a\"\u{7}é"], #"["a\"\u0007é"]"#), ("watchers", "3, 7", "[3,7]"),
      ("watchers", [], "[]"), ("watchers", nil, "[]"), ("budget", "1.5", 1.5), ("client", 1.0, 1),
      ("client", nil, .null),
    ] as [(String, FieldValue, Value)])
  func aFieldTakes(field: String, given: FieldValue, stored: Value) async throws {
    let fixture = try WritingFixture()
    let written = try await fixture.service.update(
      [1], in: "tasks", set: FieldValues([.init(field, given)]), as: .ana)
    let record = try #require(written.record ?? nil)
    #expect(record[field] == stored)
  }

  @Test(
    arguments: [
      ("title", 5, "a text"), ("title", ["x"], "one value, not a list"),
      ("title", .value(.blob([1])), "a text"), ("owner", true, nil),
      ("owner", .value(.blob([1])), "a number or a text that names a record"),
      ("done", "perhaps", "true or false"), ("done", 2, "true or false"),
      ("cost", "much", "a number"), ("cost", .value(.real(.nan)), "a number"),
      ("cost", .value(.real(.infinity)), "a number"), ("due", "2026-02-29", "a date"),
      ("due", "22.11.2026", "a date"), ("due", "2026-11-22T09:00", "a date"), ("due", 5, "a date"),
      ("at", "soon", "a date and time, or the number that the column stores for one"),
      ("at", "2026-11-22T25:00", "a date and time, or the number that the column stores for one"),
      ("at", "2026-11-22T09:00Zx", "a date and time, or the number that the column stores for one"),
      ("tags", 5, "a list"),
      ("tags", #"["a", ["b"]]"#, "a list"), ("tags", .members([.null]), "a list without null"),
      ("tags", .members([.blob([1])]), "a list of numbers and texts"),
      ("tags", .members([.text("a\0b")]), "a list of texts of UTF-8 without NUL"),
      ("watchers", ["x"], "a list, of which each is a number or a text that names a record"),
      ("budget", "much", nil), ("code", 5, "a text"), ("client", .value(.blob([1])), nil),
    ] as [(String, FieldValue, String?)])
  func aFieldRefuses(field: String, given: FieldValue, expected: String?) async throws {
    let fixture = try WritingFixture()
    let before = try fixture.everything()
    let error = await fixture.failure { writer throws(ServiceError) in
      try writer.update([1], in: "tasks", set: FieldValues([.init(field, given)]))
    }
    // Where no message is expected, SQLite's types allow the value and another rule refuses it.
    guard let expected else { return }
    if field == "watchers" {
      #expect(error != nil)
    } else {
      #expect(error?.message == "the field \"\(field)\" takes \(expected)")
      #expect(error?.code == .invalidValue)
    }
    #expect(try fixture.everything() == before)
  }

  @Test(arguments: [("number", "x"), ("number", 1.5), ("word", 5)] as [(String, FieldValue)])
  func aStrictTablesValuesAreCheckedFirst(field: String, given: FieldValue) async throws {
    let fixture = try WritingFixture()
    let error = await fixture.failure { writer throws(ServiceError) in
      try writer.create(FieldValues([.init(field, given)]), in: "exact")
    }
    #expect(error?.code == .invalidValue)
  }

  /// Values for BLOB columns are checked by SQLite alone.
  @Test func aRefusalBySQLiteNamesTheField() async throws {
    let fixture = try WritingFixture()
    let error = await fixture.failure { writer throws(ServiceError) in
      try writer.create(["data": "text"], in: "exact")
    }
    #expect(error?.message == #"the field "data" takes values of the type BLOB"#)
    let written = try await fixture.service.create(
      ["data": .value(.blob([0, 255]))], in: "exact", as: .ana)
    #expect(written.record?["data"] == .blob([0, 255]))
  }

  @Test func hostileTextIsStoredUnchanged() async throws {
    let fixture = try WritingFixture()
    for text in ["'); DROP TABLE tasks; --", "\"", "%_\\", "a\0b", "é", "e\u{301}", "", "?1"] {
      let written = try await fixture.service.update(
        [1], in: "tasks", set: ["title": .value(.text(text))], as: .ana)
      #expect(written.record?["title"] == .text(text))
    }
    let invalid = Value.text(Text(bytes: [0x66, 0xFF]))
    let written = try await fixture.service.update(
      [1], in: "tasks", set: ["title": .value(invalid)], as: .ana)
    #expect(written.record?["title"] == invalid)
  }

  @Test func valuesAreReadFromJSON() throws {
    let values = try FieldValues(
      json: Array(#"{"a": null, "b": 1, "c": 1.0, "d": "x", "e": true, "f": [1, "y"]}"#.utf8))
    #expect(
      values == [
        "a": nil, "b": 1, "c": .value(.real(1)), "d": "x", "e": true, "f": [1, "y"],
      ])
    for json in ["[]", #"{"a": {}}"#, #"{"a": [[1]]}"#, #"{"a": 1, "a": 2}"#, "{"] {
      #expect(throws: ServiceError.self) { try FieldValues(json: Array(json.utf8)) }
    }
  }

  @Test func aWrittenRecordIsTheSameJSONAsInAList() async throws {
    let fixture = try WritingFixture()
    let request = try ListRequest(
      #"{"object_type": "tasks", "filters": [{"field": "id", "value": 1}]}"#)
    let answer = String(
      decoding: await fixture.service.answer(request, as: .ana).json, as: UTF8.self)
    let record = try await fixture.service.get([1], from: "tasks", as: .ana)
    #expect(answer.contains(String(decoding: record.json, as: UTF8.self)))
    #expect(record.json.count > 50)
  }
}
