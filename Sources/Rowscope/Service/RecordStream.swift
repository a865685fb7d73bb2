import FilterMemory
import FilterSQL
import RecordEngine
import RecordFilter
import RecordStore
import RowscopeModel

extension RecordService {
  /// The records of a request, one after another, in constant memory.
  ///
  /// The request's size and page are those of the stream; without a size it returns every record.
  /// The stream holds one connection and one snapshot of the database from the first record until
  /// the iterator is released, so a slow reader sees the data as of its beginning. The deadline
  /// applies to the whole stream.
  public func stream(_ request: ListRequest, as user: User) -> RecordStream {
    RecordStream(service: self, request: request, user: user)
  }
}

/// Records as an asynchronous sequence: see ``RecordService/stream(_:as:)``.
///
/// Some records are read in advance, on one of the service's threads.
public struct RecordStream: AsyncSequence, Sendable {
  public typealias Element = Record
  public typealias Failure = ServiceError

  let service: RecordService
  let request: ListRequest
  let user: User

  public func makeAsyncIterator() -> Iterator { Iterator(self) }

  /// Holds the connection and the snapshot until it is released, or ``next()`` returns nil.
  public struct Iterator: AsyncIteratorProtocol {
    private let stream: RecordStream
    private var source: Source?
    private var isDone = false

    init(_ stream: RecordStream) { self.stream = stream }

    /// The next record; nil after the last one, and after an error.
    ///
    /// Complexity: the first call runs the query. Some call in a hundred reads the next records in
    /// advance, the others return one of these: O(1).
    /// - Throws: as ``RecordReader/list(_:)``.
    public mutating func next() async throws(ServiceError) -> Record? {
      guard !isDone else { return nil }
      do throws(ServiceError) {
        let source: Source
        if let known = self.source {
          source = known
        } else {
          source = try await Source(stream)
          self.source = source
        }
        if let record = try await source.next() { return record }
      } catch {
        finish()
        throw error
      }
      finish()
      return nil
    }

    private mutating func finish() {
      isDone = true
      // Return the connection to the pool.
      source = nil
    }
  }

  /// The running statement, or the result in memory. Used only by the iterator's own task.
  private final class Source {
    private let reader: ReadSession
    private let list: PreparedPage
    private let maker: RecordMaker
    private let engine: SQLiteEngine
    private var phases: PhaseSequence?
    private var statement: Statement?
    private var phase: (query: Query, count: Int)?
    private var remaining: Int?
    private var held: (cells: SelectionCells, next: Int)?
    /// Records that have been read, the next one last.
    private var ready: [Record] = []
    /// What comes after them, if the rest cannot be read.
    private var failure: ServiceError?
    private let threads: ServiceThreads

    /// The most records that are read in advance, with the related ones of all of them.
    private static var batchSize: Int { 100 }

    init(_ stream: RecordStream) async throws(ServiceError) {
      let core = try await stream.service.core()
      threads = core.threads
      var begun: ReadSession?
      let (list, held) = try await core.withOwnSession(
        as: stream.user
      ) { session throws(ServiceError) in
        let start = try session.meter.atLength { () throws(ServiceError) in
          try Self.begin(stream.request, session)
        }
        begun = consume session
        return start
      }
      guard let reader = begun.take() else { preconditionFailure("it was begun") }
      (self.list, self.held) = (list, held.map { ($0, 0) })
      maker = list.recordMaker
      engine = list.table.engine
      let resolved = list.resolved
      remaining = resolved.size
      if held == nil, !resolved.query.isNever {
        phases = PhaseSequence(of: resolved.query, in: reader.snapshot.schema)
      }
      core.verify(.stream(stream.request), in: reader.context)
      self.reader = reader
    }

    private static func begin(
      _ request: ListRequest, _ reader: borrowing ReadSession
    ) throws(ServiceError) -> (PreparedPage, SelectionCells?) {
      let list = try reader.prepare(request, anySize: true)
      switch list.decision {
      case .memory(let tables, _) where !list.isNever:
        return (list, try reader.memoryCells(of: list.resolved.query, tables))
      case .sqlite, .memory: return (list, nil)
      }
    }

    func next() async throws(ServiceError) -> Record? {
      if ready.isEmpty {
        if let failure { throw failure }
        try await threads.perform { () throws(ServiceError) in
          try reader.meter.atLength { () throws(ServiceError) in try readAhead() }
        }
      }
      return ready.popLast()
    }

    /// Reads the next records: at least one, and so many as take little time.
    private func readAhead() throws(ServiceError) {
      let meter = reader.meter
      var records: [Record] = []
      if let layout = list.layout {
        let batch = RecordBatch(layout, telling: list.acts)
        while batch.count < Self.batchSize, batch.count == 0 || meter.steps < WorkMeter.manySteps,
          try nextRow({ (row: borrowing Row) in batch.append(row) }) != nil
        {}
        records = try batch.records(of: list.table, from: reader)
      } else {
        do throws(ServiceError) {
          while records.count < Self.batchSize,
            records.isEmpty || meter.steps < WorkMeter.manySteps,
            let record = try nextRow({ (row: borrowing Row) in maker.record(row) })
          {
            records.append(record)
          }
        } catch {
          if records.isEmpty { throw error }
          failure = error
        }
      }
      ready = records.reversed()
    }

    /// What `body` makes of the next row; nil after the last.
    private func nextRow<Result>(
      _ body: (borrowing Row) -> Result
    ) throws(ServiceError) -> Result? {
      if let (cells, next) = held {
        guard next < cells.recordCount, remaining.map({ next < $0 }) ?? true else { return nil }
        held = (cells, next + 1)
        return cells.withRow(next, body)
      }
      while remaining != 0 {
        if statement == nil {
          guard let phase = phases?.next() else { return nil }
          self.phase = (phase, 0)
          let compiled = try engine.compile(phase)
          statement = try reader.onDatabase { connection throws(ServiceError) in
            try engine.statement(compiled.key, compiled.sql.bindings, on: connection)
          }
        }
        let result = try serviceErrors { () throws(StoreError) in
          try statement?.next { (row: borrowing Row) throws(StoreError) in body(row) }
        }
        if let result {
          if let limit = remaining { remaining = limit - 1 }
          phase?.count += 1
          return result
        }
        statement = nil
        if let (phase, count) = phase {
          try phases?.ended(phase, count: count) { phase, limit throws(ServiceError) in
            try reader.onDatabase { connection throws(ServiceError) in
              try engine.count(phase, upTo: limit, on: connection)
            }
          }
        }
      }
      return nil
    }
  }
}
