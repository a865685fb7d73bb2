import AccessProfiles
import FilterSQL
import RecordEngine
import RecordFilter
import RecordStore
import RowscopeModel

/// A permitted change of fields, with names resolved among the fields that the user sees.
struct StructureChange {
  let table: TableID
  let statement: SQLStatement
  /// The renamed field, and its new name.
  private(set) var renamed: (field: FieldID, name: Name)?
  /// The name of a new field.
  private(set) var added: Name?

  init(
    _ change: FieldChange, in name: String, reader: borrowing ReadSession
  ) throws(ServiceError) {
    let reached = try reader.table(name)
    let schema = reader.snapshot.schema
    let compiler = StructureCompiler(schema: schema)
    let resolution = RequestResolution(reached, reader: reader)
    let quoted = Printable.quoted(reached.table.name.string)
    guard reached.access.rights.contains(.manageStructure) else {
      throw ServiceError(.denied, "the user may not change the fields of table \(quoted)")
    }
    guard reached.table.kind == .table else {
      throw ServiceError(
        .unsupported, "\(quoted) is a view, and shows the fields of other tables",
        hint: "change the fields of the tables that it shows")
    }

    func existing(_ name: String) throws(ServiceError) -> FieldID {
      let id = try resolution.field(name)
      let field = reached.table[id]
      if case .link = field.storage {
        throw ServiceError(
          .unsupported,
          "the field \(Printable.quoted(field.name.string)) is not a column: its members are rows "
            + "of another table",
          hint: "change its declaration in the workspace")
      }
      if field.isDeveloper, !reached.access.rights.contains(.manageDeveloperFields) {
        throw ServiceError(
          .denied,
          "only developer seats may change the field \(Printable.quoted(field.name.string))"
        )
      }
      return id
    }
    func free(_ name: String) throws(ServiceError) -> String {
      // Refuse any name in use without saying by which field, so that trying names does not reveal
      // hidden fields.
      guard !name.isEmpty, !name.utf8.contains(0), reached.table.fieldID(named: name) == nil else {
        throw ServiceError(
          .fieldExists, "a field of table \(quoted) cannot be called \(Printable.quoted(name))",
          hint: "choose a name that no field has")
      }
      return name
    }

    table = reached.access.table
    switch change {
    case .add(let name, let type):
      guard let columnType = type.columnType else {
        throw ServiceError(
          .unsupported, "a relation is declared in the workspace, for an existing field",
          hint: "add a field of the type of the other table's key, and declare its \"relation\"")
      }
      statement = compiler.add(try free(name), type: columnType, to: table)
      added = Name(name)
    case .rename(let name, let new):
      let field = try existing(name)
      // A name in another case is new to people, but the same for the database.
      let isSame = reached.table[field].name == Name(new)
      statement = compiler.rename(field, of: table, to: isSame ? new : try free(new))
      renamed = (field, Name(new))
    case .drop(let name):
      statement = compiler.drop(try existing(name), of: table)
    }
  }
}
