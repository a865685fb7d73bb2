import Documents
import RecordEngine
import RowscopeModel

extension RecordService {
  /// Groups of the records that the user sees, with what is computed of each.
  ///
  /// ```swift
  /// let summary = try await service.summarize(
  ///   SummaryRequest(table: "tasks", groupBy: ["status"], aggregates: [.count]), as: ana)
  /// ```
  ///
  /// Complexity: O(n) in the records, which are read once; memory for each group.
  /// - Throws: any error of the request; `sum_out_of_range`; `limit_exceeded` where the groups take
  ///   too much memory; `deadline_exceeded`, `cancelled`, `database_error`.
  public func summarize(
    _ request: SummaryRequest, as user: User
  ) async throws(ServiceError) -> Summary {
    try await core().withSession(as: user) { reader throws(ServiceError) in
      try reader.summarize(request)
    }
  }

  /// The answer to a request for a summary in the wire format: as ``answer(_:as:)``, with groups as
  /// `items`. `skipped` is present where values were left out: see ``Summary/skipped``.
  public func answer(_ request: SummaryRequest, as user: User) async -> Answer {
    do throws(ServiceError) {
      return Answer(json: try await core().json(request, as: user))
    } catch {
      return Answer(error)
    }
  }
}

extension RecordReader {
  /// Groups of the records that the user sees: see ``RecordService/summarize(_:as:)``.
  ///
  /// Complexity: O(n) in the records, which are read once; memory for each group.
  /// - Throws: as ``RecordService/summarize(_:as:)``.
  public func summarize(_ request: SummaryRequest) throws(ServiceError) -> Summary {
    try session.summarize(request)
  }
}

extension ServiceCore {
  /// The answer to a request for a summary in the wire format.
  func json(
    _ request: SummaryRequest, as user: User, at clock: RequestClock? = nil
  ) async throws(ServiceError) -> [UInt8] {
    let summary = try await withSession(as: user, at: clock) { reader throws(ServiceError) in
      try reader.summarize(request)
    }
    return Array("{\"data\":".utf8) + summary.json + Array("}".utf8)
  }
}
