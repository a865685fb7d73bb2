extension Value {
  /// The text; nil for any other storage class. Bytes that are not UTF-8 become U+FFFD.
  public var text: String? {
    if case .text(let text) = self { text.string } else { nil }
  }

  /// The integer; nil for any other storage class. A real is not an integer, whatever its value.
  public var integer: Int64? {
    if case .integer(let integer) = self { integer } else { nil }
  }

  /// The number, an integer rounded to the nearest `Double`; nil for text, a blob and null.
  public var real: Double? {
    switch self {
    case .integer(let integer): Double(integer)
    case .real(let real): real
    case .null, .text, .blob: nil
    }
  }

  /// True for 1, false for 0, nil for everything else: SQLite has no Booleans.
  public var bool: Bool? {
    switch self {
    case .integer(0), .real(0): false
    case .integer(1), .real(1): true
    case .null, .integer, .real, .text, .blob: nil
    }
  }

  /// The bytes of a blob; nil for any other storage class.
  public var blob: [UInt8]? {
    if case .blob(let bytes) = self { bytes } else { nil }
  }
}
