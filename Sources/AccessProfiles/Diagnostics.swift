/// Everything that is wrong with one document.
public struct Diagnostics: Error, Sendable, CustomStringConvertible {
  public let source: SourceDocument
  /// By position.
  public let list: [Diagnostic]
  /// How many more there were than ``DiagnosticCollector/limit`` lets be kept.
  public let omitted: Int

  public init(_ list: [Diagnostic], omitted: Int = 0, in source: SourceDocument) {
    self.source = source
    self.list = list.sortedByPosition
    self.omitted = omitted
  }

  /// The diagnostics as ``DiagnosticRenderer`` shows them, without colours.
  public var description: String { DiagnosticRenderer().render(self) }
}

/// Gathers diagnostics, so that all of a document are reported at once.
public struct DiagnosticCollector: Sendable {
  /// How many of each severity are kept; a document of a million mistakes is not answered with a million
  /// lines.
  public static let limit = 100

  private var errors: [Diagnostic] = []
  private var warnings: [Diagnostic] = []
  public private(set) var omitted = 0

  public init() {}

  public var hasErrors: Bool { !errors.isEmpty }

  /// What was kept, by position.
  public var list: [Diagnostic] { (errors + warnings).sortedByPosition }

  public mutating func append(_ diagnostic: Diagnostic) {
    switch diagnostic.severity {
    case .error where errors.count < Self.limit: errors.append(diagnostic)
    case .warning where warnings.count < Self.limit: warnings.append(diagnostic)
    case .error, .warning: omitted += 1
    }
  }

  public mutating func error(
    _ code: Diagnostic.Code, _ message: String, hint: String? = nil, at range: Range<Int>
  ) {
    append(Diagnostic(code, message, hint: hint, at: range))
  }

  public mutating func warning(
    _ code: Diagnostic.Code, _ message: String, hint: String? = nil, at range: Range<Int>
  ) {
    append(Diagnostic(code, message, hint: hint, severity: .warning, at: range))
  }

  /// Throws everything that was gathered, warnings as well, where there is an error among it.
  public func throwErrors(in source: SourceDocument) throws(Diagnostics) {
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
