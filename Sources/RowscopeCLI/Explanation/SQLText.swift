/// Formats a statement with one clause on a line, conditions below each other, and numbered
/// parameters.
///
/// Only white space between words changes, and `?` becomes the equivalent `?1`.
struct SQLText {
  let lines: [String]

  private static let clauses: Set<String> = ["FROM", "WHERE", "ORDER", "LIMIT"]

  init(_ sql: String, width: Int) {
    var lines: [String] = []
    // The words of the current line, and the depth of parentheses where it began.
    var words: [String] = []
    var indent = 0
    var depth = 0
    var isCondition = false
    var parameterCount = 0
    func end(nextIndent: Int) {
      if !words.isEmpty {
        let margin = String(repeating: " ", count: indent)
        let wrapped = Wrapping.lines(words, width: max(20, width - indent))
        lines += wrapped.enumerated().map { margin + ($0.offset > 0 ? "  " : "") + $0.element }
      }
      words = []
      indent = nextIndent
    }
    for word in Self.words(of: sql) {
      if depth == 0, Self.clauses.contains(word.text) {
        end(nextIndent: 0)
        isCondition = word.text == "WHERE"
      } else if isCondition, word.text == "AND" || word.text == "OR" {
        end(nextIndent: 2 + 2 * min(depth, 8))
      }
      var text = word.text
      if word.holdsParameter {
        var numbered = String.UnicodeScalarView()
        var quote: Unicode.Scalar?
        for scalar in word.text.unicodeScalars {
          numbered.append(scalar)
          if let open = quote {
            if scalar == open { quote = nil }
          } else if scalar == "\"" || scalar == "'" {
            quote = scalar
          } else if scalar == "?" {
            parameterCount += 1
            numbered += String(parameterCount).unicodeScalars
          }
        }
        text = String(numbered)
      }
      words.append(text)
      depth += word.depthChange
    }
    end(nextIndent: 0)
    self.lines = lines
  }

  private struct Word {
    var text = ""
    var depthChange = 0
    var holdsParameter = false
  }

  /// Splits at spaces outside quoted names and texts.
  private static func words(of sql: String) -> [Word] {
    var words: [Word] = []
    var word = Word()
    var quote: Unicode.Scalar?
    for scalar in sql.unicodeScalars {
      if quote == nil, scalar == " " {
        if !word.text.isEmpty { words.append(word) }
        word = Word()
        continue
      }
      word.text.unicodeScalars.append(scalar)
      if let open = quote {
        // A doubled quote closes and reopens the quoted text.
        if scalar == open { quote = nil }
        continue
      }
      switch scalar {
      case "\"", "'": quote = scalar
      case "(": word.depthChange += 1
      case ")": word.depthChange -= 1
      case "?": word.holdsParameter = true
      default: break
      }
    }
    return word.text.isEmpty ? words : words + [word]
  }
}
