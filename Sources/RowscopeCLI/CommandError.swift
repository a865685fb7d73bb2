import AccessProfiles
import Documents
import RecordStore
import RowscopeModel

/// Why a command failed: the messages for standard error, and the exit code.
struct CommandError: Error {
  var exitCode: ExitCode
  /// Documents with their problems, shown first.
  var documents: [Diagnostics] = []
  /// The problem. Nil prints nothing.
  var message: String?
  /// The faulty text and the position in it.
  var excerpt: Excerpt?
  /// How to fix it.
  var help: String?

  /// - Parameter message: nil if the documents say everything.
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

  /// The reader of standard output closed the pipe (`| head`), which is not a failure.
  static let pipeClosed = CommandError(exitCode: .done)

  /// All messages, in lines, without the last line feed. Empty if there is nothing to print.
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
  /// The text, with carets under the range (one caret if it is empty).
  func rendered(style: Style) -> String {
    let indent = DisplayWidth.columns(of: Printable.text(before))
    let width = max(1, DisplayWidth.columns(of: Printable.text(marked)))
    let carets = style.error(String(repeating: "^", count: width))
    return "  " + Printable.text(text) + "\n  " + String(repeating: " ", count: indent) + carets
  }
}
