package import FilterSQL
package import RecordFilter
package import RecordStore
package import RowscopeModel
import Synchronization

/// SQLite's plan for a statement, as far as it matters for choosing an engine.
package struct QueryPlan: Sendable, Hashable {
  /// Whether the plan reads all records of some table.
  package let scans: Bool
  /// Whether the plan sorts records after finding them.
  package let sorts: Bool
  /// Whether it sorts all of them, and not only those that agree in the first keys of the order.
  package let sortsAll: Bool
  /// The steps that find records by an index, as SQLite writes them.
  private let searches: [String]
  /// Whether the plan scans one table and does nothing else: no index, no other table, no sort.
  package let readsOneTableThrough: Bool

  /// - Parameter lines: of `EXPLAIN QUERY PLAN`: <https://www.sqlite.org/eqp.html>.
  package init(lines: [String]) {
    let steps = lines.map { $0.drop { $0 == " " } }
    scans = steps.contains {
      // Members of a list are not records, a constant is not a table, the result of a subquery has
      // its own step, and so has what was found of a tree.
      $0.hasBytePrefix("SCAN ") && !$0.hasBytePrefix("SCAN (") && !$0.contains("VIRTUAL TABLE")
        && $0 != "SCAN CONSTANT ROW" && !$0.hasBytePrefix("SCAN \(QueryCompiler.walkPrefix)")
        && !$0.hasBytePrefix("SCAN \(QueryCompiler.mergePrefix)")
    }
    let own = Self.stepsOutsideExpressions(of: lines)
    sorts = own.contains { $0.hasBytePrefix("USE TEMP B-TREE") }
    sortsAll = own.contains("USE TEMP B-TREE FOR ORDER BY")
    searches = steps.filter { $0.hasBytePrefix("SEARCH ") }.map(String.init)
    readsOneTableThrough =
      steps.count == 1 && scans && !steps.contains { $0.contains(" USING ") }
  }

  /// The steps of a plan without those of subqueries in expressions, which order what a cell shows
  /// and not the records.
  package static func stepsOutsideExpressions(of lines: [String]) -> [Substring] {
    var steps: [Substring] = []
    var depthOfSubquery: Int?
    for line in lines {
      let step = line.drop { $0 == " " }
      let depth = line.utf8.count - step.utf8.count
      if let outer = depthOfSubquery {
        if depth > outer { continue }
        depthOfSubquery = nil
      }
      if step.contains("SCALAR SUBQUERY ") || step.contains("LIST SUBQUERY ") {
        depthOfSubquery = depth
      } else {
        steps.append(step)
      }
    }
    return steps
  }

  /// Whether it finds the records of a table by an index that begins with one of some fields.
  func searches(_ table: Table, by fields: [FieldID]) -> Bool {
    var columns = fields.map { table[$0].name.string }
    if fields.contains(where: { table.primaryKey == [$0] }) { columns.append("rowid") }
    return searches.contains { step in
      step.hasBytePrefix("SEARCH \(table.name) USING ")
        && columns.contains { column in
          ["=", "<", ">"].contains { step.contains(" (\(column)\($0)") }
        }
    }
  }

  /// The name of the index by which alone it finds the records with at least some value in a field;
  /// nil for other plans.
  func indexWalked(by field: FieldID, of table: Table) -> String? {
    guard searches.count == 1, !scans, !sorts, let step = searches.first else { return nil }
    let (start, end) = (
      "SEARCH \(table.name) USING COVERING INDEX ", " (\(table[field].name)>?)"
    )
    guard step.hasBytePrefix(start), step.utf8.count > start.utf8.count + end.utf8.count else {
      return nil
    }
    let (name, rest) = (
      step.utf8.dropFirst(start.utf8.count).dropLast(end.utf8.count),
      step.utf8.suffix(end.utf8.count)
    )
    return rest.elementsEqual(end.utf8) ? String(Substring(name)) : nil
  }

  /// How many records a list may skip for an index to be faster than a scan.
  package static let mostSkipped = 1000

  /// Whether an index makes the query fast for a table of any size. A list that reads its first
  /// records in index order ends early too, if the filter skips none.
  package func serves(_ query: Query, asList: Bool) -> Bool {
    guard scans else { return true }
    guard asList, !sorts, query.limit != nil, query.scope == .always, query.request == .always
    else { return false }
    if case .offset(let offset) = query.start { return offset <= Self.mostSkipped }
    return true
  }
}

/// Caches the plans of statements for one version of the database's tables, which includes their
/// indexes.
package final class QueryPlanCache: Sendable {
  private let plans = Mutex<[Text: QueryPlan]>([:])
  /// Requests have few shapes; the limit protects the memory from a client that keeps sending new
  /// ones.
  private static let capacity = 1024

  package func plan(
    of statement: SQLStatement, on connection: borrowing Connection
  ) throws(ServiceError) -> QueryPlan {
    let key = Text(statement.text)
    if let plan = plans.withLock({ $0[key] }) { return plan }
    let lines = try serviceErrors { () throws(StoreError) in
      try connection.queryPlan(statement.text, bindings: statement.bindings)
    }
    let plan = QueryPlan(lines: lines)
    plans.withLock { plans in
      if plans.count >= Self.capacity { plans.removeAll() }
      plans[key] = plan
    }
    return plan
  }
}
