import RecordStore
import RowscopeModel

/// Writes the records of one table, column by column.
struct SampleRowWriter: ~Copyable {
  private var inserter: RowInserter
  /// Texts composed for the current record, kept until it is inserted.
  private let scratch: UnsafeMutableBufferPointer<UInt8>
  private var scratchEnd = 0
  private var column = 0
  private let columnCount: Int

  init(_ builder: borrowing DatabaseBuilder, _ table: TableDefinition) throws(SampleError) {
    inserter = try rethrowing(SampleError.init(_:)) { () throws(StoreError) in
      try builder.create(table)
      return try builder.inserter(into: table)
    }
    columnCount = table.columns.count
    scratch = .allocate(capacity: 4096)
  }

  deinit { scratch.deallocate() }

  mutating func null() {
    inserter.setNull(column)
    column += 1
  }

  mutating func integer(_ integer: Int) {
    inserter.set(column, Int64(integer))
    column += 1
  }

  mutating func real(_ real: Double) {
    inserter.set(column, real)
    column += 1
  }

  /// An amount of money, exact to the cent.
  mutating func cents(_ cents: Int) { real(Double(cents) / 100) }

  /// - Parameter text: must stay valid until the record is inserted.
  mutating func text(_ text: UnsafeBufferPointer<UInt8>) {
    inserter.set(column, text: text)
    column += 1
  }

  /// Writes a text composed of several pieces, which are copied.
  mutating func text(_ compose: (inout Composition) -> Void) {
    var composition = Composition(room: scratch, start: scratchEnd)
    compose(&composition)
    scratchEnd = composition.end
    text(composition.bytes)
  }

  /// - Precondition: every column has a value.
  mutating func end() throws(SampleError) {
    precondition(column == columnCount, "a record lacks a column")
    try rethrowing(SampleError.init(_:)) { () throws(StoreError) in try inserter.insert() }
    column = 0
    scratchEnd = 0
  }

  /// A text being composed.
  struct Composition {
    private let room: UnsafeMutableBufferPointer<UInt8>
    private let start: Int
    fileprivate private(set) var end: Int

    fileprivate init(room: UnsafeMutableBufferPointer<UInt8>, start: Int) {
      self.room = room
      self.start = start
      end = start
    }

    fileprivate var bytes: UnsafeBufferPointer<UInt8> {
      UnsafeBufferPointer(rebasing: UnsafeBufferPointer(room)[start..<end])
    }

    mutating func append(_ piece: UnsafeBufferPointer<UInt8>) {
      precondition(end + piece.count <= room.count, "a record's texts are too long")
      for byte in piece {
        room[end] = byte
        end += 1
      }
    }

    /// - Precondition: the character is ASCII.
    mutating func append(_ character: Unicode.Scalar) { append(byte: UInt8(ascii: character)) }

    private mutating func append(byte: UInt8) {
      precondition(end < room.count, "a record's texts are too long")
      room[end] = byte
      end += 1
    }

    /// Appends a decimal number, padded with zeros to `width` digits.
    ///
    /// - Precondition: `number` is not negative.
    mutating func append(_ number: Int, width: Int = 1) {
      var divisor = 1
      var digits = 1
      while digits < width || number / divisor > 9 {
        divisor *= 10
        digits += 1
      }
      while divisor > 0 {
        append(byte: UInt8(ascii: "0") + UInt8(number / divisor % 10))
        divisor /= 10
      }
    }
  }
}
