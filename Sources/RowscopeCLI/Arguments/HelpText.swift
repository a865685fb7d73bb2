import Documents

/// Generates the help of the program and its commands from the declarations.
struct HelpText {
  let declarations: [Declaration]
  /// The width in columns.
  let width: Int
  let style: Style

  /// The program's purpose and its commands.
  var program: String {
    var lines = ["rowscope shows each user the records that their profile lets them see.", ""]
    lines += [heading("Usage"), "  rowscope COMMAND [arguments] [options]", ""]
    lines += [heading("Commands")]
    lines += table(declarations.map { ($0.name, $0.summary) })
    lines += ["", heading("Topics of help")]
    lines += table(HelpTopic.allCases.map { ($0.rawValue, $0.summary) })
    lines += ["", heading("Options")]
    lines += table([
      ("-h, --help", "this text; after a command, that command's help"),
      ("--version", "the version, and SQLite's"),
    ])
    let examples = declarations.compactMap(\.examples.first)
    if !examples.isEmpty { lines += [""] + exampleLines(examples) }
    lines += ["", "`rowscope help COMMAND` explains a command, `rowscope help TOPIC` a topic."]
    return lines.joined(separator: "\n") + "\n"
  }

  func command(_ declaration: Declaration) -> String {
    var lines = wrap(declaration.summary, indent: 0)
    if let details = declaration.details { lines += [""] + wrap(details, indent: 0) }
    lines += ["", heading("Usage"), "  " + declaration.usage]
    if !declaration.positionals.isEmpty {
      lines += ["", heading("Arguments")]
      lines += table(declaration.positionals.map { ($0.name, $0.help + choices($0.choices)) })
    }
    for group in Option.Group.allCases {
      let options = declaration.options.filter { $0.group == group }
      guard !options.isEmpty else { continue }
      lines += ["", heading(group.rawValue)]
      lines += table(options.map { (spelling($0), explanation($0)) })
    }
    if !declaration.examples.isEmpty { lines += [""] + exampleLines(declaration.examples) }
    return lines.joined(separator: "\n") + "\n"
  }

  func topic(_ topic: HelpTopic) -> String {
    var lines = wrap(topic.summary, indent: 0)
    for section in topic.sections {
      lines += ["", heading(section.heading)]
      if let text = section.text { lines += wrap(text, indent: 2) }
      lines += section.code.map { "  " + $0 }
      lines += table(section.rows.map { ($0.name, $0.meaning) })
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func heading(_ text: String) -> String { style.bold(text) }

  private func exampleLines(_ examples: [Declaration.Example]) -> [String] {
    [heading("Examples")]
      + examples.flatMap { ["  " + style.dim("# " + $0.purpose), "  " + $0.command] }
  }

  private func spelling(_ option: Option) -> String {
    let short = option.short.map { "-\($0), " } ?? ""
    return short + "--" + option.long + (option.valueName.map { " " + $0 } ?? "")
  }

  private func explanation(_ option: Option) -> String {
    var text = option.help + choices(option.choices)
    if option.isRepeatable { text += "; may be repeated" }
    if let defaultText = option.defaultText { text += " (default: \(defaultText))" }
    return text
  }

  private func choices(_ choices: [String]) -> String {
    choices.isEmpty ? "" : ": " + choices.joined(separator: ", ")
  }

  /// Two columns, the second wrapped. A long name gets a line of its own.
  private func table(_ rows: [(String, String)]) -> [String] {
    let widest = rows.map { DisplayWidth.columns(of: $0.0) }.filter { $0 <= 24 }.max() ?? 24
    let indent = widest + 4
    return rows.flatMap { name, help -> [String] in
      var lines = wrap(help, indent: indent)
      let used = DisplayWidth.columns(of: name) + 2
      if used + 2 <= indent, let first = lines.first {
        let gap = String(repeating: " ", count: indent - used)
        lines[0] = "  " + name + gap + first.drop { $0 == " " }
      } else {
        lines.insert("  " + name, at: 0)
      }
      return lines
    }
  }

  /// Wraps words into indented lines of at most ``width`` columns.
  private func wrap(_ text: String, indent: Int) -> [String] {
    let margin = String(repeating: " ", count: indent)
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty,
        indent + DisplayWidth.columns(of: line) + 1 + DisplayWidth.columns(of: word) > width
      {
        lines.append(margin + line)
        line = ""
      }
      line += line.isEmpty ? String(word) : " " + word
    }
    return lines + [margin + line]
  }
}
