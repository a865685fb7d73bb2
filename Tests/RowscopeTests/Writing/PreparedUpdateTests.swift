import RecordEngine
import RecordStore
import RowscopeModel
import TestSupport
import Testing

@testable import Rowscope

/// An update that was prepared by an earlier one does what it would do by itself: the same answer or
/// error, and the same records afterwards.
@Suite struct PreparedUpdateTests {
  struct Attempt: Sendable, CustomTestStringConvertible {
    let table: String
    let key: [Value]
    let values: FieldValues
    /// An update of the same fields that changes nothing, and its key.
    let earlier: FieldValues
    let earlierKey: [Value]

    init(
      _ table: String, _ key: [Value], _ values: FieldValues, after earlier: FieldValues,
      of earlierKey: [Value]
    ) {
      (self.table, self.key, self.values) = (table, key, values)
      (self.earlier, self.earlierKey) = (earlier, earlierKey)
    }

    var testDescription: String { "\(table) \(key) \(values.elements)" }
  }

  private static func client(_ key: Value, _ name: FieldValue) -> Attempt {
    Attempt("clients", [key], ["name": name], after: ["name": "Ada"], of: [1])
  }

  private static func slot(_ key: [Value], _ person: FieldValue) -> Attempt {
    Attempt("slots", key, ["person": person], after: ["person": 7], of: ["mon", "a"])
  }

  private static func exact(_ word: FieldValue, _ number: FieldValue) -> Attempt {
    Attempt(
      "exact", [1], ["number": number, "word": word], after: ["number": 1, "word": "w"], of: [1])
  }

  private static let attempts: [Attempt] =
    [
      client(1, "Eve"), client("1", "Eve"), client(1.0, "Eve"), client(2, "Eve"), client(99, "Eve"),
      client(.null, "Eve"), client("x", "Eve"), client(1, .value(.null)), client(1, "Bo"),
      client(1, 5), client(1, "drop"), client(1, "abort"), client(1, "log"), client(1, "move"),
      Attempt("clients", [1], ["region": "north"], after: ["region": "south"], of: [1]),
      slot(["mon", "a"], 8), slot(["mon", "b"], 7), slot(["mon"], 7), slot([.null, "a"], 7),
      slot(["mon", "a"], "x"), slot(["mon", "a"], "9"), exact("v", 2), exact(2, "v"),
      exact("v", .value(.null)),
    ]

  private static let triggers = """
    INSERT INTO exact VALUES (1, 'w', 1, NULL);
    CREATE TABLE log (name TEXT);
    CREATE TRIGGER client_drop BEFORE UPDATE ON clients WHEN new.name = 'drop' BEGIN
      SELECT RAISE(IGNORE); END;
    CREATE TRIGGER client_abort AFTER UPDATE ON clients WHEN new.name = 'abort' BEGIN
      SELECT RAISE(ABORT, 'no'); END;
    CREATE TRIGGER client_log BEFORE UPDATE ON clients WHEN new.name = 'log' BEGIN
      INSERT INTO log VALUES (new.name); SELECT RAISE(IGNORE); END;
    CREATE TRIGGER client_move AFTER UPDATE ON clients WHEN new.name = 'move' BEGIN
      UPDATE clients SET region = 'west' WHERE id = new.id; END;
    """

  /// What an attempt comes to: what is answered, and what is stored then.
  private func outcome(
    of attempt: Attempt, prepared: Bool
  ) async throws -> (answer: Result<[String: Value]?, ServiceError>, records: [[Value]]) {
    let fixture = try WritingFixture(sql: Self.triggers)
    if prepared {
      try await fixture.service.write(as: .ana) { writer throws(ServiceError) in
        try writer.update(attempt.earlierKey, in: attempt.table, set: attempt.earlier)
        let table = try writer.reader.table(attempt.table)
        #expect(table.preparedUpdate { $0.sets(attempt.values, showing: nil) } != nil)
      }
    }
    let answer: Result<[String: Value]?, ServiceError>
    do throws(ServiceError) {
      answer = .success(
        try await fixture.service.update(
          attempt.key, in: attempt.table, set: attempt.values, as: .ana
        ).record?.pairs)
    } catch {
      answer = .failure(error)
    }
    return (answer, try fixture.everything() + fixture.rows("SELECT * FROM log"))
  }

