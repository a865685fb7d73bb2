internal import CSQLite
import RowscopeModel
internal import Synchronization

/// What a ``RecordDecoder`` and the containers that it hands out know of the row that is being read.
///
/// A pointer, so that a container is copied as plain bytes: the standard library does that for every field, and to count
/// references to an object would take as long as all else. A type may keep its container for longer than it is given it. So
/// the memory behind the pointer is never freed, only used again by a later decoder, under another number: whoever comes with an
/// old one is told so, and reads nothing.
struct RowReading {
  private let state: UnsafeMutablePointer<State>
  private let number: UInt64

  private struct State {
    var number: UInt64 = 0
    var fields: [String] = []
    var columns: [Name: Int] = [:]
    /// The keys in the order in which the type asks for them, which is the same for every record as a rule.
    var remembered: [(key: String, column: Int?)] = []
    var next = 0
    /// Without an address between two rows.
    var cells = UnsafeBufferPointer<RowscopeCell>(start: nil, count: 0)
    /// The container that the last record was read by, as an object of `ContainerCache`, and the type of its keys.
    var cache: (keys: Any.Type, container: AnyObject)?
  }

  /// Memory that is not in use.
  private struct Spare: @unchecked Sendable {
    var states: [UnsafeMutablePointer<State>] = []
  }

  private static let spare = Mutex(Spare())

  init(of fields: [String]) {
    state =
      Self.spare.withLock { $0.states.popLast() }
      ?? {
        let state = UnsafeMutablePointer<State>.allocate(capacity: 1)
        state.initialize(to: State())
        return state
      }()
    number = state.pointee.number
    state.pointee.fields = fields
    state.pointee.columns = Dictionary(
      fields.enumerated().map { (Name($1), $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Nothing is read any more.
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

  /// The row's cell in a column that it has.
  @inline(__always)
  func cell(_ column: Int) throws -> RowscopeCell {
    guard isCurrent, column < state.pointee.cells.count else { throw Self.isOver }
    return state.pointee.cells[column]
  }

  /// Where the field of a key is; nil where there is none. O(1), without hashing where keys come in the order of the record before.
  @inline(__always)
  func column(of key: String) throws -> Int? {
    guard isCurrent else { throw Self.isOver }
    let next = state.pointee.next
    state.pointee.next = next + 1
    if next < state.pointee.remembered.count, state.pointee.remembered[next].key == key {
      return state.pointee.remembered[next].column
    }
    return newColumn(of: key, at: next)
  }

  private func newColumn(of key: String, at place: Int) -> Int? {
    let column = state.pointee.columns[Name(key)]
    if place < state.pointee.remembered.count {
      state.pointee.remembered[place] = (key, column)
    } else {
      state.pointee.remembered.append((key, column))
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

  /// The row as a container, made once for all rows that are read by keys of this type: it holds nothing of a row.
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
