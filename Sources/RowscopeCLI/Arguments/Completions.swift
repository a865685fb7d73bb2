/// Generates shell completion scripts for `rowscope` from the declarations.
struct Completions {
  enum Shell: String, CaseIterable {
    case bash, zsh, fish

    static let names = allCases.map(\.rawValue)
  }

  private let declarations: [Declaration]

  init(_ declarations: [Declaration]) {
    self.declarations = declarations
  }

  func script(for shell: Shell) -> String {
    switch shell {
    case .bash: bash
    case .zsh: zsh
    case .fish: fish
    }
  }

  private var commandNames: String { declarations.map(\.name).joined(separator: " ") }

  /// The arguments of `help`: commands and topics.
  private var subjects: String {
    (declarations.map(\.name) + HelpTopic.names).joined(separator: " ")
  }

  /// `--format`, `-f`
  private static func spellings(_ option: Option) -> [String] {
    ["--" + option.long] + (option.short.map { ["-\($0)"] } ?? [])
  }

  // MARK: bash

  /// For bash 3.2 and later, without the bash-completion package.
  private var bash: String {
    let commands = declarations.map { declaration in
      let options = declaration.options.flatMap(Self.spellings).joined(separator: " ")
      let values = declaration.options.filter { $0.valueName != nil }.map { option in
        let spellings = Self.spellings(option).joined(separator: "|")
        return "        \(spellings)) \(bashOffer(option.choices, option.completion)); return ;;\n"
      }
      let arguments = declaration.positionals.map { bashOffer($0.choices, $0.completion) }
      let argument = arguments.first { $0 != ":" } ?? ":"
      return """
            \(declaration.name))
              case "$previous" in
        \(values.joined())        *) ;;
              esac
              case "$current" in
                -*) _rowscope_words "\(options)" ;;
                *) \(argument) ;;
              esac ;;
        """
    }
    return """
      # Completions of rowscope for bash. Made by: rowscope completions bash

      _rowscope_words() {
        COMPREPLY=($(compgen -W "$1" -- "$current"))
      }

      _rowscope_paths() {
        local IFS=$'\\n'
        compopt -o filenames 2>/dev/null
        COMPREPLY=($(compgen -f -- "$current"))
      }

      _rowscope() {
        local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}"
        COMPREPLY=()
        # bash splits --name=value in three words.
        if [[ $current == "=" ]]; then
          current=""
        elif [[ $previous == "=" ]]; then
          previous="${COMP_WORDS[COMP_CWORD-2]}"
        fi
        if ((COMP_CWORD == 1)); then
          _rowscope_words "\(commandNames) --help --version"
          return
        fi
        case "${COMP_WORDS[1]}" in
      \(commands.joined(separator: "\n"))
        esac
      }

      complete -F _rowscope rowscope

      """
  }

  private func bashOffer(_ choices: [String], _ completion: Option.Completion) -> String {
    if !choices.isEmpty { return "_rowscope_words \"\(choices.joined(separator: " "))\"" }
    return switch completion {
    case .nothing: ":"
    case .path: "_rowscope_paths"
    case .command: "_rowscope_words \"\(subjects)\""
    }
  }

  // MARK: zsh

  private var zsh: String {
    let summaries = declarations.map { "    '\($0.name):\(Self.zshText($0.summary))'" }
    let commands = declarations.map { declaration in
      let options = declaration.options.map { option in "        " + zshSpecification(option) }
      let positionals = declaration.positionals.enumerated().map { index, positional in
        let place = positional.isRepeatable ? "*" : "\(index + 1)"
        let optional = positional.isRequired || positional.isRepeatable ? ":" : "::"
        let offer = zshOffer(positional.choices, positional.completion)
        return "        '\(place)\(optional)\(Self.zshText(positional.name)):\(offer)'"
      }
      let lines = (options + positionals).joined(separator: " \\\n")
      return "    \(declaration.name))\n      _arguments -s -S : \\\n\(lines) ;;"
    }
    return """
      #compdef rowscope
      # Completions of rowscope for zsh. Made by: rowscope completions zsh

      _rowscope() {
        local -a commands
        commands=(
      \(summaries.joined(separator: "\n"))
        )
        if ((CURRENT == 2)); then
          _describe command commands
          _arguments '--help[the commands]' '--version[the version]'
          return
        fi
        shift words
        ((CURRENT--))
        case $words[1] in
      \(commands.joined(separator: "\n"))
        esac
      }

      if [[ $funcstack[1] == _rowscope ]]; then
        _rowscope "$@"
      else
        compdef _rowscope rowscope
      fi

      """
  }

