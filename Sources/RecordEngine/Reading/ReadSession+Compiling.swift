package import FilterSQL
import RecordFilter
package import RowscopeModel

extension ReadSession {
  /// The SQL statements of a request with their values, in the order in which they would run; none
  /// if no record can match. Nothing is prepared or read.
  package func compile(_ request: ListRequest) throws(ServiceError) -> [SQLStatement] {
    let prepared = try preparedRequest(request, anySize: false)
    var query = prepared.resolved.query
    guard !query.isNever else { return [] }
    let start = try prepared.resolved.start(of: request)
    if start == .first, !prepared.hasPhases { return [try prepared.statementOfFirstPage().sql] }
    query.start = start
    var statements: [SQLStatement] = []
    for phase in query.phases(in: snapshot.schema) where !phase.isNever {
      statements.append(try prepared.table.engine.sql(of: phase))
    }
    return statements
  }
}
