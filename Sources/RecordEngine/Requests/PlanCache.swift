package import RowscopeModel
import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#endif

/// Caches prepared requests, so that repeated ones need not be resolved again.
///
/// A resolved request depends on the schema and the profiles, which own this cache, on the
/// service's limits, on the user, on the request and, if a rule uses days, on the clock. The key
/// has the user and the request byte for byte (two texts that are equal in Swift may differ in
/// SQLite); requests that depend on the clock are not cached.
package final class PlanCache: Sendable {
  /// The user and the request.
  package struct Key: Hashable {
    fileprivate let bytes: [UInt8]

    package static func == (left: Key, right: Key) -> Bool {
      left.bytes.withUnsafeBytes { left in
        right.bytes.withUnsafeBytes { right in
          guard let start = left.baseAddress, let other = right.baseAddress,
            left.count == right.count
          else { return left.isEmpty && right.isEmpty }
          return memcmp(start, other, left.count) == 0
        }
      }
    }

    package func hash(into hasher: inout Hasher) {
      bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
    }
  }

  /// The most recently used entries, and those used before them.
  private struct Generations<Remembered> {
    /// The entries used since `older` was set aside.
    private var recent: [Key: Remembered] = [:]
    private var older: [Key: Remembered] = [:]

    subscript(key: Key) -> Remembered? {
      mutating get {
        if let known = recent[key] { return known }
        guard let known = older[key] else { return nil }
        insert(known, for: key)
        return known
      }
    }

    mutating func insert(_ new: Remembered, for key: Key) {
      if recent.count >= PlanCache.generationSize {
        older = recent
        recent = Dictionary(minimumCapacity: PlanCache.generationSize)
      }
      recent[key] = new
    }
  }

  /// The number of entries: at least this many, at most twice as many.
  private static let generationSize = 256
  /// In bytes. Longer requests are not cached, which limits the cache to some megabytes.
  private static let longestKey = 4_096

  private let requests = Mutex(Generations<PreparedRequest>())
  private let tables = Mutex(Generations<AccessibleTable>())

  package func request(for key: Key) -> PreparedRequest? { requests.withLock { $0[key] } }

  package func remember(_ request: PreparedRequest, for key: Key) {
    requests.withLock { $0.insert(request, for: key) }
  }

  package func table(for key: Key) -> AccessibleTable? { tables.withLock { $0[key] } }

  package func remember(_ table: AccessibleTable, for key: Key) {
    tables.withLock { $0.insert(table, for: key) }
  }
}

extension PlanCache.Key {
  /// The key of a list, for all of its pages; nil if it is not cached.
  ///
  /// - Parameter anySize: whether to ignore the service's page limits.
  package init?(_ request: ListRequest, anySize: Bool, as user: User) {
    guard !request.filters.contains(where: \.dependsOnClock) else { return nil }
    var encoder = ByteEncoder(capacity: 512)
    encoder.byte(anySize ? 1 : 0)
    encoder.user(user)
    encoder.request(request)
    self.init(encoder)
  }

  /// The key of the number of a request's records.
  package init?(counting request: ListRequest, as user: User) {
    guard !request.filters.contains(where: \.dependsOnClock) else { return nil }
    var encoder = ByteEncoder(capacity: 512)
    encoder.byte(3)
    encoder.user(user)
    encoder.request(request)
    self.init(encoder)
  }

  /// The key for getting records of a table, for all record keys.
  package init?(table: String, select: [FieldSelection]?, as user: User) {
    var encoder = ByteEncoder(capacity: 512)
    encoder.byte(2)
    encoder.user(user)
    encoder.string(table)
    encoder.list(select) { $0.selection($1) }
    self.init(encoder)
  }

  /// The key for a user's access to a table, for all requests.
  package init?(reachedTable name: String, as user: User) {
    var encoder = ByteEncoder(capacity: 256)
    encoder.user(user)
    encoder.string(name)
    self.init(encoder)
  }

  private init?(_ encoder: borrowing ByteEncoder) {
    guard encoder.count <= PlanCache.longestKey else { return nil }
    bytes = encoder.bytes
  }
}

extension ByteEncoder {
  fileprivate mutating func list<Element>(
    _ elements: [Element]?, _ write: (inout ByteEncoder, Element) -> Void
  ) {
    guard let elements else {
      integer(-1)
      return
    }
    integer(Int64(elements.count))
    for element in elements { write(&self, element) }
  }

  private mutating func optional(_ string: String?) {
    guard let string else {
      byte(0)
      return
    }
    byte(1)
    self.string(string)
  }

  /// All properties of a user.
  fileprivate mutating func user(_ user: User) {
    value(user.id)
    optional(user.name)
    optional(user.email)
    list(user.profiles) { $0.string($1) }
    list(user.narrowedBy) { $0.string($1) }
    optional(user.seat)
    optional(user.userType)
    optional(user.timeZone)
    list(user.teams) { $0.value($1) }
    integer(Int64(user.attributes.count))
    // Equal dictionaries may have different orders; a user then has several keys, which does no
    // harm.
    for (name, attribute) in user.attributes {
      value(.text(name))
      switch attribute {
      case .scalar(let value):
        byte(0)
        self.value(value)
      case .list(let values):
        byte(1)
        list(values) { $0.value($1) }
      }
    }
    list(user.invitations) { encoder, invitation in
      encoder.string(invitation.table)
      encoder.list(invitation.record) { $0.value($1) }
      encoder.string(invitation.mode.rawValue)
    }
  }

  @inline(__always)
  fileprivate mutating func selection(_ selection: FieldSelection) {
    guard case .field(let name) = selection.content else { return related(selection) }
    byte(0)
    string(name)
  }

  private mutating func related(_ selection: FieldSelection) {
    switch selection.content {
    case .field(let name), .column(let name):
      byte(1)
      string(name)
    case .list(let related):
      byte(2)
      string(related.path)
      list(related.select) { $0.selection($1) }
      list(related.sort) { $0.sortKey($1) }
      integer(Int64(related.size ?? -1))
    }
  }

  private mutating func sortKey(_ key: ListRequest.SortKey) {
    string(key.field)
    byte(key.isDescending ? 1 : 0)
  }

  /// All properties of a request except the page.
  fileprivate mutating func request(_ request: ListRequest) {
    string(request.table)
    list(request.select) { $0.selection($1) }
    conditions(request.filters)
    string(request.joining.rawValue)
    optional(request.search)
    list(request.sort) { $0.sortKey($1) }
    byte(request.size == nil ? 0 : 1)
    integer(Int64(request.size ?? 0))
    string(request.count.rawValue)
    byte((request.may ? 1 : 0) | (request.scope ? 2 : 0))
  }
}
