import AccessProfiles
import Foundation
import RecordEngine
import RecordFilter
import RecordStore
import Rowscope
import RowscopeModel
import TestSupport
import Testing
import Workspaces

/// Hostile text in every place where a change takes text, through the library and the commands: it
/// is stored unchanged or refused cleanly, and all tables and other records stay as they were.
@Suite struct HostileWritingTests {
  private static let profile = """
    {"tables_enabled": {"tasks": {"data": [{"field": "owner", "value": 7}],
      "fields_excluded": ["secret"],
      "can_create": 1, "can_delete": 1, "manage_structure": 1}}}
    """

  private static let codes: Set<ServiceError.Code> = [
    .unknownField, .unknownTable, .invalidValue, .notFound, .conflict, .invalidRequest,
    .limitExceeded,
  ]

  /// The code of a change that must be refused.
  private func refusal(
    _ service: RecordService, _ body: (borrowing RecordWriter) throws(ServiceError) -> Void
  ) async -> ServiceError.Code? {
    await serviceError { try await service.write(as: .ana, body) }?.code
  }

  @Test(.watches(.text, .existenceByWriting)) func inEveryPlaceOfAChange() async throws {
    let database = try Helpdesk.database()
    let service = try database.writingService(Self.profile)
    let before = try database.dump()
    let texts =
      HostileTexts.strings.map { Text($0) } + HostileTexts.brokenBytes.map { Text(bytes: $0) }
    for text in texts {
      let value = FieldValue.value(.text(text))
      // As the value of a field: stored byte for byte, or refused.
      do throws(ServiceError) {
        let created = try await service.create(
          ["title": value, "owner": 7], in: "tasks", as: .ana)
        let id = created.record?["id"] ?? .null
        #expect(created.record?["title"] == .text(text))
        let changed = try await service.update([2], in: "tasks", set: ["title": value], as: .ana)
        #expect(changed.record?["title"] == .text(text))
        let back = try await service.update(
          [2], in: "tasks", set: ["title": "two"], ifUnchanged: ["title": value], as: .ana)
        #expect(back.record?["title"] == "two")
        try await service.delete([id], from: "tasks", ifUnchanged: ["title": value], as: .ana)
      } catch {
        #expect(error.code == .invalidValue, "\(text): \(error)")
      }
      // As a key, a name, an expectation and a condition. A text of digits is a number where the
      // key is one.
      let key: Value = Double(text.string) == nil ? .text(text) : 99
      let name = text.string
      let filters = [
        #"{"field": "id", "value": 99}, {"field": "title", "value": \#(json(name))}"#,
        #"{"field": \#(json(name)), "value": 1}, {"field": "id", "value": 99}"#,
      ].compactMap { filters in
        try? ListRequest(
          json: Array(#"{"object_type": "tasks", "filters": [\#(filters)]}"#.utf8)
        ).filters
      }
      for code in await [
        refusal(service) { writer throws(ServiceError) in
          try writer.update([key], in: "tasks", set: ["title": "x"])
        },
        refusal(service) { writer throws(ServiceError) in try writer.delete([key], from: "tasks") },
        refusal(service) { writer throws(ServiceError) in
          try writer.create(FieldValues([.init(name, 1)]), in: "tasks")
        },
        refusal(service) { writer throws(ServiceError) in
          try writer.update([2], in: "tasks", set: FieldValues([.init(name, value)]))
        },
        refusal(service) { writer throws(ServiceError) in
          try writer.update([2], in: "tasks", set: ["title": "x"], ifUnchanged: ["title": value])
        },
        refusal(service) { writer throws(ServiceError) in
          try writer.update([2], in: "tasks", set: ["title": "x"], select: [name])
        },
        refusal(service) { writer throws(ServiceError) in
          try writer.create(["title": "x"], in: name)
        },
        refusal(service) { writer throws(ServiceError) in
          _ = try writer.delete(.everything(in: name))
        },
      ] {
        #expect(code.map(Self.codes.contains) == true, "\(code?.rawValue ?? "done"): \(text)")
      }
      for filters in filters {
        let error = await serviceError {
          let deleted = try await service.delete(
            RecordSelection(table: "tasks", filters: filters), as: .ana)
          #expect(deleted.count == 0)
        }
        #expect(error.map { Self.codes.contains($0.code) } ?? true, "\(text)")
      }
      #expect(try database.rows("SELECT count(*) FROM tasks") == [[5]], "\(text)")
    }
    #expect(try database.dump() == before)
  }

  /// As the name of a field that is added, renamed and dropped.
  @Test(.watches(.text)) func asTheNameOfANewField() async throws {
    let database = try Helpdesk.database()
    let service = try database.writingService(Self.profile)
    let before = try database.dump()
    let builder = User(id: 7, profile: "p", seat: "developer")
    var added = 0
    for name in HostileTexts.strings where name.utf8.count < 1_000 {
      let isNone = ["id", "title", "owner", "secret"].contains { Name($0) == Name(name) }
      do throws(ServiceError) {
        _ = try await service.change(.add(name, .text), in: "tasks", as: builder)
        #expect(!isNone, "\(name)")
        let columns = try? database.rows("SELECT name FROM pragma_table_info('tasks')")
        #expect(columns?.last == [.text(name)])
        let renamed = name + "x"
        _ = try await service.change(.rename(name, to: renamed), in: "tasks", as: builder)
        _ = try await service.change(.drop(renamed), in: "tasks", as: builder)
        added += 1
      } catch {
        #expect(![.database, .deadlineExceeded].contains(error.code), "\(name): \(error)")
      }
      #expect(try database.dump().count == before.count, "\(name)")
    }
    #expect(added > 100)
    #expect(
      try database.rows("SELECT * FROM tasks") == Helpdesk.database().rows("SELECT * FROM tasks"))
    #expect(
      try database.rows("SELECT name, type FROM pragma_table_xinfo('tasks')")
        == Helpdesk.database().rows("SELECT name, type FROM pragma_table_xinfo('tasks')"))
  }

  /// Places in commands that change records, none of which finds any record; TEXT marks the place.
  private static let places: [[String]] = [
    ["create", "--as", "Ana", "--", "TEXT", "title=x"],
    ["create", "--as", "Ana", "--", "tasks", "TEXT=1"],
    ["create", "--as", "Ana", "--set", "TEXT", "--", "tasks"],
    ["create", "--as", "Ana", "--", "tasks", "title:=TEXT", "id=no"],
    ["create", "--as", "Ana", "--select", "TEXT", "--", "tasks", "title=x", "nothing=1"],
    ["update", "--as", "Ana", "--", "tasks", "TEXT", "title=x"],
    ["update", "--as", "Ana", "--where", "TEXT", "--where", "id = 99", "--", "tasks", "title=x"],
    ["update", "--as", "Ana", "--filter", "TEXT", "--where", "id = 99", "--", "tasks", "title=x"],
    ["update", "--as", "Ana", "--if-unchanged", "title=TEXT", "--", "tasks", "2", "title=x"],
    ["update", "--as", "Ana", "--if-unchanged", "TEXT", "--", "tasks", "99", "title=x"],
    ["update", "--as", "TEXT", "--", "tasks", "2", "title=x"],
    ["delete", "--as", "Ana", "--", "tasks", "TEXT"], ["delete", "--as", "Ana", "--", "TEXT", "2"],
    ["delete", "--as", "Ana", "--where", "title = TEXT", "--where", "id = 99", "--", "tasks"],
    ["delete", "--as", "Ana", "--search", "TEXT", "--where", "id = 99", "--", "tasks"],
    ["field", "add", "--as", "TEXT", "--", "tasks", "TEXT", "text"],
    ["field", "drop", "--as", "Ana", "--", "tasks", "TEXT"],
  ]

  /// `ROWSCOPE_HOSTILE_COMMANDS` sets how many commands are run (default 34).
  @Test(.watches(.text, .existenceByWriting)) func onTheCommandLine() throws {
    let folder = try HostileFolder(profile: Self.profile)
    func dump() throws -> [String] {
      try TemporaryDatabase.dump(path: folder.path + "/helpdesk.sqlite")
    }
    let before = try dump()
    // An argument cannot contain a NUL or exceed the system's limit.
    let texts = HostileTexts.strings.filter {
      !$0.utf8.contains(0) && $0.utf8.count < 100_000 && Double($0) == nil
    }
    let wanted = Extent.number("ROWSCOPE_HOSTILE_COMMANDS") ?? 34
    let first = Extent.number("ROWSCOPE_TWIN_SEED") ?? 1
    for index in 0..<wanted {
      // Each run has another text for each place: the two numbers have no common divisor.
      let text = texts[(first * 31 + index) % texts.count]
      let place = Self.places[index % Self.places.count]
      let outcome = try RowscopeProgram.run(
        place.map { $0.replacing("TEXT", with: text) }, in: folder.path)
      let words =
        "\(place) \(text.prefix(100)): \(outcome.exitCode) \(outcome.messages.prefix(300))"
      #expect(!outcome.wasKilled && [0, 1, 2, 3].contains(outcome.exitCode), "\(words)")
      #expect(!outcome.text.contains("\"secret\""), "\(words)")
      #expect(
        !outcome.messages.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" }, "\(words)")
      #expect(try dump() == before, "\(words)")
      guard index % 4 == 0 else { continue }
      // The same as the value of a field.
      let created = try RowscopeProgram.run(
        ["create", "--as", "Ana", "--", "tasks", "title=\(text)", "owner=7"], in: folder.path)
      #expect(created.exitCode == 0, "\(text.prefix(100)): \(created.messages.prefix(300))")
      let connection = try Connection(.readWrite(path: folder.path + "/helpdesk.sqlite"))
      let found = try connection.statement(
        "SELECT title FROM tasks WHERE id > 5", as: .unrestricted
      ).rows()
      #expect(found == [[.text(text)]])
      try connection.execute("DELETE FROM tasks WHERE id > 5")
    }
    #expect(try dump() == before)
  }
}
