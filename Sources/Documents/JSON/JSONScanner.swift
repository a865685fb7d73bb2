/// Reads the tokens of JSON (RFC 8259) where they lie: the grammar under documents, members of
/// many-valued fields and JSON lines.
///
/// It builds nothing, and tells a fault by its kind and place. Its users decide what to say about a
/// fault, whether to go on after it, and what may stand between tokens besides white space. It runs
/// for every member of every record, so it is inlinable.
package struct JSONScanner {
  package let bytes: UnsafeBufferPointer<UInt8>
  package var position = 0
  /// SQLite takes half of a surrogate pair in an escape for a character; RFC 8259 leaves it open.
  package let allowsLoneSurrogates: Bool

  @inlinable
  package init(_ bytes: UnsafeBufferPointer<UInt8>, allowsLoneSurrogates: Bool = false) {
    self.bytes = bytes
    self.allowsLoneSurrogates = allowsLoneSurrogates
  }

  @inlinable
  @inline(__always)
  package var isAtEnd: Bool { position >= bytes.count }

  /// The byte here; 0 at the end, which begins no token either.
  @inlinable
  @inline(__always)
  package var byte: UInt8 { position < bytes.count ? bytes[position] : 0 }

  @inlinable
  package subscript(range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: bytes[range])
  }

  @inlinable
  package func fault(_ kind: JSONFault.Kind) -> JSONFault { JSONFault(kind, at: position) }

  // MARK: Structure

  @inlinable
  @inline(__always)
  package mutating func skipSpaces() {
    while position < bytes.count {
      let byte = bytes[position]
      guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
      position += 1
    }
  }

  /// Passes the opening bracket here, and the closing one if it comes next: whether there are
  /// elements.
  @inlinable
  package mutating func open(closedBy close: UInt8) -> Bool {
    position += 1
    skipSpaces()
    guard byte == close else { return true }
    position += 1
    return false
  }

  /// After an element, passes a comma or the closing bracket: whether another element follows.
  @inlinable
  package mutating func goesOn(closedBy close: UInt8) throws(JSONFault) -> Bool {
    skipSpaces()
    let next = byte
    guard next == UInt8(ascii: ",") || next == close else { throw fault(.noComma) }
    position += 1
    guard next != close else { return false }
    skipSpaces()
    return true
  }

  @inlinable
  package mutating func skipColon() throws(JSONFault) {
    skipSpaces()
    guard byte == UInt8(ascii: ":") else { throw fault(.noColon) }
    position += 1
    skipSpaces()
  }

  /// Passes the value that begins here.
  ///
  /// - Parameter levels: how many containers may stand in one another.
  package mutating func skipValue(levels: Int) throws(JSONFault) {
    switch byte {
    case UInt8(ascii: "["), UInt8(ascii: "{"): try skipContainer(levels: levels)
    case UInt8(ascii: "\""): _ = try skipString()
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try skipNumber()
    default: if literal() == nil { throw fault(.noValue) }
    }
  }

  private mutating func skipContainer(levels: Int) throws(JSONFault) {
    guard levels > 0 else { throw fault(.tooDeep) }
    let isObject = byte == UInt8(ascii: "{")
    let close = isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")
    guard open(closedBy: close) else { return }
    repeat {
      if isObject {
        guard byte == UInt8(ascii: "\"") else { throw fault(.noKey) }
        _ = try skipString()
        try skipColon()
      }
      try skipValue(levels: levels - 1)
    } while try goesOn(closedBy: close)
  }

  // MARK: Literals

  /// `true`, `false` or `null`, which is passed then.
  @inlinable
  package mutating func literal() -> JSONLiteral? {
    switch byte {
    case UInt8(ascii: "t"): skip("true") ? .true : nil
    case UInt8(ascii: "f"): skip("false") ? .false : nil
    case UInt8(ascii: "n"): skip("null") ? .null : nil
    default: nil
    }
  }

  @inlinable
  mutating func skip(_ word: StaticString) -> Bool {
    let count = word.utf8CodeUnitCount
    guard bytes.count - position >= count else { return false }
    for index in 0..<count where bytes[position + index] != word.utf8Start[index] { return false }
    position += count
    return true
  }

  // MARK: Numbers

  /// The number that begins here with a digit or a minus. After a fault, the position is where a
  /// digit is missing, or behind the digits that begin with a zero.
  @inlinable
  package mutating func number() throws(JSONNumberFault) -> JSONNumber {
    let start = position
    let isNegative = byte == UInt8(ascii: "-")
    if isNegative { position += 1 }
    var number = JSONNumber(isNegative: isNegative)
    let whole = position
    skipDigits(of: &number)
    if position == whole { throw .noDigit }
    if position > whole + 1, bytes[whole] == UInt8(ascii: "0") { throw .leadingZero }
    if byte == UInt8(ascii: ".") {
      position += 1
      let fraction = position
      skipDigits(of: &number)
      if position == fraction { throw .noFraction }
      number.isInteger = false
      number.exponent = fraction - position
    }
    if byte | 0x20 == UInt8(ascii: "e") {
      position += 1
      number.isInteger = false
      number.exponent += try exponent()
    }
    number.range = start..<position
    return number
  }

  @inlinable
  @inline(__always)
  mutating func skipDigits(of number: inout JSONNumber) {
    while true {
      let digit = byte &- UInt8(ascii: "0")
      guard digit < 10 else { return }
      let (tenfold, overflow) = number.digits.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tenfold.addingReportingOverflow(UInt64(digit))
      if overflow || carry { number.fits = false }
      number.digits = sum
      position += 1
    }
  }

  /// What follows an `e`, held within a range that is beyond every number.
  @usableFromInline
  mutating func exponent() throws(JSONNumberFault) -> Int {
    let isNegative = byte == UInt8(ascii: "-")
    if isNegative || byte == UInt8(ascii: "+") { position += 1 }
    let start = position
    var exponent = 0
    while byte &- UInt8(ascii: "0") < 10 {
      exponent = min(exponent * 10 + Int(byte &- UInt8(ascii: "0")), 1_000_000)
      position += 1
    }
    if position == start { throw .noExponent }
    return isNegative ? -exponent : exponent
  }

  private mutating func skipNumber() throws(JSONFault) {
    let start = position
    do throws(JSONNumberFault) { _ = try number() } catch {
      throw JSONFault(error, of: start, at: position)
    }
  }
}
