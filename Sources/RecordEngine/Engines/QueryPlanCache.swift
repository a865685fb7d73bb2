package import FilterSQL
package import RecordFilter
package import RecordStore
package import RowscopeModel
import Synchronization

/// How SQLite goes about a statement, as far as an engine is chosen by it.
package struct QueryPlan: Sendable, Hashable {
  /// Whether every record of some table is looked at.
  package let scans: Bool
  /// Whether records are put in order after they were found.
  package let sorts: Bool
  /// Whether one table is read from its beginning to its end, and nothing else: no index, no other table, no sort.
  package let readsOneTableThrough: Bool

  /// - Parameter lines: of `EXPLAIN QUERY PLAN`: <https://www.sqlite.org/eqp.html>.
  package init(lines: [String]) {
    let steps = lines.map { $0.drop { $0 == " " } }
    scans = steps.contains {
      // The members of a list are no records, a constant is no table, and what a subquery found has a step of its own.
      $0.hasPrefix("SCAN ") && !$0.hasPrefix("SCAN (") && !$0.contains("VIRTUAL TABLE")
        && $0 != "SCAN CONSTANT ROW"
    }
    sorts = steps.contains { $0.hasPrefix("USE TEMP B-TREE") }
    readsOneTableThrough =
      steps.count == 1 && scans && !steps.contains { $0.contains(" USING ") }
  }

  /// Whether an index makes a query fast, whatever the table's size. A list that takes the first records as they stand in the
  /// order of an index ends early too, if none of them is left out.
  package func serves(_ query: Query, asList: Bool) -> Bool {
    guard scans else { return true }
    guard asList, !sorts, query.limit != nil, query.scope == .always, query.request == .always
    else { return false }
    if case .offset(let offset) = query.start { return offset <= 1000 }
    return true
  }
}

/// The plans of statements, each asked for once. For one version of the database's tables, as indexes are part of it.
package final class QueryPlanCache: Sendable {
  private let plans = Mutex<[Text: QueryPlan]>([:])
  /// The shapes of requests are few; who asks for ever new ones shall not fill the memory.
  private static let capacity = 1024

  package func plan(
    of statement: SQLStatement, on connection: borrowing Connection
  ) throws(ServiceError) -> QueryPlan {
    let key = Text(statement.text)
    if let plan = plans.withLock({ $0[key] }) { return plan }
    let lines: [String]
    do throws(StoreError) {
      lines = try connection.queryPlan(statement.text, bindings: statement.bindings)
    } catch {
      throw ServiceError(error)
    }
    let plan = QueryPlan(lines: lines)
    plans.withLock { plans in
      if plans.count >= Self.capacity { plans.removeAll() }
      plans[key] = plan
    }
    return plan
  }
}
