/// Colours on a terminal, unless `NO_COLOR` or `--no-color` turns them off.
struct Style: Sendable {
  let isEnabled: Bool

  static let plain = Style(isEnabled: false)

  func bold(_ text: String) -> String { wrapped(text, "1") }
  func dim(_ text: String) -> String { wrapped(text, "2") }
  func error(_ text: String) -> String { wrapped(text, "1;31") }
  func warning(_ text: String) -> String { wrapped(text, "1;33") }
  func help(_ text: String) -> String { wrapped(text, "1;36") }

  private func wrapped(_ text: String, _ code: String) -> String {
    isEnabled ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text
  }
}
