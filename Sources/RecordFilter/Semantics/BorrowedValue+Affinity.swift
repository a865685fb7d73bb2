public import RowscopeModel

extension BorrowedValue {
  /// Calls `body` with the value as a column of this affinity stores it. Its bytes are valid only
  /// during the call.
  ///
  /// A column of numbers converts text that looks like a number, and turns a real without a
  /// fraction into an integer. A REAL column turns all of them into reals (without a negative
  /// zero). A TEXT column turns numbers into text. NaN becomes NULL. Nothing else changes, so a
  /// column of numbers may hold text.
  ///
  /// Source: "Datatypes In SQLite", section 3, and `applyAffinity` in the library.
  package func stored<Result>(
    as affinity: Affinity, _ body: (BorrowedValue) -> Result
  ) -> Result {
    switch (affinity, storageClass) {
    case (_, .real) where real.isNaN: return body(.null)
    case (.text, .integer):
      return NumberText.withBytes(of: integer) { body(.text($0)) }
    case (.text, .real):
      return NumberText.withBytes(of: real) { body(.text($0)) }
    case (.integer, .text), (.numeric, .text), (.real, .text):
      switch NumberText.value(of: bytes) {
      case .integer(let integer):
        return body(affinity == .real ? .real(Double(integer)) : .integer(integer))
      case .real(let real): return BorrowedValue.real(real).stored(as: affinity, body)
      case .null, .text, .blob, nil: return body(self)
      }
    case (.integer, .real), (.numeric, .real):
      // The least integer stays a real, as in SQLite.
      guard let whole = Int64(exactly: real), whole > .min else { return body(self) }
      return body(.integer(whole))
    case (.real, .real): return body(real == 0 ? .real(0) : self)
    case (.real, .integer): return body(.real(Double(integer)))
    case (_, .null), (_, .blob), (.text, .text), (.blob, _), (.integer, .integer),
      (.numeric, .integer):
      return body(self)
    }
  }
}

extension Value {
  /// Calls `body` with the value, borrowed.
  @inlinable
  package func borrowed<Result>(_ body: (BorrowedValue) -> Result) -> Result {
    switch self {
    case .null: body(.null)
    case .integer(let integer): body(.integer(integer))
    case .real(let real): body(.real(real))
    case .text(let text): text.withBytes { body(.text($0)) }
    case .blob(let bytes): bytes.withUnsafeBufferPointer { body(.blob($0)) }
    }
  }
}
