package import FilterSQL
import RecordFilter

extension RecordReader {
  /// The SQL of a request and its values, one statement after another as they would be run; none where no record can be in
  /// sight. Nothing is prepared and nothing is read.
  package func compile(_ request: ListRequest) throws(ServiceError) -> [SQLStatement] {
    let list = try resolvedList(request, anySize: false)
    let query = list.resolved.query
    guard !query.isNever else { return [] }
    var statements: [SQLStatement] = []
    for (index, phase) in query.phases(in: snapshot.schema).enumerated() where !phase.isNever {
      let compile = { () throws(ServiceError) in try list.table.engine.compile(phase) }
      statements.append(index == 0 ? try list.statement.orMade(compile) : try compile())
    }
    return statements
  }
}
