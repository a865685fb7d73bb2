package import RowscopeModel

extension Affinity {
  /// What SQLite stores where this value is put into a column of this affinity.
  ///
  /// Text that looks like a number becomes that number in a numeric column, a whole real an integer (in a `REAL` column an
  /// integer a real), and a number becomes text in a text column. A NaN is NULL everywhere, and blobs and NULL stay as they
  /// are. A `STRICT` table stores the same, or refuses the value.
  ///
  /// Source: "Datatypes In SQLite", section 3; where the text is silent, the behaviour of the library itself.
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

  /// A whole number as an integer. SQLite leaves the two ends of 64 bits out, which a real may only seem to be.
  private static func narrowed(_ real: Double) -> Value {
    guard real > -0x1p63, real < 0x1p63 else { return .real(real) }
    let integer = Int64(real)
    return Double(integer) == real ? .integer(integer) : .real(real)
  }

  /// A whole real lies in the file as an integer, which has no negative zero.
  private static func withoutSignOfZero(_ real: Double) -> Double { real == 0 ? 0 : real }
}
