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
public struct RecordStream: AsyncSequence, Sendable {
  public typealias Element = Record
  public typealias Failure = ServiceError

  let service: RecordService
  let request: ListRequest
  let user: User

  public func makeAsyncIterator() -> Iterator { Iterator(self) }

  public struct Iterator: AsyncIteratorProtocol {
    private let stream: RecordStream
    private var source: Source?
    private var isDone = false

    init(_ stream: RecordStream) { self.stream = stream }

    public mutating func next() async throws(ServiceError) -> Record? {
      guard !isDone else { return nil }
      do throws(ServiceError) {
        if source == nil {
          source = try await Source(stream)
        }
        if let record = try source?.next() { return record }
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
    /// Records that have been read with their related ones, the next one last.
    private var ready: [Record] = []

    /// The records that are read before the related ones of all of them.
    private static var batchSize: Int { 100 }

    init(_ stream: RecordStream) async throws(ServiceError) {
      reader = try await stream.service.reader(as: stream.user)
      list = try reader.prepare(stream.request, anySize: true)
      maker = list.recordMaker
      let resolved = list.resolved
      engine = list.table.engine
      remaining = resolved.size
      stream.service.verify(.stream(stream.request), in: reader.context)
      switch list.decision {
      case .memory(let tables, _) where !resolved.query.isNever:
        held = (try reader.memoryCells(of: resolved.query, tables), 0)
      case .sqlite where !resolved.query.isNever:
        phases = PhaseSequence(of: resolved.query, in: reader.snapshot.schema)
      case .sqlite, .memory: break
      }
    }

    func next() throws(ServiceError) -> Record? {
      guard let layout = list.layout else {
        return try nextRow { (row: borrowing Row) in maker.record(row) }
      }
      if ready.isEmpty {
        let batch = RecordBatch(layout, telling: list.acts)
        while batch.count < Self.batchSize,
          try nextRow({ (row: borrowing Row) in batch.append(row) }) != nil
        {}
        ready = try batch.records(of: list.table, from: reader).reversed()
      }
      return ready.popLast()
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
