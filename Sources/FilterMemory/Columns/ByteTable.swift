import RowscopeModel

/// A set of byte strings, numbered in order of insertion. A hash table with open addressing.
struct ByteTable: ~Copyable, Sendable {
  var strings = ByteArenaBuilder()
  private var slots = Slots(count: 64)
  private let hash = ByteHash()

  /// A string's hash in the upper half and its number plus one in the lower; 0 for an empty slot.
  private struct Slots: ~Copyable, @unchecked Sendable {
    // Sendable because only their one owner changes them.
    let base: UnsafeMutablePointer<UInt64>
    let mask: Int

    /// - Precondition: `count` is a power of two.
    init(count: Int) {
      mask = count - 1
      base = .allocate(capacity: count)
      base.initialize(repeating: 0, count: count)
    }

    deinit { base.deallocate() }
  }

  var count: Int { strings.count }

  /// The number of a string, which is added if it is new. Nil if the strings exceed the limit of an
  /// arena.
  mutating func insert(_ string: UnsafeBufferPointer<UInt8>) -> Int? {
    let hash = hash(string)
    let slot = slot(of: string, hash)
    if slots.base[slot] != 0 { return Int(slots.base[slot] & 0xFFFF_FFFF) - 1 }
    guard strings.append(string) else { return nil }
    slots.base[slot] = UInt64(hash) << 32 | UInt64(truncatingIfNeeded: strings.count)
    if strings.count * 2 > slots.mask { grow() }
    return strings.count - 1
  }

  /// The strings as texts, in order of insertion.
  var values: [Value] {
    (0..<count).map { .text(Text(bytes: Array(strings[$0]))) }
  }

  /// The number of a string, if it is in the set.
  func index(of string: UnsafeBufferPointer<UInt8>) -> Int? {
    let slot = slot(of: string, hash(string))
    return slots.base[slot] == 0 ? nil : Int(slots.base[slot] & 0xFFFF_FFFF) - 1
  }

  /// The slot where the string is, or would be inserted.
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

  /// Keeps only the strings. After this, none can be looked up or inserted.
  mutating func discardIndex() { slots = Slots(count: 1) }
}

/// An immutable set of byte strings that can be shared.
final class ByteSet: Sendable {
  private let table: ByteTable

  init(_ table: consuming ByteTable) { self.table = table }

  @inline(__always)
  func contains(_ string: UnsafeBufferPointer<UInt8>) -> Bool { table.index(of: string) != nil }
}

/// A hash of bytes that multiplies 16 of them at a time to 128 bits and folds the product, as
/// wyhash does.
///
/// The key is random because the texts are untrusted: with a known key, someone could choose texts
/// that all collide.
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
      // The last sixteen bytes, possibly overlapping earlier ones; with fewer than sixteen, the
      // first and the last eight.
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

  /// All bytes of a string of fewer than eight, as a word. Equal words of strings of the same
  /// length mean equal strings.
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
