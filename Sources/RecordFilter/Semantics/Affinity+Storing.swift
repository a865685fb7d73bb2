package import RowscopeModel

extension Affinity {
  /// The value that SQLite stores in a column of this affinity.
  ///
  /// In a numeric column, text that looks like a number becomes that number, and a whole real
  /// becomes an integer (in a `REAL` column, an integer becomes a real). In a text column, a number
  /// becomes text. NaN becomes NULL everywhere; blobs and NULL are unchanged. A `STRICT` table
  /// stores the same or refuses the value.
  ///
  /// Source: "Datatypes In SQLite", section 3, and where that is silent, the library's behaviour.
  package func stored(_ value: Value) -> Value {
    switch (value, self) {
    case (.null, _), (.blob, _): value
    case (.integer, .integer), (.integer, .numeric), (.integer, .blob): value
    case (.text, .text), (.text, .blob): value
    case (.real(let real), _) where real.isNaN: .null
    case (.real, .blob): value
    case (.integer, .text), (.real, .text): value.asTextIfNumber
    case (.integer(let integer), .real): .real(Double(integer))
    case (.real(let real), .real): .real(Self.withoutSignOfZero(real))
    case (.real(let real), .integer), (.real(let real), .numeric): Self.narrowed(real)
    case (.text(let text), .integer), (.text(let text), .real), (.text(let text), .numeric):
      text.withBytes(NumberText.value).map(stored) ?? value
    }
  }

  /// A whole real as an integer. SQLite excludes the two extremes of 64 bits, which a real may only
  /// approximate.
  private static func narrowed(_ real: Double) -> Value {
    guard real > -0x1p63, real < 0x1p63 else { return .real(real) }
    let integer = Int64(real)
    return Double(integer) == real ? .integer(integer) : .real(real)
  }

  /// A whole real is stored as an integer in the file, which has no negative zero.
  private static func withoutSignOfZero(_ real: Double) -> Double { real == 0 ? 0 : real }
}
