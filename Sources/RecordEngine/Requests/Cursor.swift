import RowscopeModel

/// The end of a page: `next` holds it, and `after` brings it back.
///
/// A cursor holds the sort key values of a page's last record, all of them visible to its user, or
/// a position if the table's key is hidden. Where the last record's key is NULL, it also holds how
/// many records with these values have been read. A tag over them is keyed with the user, the
/// profile and the query, so an altered cursor, or one from another user, profile or query, is
/// refused, with the same message. The tag is not a security boundary: a forged cursor gains
/// nothing, since the query's scope applies in any case.
struct Cursor: Hashable {
  enum Place: Hashable {
    /// After the record with these sort key values.
    case after([Value])
    /// After this many of the records with these sort key values.
    case within([Value], Int)
    /// After this number of records.
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
      encoder.values(values)
    case .position(let position):
      encoder.byte(1)
      encoder.integer(Int64(position))
    case .within(let values, let count):
      encoder.byte(2)
      encoder.values(values)
      encoder.integer(Int64(count))
    }
    encoder.word(fingerprint.tag(encoder.bytes))
    return Base64URL.encode(encoder.bytes)
  }

  /// The cursor in a text; nil if the text was not made for this fingerprint.
  init?(_ text: String, for fingerprint: Fingerprint, keys: Int) {
    guard let bytes = Base64URL.decode(text), bytes.count > 8 else { return nil }
    var tail = ByteDecoder(Array(bytes.suffix(8)))
    let body = Array(bytes.dropLast(8))
    guard let tag = tail.word(), tag == fingerprint.tag(body) else { return nil }
    var decoder = ByteDecoder(body)
    guard decoder.byte() == Self.version, let kind = decoder.byte(), let number = decoder.integer()
    else { return nil }
    switch kind {
    case 0, 2:
      guard number == keys else { return nil }
      var values: [Value] = []
      for _ in 0..<keys {
        guard let value = decoder.value() else { return nil }
        values.append(value)
      }
      if kind == 0 {
        place = .after(values)
      } else {
        guard let count = decoder.integer(), count >= 0 else { return nil }
        place = .within(values, Int(count))
      }
    case 1:
      guard number >= 0 else { return nil }
      place = .position(Int(number))
    default: return nil
    }
    guard decoder.isAtEnd else { return nil }
  }

  init(_ place: Place) { self.place = place }
}

extension ByteEncoder {
  fileprivate mutating func values(_ values: [Value]) {
    integer(Int64(values.count))
    for value in values { self.value(value) }
  }
}

/// What a cursor belongs to: a user, a version of a profile, and a query without its page.
package struct Fingerprint: Hashable {
  private let key: (UInt64, UInt64)

  init(_ bytes: [UInt8]) {
    var first = SipHash(key: (0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908))
    first.combine(bytes)
    var second = SipHash(key: (0x1716_1514_1312_1110, 0x1f1e_1d1c_1b1a_1918))
    second.combine(bytes)
    key = (first.finish(), second.finish())
  }

  /// Of several documents, each told from the next.
  init(of documents: [[UInt8]]) {
    self.init(
      documents.count == 1
        ? documents[0]
        : documents.flatMap { bytes in
          withUnsafeBytes(of: UInt64(bytes.count).littleEndian) { Array($0) } + bytes
        })
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
