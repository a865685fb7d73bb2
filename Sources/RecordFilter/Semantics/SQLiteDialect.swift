package import RowscopeModel
internal import Synchronization

/// What SQLite does otherwise from version to version with the values that it converts.
///
/// What is written in this module does as SQLite 3.38 to 3.42 do, to the last bit. A process that has another SQLite (they differ
/// in the last digits of some numbers, from 3.53 on in how many digits a real's text has, and in corners of JSON) must
/// ``adopt(_:)`` that one's ways, so that memory and database give one answer.
package struct SQLiteDialect: Sendable {
  /// How numbers become text, and text numbers.
  package struct Numbers: Sendable {
    /// Writes the text that a real is cast to, of ``NumberText/capacity`` bytes at most; returns how many they are.
    package let write: @Sendable (Double, UnsafeMutableBufferPointer<UInt8>) -> Int
    /// The real that a text is, which is a number from its first to its last byte, spaces aside.
    package let real: @Sendable (UnsafeBufferPointer<UInt8>) -> Double
    /// The number that numeric affinity makes of a text with a NUL in it; nil where it is none.
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

  /// Nil where numbers are converted as SQLite 3.38 to 3.42 convert them, see ``NumberText``.
  package var numbers: Numbers?
  /// The most arrays within one another that JSON may have.
  package var jsonDepth = 2_000
  /// Whether a member's text ends at an escaped NUL.
  package var jsonTextsEndAtNUL = true
  /// What SQLite's functions write for infinity in JSON, without its sign.
  package var jsonInfinity = Array("Inf".utf8)

  package init() {}
}

extension SQLiteDialect {
  private static let isAdopted = Atomic(false)
  private static let adopting = Mutex(())
  /// Written once, before ``isAdopted`` is set, and never again.
  nonisolated(unsafe) private static var adopted = SQLiteDialect()

  /// From now on values are converted this way, in the whole process: it has one SQLite. The first call counts.
  package static func adopt(_ dialect: SQLiteDialect) {
    adopting.withLock { _ in
      guard !isAdopted.load(ordering: .relaxed) else { return }
      adopted = dialect
      isAdopted.store(true, ordering: .releasing)
    }
  }

  // One at a time, so that nothing is copied for what is asked of many values.

  static var numbers: Numbers? { isAdopted.load(ordering: .acquiring) ? adopted.numbers : nil }

  static var jsonDepth: Int { isAdopted.load(ordering: .acquiring) ? adopted.jsonDepth : 2_000 }

  static var jsonTextsEndAtNUL: Bool {
    isAdopted.load(ordering: .acquiring) ? adopted.jsonTextsEndAtNUL : true
  }

  static var jsonInfinity: [UInt8] {
    isAdopted.load(ordering: .acquiring) ? adopted.jsonInfinity : SQLiteDialect().jsonInfinity
  }
}
