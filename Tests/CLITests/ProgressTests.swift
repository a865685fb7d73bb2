import Documents
import Rowscope
import Testing

@testable import RowscopeCLI

@Suite("Progress")
struct ProgressTests {
  private let line = ProgressLine(label: "Writing tasks", unit: "rows", total: 1_000_000)

  @Test(arguments: [
    (
      120,
      "Writing tasks  ███████████████▌                52%  520,000 of 1,000,000 rows  410,000 rows/s  0:02 left"
    ),
    (78, "Writing tasks  52%  520,000 of 1,000,000 rows  410,000 rows/s  0:02 left"),
    (71, "Writing tasks  ████▏     52%  520,000 of 1,000,000 rows  410,000 rows/s"),
    (50, "Writing tasks  52%  520,000 of 1,000,000 rows"),
    (20, "Writing tasks  52%"),
    (10, "Writing t…"),
    (1, "…"),
  ])
  func `the line fits the terminal`(width: Int, expected: String) {
    let text = line.rendered(done: 520_000, elapsed: .seconds(520.0 / 410), width: width)
    #expect(DisplayWidth.columns(of: text) <= width)
    #expect(text == expected)
  }

  @Test(arguments: 1...130)
  func `no line is wider than the terminal`(width: Int) {
    for done in [0, 1, 333_333, 1_000_000, 2_000_000] {
      for elapsed in [Duration.zero, .milliseconds(1), .seconds(100_000)] {
        let text = line.rendered(done: done, elapsed: elapsed, width: width)
        #expect(DisplayWidth.columns(of: text) <= width)
      }
    }
  }

  @Test
  func `without a total the count and the speed are shown`() {
    let line = ProgressLine(label: "Reading", unit: "rows", total: nil)
    #expect(
      line.rendered(done: 5000, elapsed: .seconds(2), width: 80)
        == "Reading  5,000 rows  2,500 rows/s")
  }

  @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "-1,234,567")])
  func `digits are grouped`(number: Int, text: String) {
    #expect(ProgressLine.grouped(number) == text)
  }
}
