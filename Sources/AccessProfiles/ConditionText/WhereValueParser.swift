import Documents
import RowscopeModel

/// Parses the value of a `--where` condition. ``WhereParser`` describes the syntax.
struct WhereValueParser {
  typealias Scalars = WhereReader.Scalars

  let text: String
  /// The operator's name, for messages.
  let name: String
  let parser: WhereParser

  func parse(_ rest: Scalars, as operand: WhereOperator.Operand)
    throws(ConditionTextError) -> WhereTest.Operand
  {
    if operand == .none {
      guard rest.isEmpty else { throw wrong("`\(name)` takes no value", at: rest) }
      return .none
    }
    guard !rest.isEmpty else {
      throw wrong(
        "a value is missing after `\(name)`", at: rest,
        help: "'' is the empty text; `is null` and `is empty` find records without a value")
    }
    if rest.first == "@" { return .reference(try reference(rest)) }
    if rest.first == "`", Operator.named(name)?.operator.comparesFields ?? false {
      return .otherField(try otherField(rest))
    }
    switch operand {
    case .list: return .value("[" + (try list(rest)).joined(separator: ",") + "]")
    case .oneOrList:
      let items = try list(rest)
      let isList = items.count != 1 || rest.first == "[" || rest.first == "("
      return .value(isList ? "[" + items.joined(separator: ",") + "]" : items[0])
    case .range: return .value("[" + (try range(rest)).joined(separator: ",") + "]")
    case .one, .none:
      if JSONSyntax.items(ofList: Substring(rest)) != nil { return .value(String(rest)) }
      try checkIsNoList(rest)
      return .value(try scalar(rest))
    }
  }

  /// A name in backticks, or a path of such names.
  private func otherField(_ rest: Scalars) throws(ConditionTextError) -> String {
    var reader = WhereReader(text, at: rest.startIndex)
    let field = try reader.readField()
    guard reader.index >= rest.endIndex else {
      throw wrong(
        "a name in backticks ends where the value ends", at: rest,
        help: "`name` is another field; for the text itself, use single quotes")
    }
    return field.name
  }

  private func reference(_ rest: Scalars) throws(ConditionTextError) -> String {
    let reference = String(rest.dropFirst())
    if Reference(named: reference) != nil { return reference }
    let meant = Suggestion.nearest(to: reference, among: parser.references)
    throw wrong(
      "unknown reference `\(Substring(rest))`" + (meant.map { ", did you mean `@\($0)`?" } ?? ""),
      at: rest,
      help: "for the text itself, quote it: '\(Substring(rest))'")
  }

  /// One value, as JSON.
  private func scalar(_ part: Scalars) throws(ConditionTextError) -> String {
    switch part.first {
    case "'":
      guard let (string, end) = Self.quoted(part), end == part.endIndex else {
        throw unended(part, "'text' ends with a quote, and '' is one inside it")
      }
      try checkIsNoSQLPattern(string, part)
      return JSONWriter.string(string)
    case "\"":
      guard JSONSyntax.endOfString(in: Substring(part), from: part.startIndex) == part.endIndex
      else {
        throw unended(part, "\"text\" is JSON, in which \\\" is a quote inside it; or write 'text'")
      }
      return String(part)
    case "@"?:
      throw wrong(
        "a reference stands alone, in no list or range", at: part,
        help: "write a condition for each, as in `due >= 2026-01-01 and due <= @today`; for the "
          + "text itself, quote it: '\(Substring(part))'")
    case "`"?:
      throw wrong(
        "`\(name)` compares with no other field", at: part,
        help:
          "a name in backticks goes with =, !=, <, <=, > and >=; for the text itself, quote it: "
          + "'\(Substring(part))'")
    default:
      if JSONSyntax.isBareScalar(Substring(part)) { return String(part) }
      // The rest of a split operator, as in `> = 3`. A text such as <b> is not one.
      if beginsWithOperator(part) {
        throw wrong(
          "a value does not begin with an operator", at: part,
          help:
            "write an operator without spaces, as >=; for the text itself, quote it: '\(Substring(part))'"
        )
      }
      // As SQL has them: in any case.
      let word = Name(String(part))
      for literal in ["null", "true", "false"] where word == Name(literal) { return literal }
      try checkIsNoReference(part)
      try checkIsNoSQLPattern(String(part), part)
      return JSONWriter.string(String(part))
    }
  }

