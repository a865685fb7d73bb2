import RowscopeModel

/// The reader at work. It keeps its own stack: the depth of a document costs no recursion.
struct JSONParser {
  let bytes: UnsafeBufferPointer<UInt8>
  let dialect: JSONDialect
  var diagnostics: DiagnosticCollector
  var position = 0

  init(
    bytes: UnsafeBufferPointer<UInt8>, dialect: JSONDialect, diagnostics: DiagnosticCollector
  ) {
    self.bytes = bytes
    self.dialect = dialect
    self.diagnostics = diagnostics
  }

  /// The byte here, or nil at the end.
  var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  mutating func parseDocument() throws(Diagnostic) -> JSONNode {
    try checkEncoding()
    try skipTrivia()
    if current == nil {
      throw Diagnostic(
        .emptyDocument, "the document is empty", hint: "the least that is a document is {}",
        at: position..<position)
    }
    let tree = try parseTree()
    try skipTrivia()
    if current != nil {
      throw Diagnostic(
        .trailingText, "text after the end of the document", hint: "a document is one value",
        at: tokenRange)
    }
    return tree
  }

  // MARK: - Containers

  /// An array or object whose end is not reached yet.
  private struct Container {
    let isObject: Bool
    let start: Int
    var elements: [JSONNode] = []
    var members: [JSONNode.Member] = []
    /// The key of the member that is being read.
    var key = Located("", at: 0..<0)
    var keys = KeySet()

    init(isObject: Bool, start: Int) {
      self.isObject = isObject
      self.start = start
    }

    var closing: UInt8 { isObject ? UInt8(ascii: "}") : UInt8(ascii: "]") }

    mutating func append(_ node: JSONNode) {
      if isObject {
        members.append(JSONNode.Member(key: key, value: node))
      } else {
        elements.append(node)
      }
    }
  }

