import Foundation
import RowscopeModel
import TestSupport
import Testing

@testable import RowscopeCLI

@Suite struct SummarizeCommandTests {
  @Test func barsAreAsLongAsTheirNumbers() {
    let values: [Value] = [8, 4.0, "2.50", 0, -4, .null, 0.001, "x", .real(.infinity)]
    let chart = BarChart(of: values, width: 4)
    #expect(
      values.map(chart.bar) == ["████", "██", "█▎", "", "░░", nil, "▏", nil, nil])
    #expect(BarChart(of: [0], width: 4).bar(of: 0) == "")
  }

  @Test func aChartIsATable() throws {
    let arguments = [
      "tasks", "--workspace", ManualPage.root.path + "/SampleData", "--as", "Bia Fontes", "--chart",
    ]
    let command = RowscopeProcess()
    let drawn = try command.run(["summarize"] + arguments + ["--by", "status"])
    #expect(drawn.exitCode == 0)
    #expect(drawn.text.contains("Waiting      5  ████████████████████████████████████████\n"))
    let refused = try command.run(["summarize"] + arguments + ["--format", "csv"])
    #expect(refused.exitCode == 2)
    #expect(refused.messages.contains("`--chart` draws into a table, not into `csv`"))
  }

  @Test(arguments: ["months", "Month", "monht"]) func aMisspeltPeriodIsSaid(name: String) throws {
    let outcome = try RowscopeProcess().run([
      "summarize", "tasks", "--workspace", ManualPage.root.path + "/SampleData", "--as",
      "Bia Fontes", "--by", "due_date:" + name,
    ])
    #expect(outcome.exitCode == 2 && outcome.text.isEmpty)
    #expect(
      outcome.messages.contains(
        "did you mean `due_date:month`? The periods are day, week, month, quarter, year"),
      "\(outcome.messages)")
  }
}
