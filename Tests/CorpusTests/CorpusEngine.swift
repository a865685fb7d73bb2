import AccessProfiles
import RecordFilter
import RecordStore
import Rowscope

/// Something that answers the cases of the corpus. Every engine answers the same ones.
protocol CorpusEngine {
  /// The answer, and the whole of an error, for a byte-by-byte comparison.
  mutating func answer(_ corpusCase: CorpusCase) async throws -> (CorpusAnswer, error: String)
}

/// The record service over SQLite.
struct ServiceEngine: CorpusEngine {
  private var databases = CorpusDatabase()

  mutating func answer(
    _ corpusCase: CorpusCase
  ) async throws -> (CorpusAnswer, error: String) {
    let user = try Self.user(corpusCase)
    let service = RecordService(
      pool: try databases.pool(for: corpusCase),
      profiles: Self.profiles(corpusCase, name: user.profile ?? "none"),
      workspace: try corpusCase.workspaceText.map(Self.workspace))
    let clock = try Self.clock(corpusCase)
    do throws(ServiceError) {
      let records = try await Self.records(corpusCase, of: service, as: user, at: clock)
      return (.records(records), error: "")
    } catch {
      return (.failure(error.code.rawValue), error: "\(error.code): \(error)")
    }
  }

  private static func records(
    _ corpusCase: CorpusCase, of service: RecordService, as user: User, at clock: RequestClock
  ) async throws(ServiceError) -> CorpusRecords {
    let request = try ListRequest(json: Array(corpusCase.requestText.utf8))
    return try await service.read(as: user, at: clock) { reader throws(ServiceError) in
      corpusCase.walks
        ? try walk(request, on: reader) : CorpusRecords(try reader.list(request))
    }
  }

  /// All pages, one after the other, each by the cursor of the one before.
  private static func walk(
    _ request: ListRequest, on reader: borrowing RecordReader
  ) throws(ServiceError) -> CorpusRecords {
    var request = request
    var page = try reader.list(request)
    var records = CorpusRecords(page)
    while let next = page.next {
      request.after = next
      page = try reader.list(request)
      records.rows += page.items.map(\.values)
      // A cursor that does not move on would have no end.
      guard records.rows.count < 1000 else { break }
    }
    records.hasMore = page.hasMore
    return records
  }

  private static func user(_ corpusCase: CorpusCase) throws -> User {
    let name = corpusCase["user"]?["profile"]?.string
    let source = SourceDocument(name: "user", text: "[\(corpusCase.userText)]")
    let directory = try UserDirectory(document: source, profiles: name.map { [$0] } ?? [])
    guard let user = directory.users.first else { throw CorpusError("a case without a user") }
    return user
  }

  private static func profiles(_ corpusCase: CorpusCase, name: String) -> ProfileCatalog {
    var catalog = ProfileCatalog()
    do throws(Diagnostics) {
      let source = SourceDocument(name: "profile", text: corpusCase.profileText)
      catalog[name] = try Profile(document: source)
    } catch {
      catalog.faults[name] = .invalid(error)
    }
    return catalog
  }

  private static func workspace(_ text: String) throws -> WorkspaceDocument {
    // A case's database is in memory: the name of a file stands for it.
    let members = text.drop { $0 != "{" }.dropFirst()
    return try WorkspaceDocument(
      document: SourceDocument(name: "workspace", text: "{\"database\": \"memory\", \(members)"))
  }

  private static func clock(_ corpusCase: CorpusCase) throws -> RequestClock {
    let moment = corpusCase.now.utf8.split { !(48...57).contains($0) }
      .compactMap { Int64(String($0) ?? "") }
    let offset = corpusCase.offset.utf8.split { !(48...57).contains($0) }
      .compactMap { Int(String($0) ?? "") }
    guard moment.count == 6, offset.count == 2 else { throw CorpusError("no clock") }
    let seconds = moment[3] * 3600 + moment[4] * 60 + moment[5]
    let distance = offset[0] * 3600 + offset[1] * 60
    return RequestClock(
      now: days(year: moment[0], month: moment[1], day: moment[2]) * 86_400 + seconds,
      utcOffset: corpusCase.offset.hasPrefix("-") ? -distance : distance)
  }

  /// Days since 1970-01-01, counted one year after the other: nothing in common with the service's own arithmetic.
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

extension CorpusRecords {
  init(_ page: Page<Record>) {
    self.init(
      fields: page.items.first?.shape.fields.map { Text($0.name) },
      rows: page.items.map(\.values), hasMore: page.hasMore,
      count: page.count.map { .init(value: $0.value, isExact: $0.isExact) })
  }
}