  private mutating func parseTree() throws(Diagnostic) -> JSONNode {
    var stack: [Container] = []
    beginning: while true {
      // Here a value must begin.
      guard let byte = current else { throw unterminated(stack) }
      var node: JSONNode
      if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") {
        stack.append(try openContainer(isObject: byte == UInt8(ascii: "{"), depth: stack.count))
        try skipTrivia()
        guard let next = current else { throw unterminated(stack) }
        if next != stack[stack.count - 1].closing {
          if byte == UInt8(ascii: "{") { try parseKey(in: &stack) }
          continue beginning
        }
        node = close(stack.removeLast())
      } else {
        node = try parseScalar(isInside: stack.last?.isObject)
      }
      // Here a value has ended, and perhaps what it is in, and so on.
      while true {
        guard !stack.isEmpty else { return node }
        stack[stack.count - 1].append(node)
        let top = stack.count - 1
        if try continues(stack, after: node.range.upperBound) {
          if stack[top].isObject { try parseKey(in: &stack) }
          continue beginning
        }
        node = close(stack.removeLast())
      }
    }
  }

  private mutating func openContainer(
    isObject: Bool, depth: Int
  ) throws(Diagnostic) -> Container {
    guard depth < JSONReader.depthLimit else {
      throw Diagnostic(
        .depthLimit, "nested more than \(JSONReader.depthLimit) levels deep",
        at: position..<(position + 1))
    }
    position += 1
    return Container(isObject: isObject, start: position - 1)
  }

  private mutating func close(_ container: Container) -> JSONNode {
    position += 1
    let range = container.start..<position
    return container.isObject
      ? JSONNode(.object(container.members), at: range)
      : JSONNode(.array(container.elements), at: range)
  }

  /// After an element that ends at `end`: true at the beginning of the next one, false at the
  /// closing bracket.
  private mutating func continues(
    _ stack: [Container], after end: Int
  ) throws(Diagnostic) -> Bool {
    try skipTrivia()
    // Not the container itself: holding it would cost a reference count for each element.
    let closing = stack[stack.count - 1].closing
    guard let byte = current else { throw unterminated(stack) }
    if byte == closing { return false }
    if byte == UInt8(ascii: ",") {
      let comma = position
      position += 1
      try skipTrivia()
      guard let next = current else { throw unterminated(stack) }
      guard next == closing else { return true }
      if dialect == .strict {
        diagnostics.error(
          .trailingComma, "a comma after the last element", at: comma..<(comma + 1))
      }
      return false
    }
    if byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}") {
      throw mismatchedBracket(closing: closing)
    }
    if byte == UInt8(ascii: ":"), closing == UInt8(ascii: "]") {
      throw Diagnostic(
        .missingComma, "a colon in a list", hint: "keys and values go into {…}, not into […]",
        at: position..<(position + 1))
    }
    let problem = Diagnostic(
      .missingComma, "missing comma",
      hint: "elements are separated by commas", at: end..<end)
    // On a new line it was most likely forgotten; on the same one, it may be the quotes that are
    // wrong, and reading on would only find more of the same.
    guard bytes[end..<position].contains(where: \.isLineEnd) else { throw problem }
    diagnostics.append(problem)
    return true
  }

  private mutating func parseKey(in stack: inout [Container]) throws(Diagnostic) {
    let top = stack.count - 1
    let key = try parseKeyText()
    if !stack[top].keys.insert(key.value, among: stack[top].members) {
      diagnostics.error(
        .duplicateKey, "duplicate key \(Printable.quoted(key.value))",
        hint: "each key of an object is written once", at: key.range)
    }
    stack[top].key = key
    try skipTrivia()
    guard let byte = current else { throw unterminated(stack) }
    guard byte == UInt8(ascii: ":") else {
      throw Diagnostic(
        .missingColon, "missing colon after the key \(Printable.quoted(key.value))",
        at: key.range.upperBound..<key.range.upperBound)
    }
    position += 1
    try skipTrivia()
    guard current != nil else { throw unterminated(stack) }
  }

  private mutating func parseKeyText() throws(Diagnostic) -> Located<String> {
    switch bytes[position] {
    case UInt8(ascii: "\""):
      return try parseString()
    case UInt8(ascii: "'"):
      throw singleQuotes
    case UInt8(ascii: "]"):
      throw mismatchedBracket(closing: UInt8(ascii: "}"))
    case let byte where byte.isWordByte:
      let range = tokenRange
      throw Diagnostic(
        .unquotedKey, "a key without quotes",
        hint: "write \(Printable.quoted(text(range)))", at: range)
    default:
      throw Diagnostic(
        .missingKey, "expected a key in double quotes", at: tokenRange)
    }
  }

  // MARK: - Faults

  private func unterminated(_ stack: [Container]) -> Diagnostic {
    guard let container = stack.last else {
      return Diagnostic(.missingValue, "expected a value", at: position..<position)
    }
    return Diagnostic(
      .unterminatedContainer,
      "this \(container.isObject ? "{" : "[") is never closed",
      hint: "the document ends before its \(container.isObject ? "}" : "]")",
      at: container.start..<(container.start + 1))
  }

  private func mismatchedBracket(closing: UInt8) -> Diagnostic {
    let isObject = closing == UInt8(ascii: "}")
    let opening = isObject ? "{" : "["
    let closing = isObject ? "}" : "]"
    return Diagnostic(
      .mismatchedBracket, "expected \(closing), which closes the \(opening) opened before",
      at: position..<(position + 1))
  }

  var singleQuotes: Diagnostic {
    Diagnostic(
      .singleQuotes, "text in single quotes", hint: "use double quotes",
      at: position..<(position + 1))
  }

  /// The word that begins here, or else the one character; what a message underlines.
  var tokenRange: Range<Int> {
    var end = position
    while end < bytes.count, bytes[end].isWordByte { end += 1 }
    if end == position, end < bytes.count {
      end += 1
      while end < bytes.count, bytes[end].isUTF8Continuation { end += 1 }
    }
    return position..<end
  }

  func text(_ range: Range<Int>) -> String {
    String(decoding: UnsafeBufferPointer(rebasing: bytes[range]), as: UTF8.self)
  }
}

extension UInt8 {
  var isDigit: Bool { self &- UInt8(ascii: "0") < 10 }

  /// Whether words and numbers, right or wrong, are made of it.
  var isWordByte: Bool {
    isDigit || asciiLowercased &- UInt8(ascii: "a") < 26 || self == UInt8(ascii: "_")
      || self == UInt8(ascii: "$") || self >= 0x80
  }
}
