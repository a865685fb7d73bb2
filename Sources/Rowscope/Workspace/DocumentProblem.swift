package import Documents

/// One mistake, or one doubtful place, of a profile, a workspace or a users' document.
public struct DocumentProblem: Sendable, Hashable {
  /// False for a warning.
  public let isError: Bool
  /// Stable, for programs: `unknown_key`. The manual lists all.
  public let code: String
  /// One line without a full stop.
  public let message: String
  /// What would be right, where that is known.
  public let hint: String?
  /// The document, as it was given: a path, as a rule.
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
