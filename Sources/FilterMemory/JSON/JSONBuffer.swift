import Documents
import RecordFilter
import RowscopeModel

/// Bytes of JSON on their way out. Memory is asked for ahead of a cell, and written without further checks.
///
/// The forms are those in which the database's own rows are written, to the byte: a real by its shortest digits, infinity as
/// `9e999`, a blob as `"\\x00ff"`, U+FFFD for each invalid sequence of UTF-8.
struct JSONBuffer: ~Copyable {
  private var base: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  private(set) var count = 0

  /// What may be written beyond what was asked for: vectors are stored whole.
  private static let slack = 64

  init(capacity: Int) {
    self.capacity = capacity
    base = .allocate(capacity: capacity + Self.slack)
  }

  deinit { base.deallocate() }

  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

  mutating func removeAll() { count = 0 }

  @inline(__always)
  private mutating func reserve(_ more: Int) {
    if count + more > capacity { grow(more) }
  }

  @inline(never)
  private mutating func grow(_ more: Int) {
    capacity = max(capacity * 2, count + more)
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity + Self.slack)
    larger.update(from: base, count: count)
    base.deallocate()
    base = larger
  }

  @inline(__always)
  mutating func append(_ byte: UInt8) {
    reserve(1)
    base[count] = byte
    count += 1
  }

  mutating func append(_ string: StaticString) {
    reserve(string.utf8CodeUnitCount)
    (base + count).update(from: string.utf8Start, count: string.utf8CodeUnitCount)
    count += string.utf8CodeUnitCount
  }

  /// Bytes as they are, of which 64 more can be read behind the last.
  @inline(__always)
  mutating func append(padded bytes: UnsafePointer<UInt8>, _ length: Int) {
    reserve(length)
    let (source, target) = (UnsafeRawPointer(bytes), UnsafeMutableRawPointer(base + count))
    target.storeBytes(of: source.loadUnaligned(as: SIMD16<UInt8>.self), as: SIMD16<UInt8>.self)
    if length > 16 {
      var offset = 16
      while offset < length {
        target.storeBytes(
          of: source.loadUnaligned(fromByteOffset: offset, as: SIMD16<UInt8>.self),
          toByteOffset: offset, as: SIMD16<UInt8>.self)
        offset += 16
      }
    }
    count += length
  }

  // MARK: Numbers

  @inline(__always)
  mutating func append(integer: Int64) {
    reserve(JSONEncoding.integerCapacity)
    count = JSONEncoding.write(integer, at: base + count) - base
  }

  @inline(__always)
  mutating func append(real: Double) {
    reserve(JSONEncoding.hundredthsCapacity)
    if let end = JSONEncoding.writeHundredths(real, at: base + count) {
      count = end - base
    } else {
      append(digitsOf: real)
    }
  }

  @inline(never)
  private mutating func append(digitsOf real: Double) {
    JSONEncoding.withBytes(of: real) { digits in
      reserve(digits.count)
      if let start = digits.baseAddress {
        (base + count).update(from: start, count: digits.count)
      }
      count += digits.count
    }
  }

  // MARK: Strings

  /// A text in its quotes, of which 64 more bytes can be read behind the last.
  @inline(__always)
  mutating func append(paddedText text: UnsafeBufferPointer<UInt8>) {
    let start = count
    append(0x22)
    if !appendEscaped(text) {
      count = start + 1
      appendRepaired(text)
    }
    append(0x22)
  }

  mutating func append(blob: UnsafeBufferPointer<UInt8>) {
    append("\"\\\\x")
    reserve(blob.count * 2)
    for byte in blob { count = JSONEncoding.write(hexadecimal: byte, at: base + count) - base }
    append(0x22)
  }

  /// The members of a text that is a JSON array, as an array; none where it is not one.
  mutating func append(membersOfPadded text: UnsafeBufferPointer<UInt8>) {
    let start = count
    append(0x5B)
    let isArray = JSONMembers.forEach(in: text) { element in
      if case .other = element { return }
      // Only the bracket stands before the first.
      if count > start + 1 { append(0x2C) }
      switch element {
      case .integer(let integer): append(integer: integer)
      case .real(let real): append(real: real)
      case .text(let member): append(member: member, of: text)
      case .other: break
      }
    }
    // What was seen of a text that is no array counts for nothing.
    if !isArray { count = start + 1 }
    append(0x5D)
  }

  /// A member that had escapes is a text of its own, behind which nothing can be read.
  private mutating func append(
    member: UnsafeBufferPointer<UInt8>, of text: UnsafeBufferPointer<UInt8>
  ) {
    if let first = member.baseAddress, let whole = text.baseAddress, first >= whole,
      first < whole + text.count
    {
      append(paddedText: member)
      return
    }
    let copy = Vector(Array(member))
    append(paddedText: UnsafeBufferPointer(start: copy.base, count: copy.count))
    withExtendedLifetime(copy) {}
  }

  /// False where the text turns out not to be valid UTF-8, and then what was written counts for nothing.
  @inline(__always)
  private mutating func appendEscaped(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let bytes = text.baseAddress else { return true }
    let source = UnsafeRawPointer(bytes)
    let length = text.count
    reserve(length + 6 * 8)
    var offset = 0
    var highBits: UInt64 = 0
    while offset < length {
      var word = source.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      let rest = length - offset
      if rest < 8 {
        // What lies behind the end must neither look special nor be other than ASCII. (The first byte is the lowest.)
        let behind = UInt64.max << UInt64(8 * rest)
        word = UInt64(littleEndian: word) & ~behind | 0x2020_2020_2020_2020 & behind
        word = word.littleEndian
      }
      highBits |= word
      if JSONEncoding.hasSpecial(word) {
        for index in offset..<(offset + min(8, rest)) {
          count = JSONEncoding.write(stringByte: bytes[index], at: base + count) - base
        }
        reserve(length - offset + 6 * 8)
      } else {
        UnsafeMutableRawPointer(base + count).storeBytes(of: word, as: UInt64.self)
        count += min(8, rest)
      }
      offset += 8
    }
    return highBits & 0x8080_8080_8080_8080 == 0
      || UTF8Validation.firstInvalidSequence(in: text) == nil
  }

  private mutating func appendRepaired(_ text: UnsafeBufferPointer<UInt8>) {
    JSONEncoding.forEachPart(of: text) {
      _ = appendEscaped($0)
    } invalid: {
      append("\u{FFFD}")
    }
  }
}
