import Documents

/// The column widths of a table.
struct TableLayout: Sendable, Equatable {
  struct Column: Sendable, Equatable {
    var width: Int
    /// Numbers are aligned to the right.
    var isNumeric: Bool
  }

  /// The columns that are shown: all that fit.
  let columns: [Column]

  /// A text column is not narrowed below this width to make room for others.
  private static let least = 8

  /// Measures the rows; if `width` is given, fits the columns into it, with `gap` columns between
  /// two.
  ///
  /// The widest texts are narrowed first, to a common width, then the widest numbers; then columns
  /// are dropped from the right. O(cells).
  init(names: [String], rows: [[TableCell]], width: Int?, gap: Int) {
    var columns = names.enumerated().map { index, name in
      let kinds = rows.lazy.map { $0[index].kind }
      let widest = rows.lazy.map { $0[index].width }.max() ?? 0
      return Column(
        width: max(widest, DisplayWidth.columns(of: name), 1),
        isNumeric: kinds.contains(.number) && !kinds.contains(.text))
    }
    if let width { Self.fit(&columns, into: width, gap: gap) }
    self.columns = columns
  }

  private static func fit(_ columns: inout [Column], into width: Int, gap: Int) {
    func fits(_ columns: [Column]) -> Bool {
      columns.reduce(0) { $0 + $1.width } + gap * (columns.count - 1) <= width
    }
    func narrowed(_ columns: [Column], to limit: Int, numbersToo: Bool) -> [Column] {
      columns.map { column in
        let isNarrowed = numbersToo || !column.isNumeric
        let width = isNarrowed ? min(column.width, limit) : column.width
        return Column(width: width, isNumeric: column.isNumeric)
      }
    }

    let least = min(Self.least, width)
    while columns.count > 1, !fits(narrowed(columns, to: least, numbersToo: true)) {
      columns.removeLast()
    }
    let numbersToo = !fits(narrowed(columns, to: least, numbersToo: false))
    // Binary search for the largest common limit that fits: the total width grows with the limit.
    var enough = least
    var tooMuch = max(least, columns.map(\.width).max() ?? 0) + 1
    while tooMuch - enough > 1 {
      let middle = (enough + tooMuch) / 2
      if fits(narrowed(columns, to: middle, numbersToo: numbersToo)) {
        enough = middle
      } else {
        tooMuch = middle
      }
    }
    columns = narrowed(columns, to: enough, numbersToo: numbersToo)
  }
}
