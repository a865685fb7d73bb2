import Documents

/// The integers of a column that is being built, block by block, each in as few bytes as the
/// block's range needs.
final class PackedIntegers {
  private struct Place: BitwiseCopyable {
    let offset: Int
    /// The size of one value in bytes; 0 if all are equal.
    let width: Int
    /// The minimum, which is subtracted from the stored values.
    let least: Int64
  }

  private var places: [Place] = []
  private var bytes = ByteBuffer.ofVector()

  /// Appends a block.
  func append(_ values: UnsafePointer<Int64>, _ count: Int) {
    var (least, greatest) = (Int64.max, Int64.min)
    for index in 0..<count {
      least = min(least, values[index])
      greatest = max(greatest, values[index])
    }
    let width = Self.width(UInt64(bitPattern: greatest &- least))
    places.append(Place(offset: bytes.count, width: width, least: least))
    let target = bytes.extend(by: count * width)
    switch width {
    case 0: break
    case 1: Self.pack(values, count, least, target, UInt8.self)
    case 2: Self.pack(values, count, least, target, UInt16.self)
    case 4: Self.pack(values, count, least, target, UInt32.self)
    default: Self.pack(values, count, least, target, UInt64.self)
    }
  }

  private static func width(_ span: UInt64) -> Int {
    switch span {
    case 0: 0
    case ...0xFF: 1
    case ...0xFFFF: 2
    case ...0xFFFF_FFFF: 4
    default: 8
    }
  }

  @inline(__always)
  private static func pack<T: FixedWidthInteger & BitwiseCopyable>(
    _ values: UnsafePointer<Int64>, _ count: Int, _ least: Int64, _ target: UnsafeMutableRawPointer,
    _ type: T.Type
  ) {
    let stride = MemoryLayout<T>.stride
    for index in 0..<count {
      target.storeBytes(
        of: T(truncatingIfNeeded: values[index] &- least), toByteOffset: index * stride, as: T.self)
    }
  }

  /// Writes the values of a block.
  func unpack(_ block: Block, to values: UnsafeMutablePointer<Int64>) {
    let place = places[block.index]
    let source = bytes.base + place.offset
    switch place.width {
    case 0: values.update(repeating: place.least, count: block.count)
    case 1: Self.unpack(source, block.count, place.least, values, UInt8.self)
    case 2: Self.unpack(source, block.count, place.least, values, UInt16.self)
    case 4: Self.unpack(source, block.count, place.least, values, UInt32.self)
    default: Self.unpack(source, block.count, place.least, values, UInt64.self)
    }
  }

  @inline(__always)
  private static func unpack<T: FixedWidthInteger & BitwiseCopyable>(
    _ source: UnsafeRawPointer, _ count: Int, _ least: Int64, _ values: UnsafeMutablePointer<Int64>,
    _ type: T.Type
  ) {
    let stride = MemoryLayout<T>.stride
    for index in 0..<count {
      let value = source.loadUnaligned(fromByteOffset: index * stride, as: T.self)
      values[index] = least &+ Int64(truncatingIfNeeded: value)
    }
  }
}
