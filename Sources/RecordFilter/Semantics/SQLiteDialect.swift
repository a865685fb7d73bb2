package import RowscopeModel
internal import Synchronization

/// The conversions of values that differ between versions of SQLite.
///
/// The code in this module follows SQLite 3.38 to 3.42 to the last bit. Other versions differ in
/// the last digits of some numbers, in the number of digits of a real's text (from 3.53 on), and in
/// corner cases of JSON. A process with another version must ``adopt(_:)`` its dialect, so that
/// memory and database give the same answers.
package struct SQLiteDialect: Sendable {
  /// Conversions between numbers and text.
  package struct Numbers: Sendable {
    /// Writes the text that a real is cast to, at most ``NumberText/capacity`` bytes; returns their
    /// number.
    package let write: @Sendable (Double, UnsafeMutableBufferPointer<UInt8>) -> Int
    /// The real for a text that is a number from its first to its last byte, apart from spaces.
    package let real: @Sendable (UnsafeBufferPointer<UInt8>) -> Double
    /// The number that numeric affinity makes of a text with a NUL; nil if it is not one.
    package let ofTextWithNUL: @Sendable (UnsafeBufferPointer<UInt8>) -> Value?

    package init(
      write: @escaping @Sendable (Double, UnsafeMutableBufferPointer<UInt8>) -> Int,
      real: @escaping @Sendable (UnsafeBufferPointer<UInt8>) -> Double,
      ofTextWithNUL: @escaping @Sendable (UnsafeBufferPointer<UInt8>) -> Value?
    ) {
      self.write = write
      self.real = real
      self.ofTextWithNUL = ofTextWithNUL
    }
  }

  /// Nil if numbers are converted as by SQLite 3.38 to 3.42, see ``NumberText``.
  package var numbers: Numbers?
  /// The limit on the nesting depth of JSON.
  package var jsonDepth = 2_000
  /// Whether a member's text ends at an escaped NUL.
  package var jsonTextsEndAtNUL = true
  /// What SQLite's JSON functions write for infinity, without a sign.
  package var jsonInfinity = Array("Inf".utf8)

  package init() {}
}

extension SQLiteDialect {
  private static let isAdopted = Atomic(false)
  private static let adopting = Mutex(())
  /// Written once, before ``isAdopted`` is set.
  nonisolated(unsafe) private static var adopted = SQLiteDialect()

  /// Sets the dialect for the whole process, which has only one SQLite. Only the first call has an
  /// effect.
  package static func adopt(_ dialect: SQLiteDialect) {
    adopting.withLock { _ in
      guard !isAdopted.load(ordering: .relaxed) else { return }
      adopted = dialect
      isAdopted.store(true, ordering: .releasing)
    }
  }

  // Separate accessors avoid copying the struct for every value.

  static var numbers: Numbers? { isAdopted.load(ordering: .acquiring) ? adopted.numbers : nil }

  static var jsonDepth: Int { isAdopted.load(ordering: .acquiring) ? adopted.jsonDepth : 2_000 }

  static var jsonTextsEndAtNUL: Bool {
    isAdopted.load(ordering: .acquiring) ? adopted.jsonTextsEndAtNUL : true
  }

  static var jsonInfinity: [UInt8] {
    isAdopted.load(ordering: .acquiring) ? adopted.jsonInfinity : SQLiteDialect().jsonInfinity
  }
}
