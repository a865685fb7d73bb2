import AccessProfiles
import Documents
import RecordEngine
import RecordFilter
import RecordStore
import Rowscope
import RowscopeModel
import TestSupport
import Workspaces

/// Statements for a driver of the service's own, run by SQLite itself.
struct CorpusPlanner: CorpusEngine {
  private var databases = CorpusDatabase()
  private var drivers: [String: SQLiteOracle] = [:]

  mutating func answer(
    _ corpusCase: CorpusCase
  ) async throws -> (CorpusAnswer, error: String) {
    let driver = try driver(for: corpusCase)
    let planner: QueryPlanner
    do {
      planner = try CorpusSetting.planner(
        corpusCase, tablesOf: databases.pool(for: corpusCase))
    } catch let error where error is OpeningError || error is Diagnostics {
      // A workspace with mistakes denies everything.
      return (.failure("invalid_workspace"), error: "\(error)")
    }
    let user = try CorpusSetting.user(corpusCase)
    do throws(ServiceError) {
      let records = try CorpusRecords(of: corpusCase, planner, user) {
        query throws(ServiceError) in try rows(of: query, driver)
      }
      return (.records(records), error: "")
    } catch {
      return (.failure(error.code.rawValue), error: "\(error.code): \(error)")
    }
  }

  private func rows(
    of query: SQLQuery, _ driver: SQLiteOracle
  ) throws(ServiceError) -> [[Value]] {
    do {
      return try driver.rows(query.text, query.parameters)
    } catch {
      throw ServiceError(.database, "\(error): \(query.text)")
    }
  }

  private mutating func driver(for corpusCase: CorpusCase) throws -> SQLiteOracle {
    if let driver = drivers[corpusCase.databaseText] { return driver }
    let driver = try SQLiteOracle()
    try CorpusDatabase.fill(corpusCase) { try driver.rows($0, $1) }
    drivers[corpusCase.databaseText] = driver
    return driver
  }
}

extension CorpusRecords {
  /// The records that a case's request has, by the statements of a planner.
  ///
  /// - Parameter rows: runs one.
  init(
    of corpusCase: CorpusCase, _ planner: QueryPlanner, _ user: User,
    _ rows: (SQLQuery) throws(ServiceError) -> [[Value]]
  ) throws(ServiceError) {
    func page(_ request: ListRequest) throws(ServiceError) -> Page<Record> {
      var list = try planner.list(request, as: user)
      while let query = try list.next() { try list.take(try rows(query)) }
      return try list.page()
    }
    var request = try ListRequest(json: Array(corpusCase.requestText.utf8))
    var found = try page(request)
    self.init(found)
    // A cursor that does not advance would never end.
    while corpusCase.walks, let next = found.next, self.rows.count < 1000 {
      request.after = next
      found = try page(request)
      append(found)
    }
    if let limit = request.count.limit ?? (request.count == .exact ? .max : nil) {
      let statement = try planner.count(request, as: user)
      let count = try statement.map { (statement) throws(ServiceError) in
        try rows(statement)[0][0].integer ?? -1
      }
      let number = Int(count ?? 0)
      self.count = .init(value: min(number, limit), isExact: number <= limit)
    }
  }
}
