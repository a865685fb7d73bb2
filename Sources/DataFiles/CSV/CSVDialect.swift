package import RowscopeModel

/// How the cells of a CSV file are separated, and which of them are NULL.
package struct CSVDialect: Sendable, Hashable {
  /// A byte of ASCII.
  package var delimiter: UInt8
  /// The texts of unquoted cells that are NULL, besides the empty one.
  package var nulls: [Text]

  package init(delimiter: UInt8 = .comma, nulls: [Text] = []) {
    self.delimiter = delimiter
    self.nulls = nulls
  }

  /// What may be declared as a delimiter, and is looked for where none is. The comma comes first.
  package static let delimiters: [(byte: UInt8, name: String)] = [
    (.comma, "comma"), (UInt8(ascii: ";"), "semicolon"), (UInt8(ascii: "\t"), "tab"),
    (UInt8(ascii: "|"), "bar"),
  ]

  var delimiterName: String {
    Self.delimiters.first { $0.byte == delimiter }?.name ?? "delimiter"
  }

  func isNull(_ cell: UnsafeBufferPointer<UInt8>) -> Bool {
    nulls.contains { null in
      null.count == cell.count && null.withBytes { $0.elementsEqual(cell) }
    }
  }
}

extension CSVDialect {
  /// What is declared; without a delimiter, that of a header of several columns, commas before all
  /// others.
  init(of file: CSVFile, _ declaration: CSVTableDeclaration) throws(CSVError) {
    self.init(delimiter: declaration.delimiter ?? .comma, nulls: declaration.nulls)
    guard declaration.delimiter == nil else { return }
    if hasNoColumns(of: file), let other = agreeing(on: file) { self = other }
  }

  /// Whether it finds one column in the header, or cannot take it apart. A header with names that
  /// are not allowed has its columns: to read it in another way would pass over the mistake.
  private func hasNoColumns(of file: CSVFile) -> Bool {
    do throws(CSVError) {
      return try CSVReader(file, self).header.count == 1
    } catch {
      return error.kind.isOfCells
    }
  }

  /// The dialect with the only delimiter but the comma by which every line of the file has as many
  /// cells, two or more; nil if there is none, or more than one. It reads the whole file for each
  /// delimiter that is in its first line.
  func agreeing(on file: CSVFile) -> CSVDialect? {
    let line = file.text.prefix { $0 != .lineFeed && $0 != .carriageReturn }
    let dialects = Self.delimiters.dropFirst().filter { line.contains($0.byte) }
      .map { CSVDialect(delimiter: $0.byte, nulls: nulls) }
      .filter { $0.separates(file) }
    return dialects.count == 1 ? dialects[0] : nil
  }

  private func separates(_ file: CSVFile) -> Bool {
    do throws(CSVError) {
      var reader = try CSVReader(file, self)
      guard reader.header.count > 1 else { return false }
      while try reader.next() {
        if Task.isCancelled { return false }
      }
      return true
    } catch {
      return false
    }
  }
}
