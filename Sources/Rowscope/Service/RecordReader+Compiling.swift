package import FilterSQL
import RecordFilter

extension RecordReader {
  /// The SQL of a request and its values, one statement after another as they would be run; none where no record can be in
  /// sight. Nothing is prepared and nothing is read.
  package func compile(_ request: ListRequest) throws(ServiceError) -> [SQLStatement] {
    let (table, resolved) = try resolve(request)
    guard !resolved.query.isNever else { return [] }
    var statements: [SQLStatement] = []
    for phase in resolved.query.phases(in: snapshot.schema) where !phase.isNever {
      statements.append(try table.engine.compile(phase))
    }
    return statements
  }
}
