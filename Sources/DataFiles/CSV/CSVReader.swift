import RowscopeModel

/// Reads the records of a CSV file one by one, strictly by RFC 4180: what a lenient reader would
/// guess at is an error with its position.
///
/// Lines end with LF, CR or CRLF. A quoted cell may hold delimiters, line breaks and doubled
/// quotes. An unquoted empty cell is NULL, and so is one of the dialect's ``CSVDialect/nulls``; a
/// quoted one (`""`) is the empty text. White space is part of the cell. Blank lines are skipped,
/// except in a file of one column, where each is a record with NULL.
package struct CSVReader: ~Copyable {
  package let file: CSVFile
  package let dialect: CSVDialect
  package private(set) var header: [String] = []
  /// The line where the current record begins, from 1.
  package private(set) var line = 0
  /// The number of bytes read so far.
  package private(set) var position: Int

  private let bytes: UnsafeBufferPointer<UInt8>
  private let delimiter: UInt8
  /// The largest byte that ends a cell or is a quote.
  private let largestSign: UInt8
  private var nextLine = 1
  private var cells: [CellRange] = []
  /// Holds cells after doubled quotes are resolved; as long as the longest record with such a cell.
  private var scratch = UnsafeMutableBufferPointer<UInt8>(start: nil, count: 0)

  /// A cell's text, in the file or in `scratch`.
  private struct CellRange {
    var start: Int
    var end: Int
    var isQuoted = false
    var hasDoubledQuotes = false
  }

  /// Reads the header.
  ///
  /// - Throws: `noHeader`, `columnName`, and errors of quotes.
  package init(_ file: CSVFile, _ dialect: CSVDialect = CSVDialect()) throws(CSVError) {
    self.file = file
    self.dialect = dialect
    delimiter = dialect.delimiter
    largestSign = max(dialect.delimiter, .quote)
    bytes = file.bytes
    position = file.startOfText
    while try readRecord() {
      // Skip blank lines before the header.
      if cells.count == 1, cells[0].start == cells[0].end, !cells[0].isQuoted { continue }
      header = (0..<cells.count).map { name($0) }
      try checkHeader()
      return
    }
    throw CSVError(
      .noHeader, file: file.path,
      "the file is empty; its first line must name the columns, as in `id,title,owner`")
  }

  deinit { scratch.deallocate() }

  private func name(_ index: Int) -> String {
    text(cells[index]).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  private func checkHeader() throws(CSVError) {
    var places: [Name: Int] = [:]
    for (index, name) in header.enumerated() {
      let place = file.place(of: cells[index].start)
      guard !name.isEmpty else {
        throw CSVError(
          .columnName, file: file.path, line: place.line, column: place.column,
          "column \(index + 1) of the header has no name; every column needs one")
      }
      if let earlier = places.updateValue(index, forKey: Name(name)) {
        throw CSVError(
          .columnName, file: file.path, line: place.line, column: place.column,
          "columns \(earlier + 1) and \(index + 1) of the header are both called `\(name)` (names "
            + "ignore case); rename one of them")
      }
      guard !name.utf8.contains(0) else {
        throw CSVError(
          .columnName, file: file.path, line: place.line, column: place.column,
          "the name of column \(index + 1) contains NUL, which SQLite does not allow in names")
      }
    }
  }

  /// Advances to the next record; false after the last.
  ///
  /// - Throws: `cellCount`, `unterminatedQuote`, `misplacedQuote`.
  package mutating func next() throws(CSVError) -> Bool {
    if header.count > 1 { skipBlankLines() }
    guard try readRecord() else { return false }
    guard cells.count == header.count else { throw wrongCount() }
    return true
  }

  /// The bytes of a cell of the current record, nil for NULL. They are valid until the next record.
  package func cell(_ index: Int) -> UnsafeBufferPointer<UInt8>? {
    let cell = cells[index]
    guard let text = text(cell) else { return nil }
    return !dialect.nulls.isEmpty && !cell.isQuoted && dialect.isNull(text) ? nil : text
  }

  /// Whether a cell of the current record is in quotes.
  package func isQuoted(_ index: Int) -> Bool { cells[index].isQuoted }

  /// Nil for an unquoted empty cell.
  private func text(_ cell: CellRange) -> UnsafeBufferPointer<UInt8>? {
    if cell.start == cell.end, !cell.isQuoted { return nil }
    if cell.hasDoubledQuotes {
      return UnsafeBufferPointer(rebasing: UnsafeBufferPointer(scratch)[cell.start..<cell.end])
    }
    return UnsafeBufferPointer(rebasing: bytes[cell.start..<cell.end])
  }

  private func wrongCount() -> CSVError {
    let excess =
      cells.count > header.count
      ? "a \(dialect.delimiterName) inside a cell needs quotes around the cell"
      : "a line break inside a cell needs quotes around the cell, and an empty cell its "
        + dialect.delimiterName
    return CSVError(
      .cellCount, file: file.path, line: line,
      "this record has \(cells.count) \(cells.count == 1 ? "cell" : "cells") where the header has "
        + "\(header.count); \(excess)")
  }
}

// MARK: - Parsing

extension CSVReader {
  private mutating func skipBlankLines() {
    while position < bytes.count {
      if bytes[position] == .lineFeed || bytes[position] == .carriageReturn {
        endLine()
      } else {
        return
      }
    }
  }

  /// Skips one LF, CR or CRLF.
  private mutating func endLine() {
    let isCRLF =
      bytes[position] == .carriageReturn && position + 1 < bytes.count
      && bytes[position + 1] == .lineFeed
    position += isCRLF ? 2 : 1
    nextLine += 1
  }

  private mutating func readRecord() throws(CSVError) -> Bool {
    guard position < bytes.count else { return false }
    line = nextLine
    let start = position
    var hasDoubledQuotes = false
    cells.removeAll(keepingCapacity: true)
    while true {
      if position < bytes.count, bytes[position] == .quote {
        cells.append(try readQuotedCell())
        hasDoubledQuotes = hasDoubledQuotes || cells[cells.count - 1].hasDoubledQuotes
      } else {
        cells.append(try readPlainCell())
      }
      guard position < bytes.count else { break }
      if bytes[position] == delimiter {
        position += 1
      } else {
        endLine()
        break
      }
    }
    if hasDoubledQuotes { resolveDoubledQuotes(capacity: position - start) }
    return true
  }

  /// Stops at a delimiter, a line break or the end of the file.
  private mutating func readPlainCell() throws(CSVError) -> CellRange {
    let start = position
    var index = position
    while index < bytes.count {
      let byte = bytes[index]
      // Line breaks, quotes and commas are all below the digits and letters, so most bytes need one
      // comparison.
      if byte <= largestSign {
        if byte == delimiter || byte == .lineFeed || byte == .carriageReturn { break }
        if byte == .quote {
          throw misplacedQuote(
            at: index,
            "there is a quote inside a cell that does not begin with one; put the whole cell in "
              + "quotes, and double each quote inside it")
        }
      }
      index += 1
    }
    position = index
    return CellRange(start: start, end: index)
  }

  /// Stops after the closing quote, at a delimiter, a line break or the end of the file.
  private mutating func readQuotedCell() throws(CSVError) -> CellRange {
    let opening = position
    var cell = CellRange(start: opening + 1, end: opening + 1, isQuoted: true)
    var index = opening + 1
    while index < bytes.count {
      let byte = bytes[index]
      if byte > .quote {
        index += 1
        continue
      }
      if byte == .quote {
        guard index + 1 < bytes.count, bytes[index + 1] == .quote else { break }
        cell.hasDoubledQuotes = true
        index += 1
      } else if byte == .lineFeed
        || byte == .carriageReturn && !(index + 1 < bytes.count && bytes[index + 1] == .lineFeed)
      {
        nextLine += 1
      }
      index += 1
    }
    guard index < bytes.count else {
      let place = file.place(of: opening)
      throw CSVError(
        .unterminatedQuote, file: file.path, line: place.line, column: place.column,
        "this quote is never closed; double a quote that belongs to the text")
    }
    cell.end = index
    position = index + 1
    if position < bytes.count {
      let byte = bytes[position]
      guard byte == delimiter || byte == .lineFeed || byte == .carriageReturn else {
        throw misplacedQuote(
          at: position,
          "a closing quote must be followed by a \(dialect.delimiterName) or the end of the line; "
            + "double a quote that belongs to the text")
      }
    }
    return cell
  }

  private func misplacedQuote(at offset: Int, _ detail: String) -> CSVError {
    let place = file.place(of: offset)
    return CSVError(
      .misplacedQuote, file: file.path, line: place.line, column: place.column, detail)
  }

  /// Copies cells with doubled quotes into `scratch`, writing each pair as one quote.
  private mutating func resolveDoubledQuotes(capacity: Int) {
    if scratch.count < capacity {
      scratch.deallocate()
      scratch = .allocate(capacity: max(capacity, 2 * scratch.count))
    }
    var end = 0
    for cell in cells.indices where cells[cell].hasDoubledQuotes {
      let start = end
      var index = cells[cell].start
      while index < cells[cell].end {
        scratch.initializeElement(at: end, to: bytes[index])
        end += 1
        index += bytes[index] == .quote ? 2 : 1
      }
      cells[cell].start = start
      cells[cell].end = end
    }
  }
}
