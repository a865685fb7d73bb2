import RowscopeModel

/// One action that SQLite asks its authorizer to permit.
enum AuthorizerEvent: Sendable, Hashable {
  /// A column is read. The column is empty when a statement uses a table without reading any
  /// column, as `count(*)` does. `within` is the view or common table expression whose body reads
  /// it.
  case read(table: String, column: String, within: String?)
  case call(String, within: String?)
  /// Records are added to a table. Here and below, `within` is the trigger that causes the event.
  case insert(table: String, within: String?)
  case update(table: String, column: String, within: String?)
  case delete(table: String, within: String?)
  /// A recursive common table expression is evaluated.
  case recursion
  /// Any other action, by SQLite's number for it.
  case other(Int32)
}

/// A set of events, looked up by the C strings that SQLite passes, without making a `String`.
///
/// Names compare as in SQLite: by bytes, ignoring the case of ASCII letters.
struct AuthorizedEvents: Sendable {
  /// The case-folded parts, each ended by a zero byte, which no identifier contains.
  typealias Key = [UInt8]

  private var keys: [UInt64: [Key]] = [:]
  /// Equal for equal sets, regardless of insertion order.
  private(set) var fingerprint: UInt64 = 0

  /// Writes an event's key.
  static func fill(
    _ key: inout Key, kind: UInt8, _ first: UnsafePointer<CChar>?, _ second: UnsafePointer<CChar>?,
    within: UnsafePointer<CChar>?
  ) {
    key.removeAll(keepingCapacity: true)
    key.append(kind)
    for part in [first, second, within] {
      if var pointer = part {
        while pointer.pointee != 0 {
          key.append(UInt8(bitPattern: pointer.pointee).asciiLowercased)
          pointer += 1
        }
      }
      key.append(0)
    }
  }

  static let readKind = UInt8(ascii: "r")
  static let callKind = UInt8(ascii: "c")
  static let insertKind = UInt8(ascii: "i")
  static let updateKind = UInt8(ascii: "u")
  static let deleteKind = UInt8(ascii: "d")
  static let recursionKind = UInt8(ascii: "R")
  /// A call of a function, whatever SQLite names as the place of the call.
  static let callAnywhereKind = UInt8(ascii: "C")
  /// The use of a table without one of its columns, whatever SQLite names as the place.
  static let useAnywhereKind = UInt8(ascii: "U")
  /// A change to a table, of whatever kind.
  static let changeKind = UInt8(ascii: "w")

  mutating func insert(callAnywhere function: String) {
    insert(Self.callAnywhereKind, function, "", nil)
  }

  mutating func insert(useAnywhere table: String) {
    insert(Self.useAnywhereKind, table, "", nil)
  }

  mutating func insert(changeOf table: String) { insert(Self.changeKind, table, "", nil) }

  mutating func insert(_ event: AuthorizerEvent) {
    let parts: (kind: UInt8, first: String, second: String, within: String?)
    switch event {
    case .read(let table, let column, let within):
      parts = (Self.readKind, table, column, within)
    case .call(let function, let within): parts = (Self.callKind, function, "", within)
    case .insert(let table, let within): parts = (Self.insertKind, table, "", within)
    case .update(let table, let column, let within):
      parts = (Self.updateKind, table, column, within)
    case .delete(let table, let within): parts = (Self.deleteKind, table, "", within)
    case .recursion: parts = (Self.recursionKind, "", "", nil)
    case .other: return
    }
    insert(parts.kind, parts.first, parts.second, parts.within)
  }

  static func key(_ kind: UInt8, _ first: String, _ second: String, _ within: String?) -> Key {
    var key = Key()
    key.append(kind)
    for part in [first, second, within ?? ""] {
      key += part.utf8.map(\.asciiLowercased)
      key.append(0)
    }
    return key
  }

  private mutating func insert(_ kind: UInt8, _ first: String, _ second: String, _ within: String?)
  {
    let key = Self.key(kind, first, second, within)
    guard !contains(key) else { return }
    let hash = Self.hash(key)
    keys[hash, default: []].append(key)
    fingerprint &+= hash
  }

  func contains(_ key: Key) -> Bool {
    guard !keys.isEmpty else { return false }
    return keys[Self.hash(key)]?.contains(key) ?? false
  }

  /// FNV-1a: short keys, and a collision costs one comparison.
  static func hash(_ key: Key) -> UInt64 {
    key.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}

extension AuthorizedEvents: Equatable {
  static func == (left: AuthorizedEvents, right: AuthorizedEvents) -> Bool {
    guard left.fingerprint == right.fingerprint, left.keys.count == right.keys.count else {
      return false
    }
    return left.keys.allSatisfy { hash, keys in Set(keys) == Set(right.keys[hash] ?? []) }
  }
}
