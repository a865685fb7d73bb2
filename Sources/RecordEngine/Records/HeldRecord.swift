import AccessProfiles
package import RecordFilter
import RecordStore
package import RowscopeModel
import Synchronization

/// A record by the values of its fields, as they are stored, for rules to be evaluated on.
package struct HeldRecord: Sendable, Hashable {
  package let table: TableID
  /// One for each field of the table.
  private var values: [Value]
  /// The index of each field's value; negative if the value is not known.
  private var positions: [Int]

  package init(_ table: TableID, _ values: [Value?]) {
    self.table = table
    self.values = values.map { value in value ?? .null }
    positions = values.enumerated().map { $1 == Optional.none ? -1 : $0 }
  }

  fileprivate init(_ table: TableID, _ record: BorrowedRecord) {
    self.init(table, record.positions.indices.map { record[$0] })
  }

  package subscript(field: FieldID) -> Value? {
    get { positions[field.index] < 0 ? Optional.none : values[field.index] }
    set {
      values[field.index] = newValue ?? .null
      positions[field.index] = newValue == Optional.none ? -1 : field.index
    }
  }

  fileprivate func borrowed<Result>(_ body: (BorrowedRecord) -> Result) -> Result {
    values.withUnsafeBufferPointer { values in
      positions.withUnsafeBufferPointer { positions in
        body(BorrowedRecord(values: values, positions: positions))
      }
    }
  }

  /// The values that are known, by name.
  fileprivate func named(in table: Table) -> [String: Value] {
    var named: [String: Value] = [:]
    for field in table.fieldIndices { named[table[field].name.string] = self[field] }
    return named
  }
}

/// A filter to be evaluated on records in hand.
package struct HeldFilter: Sendable {
  private let predicate: RecordPredicate

  package init(_ filter: Filter, in schema: Schema, on table: TableID) {
    predicate = RecordPredicate(filter, schema: schema, table: table)
  }

  package func decision(
    on record: HeldRecord, _ related: @escaping RelatedRecords
  ) -> RecordDecision {
    var evaluation = RecordEvaluation(related: related)
    let truth = record.borrowed { predicate.evaluate($0, &evaluation) }
    return RecordDecision(truth, evaluation.doubt)
  }
}

/// One step of a path, to be followed from records in hand.
package struct HeldStep: Sendable {
  private let condition: RecordPredicate
  private let walk: Walk
  private let table: TableID

  private enum Walk: Sendable {
    case related(RelatedTest)
    case named(MemberRelatedTest)
  }

  package init(_ step: FieldOperand.Step, in schema: Schema, from near: TableID) {
    let related = RelatedFilter(
      table: step.table, pairs: step.pairs, filter: step.filter, memberType: step.memberType)
    table = step.table
    condition = RecordPredicate(step.condition, schema: schema, table: near)
    walk =
      step.memberType.map { .named(MemberRelatedTest(related, $0, schema, near)) }
      ?? .related(RelatedTest(related, schema, near))
  }

  /// The records that the step leads to; nil where that is not known.
  package func records(
    from record: HeldRecord, _ related: @escaping RelatedRecords
  ) -> [HeldRecord]? {
    var evaluation = RecordEvaluation(related: related)
    var found: [HeldRecord] = []
    var seen: Set<HeldRecord> = []
    let truth: Truth = record.borrowed { record in
      guard condition.evaluate(record, &evaluation) == .yes else { return .no }
      // Never satisfied, so that it sees all of them.
      let note: (BorrowedRecord, inout RecordEvaluation) -> Truth = { record, _ in
        let held = HeldRecord(table, record)
        if seen.insert(held).inserted { found.append(held) }
        return .no
      }
      return switch walk {
      case .related(let test): test.relatedRecords(of: record, &evaluation, where: note)
      case .named(let test): test.relatedRecords(of: record, &evaluation, where: note)
      }
    }
    return truth == .unknown ? nil : found
  }
}

