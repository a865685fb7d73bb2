package import Documents

/// One error or warning about a profile, a workspace or a users' document.
public struct DocumentProblem: Sendable, Hashable {
  /// False for a warning.
  public let isError: Bool
  /// A stable name for programs, such as `unknown_key`. The manual lists all.
  public let code: String
  /// One line without a full stop.
  public let message: String
  /// How to fix it, if known.
  public let hint: String?
  /// The document's name, usually a path.
  public let document: String
  /// From 1.
  public let line: Int
  /// From 1, in Unicode scalars.
  public let column: Int
}

extension Diagnostics {
  /// Complexity: O(n) in the bytes of the document for each problem.
  package var problems: [DocumentProblem] {
    list.map { diagnostic in
      let position = source.position(of: diagnostic.range.lowerBound)
      return DocumentProblem(
        isError: diagnostic.severity == .error, code: diagnostic.code.rawValue,
        message: diagnostic.message, hint: diagnostic.hint, document: source.name,
        line: position.line, column: position.column)
    }
  }
}
