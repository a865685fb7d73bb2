import RecordFilter
import RecordStore
import RowscopeModel
import Testing

@testable import RecordEngine

/// The parts of a cursor: values as bytes, and bytes as text.
@Suite struct ByteCodingTests {
  private static let values: [Value] = [
    .null, 0, 1, -1, .integer(.min), .integer(.max), 0.5, -0.0, .real(.infinity),
    .real(.leastNonzeroMagnitude), "", "a", "é\u{0}b", .text(Text(bytes: [0xFF, 0x00])), .blob([]),
    .blob([0, 255]), .text(Text(String(repeating: "long ", count: 100))),
  ]

  /// With any initial capacity, and with any little of it left.
  @Test(arguments: [1, 2, 7, 8, 9, 16, 17, 128, 1_000])
  func valuesRoundTrip(capacity: Int) {
    var encoder = ByteEncoder(capacity: capacity)
    for value in Self.values { encoder.value(value) }
    encoder.word(0x0102_0304_0506_0708)
    encoder.string("twelve bytes")
    let bytes = encoder.bytes
    #expect(bytes.count == encoder.count)
    let last: [UInt8] = [8, 7, 6, 5, 4, 3, 2, 1, 12, 0, 0, 0, 0, 0, 0, 0]
    #expect(bytes.suffix(28) == last + Array("twelve bytes".utf8))
    var decoder = ByteDecoder(bytes)
    for value in Self.values {
      let read = decoder.value()
      #expect(read == value)
      if case .real(let real)? = read { #expect(real.sign == (value == -0.0 ? .minus : .plus)) }
    }
    #expect(decoder.word() == 0x0102_0304_0506_0708)
    #expect(decoder.string() == Array("twelve bytes".utf8))
    #expect(decoder.isAtEnd)
  }

  /// Every proper prefix lacks something.
  @Test(arguments: values.indices)
  func aTruncatedValueIsInvalid(index: Int) {
    var encoder = ByteEncoder()
    encoder.value(Self.values[index])
    for count in 0..<encoder.count {
      var decoder = ByteDecoder(Array(encoder.bytes.prefix(count)))
      #expect(decoder.value() == nil)
    }
  }

  @Test func otherBytesAreNoValue() {
    func value(_ bytes: [UInt8]) -> Value? {
      var decoder = ByteDecoder(bytes)
      return decoder.value()
    }
    #expect(value([5, 0, 0, 0, 0, 0, 0, 0, 0]) == nil)
    // NaN, which SQLite does not have, and texts of a negative length.
    #expect(value([2, 0, 0, 0, 0, 0, 0, 0xF8, 0x7F]) == nil)
    #expect(value([3] + Array(repeating: 0xFF, count: 8)) == nil)
    #expect(value([3] + Array(repeating: 0xFF, count: 7) + [0x7F, 0x61]) == nil)
  }

  // MARK: Base 64

  /// RFC 4648, section 10, without padding; and the two characters of the URL alphabet.
  @Test(arguments: [
    ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
    ("foobar", "Zm9vYmFy"), ("~~~", "fn5-"), ("???", "Pz8_"),
  ])
  func vectorsOfTheStandard(bytes: String, text: String) {
    #expect(Base64URL.encode(Array(bytes.utf8)) == text)
    #expect(Base64URL.decode(text) == Array(bytes.utf8))
  }

  @Test func everyByteInEveryPlace() {
    for byte in UInt8.min...UInt8.max {
      for count in 1...4 {
        for place in 0..<count {
          var bytes = [UInt8](repeating: 0x5A, count: count)
          bytes[place] = byte
          #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
        }
      }
    }
  }

  /// Each sequence of bytes has one text: a cursor written in any other way is invalid.
  @Test(arguments: [
    "A", "AAAAA", "Zh", "Zm9", "Zm8=", "Zg==", "Z g", "Zm9v\n", "fn5+", "Pz8/", "@", "[", "`", "{",
    ":",
    ".", "^", "é",
  ])
  func otherTextsAreInvalid(text: String) {
    #expect(Base64URL.decode(text) == nil)
  }

  // MARK: Cursors

  private static let fingerprint = Fingerprint([1, 2, 3])

  @Test func aCursorIsValidOnlyForItsOwnFingerprint() throws {
    for place in [
      Cursor.Place.after([]), .after([1, "a", .null]), .position(0), .position(7), .position(.max),
    ] {
      let keys = if case .after(let values) = place { values.count } else { 3 }
      let text = Cursor(place).encoded(for: Self.fingerprint)
      #expect(Cursor(text, for: Self.fingerprint, keys: keys)?.place == place)
      #expect(Cursor(text, for: Fingerprint([1, 2, 4]), keys: keys) == nil)
      #expect(Cursor(text, for: Fingerprint([]), keys: keys) == nil)
      if case .after = place {
        #expect(Cursor(text, for: Self.fingerprint, keys: keys + 1) == nil)
        if keys > 0 { #expect(Cursor(text, for: Self.fingerprint, keys: keys - 1) == nil) }
      }
      // Every character replaced by another, and every proper prefix.
      for index in text.indices {
        for other in "Ab_" where text[index] != other {
          let altered = text.replacingCharacters(at: index, with: other)
          #expect(Cursor(altered, for: Self.fingerprint, keys: keys) == nil)
        }
        #expect(Cursor(String(text[..<index]), for: Self.fingerprint, keys: keys) == nil)
      }
    }
  }

  /// The right tag, but a body that no page ends with.
  @Test(
    arguments: [
      [], [1], [1, 0], [2, 1] + word(3), [1, 2] + word(3), [1, 1] + word(-1),
      [1, 1] + word(3) + [0],
      [1, 0] + word(1), [1, 0] + word(1) + [9], [1, 0] + word(1) + [0, 0], [1, 0] + word(0) + [0],
      [1, 0] + word(-1), [1, 1] + word(3).dropLast(),
    ] as [[UInt8]])
  func aForgedCursorIsInvalid(body: [UInt8]) {
    let forged = body + Self.word(Int64(bitPattern: Self.fingerprint.tag(body)))
    #expect(Cursor(Base64URL.encode(forged), for: Self.fingerprint, keys: 1) == nil)
  }

  private static func word(_ number: Int64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
  }
}

extension String {
  fileprivate func replacingCharacters(at index: Index, with character: Character) -> String {
    self[..<index] + String(character) + self[self.index(after: index)...]
  }
}
