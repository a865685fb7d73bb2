import Documents
import RowscopeModel

/// Encodes values as bytes that decode to the same values. Every part is prefixed with its length,
/// so that different sequences never encode to the same bytes.
///
/// It manages its own memory instead of using an array, since every request writes some fifty
/// parts.
struct ByteEncoder: ~Copyable {
  private var buffer: ByteBuffer

  init(capacity: Int = 128) { buffer = ByteBuffer(capacity: capacity) }

  var count: Int { buffer.count }

  /// A copy of the bytes written.
  var bytes: [UInt8] { Array(UnsafeRawBufferPointer(start: start, count: count)) }

  mutating func byte(_ byte: UInt8) { buffer.append(byte) }

  mutating func integer(_ integer: Int64) { word(UInt64(bitPattern: integer)) }

  mutating func word(_ word: UInt64) {
    buffer.extend(by: 8).storeBytes(of: word.littleEndian, as: UInt64.self)
  }

  mutating func string(_ bytes: UnsafeBufferPointer<UInt8>) {
    integer(Int64(bytes.count))
    buffer.append(bytes)
  }

  mutating func string(_ bytes: [UInt8]) { bytes.withUnsafeBufferPointer { string($0) } }

  mutating func string(_ string: String) {
    let isWritten: Void? = string.utf8.withContiguousStorageIfAvailable { self.string($0) }
    // A string bridged from Foundation may lack contiguous storage.
    if isWritten == nil { self.string(Array(string.utf8)) }
  }

  mutating func value(_ value: Value) {
    switch value {
    case .null: byte(0)
    case .integer(let integer):
      byte(1)
      self.integer(integer)
    case .real(let real):
      byte(2)
      word(real.bitPattern)
    case .text(let text):
      byte(3)
      text.withBytes { string($0) }
    case .blob(let blob):
      byte(4)
      string(blob)
    }
  }
}

/// Decodes the bytes of ``ByteEncoder``; nil for anything else.
struct ByteDecoder {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func byte() -> UInt8? { rest.popFirst() }

  mutating func word() -> UInt64? {
    guard rest.count >= 8 else { return nil }
    defer { rest.removeFirst(8) }
    return rest.prefix(8).reversed().reduce(0) { $0 &<< 8 | UInt64($1) }
  }

  mutating func integer() -> Int64? { word().map(Int64.init(bitPattern:)) }

  mutating func string() -> [UInt8]? {
    guard let length = integer(), length >= 0, length <= Int64(rest.count) else { return nil }
    defer { rest.removeFirst(Int(length)) }
    return Array(rest.prefix(Int(length)))
  }

  mutating func value() -> Value? {
    switch byte() {
    case 0: .null
    case 1: integer().map(Value.integer)
    case 2: word().flatMap { Double(bitPattern: $0).isNaN ? nil : .real(Double(bitPattern: $0)) }
    case 3: string().map { .text(Text(bytes: $0)) }
    case 4: string().map(Value.blob)
    default: nil
    }
  }
}

/// Base 64 in the alphabet that is safe in URLs and file names, without padding (RFC 4648, section
/// 5).
enum Base64URL {
  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

  static func encode(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count * 4 + 2) / 3)
    var bits: UInt32 = 0
    var count: UInt32 = 0
    for byte in bytes {
      bits = bits &<< 8 | UInt32(byte)
      count += 8
      while count >= 6 {
        count -= 6
        text.append(alphabet[Int(bits &>> count & 63)])
      }
    }
    if count > 0 { text.append(alphabet[Int(bits &<< (6 - count) & 63)]) }
    return String(decoding: text, as: UTF8.self)
  }

  /// Nil for texts that `encode` cannot produce: other characters, or nonzero bits left over.
  static func decode(_ text: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count * 3 / 4)
    var bits: UInt32 = 0
    var count: UInt32 = 0
    for character in text.utf8 {
      guard let digit = digit(character) else { return nil }
      bits = bits &<< 6 | digit
      count += 6
      if count >= 8 {
        count -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits &>> count))
      }
    }
    guard count < 6, bits & (1 &<< count - 1) == 0 else { return nil }
    return bytes
  }

  private static func digit(_ character: UInt8) -> UInt32? {
    switch character {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character) - 65
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character) - 71
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character) + 4
    case UInt8(ascii: "-"): 62
    case UInt8(ascii: "_"): 63
    default: nil
    }
  }
}
