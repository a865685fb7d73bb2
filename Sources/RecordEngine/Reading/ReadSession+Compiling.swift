package import FilterSQL
import RecordFilter
package import RowscopeModel

extension ReadSession {
  /// The SQL statements of a request with their values, in the order in which they would run; none
  /// if no record can match. Nothing is prepared or read.
  package func compile(_ request: ListRequest) throws(ServiceError) -> [SQLStatement] {
    let base = try resolvedList(request, anySize: false)
    guard !base.resolved.query.isNever else { return [] }
    let start = try self.start(request, of: base, anySize: false)
    if start == .first { return [try base.statementOfFirstPage().sql] }
    var query = base.resolved.query
    query.start = start
    var statements: [SQLStatement] = []
    for phase in query.phases(in: snapshot.schema) where !phase.isNever {
      statements.append(try base.table.engine.sql(of: phase))
    }
    return statements
  }
}
