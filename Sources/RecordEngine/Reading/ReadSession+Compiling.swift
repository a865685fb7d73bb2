package import FilterSQL
import RecordFilter
package import RowscopeModel

extension ReadSession {
  /// The SQL of a request and its values, one statement after another as they would be run; none where no record can be in
  /// sight. Nothing is prepared and nothing is read.
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
