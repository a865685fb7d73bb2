import RowscopeModel

/// A column of a CSV file that holds numbers, but for some cells: words that say that there is none,
/// or a few texts such as `1,000.00`. The column is text then, and compares as text.
package struct CSVNote: Sendable, Hashable {
  /// The path of the file.
  package let file: String
  package let column: String
  /// Words that say that there is no number; none where there are other texts.
  package let words: [Word]
  /// The texts among the first cells; nil where there are such words alone.
  let sample: CSVSample?
  package let recordCount: Int

  /// `NA`, and the number of cells that are it.
  package struct Word: Sendable, Hashable {
    package let text: String
    package fileprivate(set) var count: Int
  }

  /// `tables/flights.csv: the column "dep_delay" is text: of its 336776 cells 8255 are "NA", and
  /// all others are numbers or empty`
  package var description: String {
    let cells = words.map {
      "\($0.count) \($0.count == 1 ? "is" : "are") \(Printable.quoted($0.text))"
    }
    if let sample {
      return
        "\(file): the column \(Printable.quoted(column)) is text: of its first \(sample.count) "
        + "cells that are not empty \(sample.others) \(sample.others == 1 ? "is" : "are") no "
        + "number, such as \(sample.examples.map(Printable.quoted).joined(separator: ", "))"
    }
    return "\(file): the column \(Printable.quoted(column)) is text: of its \(recordCount) cells "
      + "\(cells.joined(separator: ", ")), and all others are numbers or empty"
  }

  /// What to declare, for a hint.
  package var hint: String {
    if sample != nil {
      return "write numbers as 1234.5 if the column holds numbers; or declare it as "
        + "\"column\": \"TEXT\""
    }
    let list = words.map { Printable.quoted($0.text) }.joined(separator: ", ")
    return
      "declare \"null\": [\(list)] for the table or the workspace if such a cell has no value; "
      + "or the column as \"column\": \"TEXT\""
  }
}

/// Counts the cells that commonly stand for a missing value.
struct CSVStandIns {
  private(set) var words: [CSVNote.Word] = []

  /// What statistics programs, databases, spreadsheets and people write for a missing number.
  private static let known: [Text] = [
    "NA", "N/A", "n/a", "na", "NaN", "nan", "NULL", "Null", "null", "None", "none", "nil", "-",
    "--",
    "?", ".", "#N/A", "\\N", "\u{2013}", "\u{2014}",
  ]

  /// Whether the cell is one of these words; then it was counted.
  mutating func count(_ cell: UnsafeBufferPointer<UInt8>) -> Bool {
    guard cell.count <= 4 else { return false }
    let text = Text(bytes: cell)
    guard Self.known.contains(text) else { return false }
    if let place = words.firstIndex(where: { Text($0.text) == text }) {
      words[place].count += 1
    } else {
      words.append(CSVNote.Word(text: text.string, count: 1))
    }
    return true
  }
}

/// What the first cells of a column are that are not empty: a bounded look, for a message.
struct CSVSample: Hashable {
  private static let limit = 10_000

  private(set) var numbers = 0
  private(set) var others = 0
  /// The first of the others that differ.
  private(set) var examples: [String] = []

  var count: Int { numbers + others }
  var hasRoom: Bool { count < Self.limit }

  /// Whether the column seems to be one of numbers: at least twenty, for each text.
  var isMostlyNumbers: Bool { others > 0 && numbers >= 20 * others }

  mutating func countNumber() { numbers += hasRoom ? 1 : 0 }

  mutating func count(_ cell: UnsafeBufferPointer<UInt8>) {
    guard hasRoom else { return }
    others += 1
    guard examples.count < 3 else { return }
    let text = String(decoding: cell.prefix(60), as: UTF8.self)
    if !examples.contains(where: { $0.hasSameBytes(as: text) }) { examples.append(text) }
  }
}
