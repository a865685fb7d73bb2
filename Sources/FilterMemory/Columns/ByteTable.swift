/// A set of byte strings, each of which has the number under which it came. Open addressing.
struct ByteTable: ~Copyable, Sendable {
  var strings = ByteArenaBuilder()
  private var slots = Slots(count: 64)
  private let hash = ByteHash()

  /// In the upper half a string's hash, in the lower its number plus one; 0 where there is none.
  private struct Slots: ~Copyable, @unchecked Sendable {
    // Sendable because they are changed by their one owner alone.
    let base: UnsafeMutablePointer<UInt64>
    let mask: Int

    /// - Precondition: a power of two.
    init(count: Int) {
      mask = count - 1
      base = .allocate(capacity: count)
      base.initialize(repeating: 0, count: count)
    }

    deinit { base.deallocate() }
  }

  var count: Int { strings.count }

  /// The number of a string, new or not; nil where the strings have grown beyond what an arena can hold.
  mutating func insert(_ string: UnsafeBufferPointer<UInt8>) -> Int? {
    let hash = hash(string)
    let slot = slot(of: string, hash)
    if slots.base[slot] != 0 { return Int(slots.base[slot] & 0xFFFF_FFFF) - 1 }
    guard strings.append(string) else { return nil }
    slots.base[slot] = UInt64(hash) << 32 | UInt64(truncatingIfNeeded: strings.count)
    if strings.count * 2 > slots.mask { grow() }
    return strings.count - 1
  }

  /// The number of a string that is in the set.
  func index(of string: UnsafeBufferPointer<UInt8>) -> Int? {
    let slot = slot(of: string, hash(string))
    return slots.base[slot] == 0 ? nil : Int(slots.base[slot] & 0xFFFF_FFFF) - 1
  }

  /// Where the string is, or would be.
  @inline(__always)
  private func slot(of string: UnsafeBufferPointer<UInt8>, _ hash: UInt32) -> Int {
    var slot = Int(hash) & slots.mask
    while true {
      let entry = slots.base[slot]
      if entry == 0 { return slot }
      if UInt32(truncatingIfNeeded: entry >> 32) == hash,
        strings[Int(entry & 0xFFFF_FFFF) - 1].equalsBytes(string)
      {
        return slot
      }
      slot = (slot + 1) & slots.mask
    }
  }

  private mutating func grow() {
    let larger = Slots(count: (slots.mask + 1) * 2)
    for index in 0...slots.mask where slots.base[index] != 0 {
      var slot = Int(slots.base[index] >> 32) & larger.mask
      while larger.base[slot] != 0 { slot = (slot + 1) & larger.mask }
      larger.base[slot] = slots.base[index]
    }
    slots = larger
  }

  /// Keeps the strings alone: none is found again, and none may be inserted.
  mutating func forget() { slots = Slots(count: 1) }
}

/// A set of byte strings to be shared.
final class ByteSet: Sendable {
  private let table: ByteTable

  init(_ table: consuming ByteTable) { self.table = table }

  @inline(__always)
  func contains(_ string: UnsafeBufferPointer<UInt8>) -> Bool { table.index(of: string) != nil }
}

/// A hash of bytes: multiplies 16 of them at a time to 128 bits and folds the product, as wyhash does.
///
/// Keyed at random, since the texts are other people's: whoever knew the key could choose texts that all fall into one slot.
struct ByteHash {
  private let first = UInt64.random(in: .min ... .max)
  private let second = UInt64.random(in: .min ... .max)

  @inline(__always)
  func callAsFunction(_ string: UnsafeBufferPointer<UInt8>) -> UInt32 {
    let count = string.count
    let raw = UnsafeRawBufferPointer(string)
    var state = second
    let (low, high): (UInt64, UInt64)
    if count < 8 {
      (low, high) = (raw.shortWord, 0)
    } else {
      var offset = 0
      while offset + 16 < count {
        state = Self.fold(raw.word(at: offset) ^ first, raw.word(at: offset + 8) ^ state)
        offset += 16
      }
      // The last sixteen bytes, some of them perhaps once more; of fewer than sixteen the first and the last eight.
      (low, high) = (raw.word(at: max(0, count - 16)), raw.word(at: count - 8))
    }
    let folded = Self.fold(low ^ first, high ^ state)
    let hash = Self.fold(folded ^ second, UInt64(truncatingIfNeeded: count) ^ first)
    return UInt32(truncatingIfNeeded: hash ^ hash >> 32)
  }

  @inline(__always)
  private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right)
    return product.high ^ product.low
  }
}

extension UnsafeRawBufferPointer {
  @inline(__always)
  fileprivate func word(at offset: Int) -> UInt64 {
    loadUnaligned(fromByteOffset: offset, as: UInt64.self)
  }

  /// Fewer than eight bytes, all of them, in a word. Two strings of the same length have the same word only if they are equal.
  @inline(__always)
  fileprivate var shortWord: UInt64 {
    if count >= 4 {
      return UInt64(loadUnaligned(fromByteOffset: 0, as: UInt32.self))
        | UInt64(loadUnaligned(fromByteOffset: count - 4, as: UInt32.self)) << 32
    }
    guard count > 0 else { return 0 }
    return UInt64(self[0]) | UInt64(self[count / 2]) << 8 | UInt64(self[count - 1]) << 16
  }
}

extension UnsafeBufferPointer<UInt8> {
  @inline(__always)
  func equalsBytes(_ other: UnsafeBufferPointer<UInt8>) -> Bool {
    guard count == other.count else { return false }
    let (left, right) = (UnsafeRawBufferPointer(self), UnsafeRawBufferPointer(other))
    if count < 8 { return left.shortWord == right.shortWord }
    var offset = 0
    while offset + 8 < count {
      if left.word(at: offset) != right.word(at: offset) { return false }
      offset += 8
    }
    return left.word(at: count - 8) == right.word(at: count - 8)
  }
}
