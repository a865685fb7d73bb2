import AccessProfiles
import Documents
import Foundation
import RecordEngine
import RecordStore
import Rowscope
import TestSupport
import Testing
import Workspaces

/// The JSON of the README and the manual is accepted by the parsers that it is written for, with
/// the sample workspace; and each code in the chapter on errors is that of its example.
///
/// The line before a block names its kind: `<!-- example: profile -->`.
@Suite struct ManualExampleTests {
  /// The sample workspace, opened once.
  private struct World {
    let workspace: WorkspaceContents
    let pool: ConnectionPool

    init() throws {
      workspace = try WorkspaceContents.load(path: ManualPage.root.path + "/SampleData")
      pool = try ConnectionPool(.image(workspace.readCSVFolder()), capacity: 4)
    }

    /// The service with one more profile, called `example`.
    func service(
      example: String = "{}", workspace document: WorkspaceDocument? = nil
    ) -> RecordService {
      var catalog = ProfileCatalog(reading: workspace)
      do throws(Diagnostics) {
        catalog["example"] = try Profile(document: SourceDocument(name: "example", text: example))
      } catch {
        catalog[fault: "example"] = .invalid(error)
      }
      return RecordService(
        pool: pool, profiles: catalog, workspace: document ?? workspace.document)
    }

    /// The diagnostics of a profile, alone and against the schema.
    func findings(inProfile text: String) async throws -> [Diagnostic] {
      let report = try await service(example: text).check(["example"])
      return report.profiles.flatMap { $0.diagnostics?.list ?? [] }
    }

    func findings(inUsers text: String) async throws -> [Diagnostic] {
      let users: UserDirectory
      do throws(Diagnostics) {
        users = try UserDirectory(
          document: SourceDocument(name: "users", text: text),
          profiles: workspace.profiles.map(\.name))
      } catch {
        return error.list
      }
      return try await service().check([], users: users).users.flatMap(\.list)
    }

    /// The diagnostics of a workspace with the sample's tables and a database file.
    func findings(inWorkspace text: String) async throws -> [Diagnostic] {
      let folder = try TemporaryFolder()
      try folder.write(text, to: "workspace.json")
      try folder.write("", to: "helpdesk.sqlite")
      try FileManager.default.createSymbolicLink(
        atPath: folder.path + "/tables", withDestinationPath: workspace.databasePath)
      let loaded: WorkspaceContents
      do throws(WorkspaceError) {
        loaded = try WorkspaceContents.load(path: folder.path)
      } catch {
        guard case .invalid(let documents) = error.kind else { throw error }
        return documents.flatMap(\.list)
      }
      let report: CheckReport
      do throws(ServiceError) {
        report = try await service(workspace: loaded.document).check([], users: loaded.users)
      } catch {
        #expect(error.code == .invalidWorkspace)
        let schema = try await service(workspace: nil).withSession(as: User(id: .null)) {
          reader throws(ServiceError) in reader.snapshot.schema
        }
        do throws(Diagnostics) {
          return try schema.applying(loaded.document).problems
        } catch {
          return error.list
        }
      }
      return report.users.flatMap(\.list) + (report.declarations?.list ?? [])
    }

    /// The data of the answer to a line of `rowscope serve`.
    func answer(to line: String, trusting trust: UserRequest.Trust) async throws -> [String: Any] {
      let service = try RecordService(following: ManualPage.root.path + "/SampleData")
      return try Self.data(
        of: await service.answer(line: Array(line.utf8), trusting: trust).json)
    }

    static func data(of answer: [UInt8]) throws -> [String: Any] {
      let object = try JSONSerialization.jsonObject(with: Data(answer)) as? [String: Any]
      return try #require(object?["data"] as? [String: Any])
    }
  }

  private static let world = Result { try World() }

  // MARK: - Examples

