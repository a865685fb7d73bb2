import FilterMemory
package import RecordFilter
package import RecordStore

extension ColumnCache {
  /// The connection that loads tables, and detects changes of the database since then.
  package struct Keeper: ~Copyable {
    var connection: Connection?
    /// The data state of the keeper's connection when it made the copy.
    var loaded: Connection.DataState?
    var number: UInt64 = 0
    /// What the service's connection for writing saw before the copy was made; nil if the copy
    /// cannot follow it.
    var seenByWriter: Int64?
  }
}

extension ColumnCache.Keeper {
  /// Whether the database is unchanged since the copy was made; false if this cannot be determined.
  package var isUnchanged: Bool {
    switch connection {
    case .some(let connection):
      // The reader has a transaction open, for which a writer may be waiting.
      connection.waitsForLocks = false
      defer { connection.waitsForLocks = true }
      return (try? connection.dataState()) == loaded
    case .none: return false
    }
  }

  /// Copies tables, all from one snapshot.
  package mutating func load(
    _ wanted: Set<TableID>, _ snapshot: ServiceSnapshot, _ number: UInt64, _ byteLimit: Int,
    following own: OwnWrites?, _ open: () throws(StoreError) -> sending Connection
  ) -> Result<ColumnCache.Copy, StoreError> {
    loaded = nil
    self.number = number
    seenByWriter = own?.begin()
    do throws(StoreError) {
      if connection == nil { connection = try open() }
      switch connection {
      case .none: return .failure(ColumnCache.changed)
      case .some(let connection):
        let loader = TableLoader(
          schema: snapshot.schema, byteLimit: byteLimit, keepsRowIDs: seenByWriter != nil)
        let (copy, state) = try Self.copy(wanted, snapshot, number, loader, on: connection)
        loaded = state
        return .success(copy)
      }
    } catch {
      return .failure(error)
    }
  }

  private static func copy(
    _ wanted: Set<TableID>, _ snapshot: ServiceSnapshot, _ number: UInt64, _ loader: TableLoader,
    on connection: borrowing Connection
  ) throws(StoreError) -> (ColumnCache.Copy, Connection.DataState) {
    try connection.beginReading()
    defer { connection.endReading() }
    guard try connection.schemaVersion() == snapshot.schemaVersion else {
      throw ColumnCache.changed
    }
    let state = try connection.dataState()
    var tables = MemoryDatabase(schema: snapshot.schema)
    var held: Set<TableID> = []
    var tooLarge: Set<TableID> = []
    var room = loader.byteLimit
    for id in wanted.sorted(by: { $0.index < $1.index }) {
      do throws(TableLoadError) {
        let table = try loader.limited(to: room).load(id, on: connection)
        tables.load(table, as: id)
        held.insert(id)
        room -= table.byteCount
      } catch {
        switch error {
        case .tooLarge, .memory: tooLarge.insert(id)
        case .store(let error): throw error
        }
      }
    }
    let copy = ColumnCache.Copy(
      number: number, schemaVersion: snapshot.schemaVersion, tables: tables, held: held,
      tooLarge: tooLarge, byteLimit: loader.byteLimit)
    return (copy, state)
  }
}

extension ColumnCache {
  package static var changed: StoreError {
    StoreError(.schemaChanged, "the database's tables changed while they were being loaded")
  }
}
