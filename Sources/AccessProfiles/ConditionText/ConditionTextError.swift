/// What is wrong with the text of a condition.
package struct ConditionTextError: Error, Sendable {
  package let message: String
  /// Where it is.
  package let excerpt: Excerpt
  /// What would be right, where that is known.
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
  /// What lies before the range, and the range itself, as they stand in the text.
  package var before: String
  package var marked: String

  package init(_ text: String, _ range: Range<String.Index>) {
    self.text = text
    before = String(text[..<range.lowerBound])
    marked = String(text[range])
  }
}
