internal import CSQLite
import RowscopeModel
internal import Synchronization

/// The state shared by a ``RecordDecoder`` and its containers: the row being read.
///
/// It is a plain pointer, so that copying a container copies bytes. The standard library copies one
/// per field, and reference counting would take as long as everything else. A type may keep its
/// container too long, so the memory is never freed. It is reused by a later decoder under a new
/// number, and an access with an old number throws.
struct RowReading {
  private let state: UnsafeMutablePointer<State>
  private let number: UInt64

  private struct State {
    var number: UInt64 = 0
    var fields: [String] = []
    /// For each column, whether answers show its value as a list of members.
    var isManyValued: [Bool] = []
    var columns: [Name: Int] = [:]
    /// The keys in the order in which the type asks for them, usually the same for every record.
    var columnsByKeyOrder: [(key: String, column: Int?)] = []
    var next = 0
    /// Has no base address between rows.
    var cells = UnsafeBufferPointer<RowscopeCell>(start: nil, count: 0)
    /// The container of the last record, as an object of `ContainerCache`, and the type of its
    /// keys.
    var cache: (keys: Any.Type, container: AnyObject)?
  }

  /// Memory for reuse.
  private struct Spare: @unchecked Sendable {
    var states: [UnsafeMutablePointer<State>] = []
  }

  private static let spare = Mutex(Spare())

  init(of columns: [(name: String, presentation: Presentation)]) {
    state =
      Self.spare.withLock { $0.states.popLast() }
      ?? {
        let state = UnsafeMutablePointer<State>.allocate(capacity: 1)
        state.initialize(to: State())
        return state
      }()
    number = state.pointee.number
    state.pointee.fields = columns.map(\.name)
    state.pointee.isManyValued = columns.map(\.presentation.isManyValued)
    state.pointee.columns = Dictionary(
      columns.enumerated().map { (Name($1.name), $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Ends all reading through this state.
  func end() {
    state.pointee = State(number: number + 1)
    let state = Spare(states: [state])
    Self.spare.withLock { $0.states += state.states }
  }

  func begin(_ cells: UnsafeBufferPointer<RowscopeCell>) {
    state.pointee.cells = cells
    state.pointee.next = 0
  }

  func endRow() { state.pointee.cells = UnsafeBufferPointer(start: nil, count: 0) }

  private var isCurrent: Bool { state.pointee.number == number }

  var fields: [String] { isCurrent ? state.pointee.fields : [] }

  /// A cell of the current row.
  @inline(__always)
  func cell(_ column: Int) throws -> RowscopeCell {
    guard isCurrent, column < state.pointee.cells.count else { throw Self.isOver }
    return state.pointee.cells[column]
  }

  /// The decoder of a cell of the current row.
  func decoder(_ column: Int, field: String) throws -> CellDecoder {
    CellDecoder(
      cell: try cell(column), field: field, isManyValued: state.pointee.isManyValued[column])
  }

  /// The column of a key; nil if there is none. O(1), and without hashing if keys come in the same
  /// order as for the previous record.
  @inline(__always)
  func column(of key: String) throws -> Int? {
    guard isCurrent else { throw Self.isOver }
    let next = state.pointee.next
    state.pointee.next = next + 1
    if next < state.pointee.columnsByKeyOrder.count,
      state.pointee.columnsByKeyOrder[next].key == key
    {
      return state.pointee.columnsByKeyOrder[next].column
    }
    return newColumn(of: key, at: next)
  }

  private func newColumn(of key: String, at place: Int) -> Int? {
    let column = state.pointee.columns[Name(key)]
    if place < state.pointee.columnsByKeyOrder.count {
      state.pointee.columnsByKeyOrder[place] = (key, column)
    } else {
      state.pointee.columnsByKeyOrder.append((key, column))
    }
    return column
  }

  private static var isOver: StoreError {
    StoreError(.mismatchedRecord, "a decoder was used after its record had been read")
  }

  // MARK: Containers

  private final class ContainerCache<Key: CodingKey> {
    let container: KeyedDecodingContainer<Key>
    init(_ container: KeyedDecodingContainer<Key>) { self.container = container }
  }

  /// The row as a container, made once for all rows that are read with keys of this type. It holds
  /// no data of a row.
  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
    guard isCurrent else { return KeyedDecodingContainer(RowContainer<Key>(reading: self)) }
    if let cache = state.pointee.cache, cache.keys == type {
      return unsafeDowncast(cache.container, to: ContainerCache<Key>.self).container
    }
    let cache = ContainerCache(KeyedDecodingContainer(RowContainer<Key>(reading: self)))
    state.pointee.cache = (type, cache)
    return cache.container
  }
}
