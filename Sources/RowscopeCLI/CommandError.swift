import AccessProfiles
import Documents
import RecordStore
import RowscopeModel

/// Why a command ends early: what to say on standard error, and the exit code.
struct CommandError: Error {
  var exitCode: ExitCode
  /// Documents with what is wrong in them, shown first.
  var documents: [Diagnostics] = []
  /// What was wrong. Nil ends quietly.
  var message: String?
  /// The text that was wrong and the place in it.
  var excerpt: Excerpt?
  /// What would be right.
  var help: String?

  /// - Parameter message: nil where the documents say it all.
  static func usage(_ message: String?, excerpt: Excerpt? = nil, help: String? = nil) -> Self {
    CommandError(exitCode: .usage, message: message, excerpt: excerpt, help: help)
  }

  static func denied(
    _ message: String, documents: [Diagnostics] = [], help: String? = nil
  ) -> Self {
    CommandError(exitCode: .denied, documents: documents, message: message, help: help)
  }

  static func failed(
    _ message: String, documents: [Diagnostics] = [], help: String? = nil
  ) -> Self {
    CommandError(exitCode: .failed, documents: documents, message: message, help: help)
  }

  /// The reader of standard output has all it wants (`| head`): nothing went wrong.
  static let readerLeft = CommandError(exitCode: .done)

  /// Everything to say, in lines, without the last line feed. Empty for a quiet end.
  func rendered(style: Style) -> String {
    let renderer = DiagnosticRenderer(usesColour: style.isEnabled)
    var lines = documents.map { String(renderer.render($0).dropLast()) }
    if let message { lines.append(style.error("error:") + " " + Printable.lines(message)) }
    if let excerpt { lines.append(excerpt.rendered(style: style)) }
    if let help { lines.append(style.help("help:") + " " + Printable.lines(help)) }
    return lines.joined(separator: "\n")
  }
}

extension Excerpt {
  /// The text, and under it a caret for each column of the range (one where it is empty).
  func rendered(style: Style) -> String {
    let indent = DisplayWidth.columns(of: Printable.text(before))
    let width = max(1, DisplayWidth.columns(of: Printable.text(marked)))
    let carets = style.error(String(repeating: "^", count: width))
    return "  " + Printable.text(text) + "\n  " + String(repeating: " ", count: indent) + carets
  }
}
