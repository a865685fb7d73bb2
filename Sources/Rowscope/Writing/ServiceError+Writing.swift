import AccessProfiles
import RecordFilter
import RecordStore

extension ServiceError {
  static func required(_ field: Field) -> ServiceError {
    ServiceError(
      .requiredField, "the field \(Diagnostic.quoted(field.name.string)) must have a value")
  }

  /// A rule of the database that this user may not know of, or that the database does not name.
  static var refusedByDatabase: ServiceError {
    ServiceError(
      .constraintFailed, "a rule of the database does not allow this change, so nothing is changed")
  }

  /// What a change of records broke, named only as far as the user sees it: SQLite's own words would tell columns and
  /// expressions.
  init(_ error: StoreError, writing change: RecordChange) {
    let table = change.table.table
    switch error.kind {
    case .constraint(let constraint):
      let named = error.constrainedColumns(of: table.name, among: table.fields.map(\.name))
        .compactMap { table.fieldID(named: $0.string) }
      let isShown = !named.isEmpty && named.allSatisfy(change.table.access.isVisible)
      let names = named.map { Diagnostic.quoted(table[$0].name.string) }
        .joined(separator: " and ")
      switch constraint {
      case .unique where isShown, .primaryKey where isShown:
        self.init(
          .notUnique,
          named.count == 1
            ? "there is a record with this value of \(names) already"
            : "there is a record with these values of \(names) already", underlying: error)
      case .notNull where isShown:
        self.init(.requiredField, "the field \(names) must have a value", underlying: error)
      case .dataType where isShown:
        self.init(
          .invalidValue,
          "the field \(names) takes values of the type \(table[named[0]].declaredType)",
          underlying: error)
      case .foreignKey where !change.compositeRelations.isEmpty:
        self = change.unrelatedComposite
      case .check, .foreignKey, .notNull, .primaryKey, .unique, .dataType, .trigger, .other:
        let refusal = ServiceError.refusedByDatabase
        self.init(refusal.code, refusal.message, underlying: error)
      }
    case .expressionFailed:
      // A trigger's, or a generated column's.
      let refusal = ServiceError.refusedByDatabase
      self.init(refusal.code, refusal.message, underlying: error)
    default:
      self.init(writing: error)
    }
  }

  /// Why a transaction that writes did not come about.
  init(writing error: StoreError) {
    switch error.kind {
    case .constraint:
      let refusal = ServiceError.refusedByDatabase
      self.init(refusal.code, refusal.message, underlying: error)
    case .readOnly:
      self.init(.notWritable, "the database cannot be written", underlying: error)
    case .diskFull:
      self.init(
        .database, "there is no room left for the change, so nothing is changed", underlying: error)
    default: self.init(error)
    }
  }
}
