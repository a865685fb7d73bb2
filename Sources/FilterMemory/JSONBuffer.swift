import RecordFilter

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
    reserve(20)
    if integer < 0 {
      base[count] = 0x2D
      count += 1
    }
    var rest = integer.magnitude
    if rest < 10 {
      base[count] = 0x30 + UInt8(truncatingIfNeeded: rest)
      count += 1
      return
    }
    var length = 1
    var bound: UInt64 = 10
    while rest >= bound, length < 19 {
      length += 1
      bound *= 10
    }
    if rest >= bound { length += 1 }
    var place = count + length
    count = place
    while rest >= 10 {
      let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
      place -= 1
      base[place] = 0x30 + UInt8(truncatingIfNeeded: digit)
      rest = quotient
    }
    base[place - 1] = 0x30 + UInt8(truncatingIfNeeded: rest)
  }

  mutating func append(real: Double) {
    guard real.isFinite else {
      append(real.isNaN ? "null" : real < 0 ? "-9e999" : "9e999")
      return
    }
    var digits = real.description
    digits.withUTF8 { digits in
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
    for byte in blob {
      base[count] = Self.hexadecimal(byte >> 4)
      base[count + 1] = Self.hexadecimal(byte & 0xF)
      count += 2
    }
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

  private static func hexadecimal(_ digit: UInt8) -> UInt8 {
    digit < 10 ? 0x30 + digit : 0x57 + digit
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
      if Self.hasSpecial(word) {
        for index in offset..<(offset + min(8, rest)) { appendEscaped(bytes[index]) }
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

  /// Whether one of eight bytes is below 0x20, a quote or a backslash. (`x - n` borrows into a byte's highest bit where
  /// the byte is less than n; `& ~x` leaves out those that had it before.)
  @inline(__always)
  private static func hasSpecial(_ word: UInt64) -> Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let quotes = word ^ (ones &* 0x22)
    let backslashes = word ^ (ones &* 0x5C)
    let found =
      (word &- ones &* 0x20) & ~word | (quotes &- ones) & ~quotes
      | (backslashes &- ones) & ~backslashes
    return found & 0x8080_8080_8080_8080 != 0
  }

  /// - Precondition: there is room for six bytes.
  private mutating func appendEscaped(_ byte: UInt8) {
    guard byte < 0x20 || byte == 0x22 || byte == 0x5C else {
      base[count] = byte
      count += 1
      return
    }
    base[count] = 0x5C
    let short: UInt8? =
      switch byte {
      case 0x22, 0x5C: byte
      case 0x08: 0x62
      case 0x09: 0x74
      case 0x0A: 0x6E
      case 0x0C: 0x66
      case 0x0D: 0x72
      default: nil
      }
    if let short {
      base[count + 1] = short
      count += 2
      return
    }
    base[count + 1] = 0x75
    base[count + 2] = 0x30
    base[count + 3] = 0x30
    base[count + 4] = Self.hexadecimal(byte >> 4)
    base[count + 5] = Self.hexadecimal(byte & 0xF)
    count += 6
  }

  private mutating func appendRepaired(_ text: UnsafeBufferPointer<UInt8>) {
    var rest = text[...]
    while let invalid = UTF8Validation.firstInvalidSequence(in: UnsafeBufferPointer(rebasing: rest))
    {
      let start = rest.startIndex + invalid.lowerBound
      _ = appendEscaped(UnsafeBufferPointer(rebasing: rest[..<start]))
      append("\u{FFFD}")
      rest = rest[(rest.startIndex + invalid.upperBound)...]
    }
    _ = appendEscaped(UnsafeBufferPointer(rebasing: rest))
  }
}
