import AccessProfiles
import FilterSQL
import RecordEngine
import RecordFilter
import RecordStore
import RowscopeModel

/// The common parts of creating, updating and deleting.
extension RecordWriter {
  /// How the records of a table are identified.
  func identity(of table: AccessibleTable) throws(ServiceError) -> RecordIdentity {
    if table.table.primaryKeyIsTotal { return .key(table.table.primaryKey) }
    if let rowID = try rowIDName(of: table) { return .rowID(name: rowID) }
    throw ServiceError(
      .unsupported,
      "the records of table \(Printable.quoted(table.table.name.string)) cannot be identified, "
        + "so they cannot be written"
    )
  }

  func rowIDName(of table: AccessibleTable) throws(ServiceError) -> String? {
    try serviceErrors { () throws(StoreError) in
      try connection.rowIDName(of: table.table.name)
    }
  }

  func compiled(
    _ compile: () throws(SQLCompilationError) -> SQLStatement
  ) throws(ServiceError) -> SQLStatement {
    try serviceErrors { () throws(SQLCompilationError) in try compile() }
  }

  /// Runs a statement that changes records, and reports violations in words fit for the user.
  func run(
    _ statement: SQLStatement, _ kind: WritePermissions.Change, for change: RecordChange
  ) throws(ServiceError) -> Int {
    try rethrowing({ ServiceError($0, writing: change) }) { () throws(StoreError) in
      try change.engine.run(statement, kind, on: connection)
    }
  }

  // MARK: Reading again

  /// The records with these identities that the user can access, in key order, or, if the key is
  /// hidden, in the order of the visible values: the order of hidden keys or of rows would reveal
  /// them.
  func readAgain(
    _ identities: [[Value]], by identity: RecordIdentity, of change: RecordChange
  ) throws(ServiceError) -> [Record] {
    let access = change.table.access
    let shape = change.shape
    let cells = change.shown.enumerated().compactMap { index, field in
      access.cells[field].map { (index: index, shown: $0) }
    }
    let rows = try rows(
      change.shown, cells.map(\.shown), of: change.inSight, among: identities, by: identity,
      for: change)
    var found = rows.map { row in
      var values = Array(row.prefix(change.shown.count))
      let hidden = zip(cells, row[values.count...]).filter { $1 != 1 }.map(\.0.index)
      for index in hidden { values[index] = .null }
      return (values: values, hidden: hidden)
    }
    var isInSight = false
    if case .key(let fields) = identity { isInSight = fields.allSatisfy(access.isAlwaysVisible) }
    if !isInSight {
      found.sort {
        $0.values.precedes($1.values)
          || $0.values == $1.values && $1.hidden.lexicographicallyPrecedes($0.hidden)
      }
    }
    return found.map { Record(presenting: $0.values, as: shape, hidden: $0.hidden) }
  }

  /// The given fields of those records that a target matches, and behind them 1 or 0 for each test.
  func rows(
    _ fields: [FieldID], _ tests: [Filter] = [], of target: MutationTarget,
    among identities: [[Value]],
    by identity: RecordIdentity, for change: RecordChange
  ) throws(ServiceError) -> [[Value]] {
    guard !target.isNever else { return [] }
    let engine = change.engine
    var rows: [[Value]] = []
    var rest = identities[...]
    while !rest.isEmpty {
      let batch = rest.prefix(identity.batch)
      rest = rest.dropFirst(batch.count)
      let statement = try compiled { () throws(SQLCompilationError) in
        try engine.compiler.select(fields, tests, of: target, identity, among: batch)
      }
      rows += try engine.rows(statement, on: connection)
    }
    return rows
  }

  /// Throws if a written record does not satisfy the profile's rules, and the grant requires that
  /// it does. What a user type or an invitation reaches does not count.
  func checkKept(
    _ identities: [[Value]], _ identity: RecordIdentity, satisfying filter: Filter,
    by change: RecordChange
  ) throws(ServiceError) {
    guard filter != .always else { return }
    let target = MutationTarget(table: change.table.access.table, scope: filter, request: .always)
    let kept = try rows([], of: target, among: identities, by: identity, for: change)
    guard kept.count < identities.count else { return }
    let hint = "the profile requires that what the user writes stays within its rules"
    if change.right == .create {
      throw ServiceError(
        .outOfScope, "the record would be out of the user's reach, so nothing was created",
        hint: hint)
    }
    throw ServiceError(
      .outOfScope,
      identities.count == 1
        ? "the user could no longer access the record, so nothing was changed"
        : "the user could no longer access some of the records, so nothing was changed",
      hint: hint)
  }
}

extension [Value] {
  /// Compares the first values that differ, also in type: an integer and an equal real differ.
  fileprivate func precedes(_ other: [Value]) -> Bool {
    for (left, right) in zip(self, other) {
      let order = Comparison.order(left, right, collation: .binary)
      if order != 0 { return order < 0 }
      if case (.integer, .real) = (left, right) { return true }
      if case (.real, .integer) = (left, right) { return false }
    }
    return false
  }
}

extension RecordIdentity {
  /// The number of records to request at a time.
  fileprivate var batch: Int {
    switch self {
    case .rowID: 500
    case .key: MutationCompiler.keysPerStatement
    }
  }
}

extension RecordChange {
  /// All records that the user can access.
  var inSight: MutationTarget {
    MutationTarget(
      table: table.access.table, scope: table.access.rows.filter, request: .always)
  }

  var shape: RecordShape {
    RecordShape(
      shown.map { id in
        let field = table.table[id]
        return RecordField(
          name: field.name.string, isReadonly: table.access.fields[id.index] == .readonly,
          presentation: field.presentation)
      })
  }

  /// The columns that a statement writes, for its permissions.
  var columnNames: Set<Name> { Set(columns.map { table.table[$0.field].name }) }
}
