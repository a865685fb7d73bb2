import Documents
import RowscopeModel

/// The formats for records.
enum OutputFormat: String, Sendable, CaseIterable {
  case table, vertical, json, jsonl, csv, tsv, markdown, html

  /// The format that the end of a file's name says; nil for any other name.
  init?(ofFile path: String) {
    guard let name = path.utf8.split(separator: UInt8(ascii: "/")).last,
      let dot = name.lastIndex(of: UInt8(ascii: ".")), dot > name.startIndex
    else { return nil }
    switch Name(String(decoding: name[name.index(after: dot)...], as: UTF8.self)) {
    case "csv": self = .csv
    case "json": self = .json
    case "jsonl", "ndjson": self = .jsonl
    case "tsv", "tab": self = .tsv
    case "md", "markdown": self = .markdown
    case "html", "htm": self = .html
    default: return nil
    }
  }

  /// Whether records are JSON objects instead of rows of cells.
  var isJSON: Bool { self == .json || self == .jsonl }
}

/// Formats rows of cells as text.
protocol RowFormatter: Sendable {
  mutating func begin(_ out: inout ByteBuffer)
  mutating func append(_ row: [TextCell], to out: inout ByteBuffer)
  mutating func end(_ out: inout ByteBuffer)
  /// The columns that did not fit; known at the end.
  var omittedColumns: [String] { get }
}

extension RowFormatter {
  func begin(_ out: inout ByteBuffer) {}
  func end(_ out: inout ByteBuffer) {}
  var omittedColumns: [String] { [] }
}

/// Where a command writes: the file of `--output`, or standard output.
struct OutputTarget: Sendable {
  var format: OutputFormat
  /// Nil for standard output.
  var path: String?
  /// Standard output.
  var terminal: Terminal
  var style: Style

  /// Whether the output goes to a terminal.
  private var isSeen: Bool { path == nil && terminal.isTerminal }

  /// The style for text that no formatter produces.
  var textStyle: Style { isSeen ? style : .plain }

  /// Writes a complete text. For tables, control characters are already escaped.
  func write(_ text: String) throws(CommandError) {
    do throws(OutputError) {
      var stream = try open()
      try stream.write(text)
      try stream.finish()
    } catch {
      throw error.commandError
    }
  }

  /// - Precondition: the format is not JSON.
  func formatter(columns: [String]) -> any RowFormatter {
    switch format {
    case .table:
      TableFormatter(
        columns: columns, width: isSeen ? terminal.width : nil, style: textStyle)
    case .vertical: VerticalFormatter(columns: columns, style: textStyle)
    case .json, .jsonl: preconditionFailure("JSON is written as objects")
    case .csv: CSVFormatter(columns: columns)
    case .tsv: TSVFormatter(columns: columns)
    case .html: HTMLFormatter(columns: columns)
    case .markdown: MarkdownFormatter(columns: columns)
    }
  }

  fileprivate func open(
    beginning: consuming ByteBuffer = ByteBuffer(capacity: 0)
  ) throws(OutputError) -> OutputStream {
    // These cells are already escaped, and their colours use control characters.
    let escapesControls = isSeen && ![.table, .vertical].contains(format)
    let file = if let path { try OutputFile.file(path) } else { OutputFile.standardOutput() }
    return OutputStream(file, escapesControls: escapesControls, beginning: beginning)
  }
}

/// Writes records as cells, for formats other than JSON.
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

  /// Writes one record, with a cell for each column.
  mutating func write(_ row: [TextCell]) throws(OutputError) {
    count += 1
    try stream.write { formatter.append(row, to: &$0) }
  }

  /// Writes the end, and moves a file to its destination.
  ///
  /// - Returns: the columns that did not fit into a table.
  consuming func finish() throws(OutputError) -> [String] {
    try stream.write { formatter.end(&$0) }
    let omittedColumns = formatter.omittedColumns
    try stream.finish()
    return omittedColumns
  }
}

/// Writes records that are already JSON objects, for the JSON formats.
struct ObjectOutput: ~Copyable {
  private var stream: OutputStream
  private var formatter: JSONFormatter
  private let tellsActs: Bool
  private(set) var count = 0

  /// - Parameters:
  ///   - tellsActs: whether what the user may do with each record is written as well.
  ///   - tellsHidden: whether what each does not show is.
  init(
    to target: OutputTarget, tellsActs: Bool = false, tellsHidden: Bool = false
  ) throws(OutputError) {
    precondition(target.format.isJSON)
    stream = try target.open()
    self.tellsActs = tellsActs
    formatter = JSONFormatter(
      isArray: target.format == .json, hasNotes: tellsActs || tellsHidden)
  }

  mutating func write(
    _ object: UnsafeBufferPointer<UInt8>, _ notes: RecordNotes = RecordNotes()
  ) throws(OutputError) {
    count += 1
    try stream.write { formatter.append(object: object, notes, to: &$0) }
  }

  /// Writes the end, and moves a file to its destination.
  consuming func finish() throws(OutputError) {
    try stream.write { formatter.end(&$0, tellsActs: tellsActs) }
    try stream.finish()
  }
}