  private func zshSpecification(_ option: Option) -> String {
    let takesValue = option.valueName != nil
    let repeats = option.isRepeatable ? "*" : ""
    var value = ""
    if let name = option.valueName {
      value = ":\(Self.zshText(name)):" + zshOffer(option.choices, option.completion)
    }
    let help = "[\(Self.zshText(option.help))]\(value)'"
    let long = "--\(option.long)\(takesValue ? "=" : "")"
    guard let short = option.short else { return "'\(repeats)\(long)\(help)" }
    let others = option.isRepeatable ? "*" : "(-\(short) --\(option.long))"
    return "'\(others)'{-\(short)\(takesValue ? "+" : ""),\(long)}'\(help)"
  }

  private func zshOffer(_ choices: [String], _ completion: Option.Completion) -> String {
    if !choices.isEmpty { return "(\(choices.joined(separator: " ")))" }
    return switch completion {
    case .nothing: " "
    case .path: "_files"
    case .command: "(\(subjects))"
    }
  }

  private static func zshText(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      switch character {
      case "'": result += "'\\''"
      case "[", "]", ":", "\\": result += "\\\(character)"
      default: result.append(character)
      }
    }
  }

  // MARK: fish

  private var fish: String {
    var lines = ["complete -c rowscope -f"]
    for option in [("help", "the commands"), ("version", "the version")] {
      lines.append("complete -c rowscope -n __rowscope_no_command -l \(option.0) -d '\(option.1)'")
    }
    for declaration in declarations {
      let summary = Self.fishText(declaration.summary)
      lines.append(
        "complete -c rowscope -n __rowscope_no_command -a \(declaration.name) -d \(summary)")
      let start = "complete -c rowscope -n '__rowscope_command \(declaration.name)'"
      for positional in declaration.positionals {
        let offer = fishOffer(positional.choices, positional.completion)
        if let offer { lines.append("\(start) \(offer)") }
      }
      for option in declaration.options {
        var line = "\(start) -l \(option.long)" + (option.short.map { " -s \($0)" } ?? "")
        if option.valueName != nil {
          line += option.completion == .path ? " -r" : " -x"
          if let offer = fishOffer(option.choices, option.completion) { line += " " + offer }
        }
        lines.append(line + " -d " + Self.fishText(option.help))
      }
    }
    return """
      # Completions of rowscope for fish. Made by: rowscope completions fish

      function __rowscope_no_command
        test (count (commandline -opc)) -eq 1
      end

      function __rowscope_command
        set -l words (commandline -opc)
        test (count $words) -ge 2; and test $words[2] = $argv[1]
      end

      \(lines.joined(separator: "\n"))

      """
  }

  private func fishOffer(_ choices: [String], _ completion: Option.Completion) -> String? {
    if !choices.isEmpty { return "-a '\(choices.joined(separator: " "))'" }
    return switch completion {
    case .nothing: nil
    case .path: "-F"
    case .command: "-a '\(subjects)'"
    }
  }

  private static func fishText(_ text: String) -> String {
    let escaped = text.reduce(into: "") { result, character in
      result += character == "'" || character == "\\" ? "\\\(character)" : String(character)
    }
    return "'\(escaped)'"
  }
}
