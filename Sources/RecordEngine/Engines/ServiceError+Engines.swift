package import FilterMemory
package import FilterSQL
package import RecordStore
package import RowscopeModel

extension SQLCompilationError: ServiceErrorConvertible {
  package var serviceError: ServiceError { ServiceError(.limitExceeded, description) }
}

extension StoreError: ServiceErrorConvertible {
  /// In words that are fit for the user; SQLite's own are kept for the administrator.
  package var serviceError: ServiceError {
    switch kind {
    case .deadlineExceeded:
      ServiceError(
        .deadlineExceeded, "the request took longer than it was given",
        hint: "narrow it, or ask for less at a time", databaseMessage: description)
    case .cancelled:
      ServiceError(.cancelled, "the request was cancelled", databaseMessage: description)
    case .limitExceeded:
      ServiceError(
        .limitExceeded, "the request is larger than the database takes",
        databaseMessage: description)
    case .locked:
      ServiceError(
        .database, "the database is locked by somebody else", hint: "try again",
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