  @Test(arguments: ManualPage.all)
  func everyExampleIsAccepted(page: ManualPage) async throws {
    let world = try Self.world.get()
    for block in page.blocks where block.language == "json" {
      let kind = try #require(
        block.example, "\(page.name): nothing says what this is an example of:\n\(block.code)")
      let problems = try await problems(of: block.code, kind: kind, in: world)
      #expect(problems == [], "\(page.name), an example of \(kind):\n\(block.code)")
    }
  }

  /// What is wrong with an example.
  private func problems(of text: String, kind: String, in world: World) async throws -> [String] {
    func errors(_ findings: [Diagnostic]) -> [String] {
      findings.filter { $0.severity == .error }.map(\.message)
    }
    func refusal(_ data: [String: Any]) -> [String] {
      data["items"] == nil ? [data["message"] as? String ?? "no answer"] : []
    }
    if let table = kind.firstMatch(of: /^conditions of (.*)$/)?.1 {
      let profile = #"{"tables_enabled": {"\#(table)": {"data": \#(text)}}}"#
      return errors(try await world.findings(inProfile: profile))
    }
    switch kind {
    case "profile": return errors(try await world.findings(inProfile: text))
    case "users": return errors(try await world.findings(inUsers: text))
    case "workspace":
      // Its files do not exist: the document is parsed on its own.
      do throws(Diagnostics) {
        _ = try WorkspaceDocument(document: SourceDocument(name: "workspace", text: text))
        return []
      } catch {
        return errors(error.list)
      }
    case "catalog":
      do throws(Diagnostics) {
        _ = try Catalog(document: SourceDocument(name: "catalog", text: text))
        return []
      } catch {
        return errors(error.list)
      }
    case "tests":
      let file: ExpectationFile
      do throws(Diagnostics) {
        file = try ExpectationFile(document: SourceDocument(name: "tests", text: text))
      } catch {
        return errors(error.list)
      }
      let service = try await world.service().testing(file, of: world.workspace, clock: nil)
      return await service.results(of: file.tests).flatMap(\.failures)
    case "tables":
      return errors(
        try await world.findings(inWorkspace: #"{"database": "tables", "tables": \#(text)}"#))
    case "request":
      let helena = User(id: 1, profile: "auditor")
      return refusal(
        try World.data(of: await world.service().answer(json: Array(text.utf8), as: helena).json))
    case "user request": return refusal(try await world.answer(to: text, trusting: []))
    case "trusted request":
      return refusal(try await world.answer(to: text, trusting: [.user, .clock]))
    default: return ["there are no examples of \(kind)"]
    }
  }

  // MARK: - Codes

  private enum CodeKind: String, CaseIterable {
    case json, profile, condition, workspace, users
    case userRequest = "user request"
  }

  /// Turns `\xEF` into that byte.
  private static func bytes(of example: String) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = example[...]
    while let match = rest.firstMatch(of: /\\x([0-9A-F]{2})/) {
      bytes += Array(rest[..<match.range.lowerBound].utf8)
      bytes.append(UInt8(match.1, radix: 16) ?? 0)
      rest = rest[match.range.upperBound...]
    }
    return bytes + Array(rest.utf8)
  }

  private func codes(of example: String, _ kind: CodeKind, in world: World) async throws
    -> [String]
  {
    func codes(_ findings: [Diagnostic]) -> [String] { findings.map(\.code.rawValue) }
    switch kind {
    case .json:
      let source = SourceDocument(name: "example", bytes: Self.bytes(of: example))
      var found = DiagnosticCollector()
      _ = JSONReader.read(source, as: .strict, reporting: &found)
      // A strict parser stops at any comment.
      _ = JSONReader.read(source, as: .relaxed, reporting: &found)
      return codes(found.list)
    case .profile: return codes(try await world.findings(inProfile: example))
    case .condition:
      return codes(
        try await world.findings(
          inProfile: #"{"tables_enabled": {"tasks": {"data": [\#(example)]}}}"#))
    case .workspace: return codes(try await world.findings(inWorkspace: example))
    case .users: return codes(try await world.findings(inUsers: example))
    case .userRequest:
      let data = try await world.answer(to: example, trusting: [.user])
      return [data["code"] as? String].compactMap { $0 }
    }
  }

  @Test(arguments: CodeKind.allCases.map(\.rawValue))
  func everyExampleHasItsCode(mark: String) async throws {
    let world = try Self.world.get()
    let kind = try #require(CodeKind(rawValue: mark))
    var count = 0
    for row in try ManualPage.named("ErrorCodes").rows(marked: mark) {
      guard let code = row.first?.codeSpan, let example = row.last?.codeSpan else { continue }
      count += 1
      let found = try await codes(of: example, kind, in: world)
      #expect(found.contains(code), "\(example) is not \(code) but \(found)")
    }
    #expect(count >= 5)
  }

  /// The codes that need more than a line to show; other tests have them.
  private static let withoutExample: Set = [
    "depth_limit", "nesting_limit", "list_limit", "nothing_visible",
    "text_for_number", "other_meaning", "no_exact_form",
    "undetermined_view", "not_found", "invalid_user", "invalid_workspace", "deadline_exceeded",
    "cancelled", "sum_out_of_range", "gives_rights", "unserved_lookup",
    "database_error", "mismatched_record", "unused_file", "denied_table", "contradicted_type",
    "undeclared_form", "bad_catalog",
  ]

  @Test func everyCodeIsExplained() throws {
    let page = try ManualPage.named("ErrorCodes")
    var shown: Set<String> = []
    var bare: Set<String> = []
    for kind in CodeKind.allCases {
      for row in page.rows(marked: kind.rawValue) {
        guard let code = row.first?.codeSpan else { continue }
        if row.last?.codeSpan == nil { bare.insert(code) } else { shown.insert(code) }
      }
    }
    #expect(bare == Self.withoutExample)
    let explained = Set(page.rows().compactMap { $0.first?.codeSpan })
    let declaration = /static let \w+ = (?:Self|Code)\((?:rawValue: )?"(\w+)"\)/
    var declared: Set<String> = []
    for file in try ManualReferenceTests.sources() {
      for match in file.text.matches(of: declaration) { declared.insert(String(match.1)) }
    }
    #expect(declared.count > 80)
    #expect(declared.subtracting(explained) == [])
    #expect(explained.subtracting(declared) == [])
  }
}
