/// Everything that is wrong with one document.
package struct Diagnostics: Error, Sendable, CustomStringConvertible {
  package let source: SourceDocument
  /// By position.
  package let list: [Diagnostic]
  /// How many more there were than ``DiagnosticCollector/limit`` lets be kept.
  package let omitted: Int

  package init(_ list: [Diagnostic], omitted: Int = 0, in source: SourceDocument) {
    self.source = source
    self.list = list.sortedByPosition
    self.omitted = omitted
  }

  /// The diagnostics as ``DiagnosticRenderer`` shows them, without colours.
  package var description: String { DiagnosticRenderer().render(self) }
}

/// Gathers diagnostics, so that all of a document are reported at once.
package struct DiagnosticCollector: Sendable {
  /// How many of each severity are kept; a document of a million mistakes is not answered with a million
  /// lines.
  package static let limit = 100

  private var errors: [Diagnostic] = []
  private var warnings: [Diagnostic] = []
  package private(set) var omitted = 0

  package init() {}

  package var hasErrors: Bool { !errors.isEmpty }

  /// What was kept, by position.
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

  /// Throws everything that was gathered, warnings as well, where there is an error among it.
  package func throwErrors(in source: SourceDocument) throws(Diagnostics) {
    if hasErrors { throw Diagnostics(list, omitted: omitted, in: source) }
  }
}

extension [Diagnostic] {
  /// In the order of the document; of two at one place, the one that was found first.
  fileprivate var sortedByPosition: [Diagnostic] {
    enumerated().sorted {
      ($0.element.range.lowerBound, $0.offset) < ($1.element.range.lowerBound, $1.offset)
    }.map(\.element)
  }
}
