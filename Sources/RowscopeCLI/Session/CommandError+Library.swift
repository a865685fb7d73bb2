import DataFiles
import RecordStore
import Rowscope
import RowscopeModel
import Workspaces

extension CommandError {
  /// A request that failed.
  package init(_ error: ServiceError) {
    let code: ExitCode
    switch error.code {
    case .unknownTable, .notFound, .invalidProfile, .unknownUser, .invalidUser, .denied,
      .readonlyField,
      .relatedNotFound, .outOfScope:
      code = .denied
    case .conflict: code = .negative
    case .notWritable, .notUnique, .constraintFailed: code = .failed
    case .database, .deadlineExceeded, .invalidWorkspace: code = .failed
    case .cancelled: code = .interrupted
    case .limitExceeded: code = error.databaseMessage == nil ? .usage : .failed
    // All other codes are about the request itself.
    default: code = .usage
    }
    // Add the database's own message if the error does not say what happened.
    let isOpen =
      error.code == .database || error.code == .constraintFailed && error.hint == nil
    let cause = isOpen ? error.databaseMessage.map { ": \($0)" } ?? "" : ""
    self.init(exitCode: code, message: error.message + cause, help: error.hint)
  }

  init(_ error: OpeningError) {
    switch error.cause {
    case .workspace(let error): self.init(error)
    case .csv(let error): self = .failed(error.description)
    case .database(let error): self = .failed(error.description)
    case .document: self = .failed(error.description)
    }
  }

  /// - Parameter workspaceIsUnnamed: whether the default workspace was looked for.
  init(_ error: WorkspaceError, workspaceIsUnnamed: Bool = false) {
    switch error.kind {
    case .invalid(let documents):
      self = .failed("the workspace has mistakes", documents: documents)
    case .unknownUser, .ambiguousUser, .sharedID, .unknownProfile, .unknownSeat,
      .unknownUserType, .seatLimit, .notPromotable:
      self = .denied(error.description)
    case .noSuchFile where workspaceIsUnnamed && error.path == WorkspaceContents.fileName:
      self = .failed(
        "there is no \(WorkspaceContents.fileName) here",
        help: "give one with --workspace PATH, or use --db FILE and --profile FILE")
    case .noSuchFile, .isAFolder, .unreadable, .tooLarge:
      self = .failed(error.description)
    }
  }
}
