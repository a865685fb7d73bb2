import RowscopeModel

/// A column of a CSV file that holds numbers, but for some cells that say that there is none. The
/// column is text then, and compares as text.
package struct CSVNote: Sendable, Hashable {
  /// The path of the file.
  package let file: String
  package let column: String
  package let words: [Word]
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
    return "\(file): the column \(Printable.quoted(column)) is text: of its \(recordCount) cells "
      + "\(cells.joined(separator: ", ")), and all others are numbers or empty"
  }

  /// What to declare, for a hint.
  package var hint: String {
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
