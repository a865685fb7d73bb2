/// What is wrong with the text of a condition.
package struct ConditionTextError: Error, Sendable {
  package let message: String
  /// The position of the problem.
  package let excerpt: Excerpt
  /// How to fix it, if known.
  package let help: String?

  init(_ message: String, excerpt: Excerpt, help: String? = nil) {
    self.message = message
    self.excerpt = excerpt
    self.help = help
  }
}

/// One line of text with a range to point at.
package struct Excerpt: Sendable, Equatable {
  package var text: String
  /// The text before the range, and the range itself.
  package var before: String
  package var marked: String

  package init(_ text: String, _ range: Range<String.Index>) {
    self.text = text
    before = String(text[..<range.lowerBound])
    marked = String(text[range])
  }
}
