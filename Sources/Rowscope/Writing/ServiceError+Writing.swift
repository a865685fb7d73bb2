import AccessProfiles
import RecordEngine
import RecordFilter
import RecordStore
import RowscopeModel

extension ServiceError {
  static func required(_ field: Field) -> ServiceError {
    ServiceError(
      .requiredField, "the field \(Printable.quoted(field.name.string)) must have a value")
  }

  /// A rule of the database that the user may not know about, or that SQLite does not name.
  static var refusedByDatabase: ServiceError { refusedByDatabase(because: nil) }

  /// - Parameter reason: for the administrator.
  static func refusedByDatabase(because reason: String?) -> ServiceError {
    ServiceError(
      .constraintFailed, "a rule of the database does not allow this change, so nothing is changed",
      databaseMessage: reason)
  }

  /// The rule that a change violated, described only as far as the user sees it: SQLite's own
  /// message would reveal columns and expressions.
  init(_ error: StoreError, writing change: RecordChange) {
    let table = change.table.table
    switch error.kind {
    case .constraint(let constraint):
      let named = error.constrainedColumns(of: table.name, among: table.fields.map(\.name))
        .compactMap { table.fieldID(named: $0.string) }
      let isShown = !named.isEmpty && named.allSatisfy(change.table.access.isVisible)
      let names = named.map { Printable.quoted(table[$0].name.string) }
        .joined(separator: " and ")
      switch constraint {
      case .unique where isShown, .primaryKey where isShown:
        self.init(
          .notUnique,
          named.count == 1
            ? "there is a record with this value of \(names) already"
            : "there is a record with these values of \(names) already",
          databaseMessage: error.description)
      case .notNull where isShown:
        self.init(
          .requiredField, "the field \(names) must have a value", databaseMessage: error.description
        )
      case .dataType where isShown:
        self.init(
          .invalidValue,
          "the field \(names) takes values of the type \(table[named[0]].declaredType)",
          databaseMessage: error.description)
      case .foreignKey where change.right == .delete:
        self.init(
          .constraintFailed,
          "other records refer to what would be deleted, so nothing is deleted",
          hint: "delete those records first, or let them refer to others",
          databaseMessage: error.description)
      case .foreignKey where !change.compositeRelations.isEmpty:
        self = change.unrelatedComposite
      case .check, .foreignKey, .notNull, .primaryKey, .unique, .dataType, .trigger, .other:
        let refusal = ServiceError.refusedByDatabase
        self.init(refusal.code, refusal.message, databaseMessage: error.description)
      }
    case .expressionFailed:
      // Raised by a trigger or a generated column.
      let refusal = ServiceError.refusedByDatabase
      self.init(refusal.code, refusal.message, databaseMessage: error.description)
    case .noSuchFile, .notADatabase, .corrupt, .locked, .readOnly, .diskFull, .cannotOpen,
      .schemaChanged, .schemaMismatch, .denied, .limitExceeded, .deadlineExceeded, .cancelled,
      .outOfMemory, .ioError, .unsupportedEncoding, .mismatchedRecord, .internalError:
      self.init(writing: error)
    }
  }

  /// Why a write transaction could not begin.
  init(writing error: StoreError) {
    switch error.kind {
    case .constraint:
      let refusal = ServiceError.refusedByDatabase
      self.init(refusal.code, refusal.message, databaseMessage: error.description)
    case .readOnly:
      self.init(.notWritable, "the database cannot be written", databaseMessage: error.description)
    case .diskFull:
      self.init(
        .database, "there is no room left for the change, so nothing is changed",
        databaseMessage: error.description)
    case .noSuchFile, .notADatabase, .corrupt, .locked, .cannotOpen, .schemaChanged,
      .schemaMismatch, .denied, .limitExceeded, .deadlineExceeded, .cancelled, .outOfMemory,
      .ioError, .unsupportedEncoding, .expressionFailed, .mismatchedRecord, .internalError:
      self.init(error)
    }
  }
}
