import AccessProfiles
import FilterSQL
import RecordEngine
import RecordFilter
import RecordStore
import RowscopeModel

/// What creating, updating and deleting have in common.
extension RecordWriter {
  /// By what the records of a table are told apart.
  func identity(of table: AccessibleTable) throws(ServiceError) -> RecordIdentity {
    if table.table.primaryKeyIsTotal { return .key(table.table.primaryKey) }
    if let rowID = try rowIDName(of: table) { return .rowID(name: rowID) }
    throw ServiceError(
      .unsupported,
      "the records of table \(Printable.quoted(table.table.name.string)) cannot be told apart, so they are not written"
    )
  }

  func rowIDName(of table: AccessibleTable) throws(ServiceError) -> String? {
    do throws(StoreError) {
      return try connection.rowIDName(of: table.table.name)
    } catch {
      throw ServiceError(error)
    }
  }

  func compiled(
    _ compile: () throws(SQLCompilationError) -> SQLStatement
  ) throws(ServiceError) -> SQLStatement {
    do throws(SQLCompilationError) {
      return try compile()
    } catch {
      throw ServiceError(error)
    }
  }

  /// Runs a statement that changes records; what it breaks is told in words that are fit for the user.
  func run(
    _ statement: SQLStatement, _ kind: WritePermissions.Change, for change: RecordChange
  ) throws(ServiceError) -> Int {
    do throws(StoreError) {
      return try change.engine.run(statement, kind, on: connection)
    } catch {
      throw ServiceError(error, writing: change)
    }
  }

  // MARK: Reading again

  /// The records with these identities that the user reaches, as the answer shows them: in the order of their keys, or, where the
  /// user does not see these, of what is shown. The order of hidden keys, and that of the rows, would tell of them.
  func readAgain(
    _ identities: [[Value]], by identity: RecordIdentity, of change: RecordChange
  ) throws(ServiceError) -> [Record] {
    let access = change.table.access
    let target = MutationTarget(
      table: access.table, scope: access.rows.filter, request: .always)
    let shape = change.shape
    var found = try rows(change.shown, of: target, among: identities, by: identity, for: change)
    var isInSight = false
    if case .key(let fields) = identity { isInSight = fields.allSatisfy(access.isVisible) }
    if !isInSight { found.sort { $0.precedes($1) } }
    return found.map { Record(shape: shape, values: $0) }
  }

  /// Fields of those of these records that a target has.
  func rows(
    _ fields: [FieldID], of target: MutationTarget, among identities: [[Value]],
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
        try engine.compiler.select(fields, of: target, identity, among: batch)
      }
      rows += try engine.rows(statement, on: connection)
    }
    return rows
  }

  /// Throws where a record that the user wrote is not among those that they reach, and the grant wants it to be.
  func checkKept(_ records: [Record], of count: Int, by change: RecordChange) throws(ServiceError) {
    guard change.table.keepsInScope, records.count < count else { return }
    throw ServiceError(
      .outOfScope,
      count == 1
        ? "the record would not be among those that the user reaches, so it is left as it was"
        : "some of the records would not be among those that the user reaches, so all are left as they were",
      hint: "the profile wants what the user writes to stay within their reach")
  }
}

extension [Value] {
  /// By the first value that differs, be it only that one is an integer and the other an equal real.
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
  /// How many records are asked for at a time.
  fileprivate var batch: Int {
    switch self {
    case .rowID: 500
    case .key: MutationCompiler.keysPerStatement
    }
  }
}

extension RecordChange {
  var shape: RecordShape {
    RecordShape(
      shown.map { id in
        let field = table.table[id]
        return RecordField(
          name: field.name.string, isReadonly: table.access.fields[id.index] == .readonly,
          isManyValued: field.isManyValued)
      })
  }

  /// The columns that a statement writes, for its permissions.
  var columnNames: Set<Name> { Set(columns.map { table.table[$0.field].name }) }
}

extension AccessibleTable {
  /// Whether what the user writes must stay within their reach.
  var keepsInScope: Bool { entry.profile.validGrant(access.table)?.keepsInScope ?? false }
}
