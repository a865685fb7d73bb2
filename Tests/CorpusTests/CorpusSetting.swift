import AccessProfiles
import Documents
import RecordEngine
import RecordFilter
import RecordStore
import Rowscope
import RowscopeModel
import TimeZones
import Workspaces

/// The services of cases. Cases that share a database, a workspace and profiles share a service.
struct CorpusServices {
  private let memory: MemoryPolicy
  private var databases = CorpusDatabase()
  private var services: [[String]: RecordService] = [:]

  init(memory: MemoryPolicy = .none) { self.memory = memory }

  mutating func pool(for corpusCase: CorpusCase) throws -> ConnectionPool {
    try databases.pool(for: corpusCase)
  }

  mutating func setting(for corpusCase: CorpusCase) throws -> CorpusSetting {
    CorpusSetting(
      service: try service(for: corpusCase), user: try CorpusSetting.user(corpusCase),
      clock: try CorpusSetting.clock(corpusCase))
  }

  private mutating func service(for corpusCase: CorpusCase) throws -> RecordService {
    let key =
      [corpusCase.databaseText, corpusCase.workspaceText ?? ""]
      + corpusCase.profiles.flatMap { [$0.name, $0.text] }
    if let service = services[key] { return service }
    let service = RecordService(
      pool: try pool(for: corpusCase), profiles: CorpusSetting.profiles(corpusCase),
      workspace: try corpusCase.workspaceText.map(CorpusSetting.workspace), memory: memory)
    services[key] = service
    return service
  }
}

/// The service, the user and the clock of a case.
struct CorpusSetting {
  let service: RecordService
  let user: User
  let clock: RequestClock

  fileprivate init(service: RecordService, user: User, clock: RequestClock) {
    self.service = service
    self.user = user
    self.clock = clock
  }

  /// A service that writes.
  init(writing corpusCase: CorpusCase, to writer: ConnectionPool, reading: ConnectionPool) throws {
    self.init(
      service: RecordService(
        pool: reading, profiles: Self.profiles(corpusCase),
        workspace: try corpusCase.workspaceText.map(Self.workspace), writing: .pool(writer)),
      user: try Self.user(corpusCase), clock: try Self.clock(corpusCase))
  }

  static func user(_ corpusCase: CorpusCase) throws -> User {
    if let asked = corpusCase["as"] { return .inWorkspace(try Value(corpus: asked)) }
    let source = SourceDocument(name: "user", text: "[\(corpusCase.userText)]")
    let directory = try UserDirectory(document: source, profiles: corpusCase.profileNames)
    guard let user = directory.users.first else { throw CorpusError("a case without a user") }
    return user
  }

  /// Compiles statements for the tables of a case.
  static func planner(
    _ corpusCase: CorpusCase, tablesOf pool: @autoclosure () throws -> ConnectionPool,
    columns: PostgreSQLColumns? = nil
  ) throws -> QueryPlanner {
    let clock = try clock(corpusCase)
    return try QueryPlanner(
      tablesOf: pool(), profiles: profiles(corpusCase),
      workspace: try corpusCase.workspaceText.map(workspace), columns: columns,
      clock: { clock })
  }

  fileprivate static func profiles(_ corpusCase: CorpusCase) -> ProfileCatalog {
    var catalog = ProfileCatalog()
    for (name, text) in corpusCase.profiles {
      do throws(Diagnostics) {
        catalog[name] = try Profile(document: SourceDocument(name: "profile", text: text))
      } catch {
        catalog[fault: name] = .invalid(error)
      }
    }
    return catalog
  }

  fileprivate static func workspace(_ text: String) throws -> WorkspaceDocument {
    // A case's database is in memory; a file name stands for it.
    let members = text.drop { $0 != "{" }.dropFirst()
    return try WorkspaceDocument(
      document: SourceDocument(name: "workspace", text: "{\"database\": \"memory\", \(members)"))
  }

  fileprivate static func clock(_ corpusCase: CorpusCase) throws -> RequestClock {
    let moment = corpusCase.now.utf8.split { !(48...57).contains($0) }
      .compactMap { Int64(String($0) ?? "") }
    guard moment.count == 6, let zone = ZoneRule(named: corpusCase.timeZone) else {
      throw CorpusError("no clock")
    }
    let seconds = moment[3] * 3600 + moment[4] * 60 + moment[5]
    let midnight = days(year: moment[0], month: moment[1], day: moment[2]) * 86_400
    return RequestClock(now: midnight + seconds, zone: zone)
  }

  /// Days since 1970-01-01, counted year by year: shares nothing with the service's own arithmetic.
  private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
    func isLeap(_ year: Int64) -> Bool {
      year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
    }
    func length(of year: Int64) -> Int64 { isLeap(year) ? 366 : 365 }
    let months: [Int64] = [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    let years =
      year < 1970
      ? -(year..<1970).map(length).reduce(0, +) : (1970..<year).map(length).reduce(0, +)
    return years + months.prefix(Int(month) - 1).reduce(0, +) + day - 1
  }
}
