import RecordEngine
import RecordFilter
import RecordStore
import RowscopeModel

/// Suggests indexes that would make a query faster.
struct IndexAdvice {
  let query: Query
  let schema: Schema
  /// SQLite's plans for the query's statements.
  let plans: [[String]]
  /// The indexes of each table that the query reads.
  let indexes: [TableID: [Index]]
  /// Whether the database has something of this name.
  let isTaken: (String) -> Bool

  var lines: [String] {
    let related = relatedLines
    // An index on the table itself may help besides, but that none can is not yet known.
    return related + ownLines(isLast: related.isEmpty)
  }

  private func ownLines(isLast: Bool) -> [String] {
    let table = schema[query.table]
    guard table.kind == .table else { return [] }
    let scans = plans.contains { plan in
      plan.contains { line in
        let step = line.drop { $0 == " " }
        // The name ends there, or what else the plan says of the table follows.
        return "\(step) ".hasBytePrefix("SCAN \(table.name) ")
      }
    }
    // Where an index gives the first keys, only records that agree in these are sorted.
    let sorts = plans.contains {
      QueryPlan.stepsOutsideExpressions(of: $0).contains("USE TEMP B-TREE FOR ORDER BY")
    }
    guard scans || sorts else { return [] }
    if let lines = branchLines { return lines }

    let terms = [query.scope, query.request].flatMap(\.requiredTerms).filter { !$0.isComplement }
    var columns: [FieldID] = []
    for term in terms where term.test.isEquality && !columns.contains(term.field) {
      columns.append(term.field)
    }
    if let range = terms.first(where: { $0.test.isRange && !columns.contains($0.field) }) {
      columns.append(range.field)
    } else if scans, columns.isEmpty, let key = unsearchedKey {
      columns.append(key)
    } else {
      for key in query.order.prefix(while: { $0.path == nil })
      where !columns.contains(key.field) {
        // Every index includes the INTEGER PRIMARY KEY already.
        if table.primaryKey == [key.field] { break }
        columns.append(key.field)
      }
    }
    columns.removeAll { table.primaryKey == [$0] }
    guard !columns.isEmpty else {
      return scans && query.scope != .always && isLast
        ? ["no index can help with this filter: every record of \(table.name) is read"] : []
    }
    let equalities = terms.count { $0.test.isEquality }
    if indexes[query.table, default: []].contains(where: {
      $0.begins(with: columns, inAnyOrder: equalities, of: table)
    }) {
      return []
    }
    let what =
      scans
      ? "every record of \(table.name) is read"
      : "the matching records are sorted for every request"
    return ["\(what); an index would help: \(statement(columns, of: table))"]
  }

  /// The field that leads to related records which few have, and by which no index finds them.
  private var unsearchedKey: FieldID? {
    [query.scope, query.request].flatMap(\.conjuncts).lazy.compactMap { filter -> FieldID? in
      guard case .related(let related) = filter, !related.isComplement, related.memberType == nil,
        related.strategy == .materialized, let key = related.pairs.first?.near,
        !begins(with: key, query.table)
      else { return nil }
      return key
    }.first
  }

  /// Whether an index finds records by a column.
  func begins(with column: FieldID, _ id: TableID) -> Bool {
    schema[id].primaryKey.first == column
      || indexes[id, default: []].contains { !$0.isPartial && $0.columns.first?.field == column }
  }

  /// A statement to paste.
  func statement(_ columns: [FieldID], of table: Table) -> String {
    let names = columns.map { Self.quoted(table[$0].name.string) }.joined(separator: ", ")
    return "CREATE INDEX \(Self.quoted(name(of: columns, in: table))) "
      + "ON \(Self.quoted(table.name.string)) (\(names))"
  }

  /// `tasks_owner_due_date`, or the first such name with a number that is free.
  private func name(of columns: [FieldID], in table: Table) -> String {
    let name = ([table.name] + columns.map { table[$0].name }).map(\.string).joined(separator: "_")
    var free = name
    var number = 2
    while isTaken(free) {
      free = "\(name)_\(number)"
      number += 1
    }
    return free
  }

  private static func quoted(_ name: String) -> String {
    let isPlain =
      !name.isEmpty
      && name.utf8.allSatisfy { $0 == 0x5F || $0.isASCIILetter || ($0 >= 0x30 && $0 <= 0x39) }
    return isPlain ? name : name.quoted(by: "\"")
  }
}

extension Index {
  /// Whether its first columns are these, the first few of them in any order.
  func begins(
    with fields: [FieldID], inAnyOrder equalities: Int, of table: Table
  ) -> Bool {
    guard !isPartial, columns.count >= fields.count else { return false }
    let leading = columns.prefix(fields.count)
    let found = leading.compactMap(\.field)
    guard found.count == fields.count,
      zip(leading, found).allSatisfy({ $0.collation == table[$1].collation })
    else { return false }
    let count = min(equalities, fields.count)
    return Set(found[..<count]) == Set(fields[..<count])
      && found[count...].elementsEqual(fields[count...])
  }
}

extension UInt8 {
  fileprivate var isASCIILetter: Bool { asciiLowercased >= 0x61 && asciiLowercased <= 0x7A }
}

extension Filter {
  /// The terms that every matching record must satisfy.
  var requiredTerms: [Term] {
    switch self {
    case .term(let term): [term]
    case .conjunction(let filters): filters.flatMap(\.requiredTerms)
    case .always, .never, .related, .under, .comparison, .disjunction: []
    }
  }
}

extension FieldTest {
  var isEquality: Bool {
    switch self {
    case .equals, .isOneOf, .isNull: true
    case .isEmpty, .compares, .isBetween, .matches, .hasMember, .converted: false
    }
  }

  var isRange: Bool {
    switch self {
    case .compares, .isBetween: true
    // A date is first sought in a range of stored ones.
    case .converted(.value(.date), _), .converted(.value(.datetime), _): true
    case .converted: false
    case .matches(let pattern): pattern.anchor == .start
    case .isNull, .isEmpty, .equals, .isOneOf, .hasMember: false
    }
  }
}
