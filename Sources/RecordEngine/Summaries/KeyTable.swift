import Documents

/// Numbers different keys from 0, in the order in which they come.
struct KeyTable: ~Copyable {
  /// The number of a key and 1; 0 where there is none.
  private var slots: [UInt32] = Array(repeating: 0, count: 64)
  private var hashes: [UInt64] = []
  private var ends: [Int] = []
  private var bytes = ByteBuffer()

  var count: Int { ends.count }

  /// The memory that it takes, roughly.
  var byteCount: Int { bytes.count + ends.count * 24 }

  /// The number of a key, and whether it is a new one.
  mutating func number(of key: borrowing ByteBuffer) -> (number: Int, isNew: Bool) {
    let hash = key.withBytes { key in
      var hasher = Hasher()
      hasher.combine(bytes: UnsafeRawBufferPointer(key))
      return UInt64(bitPattern: Int64(hasher.finalize()))
    }
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[slot] != 0 {
      let number = Int(slots[slot]) - 1
      if hashes[number] == hash, isSame(number, key) { return (number, false) }
      slot = (slot + 1) & (slots.count - 1)
    }
    let number = ends.count
    slots[slot] = UInt32(number + 1)
    hashes.append(hash)
    key.withBytes { bytes.append($0) }
    ends.append(bytes.count)
    if ends.count * 4 > slots.count * 3 { grow() }
    return (number, true)
  }

  private func isSame(_ number: Int, _ key: borrowing ByteBuffer) -> Bool {
    let start = number == 0 ? 0 : ends[number - 1]
    guard ends[number] - start == key.count else { return false }
    return bytes.withBytes { bytes in
      key.withBytes { key in
        key.elementsEqual(UnsafeBufferPointer(rebasing: bytes[start..<(start + key.count)]))
      }
    }
  }

  private mutating func grow() {
    slots = Array(repeating: 0, count: slots.count * 2)
    for (number, hash) in hashes.enumerated() {
      var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = UInt32(number + 1)
    }
  }
}