  /// Whether this is what is left of an operator with a space in it.
  private func beginsWithOperator(_ part: Scalars) -> Bool {
    let second = part.dropFirst().first
    return switch part.first {
    case "=": true
    case "<", ">", "!": second == nil || second == " " || second == "="
    default: false
    }
  }

  private func list(_ rest: Scalars) throws(ConditionTextError) -> [String] {
    if rest.first == "[" {
      guard let items = JSONSyntax.items(ofList: Substring(rest)) else {
        throw wrong(
          "this is not a JSON list of plain values", at: rest,
          help: "[1, 2] or [\"a\", \"b\"]; or without brackets: a, b")
      }
      return items.map(String.init)
    }
    // Accept SQL's parentheses too, as people are used to them.
    let isInParentheses = rest.first == "(" && rest.last == ")"
    let inside = isInParentheses ? rest.dropFirst().dropLast().trimmingSpace : rest
    if inside.isEmpty { return [] }
    var items: [String] = []
    for item in split(inside, at: Self.endOfComma) {
      guard !item.isEmpty else {
        throw wrong("the list has an empty item", at: item, help: "'' is the empty text")
      }
      try checkIsNoRange(item)
      items.append(try scalar(item))
    }
    return items
  }

  private func range(_ rest: Scalars) throws(ConditionTextError) -> [String] {
    if let items = JSONSyntax.items(ofList: Substring(rest)) {
      guard items.count == 2 else { throw notTwoEnds(rest) }
      return items.map(String.init)
    }
    var ends = split(rest, at: endOfAnd)
    if ends.count == 1 {
      ends = split(rest) { $0.starts(with: [".", "."]) ? $0.dropFirst(2).startIndex : nil }
    }
    if ends.count == 1 { ends = split(rest, at: Self.endOfComma) }
    if ends.count > 2 { throw notTwoEnds(ends[2]) }
    guard ends.count == 2, ends.allSatisfy({ !$0.isEmpty }) else { throw notTwoEnds(rest) }
    return [try scalar(ends[0]), try scalar(ends[1])]
  }

  private func notTwoEnds(_ part: Scalars) -> ConditionTextError {
    wrong(
      "`\(name)` takes two values", at: part,
      help: "`\(name) 1 and 3`, `\(name) 1..3` or `\(name) [1, 3]`")
  }

  private static func endOfComma(_ part: Scalars) -> String.Index? {
    part.first == "," ? part.dropFirst().startIndex : nil
  }

  /// The end of the word `and` at the beginning of `rest`.
  private func endOfAnd(_ rest: Scalars) -> String.Index? {
    let word = rest.prefix(3)
    guard rest.startIndex > text.startIndex, Name(String(word)) == "and" else { return nil }
    let scalars = text.unicodeScalars
    let isAlone =
      scalars[scalars.index(before: rest.startIndex)].isSpace
      && (word.endIndex == rest.endIndex || scalars[word.endIndex].isSpace)
    return isAlone ? word.endIndex : nil
  }

  /// Splits a text at separators outside quotes and trims the parts.
  ///
  /// - Parameter separator: the end of the separator at the beginning of a text, if there is one.
  private func split(_ part: Scalars, at separator: (Scalars) -> String.Index?) -> [Scalars] {
    var parts: [Scalars] = []
    var start = part.startIndex
    var index = start
    // A quote opens a text only at the beginning of a part: `5'10, it's` has none.
    while index < part.endIndex {
      if let end = separator(part[index...]) {
        parts.append(part[start..<index].trimmingSpace)
        (start, index) = (end, end)
      } else if part[start..<index].allSatisfy(\.isSpace),
        let end = Self.endOfQuoted(part[index...])
      {
        index = end
      } else {
        part.formIndex(after: &index)
      }
    }
    return parts + [part[start...].trimmingSpace]
  }

