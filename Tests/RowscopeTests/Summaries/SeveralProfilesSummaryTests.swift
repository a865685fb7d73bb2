import RecordEngine
import Rowscope
import RowscopeModel
import TestSupport
import Testing

/// Summaries for users with several profiles: each looks at the cells that are shown.
@Suite struct SeveralProfilesSummaryTests {
  private let fixture: SeveralProfilesTests.Fixture

  init() throws { fixture = try .init(memory: MemoryPolicy(tables: .all)) }

  private func values(_ request: SummaryRequest) async throws -> [[Value]] {
    let user = SeveralProfilesTests.user
    let difference = try await fixture.service.withSession(as: user) {
      reader throws(ServiceError) in try reader.compareEnginesSummarizing(request)
    }
    #expect(difference == nil)
    return try await fixture.service.summarize(request, as: user).items.map(\.values)
  }

  /// The user sees the salaries of tasks 1, 2 and 5 and the titles of all.
  @Test func aggregatesLookAtShownCells() async throws {
    #expect(
      try await values(
        SummaryRequest(
          table: "tasks",
          aggregates: [
            .count, .count("salary"), .sum("salary"), .max("salary"), .min("note"),
            .countDistinct("note"), .count("title"),
          ])) == [[5, 2, 1000, 900, "pay", 2, 5]])
  }

  /// A hidden cell groups with null, as it is sorted.
  @Test func hiddenCellsGroupWithNull() async throws {
    #expect(
      try await values(SummaryRequest(table: "tasks", groupBy: ["salary"]))
        == [[.null, 3], [100, 1], [900, 1]])
    #expect(
      try await values(SummaryRequest(table: "tasks", groupBy: ["client.phone"]))
        == [[.null, 3], ["111", 2]])
  }

  /// What hidden cells hold changes no byte.
  @Test func hiddenCellsDoNotMatter() async throws {
    let request = SummaryRequest(
      table: "tasks", groupBy: ["note", "client.phone"],
      aggregates: [.count, .sum("salary"), .avg("salary"), .min("note"), .countDistinct("salary")],
      sort: [.descending("sum_salary")])
    let user = SeveralProfilesTests.user
    let before = await fixture.service.answer(request, as: user).json
    try fixture.database.execute(
      """
      UPDATE tasks SET salary = 9223372036854775807, note = 'other' || id WHERE owner = 8;
      UPDATE clients SET phone = '999' WHERE region = 'north';
      """)
    #expect(await fixture.service.answer(request, as: user).json == before)
  }
}
