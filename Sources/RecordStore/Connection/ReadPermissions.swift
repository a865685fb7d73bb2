package import RecordFilter
package import RowscopeModel

/// Functions that a statement may call.
package struct FunctionPermissions: Sendable, Hashable, ExpressibleByArrayLiteral {
  /// Shared, so that most sets compare by identity.
  private final class Storage: Sendable {
    let events: AuthorizedEvents
    let callsJSONEach: Bool

    init(events: AuthorizedEvents, callsJSONEach: Bool) {
      self.events = events
      self.callsJSONEach = callsJSONEach
    }
  }

  private let storage: Storage

  package init(_ names: some Sequence<Name>) {
    var events = AuthorizedEvents()
    var callsJSONEach = false
    for name in names {
      events.insert(.call(name.string, within: nil))
      callsJSONEach = callsJSONEach || name == "json_each"
    }
    storage = Storage(events: events, callsJSONEach: callsJSONEach)
  }

  package init(arrayLiteral names: Name...) { self.init(names) }

  var events: AuthorizedEvents { storage.events }
  var callsJSONEach: Bool { storage.callsJSONEach }

  package static func == (left: FunctionPermissions, right: FunctionPermissions) -> Bool {
    left.storage === right.storage || left.events == right.events
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(events.fingerprint) }
}

/// What one statement may read: columns of tables and views, and functions. Everything else is
/// refused, and so is every write.
///
/// This is the second line of defence. The first is that the compiler never names a hidden column.
/// If it ever did, SQLite's authorizer would refuse to prepare the statement.
package struct ReadPermissions: Sendable {
  /// Shared, so that statement keys usually compare by identity.
  private final class Columns: Sendable {
    let numbers: ColumnNumbers
    /// A bit for each number that is permitted.
    let bits: [UInt64]
    /// Equal for equal sets, whatever their numbers.
    let fingerprint: UInt64

    init(_ numbers: ColumnNumbers, _ members: some Sequence<Int>) {
      var bits = [UInt64](repeating: 0, count: (numbers.count + 63) / 64)
      var fingerprint: UInt64 = 0
      for number in members where bits[number / 64] & 1 << UInt64(number % 64) == 0 {
        bits[number / 64] |= 1 << UInt64(number % 64)
        fingerprint &+= numbers.hashes[number]
      }
      self.numbers = numbers
      self.bits = bits
      self.fingerprint = fingerprint
    }

    func contains(_ number: Int) -> Bool { bits[number / 64] & 1 << UInt64(number % 64) != 0 }

    func equal(_ other: Columns) -> Bool {
      if self === other { return true }
      guard fingerprint == other.fingerprint else { return false }
      if numbers === other.numbers { return bits == other.bits }
      return numbers.keys(contains) == other.numbers.keys(other.contains)
    }
  }

  private let columns: Columns
  private let functions: FunctionPermissions

  /// Permits reading these columns, counting the rows of each table named, and calling these
  /// functions.
  ///
  /// Views and table-valued functions (`json_each`) count as tables. A view includes what its body
  /// reads and calls. SQLite reports a row id by the name of its `INTEGER PRIMARY KEY`, or as
  /// `ROWID` if there is none.
  package init(tables: [Name: Set<Name>], functions: FunctionPermissions = []) {
    let numbers = ColumnNumbers(tables)
    columns = Columns(numbers, 0..<numbers.count)
    self.functions = functions
  }

  /// Permits reading these few fields, counting the rows of their tables and of `tables`, and
  /// reading the columns of `json_each` if that is among the functions.
  package init(
    fields: some Sequence<FieldReference>, tables: some Sequence<TableID> = [], of schema: Schema,
    functions: FunctionPermissions = []
  ) {
    var columns: [Name: Set<Name>] = [:]
    for table in tables { columns[schema[table].name] = [] }
    for field in fields {
      let table = schema[field.table]
      columns[table.name, default: []].insert(table[field.field].name)
    }
    if functions.callsJSONEach {
      columns["json_each"] = ["key", "value", "type", "atom", "id", "json", "root"]
    }
    self.init(tables: columns, functions: functions)
  }

  /// The same for any number of fields, by the numbers of their schema.
  ///
  /// - Parameters:
  ///   - numbers: of the fields' schema.
  ///   - numbered: the tables whose row ids may be read, under any name.
  /// - Complexity: linear in the number of fields; the permissions take a bit for each column of
  ///   the schema.
  package init(
    fields: some Sequence<FieldReference>, tables: some Sequence<TableID> = [],
    of schema: Schema, _ numbers: ColumnNumbers, functions: FunctionPermissions = [],
    rowNumbersOf numbered: some Sequence<TableID> = []
  ) {
    var members = tables.map(numbers.use)
    for field in fields {
      members.append(numbers.use(of: field.table))
      members.append(numbers.column(field))
    }
    for table in numbered {
      members.append(numbers.rowID(of: table))
      let key = schema[table].primaryKey
      if key.count == 1 { members.append(numbers.column(FieldReference(table, key[0]))) }
    }
    if functions.callsJSONEach { members += numbers.members }
    columns = Columns(numbers, members)
    self.functions = functions
  }

  /// The same columns, and other functions.
  package func calling(_ functions: FunctionPermissions) -> ReadPermissions {
    ReadPermissions(columns: columns, functions: functions)
  }

  private init(columns: Columns, functions: FunctionPermissions) {
    self.columns = columns
    self.functions = functions
  }

  /// The views that a statement may use.
  var views: [Name] { used(columns.numbers.views) }

  /// The tables and views that a statement may use.
  var tables: [Name] { used(columns.numbers.tables) }

  private func used(_ tables: [(name: Name, use: Int)]) -> [Name] {
    tables.compactMap { columns.contains($0.use) ? $0.name : nil }
  }

  func contains(_ key: AuthorizedEvents.Key) -> Bool {
    if let number = columns.numbers.number(of: key) { return columns.contains(number) }
    return functions.events.contains(key)
  }
}

extension ReadPermissions: Hashable {
  package static func == (left: ReadPermissions, right: ReadPermissions) -> Bool {
    left.functions == right.functions && left.columns.equal(right.columns)
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(columns.fingerprint)
    hasher.combine(functions)
  }
}

/// What a statement may do while it is prepared and stepped.
package enum Authority: Sendable, Hashable {
  /// Everything. For this package's own statements and an administrator's.
  case unrestricted
  case reading(ReadPermissions)
  case writing(WritePermissions)
}
