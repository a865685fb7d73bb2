import Foundation
import Testing

/// The figures in the README and in the chapter on performance are those of the dated measurements.
@Suite struct ManualFigureTests {
  /// The figures of a measurement, each with its goals, as the chapter writes them.
  private static func record(_ name: String) throws -> Set<[String]> {
    let file = ManualPage.root.appendingPathComponent("Benchmarks/Results/\(name).md")
    let page = ManualPage(path: name, text: try String(contentsOf: file, encoding: .utf8))
    let remarks = ["reached": "", "must reached": " (must)", "missed": " (missed)"]
    return Set(
      page.rows().compactMap { row in
        guard row.count == 5, let remark = remarks[row[4]] else { return nil }
        return [row[0], row[1], row[2], "**\(row[3])**\(remark)"]
      })
  }

  @Test func theChapterHasTheMeasuredFigures() throws {
    let page = try ManualPage.named("Performance")
    let plot = try #require(page.text.firstMatch(of: /Results\/([0-9-]+)-1000000\.svg/))
    let (small, large) = (
      try Self.record("\(plot.1)-1000000"), try Self.record("\(plot.1)-10000000")
    )
    var count = 0
    for row in page.rows() where row.count == 4 && row[3].hasPrefix("**") {
      count += 1
      let isLarge = row[0].hasPrefix("10 M: ")
      let measured = isLarge ? [String(row[0].dropFirst(6))] + row.dropFirst() : row
      #expect((isLarge ? large : small).contains(measured), "\(row[0])")
    }
    #expect(count == small.count + large.count)
  }

  @Test func theReadmeHasFiguresOfTheChapter() throws {
    let figures = try ManualPage.named("Performance").rows().compactMap { row in
      row.last?.firstMatch(of: /\*\*([^*]+)\*\*/).map { String($0.1) }
    }
    let rows = try ManualPage.named("README").rows()
      .filter { $0.count == 3 && Double($0[2]) != nil }
    #expect(rows.count >= 8)
    for row in rows { #expect(figures.contains(row[2]), "\(row[0])") }
  }
}
