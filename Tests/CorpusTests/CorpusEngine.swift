import AccessProfiles
import Documents
import RecordFilter
import RecordStore
import RowscopeModel
import TestSupport
import Testing

@testable import RecordEngine
@testable import Rowscope

/// Something that answers the corpus's cases. Every engine gives the same answers.
protocol CorpusEngine {
  /// The answer, and the whole error text, to be compared byte by byte.
  mutating func answer(_ corpusCase: CorpusCase) async throws -> (CorpusAnswer, error: String)
}

/// The engine that the record service answers from.
enum CorpusBackend: String, CustomTestStringConvertible {
  case sqlite, memory
  /// Memory, with the service itself comparing each answer with SQLite's.
  case both

  var testDescription: String { rawValue }
}

/// The record service.
struct ServiceEngine: CorpusEngine {
  let backend: CorpusBackend
  private var services: CorpusServices
  /// The number of counts that two connections shared.
  private(set) var sharedCounts = 0

  init(_ backend: CorpusBackend) {
    self.backend = backend
    services = CorpusServices(
      memory: backend == .sqlite ? .none : MemoryPolicy(tables: .all, use: .always))
  }

  mutating func answer(
    _ corpusCase: CorpusCase
  ) async throws -> (CorpusAnswer, error: String) {
    let setting: CorpusSetting
    do {
      setting = try services.setting(for: corpusCase)
    } catch let problems as Diagnostics {
      // A workspace with mistakes denies everything.
      return (.failure("invalid_workspace"), error: "\(problems.list.map(\.code))")
    }
    do throws(ServiceError) {
      return (.records(try await records(corpusCase, setting)), error: "")
    } catch {
      return (.failure(error.code.rawValue), error: "\(error.code): \(error)")
    }
  }

  private mutating func records(
    _ corpusCase: CorpusCase, _ setting: CorpusSetting
  ) async throws(ServiceError) -> CorpusRecords {
    let request = try ListRequest(json: Array(corpusCase.requestText.utf8))
    let backend = backend
    var sharedCounts = 0
    defer { self.sharedCounts += sharedCounts }
    return try await setting.service.withSession(as: setting.user, at: setting.clock) {
      reader throws(ServiceError) in
      if backend == .both, let difference = try reader.compareEngines(request) {
        Issue.record(
          "\(corpusCase.name): \(difference): \(difference.sqlite) and \(difference.memory)")
      }
      guard backend == .sqlite else { return try Self.records(request, corpusCase, on: reader) }
      if try Self.compareCounts(request, corpusCase.name, on: reader) { sharedCounts += 1 }
      // Small tables count as large, so that it is chosen how records are found.
      return try DataLooks.$limit.withValue(2) {
        Result { () throws(ServiceError) in
          try Self.compareForms(request, corpusCase.name, on: reader)
          return try Self.records(request, corpusCase, on: reader)
        }
      }.get()
    }
  }

  private static func records(
    _ request: ListRequest, _ corpusCase: CorpusCase, on reader: borrowing ReadSession
  ) throws(ServiceError) -> CorpusRecords {
    corpusCase.walks ? try walk(request, on: reader) : CorpusRecords(try reader.list(request))
  }

  /// Compares the records and their number in every way to find them.
  private static func compareForms(
    _ request: ListRequest, _ name: String, on reader: borrowing ReadSession
  ) throws(ServiceError) {
    let (table, resolved) = try reader.resolve(request)
    func rows(_ query: Query) throws(ServiceError) -> [[Value]] {
      var rows: [[Value]] = []
      try reader.forEachSQLiteRow(of: query, table) { row in
        rows.append(row.values())
        return true
      }
      return rows
    }
    let expected = try rows(resolved.query)
    let count = try reader.count(request)
    for form in resolved.query.accessForms {
      #expect(try rows(form) == expected, "\(name): found by \(form.accessPath)")
      #expect(try reader.countInSQLite(form, table) == count, "\(name): by \(form.accessPath)")
    }
  }

  /// Compares a count by one connection with a count by two.
  ///
  /// - Returns: whether two connections took part.
  private static func compareCounts(
    _ request: ListRequest, _ name: String, on reader: borrowing ReadSession
  ) throws(ServiceError) -> Bool {
    let (table, resolved) = try reader.resolve(request)
    let alone = try reader.count(request)
    let shared = try reader.onDatabase { connection throws(ServiceError) in
      Result { () throws(any Error) in
        try SplitCount.$fewestRows.withValue(0) {
          try reader.splitCount(resolved.query, table, on: connection)
        }
      }
    }
    guard let count = try? shared.get() else { return false }
    #expect(count == alone, "\(name): counted by two connections, and by one")
    return true
  }

  /// All pages in order, each from the cursor of the page before.
  private static func walk(
    _ request: ListRequest, on reader: borrowing ReadSession
  ) throws(ServiceError) -> CorpusRecords {
    var request = request
    var page = try reader.list(request)
    var records = CorpusRecords(page)
    while let next = page.next {
      request.after = next
      page = try reader.list(request)
      records.append(page)
      // A cursor that does not advance would never end.
      guard records.rows.count < 1000 else { break }
    }
    return records
  }
}

extension CorpusRecords {
  init(_ page: Page<Record>) {
    self.init(
      fields: page.items.first?.shape.fields.map { Text($0.name) },
      rows: page.items.map(CorpusCell.cells(of:)), hasMore: page.hasMore,
      count: page.count.map { .init(value: $0.value, isExact: $0.isExact) },
      hidden: page.hidden,
      may: page.may.map { $0.map { $0.map(\.rawValue) } })
  }

  /// Adds the page after.
  mutating func append(_ page: Page<Record>) {
    let more = CorpusRecords(page)
    if hidden != nil || more.hidden != nil { hidden = hiddenByRow + more.hiddenByRow }
    rows += more.rows
    may? += more.may ?? []
    hasMore = more.hasMore
  }

  private var hiddenByRow: [[String]] { hidden ?? rows.map { _ in [] } }
}
