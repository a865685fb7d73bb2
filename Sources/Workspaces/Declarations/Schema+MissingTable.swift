import Documents
import RecordFilter
import RowscopeModel

extension Schema {
  /// What is to be said of a name in a document that no table of the schema has.
  func missing(table name: String) -> (message: String, hint: String?) {
    let quoted = Printable.quoted(name)
    if let reason = omitted[Name(name)] {
      return ("the table \(quoted) of the database cannot be used", reason)
    }
    return (
      "the database has no table \(quoted)",
      Suggestion.hint(for: name, among: tables.map(\.name.string))
    )
  }
}
