package import RowscopeModel
import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#endif

/// What requests came to before, so that who asks the same again gets it without its being worked out again.
///
/// What a request comes to depends on the schema and the profiles, of which this is a part, on the service's limits, on the user, on
/// the request and, where a rule speaks of days, on the clock. The key holds the user and the request byte for byte (two
/// texts that are equal to Swift may differ for SQLite); where the clock counts, nothing is remembered.
package final class PlanCache: Sendable {
  /// Who asks for what.
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

  /// What was used last, and what was used before that.
  private struct Generations<Remembered> {
    /// What was used since `older` was put away.
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

  /// How many are remembered: this many at least, twice as many at most.
  private static let generationSize = 256
  /// In bytes: a longer request is not remembered, so that what is takes no more than some megabytes.
  private static let longestKey = 4_096

  private let lists = Mutex(Generations<ResolvedList>())
  private let tables = Mutex(Generations<AccessibleTable>())

  package func list(for key: Key) -> ResolvedList? { lists.withLock { $0[key] } }

  package func remember(_ list: ResolvedList, for key: Key) {
    lists.withLock { $0.insert(list, for: key) }
  }

  package func table(for key: Key) -> AccessibleTable? { tables.withLock { $0[key] } }

  package func remember(_ table: AccessibleTable, for key: Key) {
    tables.withLock { $0.insert(table, for: key) }
  }
}

extension PlanCache.Key {
  /// The key of a list, whichever page of it is asked for; nil for one that is not remembered.
  ///
  /// - Parameter anySize: whether the service's limits of a page do not hold.
  package init?(_ request: ListRequest, anySize: Bool, as user: User) {
    guard !request.filters.contains(where: \.dependsOnClock) else { return nil }
    var encoder = ByteEncoder(capacity: 512)
    encoder.byte(anySize ? 1 : 0)
    encoder.user(user)
    encoder.request(request)
    self.init(encoder)
  }

  /// The key of what is got from a table by a record's key, whichever.
  package init?(table: String, select: [String]?, as user: User) {
    var encoder = ByteEncoder(capacity: 512)
    encoder.byte(2)
    encoder.user(user)
    encoder.string(table)
    encoder.list(select) { $0.string($1) }
    self.init(encoder)
  }

  /// The key of what a user reaches of a table, whatever is asked.
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

  /// All that there is of a user.
  fileprivate mutating func user(_ user: User) {
    value(user.id)
    optional(user.name)
    optional(user.email)
    optional(user.profile)
    optional(user.seat)
    optional(user.userType)
    list(user.teams) { $0.value($1) }
    integer(Int64(user.attributes.count))
    // Dictionaries that are equal may stand in any order: then the same user has several keys, which does no harm.
    for (name, attribute) in user.attributes {
      string(name)
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

  /// All that there is of a request but the page.
  fileprivate mutating func request(_ request: ListRequest) {
    string(request.table)
    list(request.select) { $0.string($1) }
    conditions(request.filters)
    string(request.joining.rawValue)
    optional(request.search)
    list(request.sort) {
      $0.string($1.field)
      $0.byte($1.isDescending ? 1 : 0)
    }
    byte(request.size == nil ? 0 : 1)
    integer(Int64(request.size ?? 0))
    string(request.count.rawValue)
  }
}

extension Condition {
  /// Whether what it asks for changes as time passes.
  fileprivate var dependsOnClock: Bool {
    switch content {
    case .and(let conditions), .or(let conditions): conditions.contains(where: \.dependsOnClock)
    case .not(let condition): condition.dependsOnClock
    case .test(let test):
      switch test.operator.value {
      case .lastDays, .nextDays: true
      default:
        switch test.operand.value {
        case .reference(let reference): reference == .now || reference == .today
        case .days: true
        case .none, .value, .list, .range: false
        }
      }
    }
  }
}
