import Documents

/// How records are written out.
enum OutputFormat: String, Sendable, CaseIterable {
  case table, json, jsonl, csv, markdown

  /// Whether records are JSON objects rather than rows of cells.
  var isJSON: Bool { self == .json || self == .jsonl }
}

/// Rows of cells as text.
protocol RowFormatter: Sendable {
  mutating func begin(_ out: inout ByteBuffer)
  mutating func append(_ row: [TextCell], to out: inout ByteBuffer)
  mutating func end(_ out: inout ByteBuffer)
  /// The columns that could not be shown. Known at the end.
  var leftOut: [String] { get }
}

extension RowFormatter {
  func begin(_ out: inout ByteBuffer) {}
  func end(_ out: inout ByteBuffer) {}
  var leftOut: [String] { [] }
}

/// Where a command writes: the file of `--output`, or standard output.
struct OutputTarget: Sendable {
  var format: OutputFormat
  /// Nil for standard output.
  var path: String?
  /// Standard output.
  var terminal: Terminal
  var style: Style

  /// Whether a person sees what is written.
  private var isSeen: Bool { path == nil && terminal.isTerminal }

  /// For text that was not made by a formatter.
  var textStyle: Style { isSeen ? style : .plain }

  /// Writes text that is whole already. Where the format is a table, its controls have been
  /// escaped.
  func write(_ text: String) throws(CommandError) {
    do throws(OutputError) {
      var stream = try open()
      try stream.write(text)
      try stream.finish()
    } catch {
      throw error.commandError
    }
  }

  /// - Precondition: the format is none of JSON's.
  func formatter(columns: [String]) -> any RowFormatter {
    switch format {
    case .table:
      TableFormatter(
        columns: columns, width: isSeen ? terminal.width : nil, style: textStyle)
    case .json, .jsonl: preconditionFailure("JSON is written as objects")
    case .csv: CSVFormatter(columns: columns)
    case .markdown: MarkdownFormatter(columns: columns)
    }
  }

  fileprivate func open(
    beginning: consuming ByteBuffer = ByteBuffer(capacity: 0)
  ) throws(OutputError) -> OutputStream {
    // Tables have escaped what they show, and are coloured with the very characters that would be
    // escaped here.
    let escapesControls = isSeen && format != .table
    let file = if let path { try OutputFile.file(path) } else { OutputFile.standardOutput() }
    return OutputStream(file, escapesControls: escapesControls, beginning: beginning)
  }
}

/// Records on their way out, as cells; for the formats that are not JSON.
struct RowOutput: ~Copyable {
  private var stream: OutputStream
  private var formatter: any RowFormatter
  private(set) var count = 0

  init(columns: [String], to target: OutputTarget) throws(OutputError) {
    var formatter = target.formatter(columns: columns)
    var beginning = ByteBuffer()
    formatter.begin(&beginning)
    stream = try target.open(beginning: beginning)
    self.formatter = formatter
  }

  /// Writes one record, a cell for each column.
  mutating func write(_ row: [TextCell]) throws(OutputError) {
    count += 1
    try stream.write { formatter.append(row, to: &$0) }
  }

  /// Writes the end, and puts a file in its place.
  /// - Returns: the columns for which a table had no room.
  consuming func finish() throws(OutputError) -> [String] {
    try stream.write { formatter.end(&$0) }
    let leftOut = formatter.leftOut
    try stream.finish()
    return leftOut
  }
}

/// Records on their way out that are JSON objects already, for the formats that are JSON.
struct ObjectOutput: ~Copyable {
  private var stream: OutputStream
  private var formatter: JSONFormatter
  private(set) var count = 0

  init(to target: OutputTarget) throws(OutputError) {
    precondition(target.format.isJSON)
    stream = try target.open()
    formatter = JSONFormatter(isArray: target.format == .json)
  }

  mutating func write(_ object: UnsafeBufferPointer<UInt8>) throws(OutputError) {
    count += 1
    try stream.write { formatter.append(object: object, to: &$0) }
  }

  /// Writes the end, and puts a file in its place.
  consuming func finish() throws(OutputError) {
    try stream.write { formatter.end(&$0) }
    try stream.finish()
  }
}
