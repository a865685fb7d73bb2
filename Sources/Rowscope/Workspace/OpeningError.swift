package import DataFiles
package import Documents
package import RecordStore
package import Workspaces

/// Why a workspace, its profiles or its users cannot be used.
public struct OpeningError: Error, Sendable, CustomStringConvertible {
  package enum Cause: Sendable {
    case workspace(WorkspaceError)
    case csv(CSVError)
    case database(StoreError)
    case document(Diagnostics)
  }

  package let cause: Cause

  package init(_ error: WorkspaceError) { cause = .workspace(error) }
  package init(_ error: CSVError) { cause = .csv(error) }
  package init(_ error: StoreError) { cause = .database(error) }
  package init(_ error: Diagnostics) { cause = .document(error) }

  /// The place, the problem and a hint, for people, without a final line feed. Several lines if a
  /// document has mistakes.
  public var description: String {
    switch cause {
    case .workspace(let error): return error.description
    case .csv(let error): return error.description
    case .database(let error): return error.description
    case .document(let error):
      let text = error.description
      return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }
  }

  /// The problems of documents, one by one, for programs; empty for other causes.
  public var problems: [DocumentProblem] {
    switch cause {
    case .workspace(let error):
      if case .invalid(let documents) = error.kind { documents.flatMap(\.problems) } else { [] }
    case .document(let error): error.problems
    case .csv, .database: []
    }
  }
}