  /// The end of the text in quotes at the beginning of `part`; nil if there is none.
  static func endOfQuoted(_ part: Scalars) -> String.Index? {
    switch part.first {
    case "'": quoted(part)?.end
    case "\"": JSONSyntax.endOfString(in: Substring(part), from: part.startIndex)
    default: nil
    }
  }

  /// The text in single quotes at the beginning of `part`, and its end.
  private static func quoted(_ part: Scalars) -> (string: String, end: String.Index)? {
    var string = String.UnicodeScalarView()
    var rest = part.dropFirst()
    while let next = rest.popFirst() {
      if next != "'" {
        string.append(next)
      } else if rest.first == "'" {
        string.append(rest.removeFirst())
      } else {
        return (String(string), rest.startIndex)
      }
    }
    return nil
  }

  /// Refuses `date = today`: the text "today" would be compared, and match nothing or everything.
  private func checkIsNoReference(_ part: Scalars) throws(ConditionTextError) {
    let names: [Reference] = [.now, .today, .idUser]
    guard let name = names.map(\.description).first(where: { Name($0) == Name(String(part)) })
    else {
      return
    }
    throw wrong(
      "`\(Substring(part))` would be compared as a text", at: part,
      help:
        "for what it stands for, write @\(name); for the text itself, quote it: '\(Substring(part))'"
    )
  }

  /// Refuses `in 1..5`: it would be compared as one text.
  private func checkIsNoRange(_ part: Scalars) throws(ConditionTextError) {
    let ends = split(part) { $0.starts(with: [".", "."]) ? $0.dropFirst(2).startIndex : nil }
    guard ends.count == 2, ends.allSatisfy({ $0.first?.properties.numericType != nil }) else {
      return
    }
    throw wrong(
      "`\(name)` takes a list", at: part,
      help: "for a range, write `between \(Substring(part))`; for the text itself, quote it: "
        + "'\(Substring(part))'")
  }

  /// Refuses `= USA, Canada`: it would be compared as one text.
  private func checkIsNoList(_ part: Scalars) throws(ConditionTextError) {
    let several: String
    switch Operator.named(name)?.operator {
    case .equal?: several = "for one of several values, write `in \(Substring(part))`"
    case .notEqual?: several = "for none of several values, write `not in \(Substring(part))`"
    default: return
    }
    guard Self.endOfQuoted(part) == nil, part.contains(",") else { return }
    throw wrong(
      "`\(name)` takes one value", at: part,
      help: "\(several); for the text itself, quote it: '\(Substring(part))'")
  }

  /// Refuses `like '%MRI%'`: the signs stand for themselves here.
  private func checkIsNoSQLPattern(_ text: String, _ part: Scalars) throws(ConditionTextError) {
    switch Operator.named(name)?.operator {
    case .contains?, .notContains?, .startsWith?, .notStartsWith?, .endsWith?, .notEndsWith?: break
    default: return
    }
    let bytes = Array(text.utf8)
    let (percent, digits) = (UInt8(ascii: "%"), UInt8(ascii: "0")...UInt8(ascii: "9"))
    guard bytes.count > 1, let first = bytes.first, bytes.last == percent || first == percent,
      first == percent || !digits.contains(bytes[bytes.count - 2])
    else { return }
    let plain = text.filter { $0 != "%" }
    throw wrong(
      "`%` is an ordinary character here, and `like` finds a text anywhere", at: part,
      help:
        "write `like \(plain)`, `starts with \(plain)` or `ends with \(plain)`; for a text with "
        + "the sign in it, use double quotes: \(JSONWriter.string(text))")
  }

  private func unended(_ part: Scalars, _ help: String) -> ConditionTextError {
    wrong("the quoted text does not end where the value ends", at: part, help: help)
  }

  private func wrong(_ message: String, at part: Scalars, help: String? = nil)
    -> ConditionTextError
  {
    ConditionTextError(message, excerpt: Excerpt(text, part.startIndex..<part.endIndex), help: help)
  }
}
