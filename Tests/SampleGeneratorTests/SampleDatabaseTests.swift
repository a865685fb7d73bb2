import Foundation
import RecordFilter
import RecordStore
import RowscopeModel
import TestSupport
import Testing

@testable import SampleGenerator

@Suite struct SampleDatabaseTests {
  private func rows(_ image: DatabaseImage, _ sql: String) throws -> [[Value]] {
    let connection = try Connection(.image(image))
    return try connection.temporaryStatement(sql, as: .unrestricted).rows()
  }

  private func integers(_ image: DatabaseImage, _ sql: String) throws -> [Int64] {
    try #require(rows(image, sql).first).map { value in
      if case .integer(let integer) = value { integer } else { -1 }
    }
  }

  @Test func `The same size and seed give the same bytes`() throws {
    let folder = try TemporaryFolder()
    let sample = try SampleDatabase(rowCount: 20_000, seed: 7)
    try sample.write(to: folder.path("a"))
    // Reused memory must not show in the file.
    _ = try SampleDatabase(rowCount: 3000, seed: 3).image()
    try sample.write(to: folder.path("b"))
    let first = try Data(contentsOf: folder.url.appending(path: "a"))
    #expect(try first == Data(contentsOf: folder.url.appending(path: "b")))
    try SampleDatabase(rowCount: 20_000, seed: 8).write(to: folder.path("c"))
    #expect(try first != Data(contentsOf: folder.url.appending(path: "c")))
  }

  @Test func `The values for a seed never change`() throws {
    let image = try SampleDatabase(rowCount: 2, seed: 1).image()
    #expect(
      try rows(image, "SELECT * FROM tasks") == [
        [
          1, "Scale on Sunday 4361", 551, 26, "Done", 1, "Boteco Ipê", 1959.23, "2025-09-18",
          "2025-11-01", "Waiting for the part, paper runs out early; order a new one.",
        ],
        [
          2, "Update shows zero 9793", 23, 28, "Done", 2, "Café Coral", 1461.26, "2026-04-23",
          "2026-05-18", "Started on Monday, 50% of orders fail; no hurry at all.",
        ],
      ])
  }

  @Test func `A larger database begins with the tasks of a smaller`() throws {
    let sql = "SELECT * FROM tasks WHERE id <= 500"
    let small = try rows(SampleDatabase(rowCount: 500).image(), sql)
    #expect(small.count == 500)
    #expect(try small == rows(SampleDatabase(rowCount: 6000).image(), sql))
  }

  @Test func `The tasks are distributed as intended`() throws {
    let count: Int64 = 50_000
    let image = try SampleDatabase(rowCount: Int(count)).image()
    #expect(
      try integers(
        image,
        """
        SELECT count(*), min(id), max(id), min(owner), max(owner), count(DISTINCT owner), min(team), max(team),
          count(DISTINCT team), min(priority), max(priority), count(DISTINCT status)
        FROM tasks
        """) == [count, 1, count, 1, 1000, 1000, 1, 50, 50, 1, 5, 5])
    let shares = try rows(
      image, "SELECT status, count(*) FROM tasks GROUP BY status ORDER BY status")
    #expect(shares.map(\.[0]) == ["Blocked", "Doing", "Done", "To do", "Waiting"])
    for (share, expected) in zip(shares, [0.15, 0.15, 0.4, 0.15, 0.15]) {
      guard case .integer(let number) = share[1] else { throw CancellationError() }
      #expect(abs(Double(number) / Double(count) - expected) < 0.01)
    }
    let lengths = try #require(
      rows(
        image,
        """
        SELECT avg(length(title)), avg(length(client)), avg(length(note)), max(length(note)) FROM tasks
        """
      ).first)
    for (length, range) in zip(lengths, [18.0...22, 11...13, 54...66, 54...90]) {
      let number: Double =
        switch length {
        case .real(let real): real
        case .integer(let integer): Double(integer)
        default: 0
        }
      #expect(range.contains(number))
    }
    #expect(
      try integers(
        image,
        """
        SELECT count(*), sum(typeof(amount) <> 'real'), sum(request_date <> date(request_date)),
          sum(due_date <> date(due_date)), sum(due_date <= request_date), sum(title IS NULL OR note IS NULL),
          sum(client NOT IN (SELECT name FROM clients)), count(DISTINCT client) > 4900
        FROM tasks
        """) == [count, 0, 0, 0, 0, 0, 0, 1])
  }

  @Test func `The smaller tables refer to existing records`() throws {
    let image = try SampleDatabase(rowCount: 10_000).image()
    #expect(
      try integers(
        image,
        """
        SELECT (SELECT count(DISTINCT name) FROM clients), (SELECT count(*) FROM employees),
          (SELECT count(*) FROM teams),
          (SELECT count(*) FROM regions), (SELECT count(*) FROM comments),
          (SELECT count(*) FROM reminders),
          (SELECT count(*) FROM receivables), (SELECT count(*) FROM payables),
          (SELECT count(*) FROM assets),
          (SELECT count(*) FROM task_watchers), (SELECT count(*) FROM "on-call rota")
        """) == [5000, 1000, 50, 6, 1000, 1000, 500, 200, 2000, 5000, 104])
    #expect(
      try integers(
        image,
        """
        SELECT
          (SELECT count(*) FROM comments WHERE task NOT IN (SELECT id FROM tasks)),
          (SELECT count(*) FROM task_watchers WHERE user NOT IN (SELECT id FROM employees)),
          (SELECT count(*) FROM receivables WHERE client_id NOT IN (SELECT id FROM clients)),
          (SELECT count(*) FROM clients WHERE region NOT IN (SELECT code FROM regions)),
          (SELECT count(*) FROM employees WHERE manager NOT IN (SELECT id FROM employees)),
          (SELECT count(*) FROM reminders WHERE NOT json_valid(participants)),
          (SELECT count(*) FROM clients WHERE NOT json_valid(tags)),
          (SELECT count(*) FROM assets WHERE NOT json_valid(tags)),
          (SELECT count(*) FROM clients WHERE length(tax_id) <> 14)
        """) == [0, 0, 0, 0, 0, 0, 0, 0, 0])
    #expect(try rows(image, "PRAGMA integrity_check") == [["ok"]])
    #expect(try rows(image, "PRAGMA page_size") == [[16_384]])
    #expect(
      try rows(image, "SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL")
        == [[2]])
  }

  @Test(arguments: [0, 1, 3])
  func `A very small sample is complete`(count: Int) throws {
    let image = try SampleDatabase(rowCount: count).image()
    #expect(try rows(image, "SELECT count(*) FROM tasks") == [[.integer(Int64(count))]])
    #expect(try rows(image, "SELECT count(*) FROM clients") == [[5000]])
  }

  @Test(arguments: [-1, Int.min, SampleDatabase.largestRowCount + 1])
  func `An impossible size is refused`(count: Int) throws {
    let error = try #require(throws: SampleError.self) {
      _ = try SampleDatabase(rowCount: count)
    }
    #expect(error.kind == .rowCount)
  }

  @Test func `An existing file is kept unless it may be replaced`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("sample.sqlite")
    let mine = Data("mine".utf8)
    try mine.write(to: folder.url.appending(path: "sample.sqlite"))
    let sample = try SampleDatabase(rowCount: 10)
    let error = try #require(throws: SampleError.self) { try sample.write(to: path) }
    #expect(error.kind == .fileExists)
    #expect(error.description.contains(path))
    #expect(try Data(contentsOf: folder.url.appending(path: "sample.sqlite")) == mine)
    try sample.write(to: path, isReplacing: true)
    let connection = try Connection(.readOnly(path: path))
    let statement = try connection.temporaryStatement(
      "SELECT count(*) FROM tasks", as: .unrestricted)
    #expect(try statement.rows() == [[10]])
    #expect(try folder.names == ["sample.sqlite"])
  }

  @Test func `A file that appears in the meantime is kept`() throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appending(path: "sample.sqlite")
    let mine = Data("mine".utf8)
    let error = try #require(throws: SampleError.self) {
      try SampleDatabase(rowCount: 10).write(to: folder.path("sample.sqlite")) { _ in
        try? mine.write(to: url)
      }
    }
    #expect(error.kind == .store(.cannotOpen))
    #expect(try Data(contentsOf: url) == mine)
    #expect(try folder.names == ["sample.sqlite"])
  }

  @Test func `A cancelled task leaves nothing`() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path("sample.sqlite")
    let task = Task { () -> SampleError.Kind? in
      do throws(SampleError) {
        try SampleDatabase(rowCount: 100_000).write(to: path) { progress in
          if progress.fraction > 0.5 { withUnsafeCurrentTask { $0?.cancel() } }
        }
        return nil
      } catch {
        return error.kind
      }
    }
    #expect(await task.value == .cancelled)
    #expect(try folder.names.isEmpty)
  }

  @Test func `A missing folder is named`() throws {
    let error = try #require(throws: SampleError.self) {
      try SampleDatabase(rowCount: 1).write(to: "/nowhere/sample.sqlite")
    }
    #expect(error.kind == .store(.cannotOpen))
    #expect(error.description.contains("/nowhere/sample.sqlite: there is nothing of this name"))
  }

  @Test func `Progress ends with all records`() throws {
    var steps: [SampleDatabase.Progress] = []
    let image = try SampleDatabase(rowCount: 20_000).image { steps.append($0) }
    #expect(zip(steps, steps.dropFirst()).allSatisfy { $0.records <= $1.records })
    let last = try #require(steps.last)
    #expect(last.fraction == 1)
    let tables = try rows(image, "SELECT name FROM sqlite_schema WHERE type = 'table'")
    let total = try tables.map { name in
      guard case .text(let name) = name[0] else { throw CancellationError() }
      return try integers(image, "SELECT count(*) FROM \"\(name.string)\"")[0]
    }.reduce(0, +)
    #expect(last.records == Int(total))
  }

  @Test func `Days are those of the calendar`() {
    #expect(Day(1970, 1, 1).number == 0)
    #expect(Day(2000, 2, 29).number == 11_016)
    #expect(Day(2026, 11, 22).iso == "2026-11-22")
    for number in stride(from: -20_000, through: 60_000, by: 17) {
      let parts = Day(number).iso.split(separator: "-").compactMap { Int($0) }
      #expect(Day(parts[0], parts[1], parts[2]).number == number)
    }
  }
}
