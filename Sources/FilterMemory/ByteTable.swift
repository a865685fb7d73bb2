/// A set of byte strings, each of which has the number under which it came. Open addressing.
struct ByteTable {
  private(set) var strings = ByteArenaBuilder()
  private var hashes: [UInt32] = []
  /// The number of a string plus one; 0 where there is none.
  private var slots: [UInt32] = Array(repeating: 0, count: 64)

  var count: Int { hashes.count }
  var byteCount: Int { strings.byteCount + hashes.count * 4 + slots.count * 4 }

  /// The number of a string, new or not; nil where the strings have grown beyond what an arena can hold.
  mutating func insert(_ string: UnsafeBufferPointer<UInt8>) -> Int? {
    let hash = Self.hash(string)
    var slot = Int(hash) & (slots.count - 1)
    while slots[slot] != 0 {
      let index = Int(slots[slot] - 1)
      if hashes[index] == hash, equals(index, string) { return index }
      slot = (slot + 1) & (slots.count - 1)
    }
    guard strings.append(string) else { return nil }
    hashes.append(hash)
    slots[slot] = UInt32(hashes.count)
    if hashes.count * 2 > slots.count { grow() }
    return hashes.count - 1
  }

  /// The number of a string that is in the set.
  func index(of string: UnsafeBufferPointer<UInt8>) -> Int? {
    let hash = Self.hash(string)
    var slot = Int(hash) & (slots.count - 1)
    while slots[slot] != 0 {
      let index = Int(slots[slot] - 1)
      if hashes[index] == hash, equals(index, string) { return index }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  private func equals(_ index: Int, _ string: UnsafeBufferPointer<UInt8>) -> Bool {
    strings.withString(index) { $0.equalsBytes(string) }
  }

  private mutating func grow() {
    slots = Array(repeating: 0, count: slots.count * 2)
    for (index, hash) in hashes.enumerated() {
      var slot = Int(hash) & (slots.count - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = UInt32(index + 1)
    }
  }

  /// Multiplies and folds, eight bytes at a time.
  @inline(__always)
  static func hash(_ string: UnsafeBufferPointer<UInt8>) -> UInt32 {
    let raw = UnsafeRawBufferPointer(string)
    var state = UInt64(truncatingIfNeeded: raw.count) ^ 0x9E37_79B9_7F4A_7C15
    var offset = 0
    while raw.count - offset >= 8 {
      state = mix(state ^ raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      offset += 8
    }
    var tail: UInt64 = 0
    if raw.count - offset >= 4 {
      tail = UInt64(raw.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
      offset += 4
    }
    while offset < raw.count {
      tail = tail << 8 | UInt64(raw[offset])
      offset += 1
    }
    state = mix(state ^ tail ^ 0x2545_F491_4F6C_DD1D)
    return UInt32(truncatingIfNeeded: state ^ state >> 32)
  }

  @inline(__always)
  private static func mix(_ value: UInt64) -> UInt64 {
    let product = value.multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
    return product.high ^ product.low
  }
}

extension UnsafeBufferPointer<UInt8> {
  @inline(__always)
  func equalsBytes(_ other: UnsafeBufferPointer<UInt8>) -> Bool {
    guard count == other.count else { return false }
    let (left, right) = (UnsafeRawBufferPointer(self), UnsafeRawBufferPointer(other))
    var offset = 0
    while count - offset >= 8 {
      if left.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        != right.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      {
        return false
      }
      offset += 8
    }
    while offset < count {
      if left[offset] != right[offset] { return false }
      offset += 1
    }
    return true
  }
}
