/// One value as it lies in memory, borrowed: what a database hands over, what columns are loaded from and rows are compared
/// by. Its bytes belong to whoever made it and must outlive its use.
///
/// It is the one form in which values cross from module to module in loops over cells, so all of it is inlinable.
public struct BorrowedValue {
  public let storageClass: StorageClass
  /// An integer's or a real's bit pattern.
  public let bits: UInt64
  /// Of text or a blob.
  public let bytes: UnsafeBufferPointer<UInt8>

  @inlinable
  init(_ storageClass: StorageClass, _ bits: UInt64, _ bytes: UnsafeBufferPointer<UInt8>) {
    self.storageClass = storageClass
    self.bits = bits
    self.bytes = bytes
  }

  @inlinable
  static var nothing: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: nil, count: 0) }

  @inlinable
  public static var null: BorrowedValue { BorrowedValue(.null, 0, nothing) }
  @inlinable
  public static func integer(_ integer: Int64) -> BorrowedValue {
    BorrowedValue(.integer, UInt64(bitPattern: integer), nothing)
  }
  @inlinable
  public static func real(_ real: Double) -> BorrowedValue {
    BorrowedValue(.real, real.bitPattern, nothing)
  }
  @inlinable
  public static func text(_ bytes: UnsafeBufferPointer<UInt8>) -> BorrowedValue {
    BorrowedValue(.text, 0, bytes)
  }
  @inlinable
  public static func blob(_ bytes: UnsafeBufferPointer<UInt8>) -> BorrowedValue {
    BorrowedValue(.blob, 0, bytes)
  }

  @inlinable
  public var integer: Int64 { Int64(bitPattern: bits) }
  @inlinable
  public var real: Double { Double(bitPattern: bits) }
}
