import AccessProfiles
import Foundation
import RecordFilter
import Rowscope
import TestSupport
import Testing

@testable import Documents
@testable import RowscopeCLI
@testable import Workspaces

/// Every name that the parsers know is in the reference chapters and in `rowscope help`, so that
/// the three stay in step.
@Suite struct ManualReferenceTests {
  /// The Swift of the library and the command.
  static func sources() throws -> [(name: String, text: String)] {
    let folder = ManualPage.root.appendingPathComponent("Sources")
    let files = try #require(
      FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
    return try files.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }
      .map { ($0.lastPathComponent, try String(contentsOf: $0, encoding: .utf8)) }
  }

  private func help(_ topic: HelpTopic) throws -> String {
    let outcome = try RowscopeProcess().run("help", topic.rawValue)
    #expect(outcome.exitCode == 0)
    #expect(outcome.messages == "")
    return outcome.text
  }

  /// The names at the beginning of a topic's rows.
  private func names(in topic: HelpTopic) -> Set<String> {
    Set(topic.sections.flatMap { $0.rows.map(\.name) })
  }

  // MARK: - Operators and references

  @Test(arguments: Operator.allCases)
  func everyOperatorIsExplained(symbol: Operator) throws {
    let row = try #require(
      ManualPage.named("Conditions").rows().first { $0.first?.codeSpan == symbol.rawValue },
      "no row for \(symbol)")
    let aliases = Operator.names.filter {
      $0 != symbol.rawValue && Operator.named($0)?.operator == symbol
    }
    let shown = row[1].matches(of: /`([^`]+)`/).map { String($0.1) }
    #expect(Set(shown) == Set(aliases))
    let explanation = try #require(
      HelpTopic.operators.sections.flatMap(\.rows).first { $0.name == symbol.rawValue }
    ).meaning
    for alias in aliases { #expect(explanation.contains(alias)) }
  }

  @Test func everyReferenceIsExplained() throws {
    let spans = try ManualPage.named("Conditions").codeSpans
    for name in Reference.names + ["attributes.NAME"] {
      #expect(spans.contains(name))
      #expect(names(in: .operators).contains(name))
    }
  }

  // MARK: - Keys

  /// Where the keys of each file, or of one enumeration in it, are explained; several may share a
  /// place.
  private static let places: [(prefix: String, page: String, topic: HelpTopic)] = [
    ("WorkspaceReader+Forms", "Fields", .workspace),
    ("WorkspaceReader+Relations", "Fields", .workspace),
    ("WorkspaceReader+Tables.swift FieldKey", "Fields", .workspace),
    ("WorkspaceReader+Tables.swift LinkKey", "Fields", .workspace),
    ("ProfileReader", "ProfileFormat", .profile),
    ("Grant.swift", "ProfileFormat", .profile),
    ("Profile.swift", "ProfileFormat", .profile),
    ("ConditionParser", "Conditions", .operators),
    ("WorkspaceReader", "WorkspaceFile", .workspace),
    ("Catalog.swift", "WorkspaceFile", .catalogs),
    ("PostgreSQLCatalogReader", "WorkspaceFile", .catalogs),
    ("UserReader", "Users", .workspace),
    ("ExpectationFile", "Reasons", .tests),
    ("ListRequest+JSON", "Requests", .request),
    ("SummaryRequest+JSON", "Summaries", .request),
    ("WireQuestion", "Serving", .request),
  ]

  /// The names that an enumeration's cases have in documents.
  static func names(of body: Substring) -> [String] {
    body.matches(of: /(?:^|\s)case ((?:`?\w+`?(?: = "[^"]*")?(?:, )?)+)/).flatMap { match in
      match.1.split(separator: ",").map { name in
        name.firstMatch(of: /"([^"]*)"/).map { String($0.1) }
          ?? name.trimmingCharacters(in: CharacterSet(charactersIn: " `"))
      }
    }
  }

  @Test func everyKeyIsExplained() throws {
    let keys = /enum (\w*Key|Flag): String, [^{]*\{([^}]*)/
    var count = 0
    for file in try Self.sources() {
      for match in file.text.matches(of: keys) {
        let place = try #require(
          Self.places.first { "\(file.name) \(match.1)".hasPrefix($0.prefix) },
          "say which page explains the keys of \(match.1) in \(file.name)")
        let spans = try ManualPage.named(place.page).codeSpans
        let names = Self.names(of: match.2)
        #expect(!names.isEmpty, "\(match.1) in \(file.name)")
        for key in names {
          count += 1
          #expect(spans.contains(key), "\(place.page) does not explain \(key)")
          #expect(
            self.names(in: place.topic).contains(key),
            "`rowscope help \(place.topic)` does not explain \(key)")
        }
      }
    }
    #expect(count > 60)
  }

  @Test func everyChoiceIsExplained() throws {
    let choices: [(page: String, topic: HelpTopic, names: [String])] = [
      ("Fields", .workspace, FieldType.allCases.map(\.rawValue)),
      ("Fields", .workspace, DateEncoding.named.map(\.name)),
      ("Conditions", .workspace, FieldType.allCases.map(\.rawValue)),
      ("Users", .workspace, Seat.allCases.map(\.name)),
      ("Users", .workspace, UserType.allCases.map(\.name)),
      ("Users", .workspace, Invitation.Mode.allCases.map(\.rawValue)),
      ("ProfileFormat", .profile, MenuItem.Kind.allCases.map(\.rawValue)),
      ("Requests", .request, ListRequest.Counting.allCases.map(\.rawValue)),
      ("Requests", .request, ListRequest.Joining.allCases.map(\.rawValue)),
    ]
    for (page, topic, names) in choices {
      let spans = try ManualPage.named(page).codeSpans
      let text = topic.sections.flatMap(\.rows).map(\.meaning).joined(separator: " ")
      for name in names {
        #expect(spans.contains(name), "\(page) does not explain \(name)")
        #expect(text.contains(name), "`rowscope help \(topic)` does not name \(name)")
      }
    }
    // The aliases of seats and user types, and the column types, are in the manual only.
    let users = try ManualPage.named("Users").codeSpans
    for name in Seat.allCases.flatMap(\.names) + UserType.allCases.flatMap(\.names) {
      #expect(users.contains(name) || users.contains(name.lowercased()), "\(name)")
    }
    let columns = try ManualPage.named("WorkspaceFile").codeSpans
    for name in ColumnType.names { #expect(columns.contains(name), "\(name)") }
  }

  @Test(arguments: Power.allCases)
  func everyPowerIsExplained(power: Power) throws {
    let row = try #require(
      ManualPage.named("Users").rows().first {
        $0.first?.codeSpan == power.rawValue && $0.count == 4
      })
    func names(_ names: [String], of all: Int) -> String {
      names.count == all ? "all" : names.map { "`\($0)`" }.joined(separator: ", ")
    }
    let seats = Seat.allCases.filter { $0.powers.contains(power) }.map(\.name)
    let decided = power.serverPower ?? power
    let types = UserType.allCases.filter { $0.powers.contains(decided) }.map(\.name)
    #expect(
      row == [
        "`\(power.rawValue)`", power.englishLabel,
        Seat.catalogue.contains(power) ? names(seats, of: Seat.allCases.count) : "–",
        UserType.catalogue.contains(decided) ? names(types, of: UserType.allCases.count) : "–",
      ])
  }

  // MARK: - The command

  @Test(arguments: HelpTopic.allCases)
  func everyTopicIsPrinted(topic: HelpTopic) throws {
    let text = try help(topic)
    for section in topic.sections {
      #expect(text.contains("\n\(section.heading)\n"))
      for row in section.rows { #expect(text.contains("\n  \(row.name)")) }
    }
    for line in text.split(separator: "\n") { #expect(DisplayWidth.columns(of: line) <= 100) }
    let program = try RowscopeProcess().run("help")
    #expect(program.text.contains("\n  \(topic.rawValue) "))
  }

  @Test func aMisspeltTopicIsSuggested() throws {
    let outcome = try RowscopeProcess().run("help", "operator")
    #expect(outcome.exitCode == 2)
    #expect(
      outcome.messages.hasPrefix("error: unknown command `operator`, did you mean `operators`?\n"))
    #expect(outcome.messages.contains("; the topics are operators, "))
    // Only `help` has topics.
    #expect(try RowscopeProcess().run("operators").exitCode == 2)
  }

  @Test(arguments: Program.commands.map(\.declaration.name))
  func everyOptionIsExplained(name: String) throws {
    let declaration = try Program.command(named: name).declaration
    let page = try ManualPage.named("CommandLine")
    let spans = page.codeSpans
    let isNamed = { (word: String) in
      spans.contains { $0 == word || $0.hasPrefix(word + " ") }
    }
    #expect(isNamed(name))
    for option in declaration.options {
      #expect(isNamed("--" + option.long), "--\(option.long)")
      if let short = option.short { #expect(isNamed("-\(short)"), "-\(short)") }
    }
  }

  @Test func everyFormatIsExplained() throws {
    let spans = try ManualPage.named("CommandLine").codeSpans
    for format in OutputFormat.allCases { #expect(spans.contains(format.rawValue)) }
  }
}
