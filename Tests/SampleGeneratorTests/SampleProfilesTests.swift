import AccessProfiles
import Foundation
import RecordEngine
import RecordFilter
import RecordStore
import Rowscope
import RowscopeModel
import SampleGenerator
import TestSupport
import Testing
import Workspaces

/// The sample's profiles, users and requests, on its CSV files and on a generated database.
@Suite struct SampleProfilesTests {
  enum Database: CaseIterable { case files, generated }

  private static let folder = URL(filePath: Checkout.sampleData)

  /// 2026-11-22, 09:00 in UTC.
  private static let clock = RequestClock(now: 1_795_338_000)

  /// Made once: samples are never changed.
  private static let files = Result { try Sample(.files) }
  private static let generated = Result { try Sample(.generated) }

  private static func sample(_ database: Database) throws -> Sample {
    switch database {
    case .files: try files.get()
    case .generated: try generated.get()
    }
  }

  private struct Sample: Sendable {
    let workspace: WorkspaceContents
    let image: DatabaseImage
    let service: RecordService

    init(_ database: Database) throws {
      workspace = try WorkspaceContents.load(
        path: SampleProfilesTests.folder.path(percentEncoded: false))
      image =
        switch database {
        case .files: try workspace.readCSVFolder()
        case .generated: try SampleDatabase(rowCount: 1000).image()
        }
      service = RecordService(
        pool: try ConnectionPool(.image(image), capacity: 1),
        profiles: ProfileCatalog(reading: workspace), workspace: workspace.document,
        clock: { SampleProfilesTests.clock })
    }
  }

  @Test(arguments: Database.allCases)
  func `No profile has mistakes`(database: Database) async throws {
    let sample = try Self.sample(database)
    let report = try await sample.service.check(users: sample.workspace.users)
    #expect(report.profiles.count == 12)
    #expect(report.errorCount == 0)
    // `nobody` shows that a list in `tables_disabled` wins, with a warning.
    #expect(report.profiles.filter { $0.warningCount > 0 }.map(\.name) == ["nobody"])
    #expect(report.notes.isEmpty)
  }

  /// A user's records of a table, and the same in handwritten SQL.
  struct Scope: Sendable, CustomTestStringConvertible {
    let user: String
    let table: String
    let condition: String
    init(_ user: String, _ table: String, _ condition: String) {
      (self.user, self.table, self.condition) = (user, table, condition)
    }
    var testDescription: String { "\(user): \(table)" }
  }

  private static let region =
    "(SELECT r.code FROM clients c JOIN regions r ON r.code = c.region WHERE c.name = client)"

