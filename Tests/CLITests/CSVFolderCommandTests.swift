import Foundation
import TestSupport
import Testing

/// Folders of CSV files as other programs write them.
@Suite struct CSVFolderCommandTests {
  private let rowscope = RowscopeProcess()

  private static let profile = #"{"tables_enabled": {"*": "*"}}"#
  /// As R writes it, with semicolons.
  private static let flights = "id;carrier;dep_delay\n1;UA;75\n2;NA;NA\n3;AA;8\n4;B6;NA\n5;UA;61\n"

  private func count(_ folder: TemporaryFolder, _ condition: String) throws -> String {
    try rowscope.run(
      "count", "flights", "--workspace", folder.path, "--user", "1", "--profile", "p", "--where",
      condition
    ).text
  }

  @Test func `check counts the cells that make a column of numbers text`() throws {
    let folder = try TemporaryFolder([
      "workspace.json": #"{"database": "data", "profiles": {"p": "p.json"}}"#,
      "p.json": Self.profile, "data/flights.csv": Self.flights,
    ])
    let check = try rowscope.run("check", "--workspace", folder.path)
    #expect(check.exitCode == 0)
    #expect(
      check.text == """
        warning: \(folder.path("data/flights.csv")): the column "dep_delay" is text: of its 5 cells \
        2 are "NA", and all others are numbers or empty
          help: declare "null": ["NA"] for the table or the workspace if such a cell has no value; \
        or the column as "column": "TEXT"

        1 profile, 0 errors, 1 warning

        """)
    // As text, 8 sorts after 60 and NA after both.
    #expect(try count(folder, "dep_delay > 60") == "5\n")
    try folder.write(
      #"{"database": "data", "profiles": {"p": "p.json"}, "null": ["NA"]}"#, to: "workspace.json")
    #expect(try count(folder, "dep_delay > 60") == "2\n")
    #expect(try count(folder, "carrier is null") == "1\n")
    #expect(
      try rowscope.run("check", "--workspace", folder.path).text
        == "1 profile, 0 errors, 0 warnings\n")
  }
}
