/// All problems of one document.
package struct Diagnostics: Error, Sendable, CustomStringConvertible {
  package let source: SourceDocument
  /// By position.
  package let list: [Diagnostic]
  /// The number of problems dropped beyond ``DiagnosticCollector/limit``.
  package let omitted: Int

  package init(_ list: [Diagnostic], omitted: Int = 0, in source: SourceDocument) {
    self.source = source
    self.list = list.sortedByPosition
    self.omitted = omitted
  }

  /// The diagnostics as ``DiagnosticRenderer`` shows them, without colours.
  package var description: String { DiagnosticRenderer().render(self) }
}

/// Collects diagnostics, so that all problems of a document are reported at once.
package struct DiagnosticCollector: Sendable {
  /// The most diagnostics kept of each severity, so that a million mistakes do not make a million
  /// lines.
  package static let limit = 100

  private var errors: [Diagnostic] = []
  private var warnings: [Diagnostic] = []
  package private(set) var omitted = 0

  package init() {}

  package var hasErrors: Bool { !errors.isEmpty }

  /// The kept diagnostics, by position.
  package var list: [Diagnostic] { (errors + warnings).sortedByPosition }

  package mutating func append(_ diagnostic: Diagnostic) {
    switch diagnostic.severity {
    case .error where errors.count < Self.limit: errors.append(diagnostic)
    case .warning where warnings.count < Self.limit: warnings.append(diagnostic)
    case .error, .warning: omitted += 1
    }
  }

  package mutating func error(
    _ code: Diagnostic.Code, _ message: String, hint: String? = nil, at range: Range<Int>
  ) {
    append(Diagnostic(code, message, hint: hint, at: range))
  }

  package mutating func warning(
    _ code: Diagnostic.Code, _ message: String, hint: String? = nil, at range: Range<Int>
  ) {
    append(Diagnostic(code, message, hint: hint, severity: .warning, at: range))
  }

  /// Throws all collected diagnostics, warnings included, if there is an error among them.
  package func throwErrors(in source: SourceDocument) throws(Diagnostics) {
    if hasErrors { throw Diagnostics(list, omitted: omitted, in: source) }
  }
}

extension [Diagnostic] {
  /// In document order; diagnostics at the same position stay in the order in which they were
  /// found.
  fileprivate var sortedByPosition: [Diagnostic] {
    enumerated().sorted {
      ($0.element.range.lowerBound, $0.offset) < ($1.element.range.lowerBound, $1.offset)
    }.map(\.element)
  }
}