/// The records of a database that rules about one record ask for, each read once.
package final class KnownRecords: Sendable {
  private struct State {
    var known: [RelatedKey: [[String: Value]]] = [:]
    var missing: [RelatedKey] = []
  }

  private let state = Mutex(State())

  package init() {}

  /// Provides the records that are known, and notes those that are not.
  ///
  /// - Parameter change: a record that is as it is stored, and as it is taken to be instead.
  package func related(
    changing change: (from: HeldRecord, to: HeldRecord)? = nil, in schema: Schema
  ) -> RelatedRecords {
    let table = change.map { schema[$0.from.table] }
    let changed = change.flatMap { change in table.map { change.to.named(in: $0) } }
    return { key in
      let found: [[String: Value]]? = self.state.withLock { state in
        if let found = state.known[key] { return found }
        state.missing.append(key)
        return nil
      }
      guard let found, let change, let table, let changed, key.table == table.name.string else {
        return found
      }
      // Those that the key does not belong to are passed over.
      return found.filter { record in
        table.primaryKey.contains { record[table[$0].name.string] != change.from[$0] }
      } + [changed]
    }
  }

  fileprivate func takeMissing() -> [RelatedKey] {
    state.withLock { state in
      defer { state.missing = [] }
      return state.missing
    }
  }

  fileprivate func know(_ records: [[String: Value]], of key: RelatedKey) {
    state.withLock { $0.known[key] = records }
  }
}

extension ReadSession {
  /// What `body` makes of known records, once all are known that it asks for.
  package func settled<Result>(
    _ known: KnownRecords, by engine: QueryEngine?, _ body: () throws(ServiceError) -> Result
  ) throws(ServiceError) -> Result {
    while true {
      let result = try body()
      let missing = known.takeMissing()
      guard !missing.isEmpty else { return result }
      for key in Set(missing) {
        try checkTime()
        known.know(try records(of: key, by: engine), of: key)
      }
    }
  }

  private func records(
    of key: RelatedKey, by engine: QueryEngine?
  ) throws(ServiceError) -> [[String: Value]] {
    guard let id = snapshot.schema.tableID(named: key.table) else { return [] }
    let table = snapshot.schema[id]
    let filter = Filter.all(
      zip(key.fields, key.values).compactMap { name, value in
        table.fieldID(named: name).map { field in
          value.isNull ? .never : table.equals(field, value)
        }
      })
    return try heldRecords(of: id, where: filter, by: engine).map { $0.named(in: table) }
  }

  /// The records of a table that match a filter, for any user, with the values of their own
  /// columns.
  ///
  /// - Parameters:
  ///   - limit: how many at most; nil for all.
  ///   - engine: which is asked; nil for the one that the service would ask.
  package func heldRecords(
    of id: TableID, where filter: Filter, upTo limit: Int? = nil, by engine: QueryEngine?
  ) throws(ServiceError) -> [HeldRecord] {
    let table = snapshot.schema[id]
    let fields = wholeTable(id).access.visibleFields.filter { !table[$0].isLinked }
    return try rows(of: id, fields, where: filter, upTo: limit, by: engine).map {
      var values: [Value?] = table.fields.map { _ in Optional.none }
      for (field, cell) in zip(fields, $0) { values[field.index] = .some(cell) }
      return HeldRecord(id, values)
    }
  }

  /// Fields of the records of a table that match a filter, for any user, and behind them
  /// the truth of further filters, as 1 or 0.
  package func rows(
    of id: TableID, _ fields: [FieldID], where filter: Filter, testing tests: [Filter] = [],
    upTo limit: Int? = nil, by engine: QueryEngine?
  ) throws(ServiceError) -> [[Value]] {
    let (table, reached) = (snapshot.schema[id], wholeTable(id))
    var query = Query(
      table: id, scope: .always, request: filter, projection: fields,
      order: table.primaryKey.filter(reached.access.isVisible).map { OrderKey($0, isExact: true) },
      limit: limit)
    query.tests = tests
    var found: [[Value]] = []
    func take(_ row: borrowing Row) -> Bool {
      found.append(row.values())
      return true
    }
    if engine != .sqlite, case .memory(let tables, _) = try decision(query, reached, .list) {
      try forEachMemoryRow(of: query, tables, take)
    } else {
      try forEachSQLiteRow(of: query, reached, take)
    }
    return found
  }

  /// How many records of a table match a filter, for no user in particular.
  package func count(_ filter: Filter, of id: TableID) throws(ServiceError) -> Int {
    let query = Query(table: id, scope: filter, projection: [], order: [])
    return try count(query, wholeTable(id))
  }

  /// A table with all of its records and fields, for the authors of profiles.
  private func wholeTable(_ id: TableID) -> AccessibleTable {
    let entry = snapshot.everything
    let table = snapshot.schema[id]
    let fields =
      entry.profiles.members[0].validGrant(id)?.fields ?? table.fields.map { _ in .hidden }
    return AccessibleTable(
      access: TableAccess(table: id, rows: .all, fields: fields, rights: []), table: table,
      entry: entry, scope: FieldScope(everythingIn: snapshot.schema))
  }
}

extension Field {
  /// Whether its members are rows of another table.
  package var isLinked: Bool { if case .link = storage { true } else { false } }
}