  @Test(arguments: attempts) func itDoesTheSame(attempt: Attempt) async throws {
    let first = try await outcome(of: attempt, prepared: false)
    let prepared = try await outcome(of: attempt, prepared: true)
    #expect(prepared.answer == first.answer)
    #expect(prepared.records == first.records)
  }

  /// What takes more than two statements is not prepared.
  @Test(
    arguments: [
      ("tasks", ["title": "one"]), ("bookings", ["day": "mon", "room": "a"]),
      ("plain", ["number": 1]),
    ] as [(String, FieldValues)])
  func othersAreNotPrepared(name: String, values: FieldValues) async throws {
    let fixture = try WritingFixture()
    try await fixture.service.write(as: .ana) { writer throws(ServiceError) in
      _ = try? writer.update([1], in: name, set: values)
      let table = try writer.reader.table(name)
      #expect(table.preparedUpdate { $0.sets(values, showing: nil) } == nil)
    }
  }

  /// Two fields whose names are one for Swift, as they differ in their bytes alone.
  @Test func namesAreBytes() async throws {
    let (composed, decomposed) = ("\u{E9}", "e\u{301}")
    let fixture = try WritingFixture(
      others: #""names": {"*": "*"}"#,
      sql: """
        CREATE TABLE names (id INTEGER PRIMARY KEY, "\(composed)" TEXT, "\(decomposed)" TEXT);
        INSERT INTO names VALUES (1, 'a', 'b');
        """)
    try await fixture.service.write(as: .ana) { writer throws(ServiceError) in
      for name in [composed, decomposed] {
        var values = FieldValues()
        values.append(name, "c")
        try writer.update([1], in: "names", set: values, select: ["id"])
      }
    }
    #expect(try fixture.rows("SELECT * FROM names") == [[1, "c", "c"]])
  }

  @Test func aRuleThatRecordsMustKeepToIsTested() async throws {
    let fixture = try WritingFixture(
      others: #"""
        "clients": {"data": [{"field": "region", "operator": "in", "value": "south,west"}],
          "keep_in_scope": 1}
        """#)
    try await fixture.service.write(as: .ana) { writer throws(ServiceError) in
      try writer.update([1], in: "clients", set: ["region": "south"])
      let table = try writer.reader.table("clients")
      let values: FieldValues = ["region": "north"]
      #expect(table.preparedUpdate { $0.sets(values, showing: nil) } != nil)
    }
    for region in ["west", "north", "south", "north"] as [FieldValue] {
      let error = await fixture.failure { writer throws(ServiceError) in
        _ = try writer.update([1], in: "clients", set: ["region": region])
      }
      #expect(error?.code == (region == "north" ? .outOfScope : nil))
    }
    #expect(try fixture.rows("SELECT region FROM clients WHERE id = 1") == [["south"]])
  }

  /// The user's own values are part of what is prepared, and so are the fields of the answer.
  @Test func itIsOneUsersAndOfOneAnswer() async throws {
    let fixture = try WritingFixture()
    try await fixture.service.write(as: .ana) { writer throws(ServiceError) in
      try writer.update(["mon", "a"], in: "slots", set: ["person": 7], select: ["person"])
      let written = try writer.update(["mon", "a"], in: "slots", set: ["person": 7])
      #expect(written.record?.pairs.count == 3)
    }
    let other = User(id: 8, name: "Other", profile: "p")
    let error = await fixture.failure(
      { writer throws(ServiceError) in
        try writer.update(["mon", "a"], in: "slots", set: ["person": 7], select: ["person"])
      }, as: other)
    #expect(error?.code == .notFound)
  }
}
