package import RowscopeModel

/// Writes records as CSV (RFC 4180) that ``CSVReader`` reads back: NULL is an empty cell, the empty
/// text is `""`, and other cells are quoted only if necessary.
///
/// Append each cell of a record in turn, then end the record; take the bytes out from time to time.
package struct CSVWriter: Sendable {
  package enum LineEnd: Sendable {
    /// The line end of Unix tools.
    case lineFeed
    /// The line end of RFC 4180.
    case carriageReturnLineFeed
  }

  /// The bytes written since the last ``removeAll()``.
  package private(set) var bytes: [UInt8] = []
  private let lineEnd: LineEnd
  private var isFirstCell = true

  /// Writes the header.
  package init(header: [String], lineEnd: LineEnd = .lineFeed) {
    self.lineEnd = lineEnd
    for name in header { append(text: Text(name)) }
    endRecord()
  }

  /// Removes the bytes but keeps the capacity.
  package mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

  package mutating func endRecord() {
    if lineEnd == .carriageReturnLineFeed { bytes.append(.carriageReturn) }
    bytes.append(.lineFeed)
    isFirstCell = true
  }

  package mutating func appendNull() { separate() }

  package mutating func append(integer: Int64) {
    separate()
    bytes.append(contentsOf: String(integer).utf8)
  }

  /// The shortest decimal that reads back as this number, always with a fraction: `10.0`,
  /// `1.5e-07`. An infinity is written as SQLite casts it to text.
  package mutating func append(real: Double) {
    separate()
    guard real.isFinite else {
      bytes.append(contentsOf: (real.isNaN ? "" : real < 0 ? "-Inf" : "Inf").utf8)
      return
    }
    var text = real.description
    if let exponent = text.firstIndex(of: "e"), !text[..<exponent].contains(".") {
      text.insert(contentsOf: ".0", at: exponent)
    }
    bytes.append(contentsOf: text.utf8)
  }

  package mutating func append(text: Text) {
    text.withBytes { append(text: $0) }
  }

  /// Appends the bytes of a text. O(n).
  package mutating func append(text: UnsafeBufferPointer<UInt8>) {
    separate()
    guard Self.needsQuotes(text) else {
      bytes.append(contentsOf: text)
      return
    }
    bytes.append(.quote)
    for byte in text {
      bytes.append(byte)
      if byte == .quote { bytes.append(.quote) }
    }
    bytes.append(.quote)
  }

  /// Appends a blob in SQL notation: `X'CAFE'`. O(n).
  package mutating func append(blob: UnsafeBufferPointer<UInt8>) {
    separate()
    let digits: StaticString = "0123456789ABCDEF"
    bytes.append(contentsOf: "X'".utf8)
    for byte in blob {
      bytes.append(digits.utf8Start[Int(byte >> 4)])
      bytes.append(digits.utf8Start[Int(byte & 0xF)])
    }
    bytes.append(UInt8(ascii: "'"))
  }

  package mutating func append(_ value: Value) {
    switch value {
    case .null: appendNull()
    case .integer(let integer): append(integer: integer)
    case .real(let real): append(real: real)
    case .text(let text): append(text: text)
    case .blob(let blob): blob.withUnsafeBufferPointer { append(blob: $0) }
    }
  }

  private mutating func separate() {
    if !isFirstCell { bytes.append(.comma) }
    isFirstCell = false
  }

  private static func needsQuotes(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = text.first else { return true }
    // At the start of a file it would be read as a byte order mark.
    if first == 0xEF, text.starts(with: [0xEF, 0xBB, 0xBF]) { return true }
    return text.contains {
      $0 <= .comma
        && ($0 == .comma || $0 == .quote || $0 == .lineFeed || $0 == .carriageReturn)
    }
  }
}
