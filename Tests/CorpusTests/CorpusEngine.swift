import AccessProfiles
import RecordFilter
import RecordStore
import Rowscope
import Testing

/// Something that answers the cases of the corpus. Every engine answers the same ones.
protocol CorpusEngine {
  /// The answer, and the whole of an error, for a byte-by-byte comparison.
  mutating func answer(_ corpusCase: CorpusCase) async throws -> (CorpusAnswer, error: String)
}

/// What the record service answers from.
enum CorpusBackend: String, CaseIterable, CustomTestStringConvertible {
  case sqlite, memory
  /// Memory, after the service itself has found no difference to what SQLite answers.
  case both

  var testDescription: String { rawValue }
}

/// The record service.
struct ServiceEngine: CorpusEngine {
  let backend: CorpusBackend
  private var databases = CorpusDatabase()

  init(_ backend: CorpusBackend) { self.backend = backend }

  mutating func answer(
    _ corpusCase: CorpusCase
  ) async throws -> (CorpusAnswer, error: String) {
    let setting = try CorpusSetting(
      corpusCase, pool: try databases.pool(for: corpusCase),
      memory: backend == .sqlite ? .none : MemoryPolicy(tables: .all, use: .always))
    do throws(ServiceError) {
      return (.records(try await records(corpusCase, setting)), error: "")
    } catch {
      return (.failure(error.code.rawValue), error: "\(error.code): \(error)")
    }
  }

  private func records(
    _ corpusCase: CorpusCase, _ setting: CorpusSetting
  ) async throws(ServiceError) -> CorpusRecords {
    let request = try ListRequest(json: Array(corpusCase.requestText.utf8))
    let backend = backend
    return try await setting.service.read(as: setting.user, at: setting.clock) {
      reader throws(ServiceError) in
      if backend == .both, let difference = try reader.compareEngines(request) {
        Issue.record(
          "\(corpusCase.name): \(difference): \(difference.sqlite) and \(difference.memory)")
      }
      return corpusCase.walks
        ? try Self.walk(request, on: reader) : CorpusRecords(try reader.list(request))
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
}

extension CorpusRecords {
  init(_ page: Page<Record>) {
    self.init(
      fields: page.items.first?.shape.fields.map { Text($0.name) },
      rows: page.items.map(\.values), hasMore: page.hasMore,
      count: page.count.map { .init(value: $0.value, isExact: $0.isExact) })
  }
}
