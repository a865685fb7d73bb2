public import RowscopeModel

/// A value in memory, borrowed: database cells, the input of column loading, and the operands of
/// comparisons. Its bytes belong to whatever created it and must outlive its use.
///
/// Values cross modules in this form in loops over cells, so all of it is inlinable.
@usableFromInline
package struct BorrowedValue {
  @usableFromInline package let storageClass: StorageClass
  /// The bit pattern of an integer or a real.
  @usableFromInline package let bits: UInt64
  /// The bytes of text or a blob.
  @usableFromInline package let bytes: UnsafeBufferPointer<UInt8>

  @inlinable
  init(_ storageClass: StorageClass, _ bits: UInt64, _ bytes: UnsafeBufferPointer<UInt8>) {
    self.storageClass = storageClass
    self.bits = bits
    self.bytes = bytes
  }

  @inlinable
  static var nothing: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: nil, count: 0) }

  @inlinable
  package static var null: BorrowedValue { BorrowedValue(.null, 0, nothing) }
  @inlinable
  package static func integer(_ integer: Int64) -> BorrowedValue {
    BorrowedValue(.integer, UInt64(bitPattern: integer), nothing)
  }
  @inlinable
  package static func real(_ real: Double) -> BorrowedValue {
    BorrowedValue(.real, real.bitPattern, nothing)
  }
  @inlinable
  package static func text(_ bytes: UnsafeBufferPointer<UInt8>) -> BorrowedValue {
    BorrowedValue(.text, 0, bytes)
  }
  @inlinable
  package static func blob(_ bytes: UnsafeBufferPointer<UInt8>) -> BorrowedValue {
    BorrowedValue(.blob, 0, bytes)
  }

  @inlinable
  package var integer: Int64 { Int64(bitPattern: bits) }
  @inlinable
  package var real: Double { Double(bitPattern: bits) }

  /// A copy.
  package var copied: Value {
    switch storageClass {
    case .null: .null
    case .integer: .integer(integer)
    case .real: .real(real)
    case .text: .text(Text(bytes: bytes))
    case .blob: .blob(Array(bytes))
    }
  }
}
