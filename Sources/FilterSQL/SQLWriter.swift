import RecordFilter

/// SQL in the making: text and bindings grow together.
struct SQLWriter {
  private(set) var text = ""
  private(set) var bindings: [Value] = []

  mutating func write(_ sql: StaticString) {
    text.append(sql.description)
  }

  /// A parameter, and the value bound to it.
  mutating func bind(_ value: Value) {
    text.append("?")
    bindings.append(value)
  }

  /// An identifier in double quotes, with its own doubled: no name is a keyword, an expression or the end of one.
  mutating func identifier(_ name: String) {
    text.append("\"")
    if name.utf8.contains(0x22) {
      for scalar in name.unicodeScalars {
        if scalar == "\"" { text.append("\"") }
        text.unicodeScalars.append(scalar)
      }
    } else {
      text.append(name)
    }
    text.append("\"")
  }

  /// Calls `element` for each, with `separator` between.
  mutating func list<C: Collection>(
    _ elements: C, separator: StaticString = ", ",
    _ element: (inout SQLWriter, C.Element) throws(SQLCompilationError) -> Void
  ) throws(SQLCompilationError) {
    var isFirst = true
    for each in elements {
      if !isFirst { write(separator) }
      isFirst = false
      try element(&self, each)
    }
  }

  var statement: SQLStatement { SQLStatement(text: text, bindings: bindings) }
}
