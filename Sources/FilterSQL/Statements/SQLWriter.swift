import RowscopeModel

/// Builds the text and the bindings of a statement together.
struct SQLWriter {
  /// UTF-8. Appending bytes is cheaper than appending Strings, and a statement has some hundred
  /// pieces.
  private(set) var bytes: [UInt8] = []
  private(set) var bindings: [Value] = []
  /// The types of the parameters, where the text says them.
  private(set) var types: [String] = []
  private let firstNumber: Int
  private var deferredBindings: [DeferredBinding] = []
  /// Whether the statement calls functions that only the package's own connections have.
  private(set) var callsOwnFunctions = false

  /// - Parameter number: that of the first parameter, where parameters have numbers.
  init(capacity: Int = 2048, numberedFrom number: Int = 1) {
    bytes.reserveCapacity(capacity)
    firstNumber = number
  }

  mutating func write(_ sql: StaticString) {
    sql.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }

  mutating func write(integer: Int) {
    bytes.append(contentsOf: String(integer).utf8)
  }

  /// Appends UTF-8 that was rendered earlier.
  mutating func write(_ sql: [UInt8]) { bytes.append(contentsOf: sql) }

  /// A parameter with its value.
  mutating func bind(_ value: Value) {
    bytes.append(0x3F)
    bindings.append(value)
  }

  /// A parameter with a number and a type: `$1::bigint`.
  mutating func bind(_ value: Value, as type: String) {
    bytes.append(UInt8(ascii: "$"))
    write(integer: firstNumber + bindings.count)
    write("::")
    bytes.append(contentsOf: type.utf8)
    bindings.append(value)
    types.append(type)
  }

  /// A parameter, bound now or when the statement is run.
  mutating func bind(_ binding: Binding) {
    switch binding {
    case .value(let value): bind(value)
    case .key, .keys, .written, .firstRow, .lastRow:
      deferredBindings.append(DeferredBinding(index: bindings.count, binding: binding))
      bind(Value.null)
    }
  }

  /// An identifier in double quotes, with its own quotes doubled, so that it cannot be a keyword or
  /// end early.
  mutating func identifier(_ name: String) {
    var name = name
    name.withUTF8 { name in
      bytes.append(0x22)
      if name.contains(0x22) {
        for byte in name {
          if byte == 0x22 { bytes.append(0x22) }
          bytes.append(byte)
        }
      } else {
        bytes.append(contentsOf: name)
      }
      bytes.append(0x22)
    }
  }

  /// The name of a function that only the package's own connections have.
  mutating func ownFunction(_ name: String) {
    callsOwnFunctions = true
    identifier(name)
  }

  /// Calls `element` for each, and writes `separator` between them.
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

  /// The statement, for a dialect in which it may be run.
  func statement(in dialect: SQLDialect) throws(SQLCompilationError) -> SQLStatement {
    guard dialect.hasOwnFunctions || !callsOwnFunctions else {
      throw SQLCompilationError(kind: .needsOwnFunctions)
    }
    return statement
  }

  /// The statement in SQLite's dialect.
  var statement: SQLStatement {
    SQLStatement(
      text: String(decoding: bytes, as: UTF8.self), bindings: bindings,
      deferredBindings: deferredBindings, types: types)
  }
}
