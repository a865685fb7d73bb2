import Documents
import Foundation
import RecordEngine
import Rowscope
import RowscopeModel
import Workspaces

extension Command {
  static let test = Command(declaration: .test) { arguments, context throws(CommandError) in
    let session = try Session(arguments, context)
    let clock = try Session.clock(arguments, session.workspace)
    var outcomes: [TestOutcome] = []
    for path in try testFiles(arguments, session.workspace) {
      let source: SourceDocument
      do throws(WorkspaceError) {
        source = try DocumentFile.read(path)
      } catch {
        throw CommandError(error)
      }
      let file: ExpectationFile
      do throws(Diagnostics) {
        file = try ExpectationFile(document: source)
      } catch {
        throw CommandError(exitCode: .negative, documents: [error])
      }
      let service: RecordService
      do throws(ServiceError) {
        service = try await session.service.testing(file, of: session.workspace, clock: clock)
      } catch {
        throw CommandError(error)
      }
      for result in await service.results(of: file.tests) {
        outcomes.append(TestOutcome(path: path, result: result))
      }
    }
    let target = context.target(arguments, format: .table)
    let isXML = arguments.value(.testFormat) == "junit"
    try target.write(
      isXML ? TestOutcome.junit(outcomes) : TestOutcome.text(outcomes, target.textStyle))
    return outcomes.allSatisfy(\.result.failures.isEmpty) ? .done : .negative
  }

  /// The files that are named, or those of the folder `tests` beside the workspace.
  private static func testFiles(
    _ arguments: Arguments, _ workspace: WorkspaceContents
  ) throws(CommandError) -> [String] {
    guard arguments.positionals.isEmpty else { return arguments.positionals }
    let folder = workspace.path.map { DocumentPath.join(DocumentPath.folder(of: $0), "tests") }
    let names = folder.flatMap { try? FileManager.default.contentsOfDirectory(atPath: $0) } ?? []
    let files = names.filter { $0.utf8.suffix(5).elementsEqual(".json".utf8) }
      .sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
    guard let folder, !files.isEmpty else {
      throw .usage(
        "there are no tests",
        help: "write them to tests/NAME.json beside the workspace; see `rowscope help tests`")
    }
    return files.map { DocumentPath.join(folder, $0) }
  }
}

/// One test of a file, as it is reported.
struct TestOutcome {
  let path: String
  let result: ExpectationResult

  private var place: String { "\(path):\(result.line)" }

  /// A line for each test, and one for each difference of those that fail.
  static func text(_ outcomes: [TestOutcome], _ style: Style) -> String {
    var text = ""
    for outcome in outcomes {
      let failures = outcome.result.failures
      let word = failures.isEmpty ? "ok    " : style.error("FAILED")
      text += "\(word)  \(Printable.text(outcome.place))  \(Printable.text(outcome.result.name))\n"
      for failure in failures { text += "        \(Printable.text(failure))\n" }
    }
    let failed = outcomes.count { !$0.result.failures.isEmpty }
    let count = outcomes.count == 1 ? "1 test" : "\(outcomes.count) tests"
    return text + "\(count), \(failed) failed\n"
  }

  /// The report that build servers read.
  static func junit(_ outcomes: [TestOutcome]) -> String {
    let failed = outcomes.count { !$0.result.failures.isEmpty }
    var text = """
      <?xml version="1.0" encoding="UTF-8"?>
      <testsuites tests="\(outcomes.count)" failures="\(failed)">

      """
    var rest = outcomes[...]
    while let first = rest.first {
      let suite = rest.prefix { $0.path.hasSameBytes(as: first.path) }
      rest = rest.dropFirst(suite.count)
      let failures = suite.count { !$0.result.failures.isEmpty }
      text +=
        "  <testsuite name=\"\(xml(first.path))\" tests=\"\(suite.count)\" "
        + "failures=\"\(failures)\">\n"
      for outcome in suite {
        let name =
          "    <testcase name=\"\(xml(outcome.result.name))\" classname=\"\(xml(first.path))\" "
          + "file=\"\(xml(first.path))\" line=\"\(outcome.result.line)\""
        guard !outcome.result.failures.isEmpty else {
          text += name + "/>\n"
          continue
        }
        let message = xml(outcome.result.failures.joined(separator: "; "))
        text += name + ">\n      <failure message=\"\(message)\"/>\n    </testcase>\n"
      }
      text += "  </testsuite>\n"
    }
    return text + "</testsuites>\n"
  }

  /// A text in an attribute. XML has no control characters, so they are written as in messages.
  private static func xml(_ text: String) -> String {
    var escaped = ""
    for scalar in Printable.text(text).unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