  @Test(
    arguments: [
      Scope("Bia Fontes", "tasks", "owner = 3 AND status IS NOT 'Done'"),
      Scope("Bia Fontes", "reminders", "1"),
      Scope("Marcos Vidal", "tasks", "team IN (1, 8)"),
      Scope("Marcos Vidal", "comments", "task IN (SELECT id FROM tasks WHERE team IN (1, 8))"),
      Scope("Marcos Vidal", "clients", "region IN ('southeast', 'north')"),
      Scope(
        "Marcos Vidal", "employees",
        "id = 2 OR manager = 2 OR manager IN (SELECT id FROM employees WHERE manager = 2)"),
      Scope("Marcos Vidal", "payables", "paid_on IS NULL AND amount <= 5000"),
      Scope(
        "Davi Nóbrega", "tasks",
        """
        \(region) = 'northeast' AND (priority >= 4 OR amount > 200 AND status IS NOT 'Done' OR owner = 10)
        AND NOT (status IS 'Blocked' AND ifnull(team, 0) IN (4, 7))
        """),
      Scope(
        "Davi Nóbrega", "receivables",
        """
        client_id IN (SELECT id FROM clients WHERE region = 'northeast') AND status IN ('open', 'overdue')
        """),
      Scope("Yasmin Haddad", "tasks", "0"),
      Scope("Yasmin Haddad", "clients", "0"),
      Scope(
        "Róisín O'Hara", "tasks",
        """
        EXISTS (SELECT 1 FROM task_watchers WHERE task = id AND user = 11) OR owner IS NULL
        OR due_date BETWEEN '2026-11-22' AND '2026-12-05' AND ifnull(status, '') NOT IN ('Done', 'Blocked')
        """),
      Scope(
        "Róisín O'Hara", "reminders",
        """
        json_valid(participants) AND participants LIKE '[%' AND EXISTS (SELECT 1 FROM json_each(participants) WHERE value = 11)
        """),
      Scope("Róisín O'Hara", "on-call rota", "\"week of\" >= '2026-11-22'"),
      Scope("Olga \"Lola\" Reis", "clients", "0"),
      Scope(
        "Rui Peçanha", "receivables",
        "issued_on >= '2026-01-01' AND NOT ifnull(amount < 0, 0)"),
      Scope("林 美咲", "tasks", "1"),
      Scope("Helena Prado", "payables", "1"),
      Scope(
        "Walter Müller", "tasks", "client = 'Müller & Söhne' AND title NOT LIKE '\\_%' ESCAPE '\\'"),
      Scope("Walter Müller", "receivables", "client_id = 4"),
      Scope("Vera Lindgren", "tasks", "owner = 20 OR team = 7"),
      Scope("Sakura Abe", "tasks", "0"),
      Scope("Elisa Brito", "tasks", "id IN (310, 368)"),
      Scope("Elisa Brito", "comments", "author = 'ext-44'"),
      Scope("Elisa Brito", "clients", "0"),
    ], Database.allCases)
  func `A user reaches the records that handwritten SQL gives`(
    scope: Scope, database: Database
  ) async throws {
    let sample = try Self.sample(database)
    let user = try sample.workspace.users.user(named: scope.user)
    let reached = try await sample.service.count(ListRequest(table: scope.table), as: user)
    let connection = try Connection(.image(sample.image))
    let table = "\"" + scope.table + "\""
    let rows = try connection.temporaryStatement(
      "SELECT count(*) FROM \(table) WHERE \(scope.condition)",
      as: .unrestricted
    ).rows()
    #expect(rows[0][0] == .integer(Int64(reached)))
  }

  @Test(arguments: [
    ("林 美咲", "payables"), ("林 美咲", "receivables"), ("Bia Fontes", "clients"),
    ("Zilda Amaral", "tasks"), ("Bruno Sá", "tasks"), ("Walter Müller", "employees"),
  ])
  func `A table that the profile does not grant does not exist`(
    name: String, table: String
  ) async throws {
    let sample = try Self.sample(.files)
    let user = try sample.workspace.users.user(named: name)
    let error = await #expect(throws: ServiceError.self) {
      _ = try await sample.service.count(ListRequest(table: table), as: user)
    }
    #expect(error?.code == .unknownTable)
  }

  @Test(arguments: Database.allCases)
  func `Each request is answered for somebody, and refused only for fields that are not visible`(
    database: Database
  ) async throws {
    let sample = try Self.sample(database)
    let requests = Self.folder.appending(path: "requests")
    let names = try FileManager.default.contentsOfDirectory(
      atPath: requests.path(percentEncoded: false))
    #expect(names.count >= 12)
    for name in names {
      let bytes = try Data(contentsOf: requests.appending(path: name))
      let request = try ListRequest(json: Array(bytes))
      var isAnswered = false
      for user in sample.workspace.users.users {
        do throws(ServiceError) {
          let page = try await sample.service.list(request, as: user)
          isAnswered = isAnswered || !page.items.isEmpty
        } catch {
          #expect([.unknownTable, .unknownField].contains(error.code), "\(name): \(error)")
        }
      }
      // A generated database need not have the one record that a request names.
      #expect(isAnswered || database == .generated, "\(name)")
    }
  }
}
