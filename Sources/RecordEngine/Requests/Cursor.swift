import RowscopeModel

/// Where a page ended: what `next` holds and `after` brings back.
///
/// A cursor holds the sort values of the last record of a page, all of them visible to its user, or a position where the
/// table's key is hidden; and a tag over them that is keyed with the user, the profile and the query. So a cursor that was
/// altered, or comes from another user, profile or query, is refused, without a word about which. The tag is no secret: who
/// forges one gains nothing, since the scope of the query holds whatever the cursor says.
struct Cursor: Hashable {
  enum Place: Hashable {
    /// After the record with these values of the order's keys.
    case after([Value])
    /// After so many records.
    case position(Int)
  }

  let place: Place

  private static let version: UInt8 = 1

  func encoded(for fingerprint: Fingerprint) -> String {
    var encoder = ByteEncoder()
    encoder.byte(Self.version)
    switch place {
    case .after(let values):
      encoder.byte(0)
      encoder.integer(Int64(values.count))
      for value in values { encoder.value(value) }
    case .position(let position):
      encoder.byte(1)
      encoder.integer(Int64(position))
    }
    encoder.word(fingerprint.tag(encoder.bytes))
    return Base64URL.encode(encoder.bytes)
  }

  /// The cursor in a text; nil where the text is not one that was made for this fingerprint.
  init?(_ text: String, for fingerprint: Fingerprint, keys: Int) {
    guard let bytes = Base64URL.decode(text), bytes.count > 8 else { return nil }
    var tail = ByteDecoder(Array(bytes.suffix(8)))
    let body = Array(bytes.dropLast(8))
    guard let tag = tail.word(), tag == fingerprint.tag(body) else { return nil }
    var decoder = ByteDecoder(body)
    guard decoder.byte() == Self.version, let kind = decoder.byte(), let number = decoder.integer()
    else { return nil }
    switch kind {
    case 0:
      guard number == keys else { return nil }
      var values: [Value] = []
      for _ in 0..<keys {
        guard let value = decoder.value() else { return nil }
        values.append(value)
      }
      place = .after(values)
    case 1:
      guard number >= 0 else { return nil }
      place = .position(Int(number))
    default: return nil
    }
    guard decoder.isAtEnd else { return nil }
  }

  init(_ place: Place) { self.place = place }
}

/// What a cursor belongs to: a user, a profile as it stood, and a query without its page.
package struct Fingerprint: Hashable {
  private let key: (UInt64, UInt64)

  init(_ bytes: [UInt8]) {
    var first = SipHash(key: (0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908))
    first.combine(bytes)
    var second = SipHash(key: (0x1716_1514_1312_1110, 0x1f1e_1d1c_1b1a_1918))
    second.combine(bytes)
    key = (first.finish(), second.finish())
  }

  func tag(_ bytes: [UInt8]) -> UInt64 {
    var hash = SipHash(key: key)
    hash.combine(bytes)
    return hash.finish()
  }

  package static func == (left: Fingerprint, right: Fingerprint) -> Bool { left.key == right.key }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(key.0)
    hasher.combine(key.1)
  }
}
