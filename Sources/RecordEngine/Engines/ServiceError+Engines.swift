package import FilterMemory
package import FilterSQL
package import RecordStore
package import RowscopeModel

extension SQLCompilationError: ServiceErrorConvertible {
  package var serviceError: ServiceError {
    switch kind {
    case .tooManyTests, .nestedTooDeep: ServiceError(.limitExceeded, description)
    case .needsOwnFunctions:
      ServiceError(
        .unsupported, description,
        hint: "let a RecordService answer it")
    case .noExactForm(let form):
      ServiceError(
        .unsupported, description,
        hint: "the manual's chapter on PostgreSQL says what is refused",
        databaseMessage: form.place)
    }
  }
}

extension StoreError: ServiceErrorConvertible {
  /// In words fit for the client; SQLite's own are kept for the administrator.
  package var serviceError: ServiceError {
    switch kind {
    case .deadlineExceeded:
      ServiceError(
        .deadlineExceeded, "the request took longer than its time limit",
        hint: "narrow it, or request fewer records", databaseMessage: description)
    case .cancelled:
      ServiceError(.cancelled, "the request was cancelled", databaseMessage: description)
    case .limitExceeded:
      ServiceError(
        .limitExceeded, "the request is too large for the database",
        databaseMessage: description)
    case .locked:
      ServiceError(
        .database, "the database is locked by another process", hint: "try again",
        databaseMessage: description)
    case .schemaChanged, .schemaMismatch, .denied:
      ServiceError(
        .database, "the database's tables changed while the request was answered",
        hint: "try again", databaseMessage: description)
    case .mismatchedRecord:
      ServiceError(.mismatchedRecord, description, databaseMessage: description)
    case .noSuchFile, .notADatabase, .corrupt, .readOnly, .diskFull, .cannotOpen, .outOfMemory,
      .ioError, .constraint, .unsupportedEncoding, .expressionFailed,
      .internalError:
      ServiceError(.database, "the database could not answer", databaseMessage: description)
    }
  }
}

extension MemoryError: ServiceErrorConvertible {
  package var serviceError: ServiceError {
    switch kind {
    case .interrupted:
      ServiceError(StoreError(Task.isCancelled ? .cancelled : .deadlineExceeded, description))
    case .columnTooLarge, .tooManyRows, .notLoaded:
      ServiceError(.limitExceeded, description, hint: "let SQLite answer")
    }
  }
}

extension ServiceError {
  /// For a workspace with a catalog.
  package static let noRecords = ServiceError(
    .unsupported, "the workspace has a catalog of tables, and no records",
    hint: "compile the request, and run its statements where the records are")
}
