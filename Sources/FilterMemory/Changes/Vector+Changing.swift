extension Vector {
  /// Replaces elements: in place if nothing else holds the vector and there is room, and otherwise
  /// in a copy with room to grow.
  ///
  /// - Parameter new: not within the vector.
  static func replace(
    _ range: Range<Int>, in vector: inout Vector, with new: UnsafeBufferPointer<Element>
  ) {
    let count = vector.count - range.count + new.count
    let rest = vector.count - range.upperBound
    let (low, end) = (range.lowerBound, range.lowerBound + new.count)
    if let own = own(&vector), count <= vector.capacity {
      if new.count != range.count {
        (own + end).update(from: own + range.upperBound, count: rest)
      }
      if let source = new.baseAddress { (own + low).update(from: source, count: new.count) }
      if count != vector.count { vector = Vector(taking: vector, count: count) }
      return
    }
    let old = vector
    vector = Vector(count: count, capacity: count + count / 16 + 64) { elements in
      guard let target = elements.baseAddress else { return }
      target.update(from: old.base, count: low)
      if let source = new.baseAddress { (target + low).update(from: source, count: new.count) }
      (target + end).update(from: old.base + range.upperBound, count: rest)
    }
  }

  /// Passes all elements to `body`, to be changed where they are; those of a copy if something else
  /// holds the vector.
  @inline(__always)
  static func update(
    _ vector: inout Vector, _ body: (UnsafeMutableBufferPointer<Element>) -> Void
  ) {
    if let own = own(&vector) {
      return body(UnsafeMutableBufferPointer(start: own, count: vector.count))
    }
    let old = vector
    vector = Vector(count: old.count, capacity: old.count) { elements in
      elements.baseAddress?.update(from: old.base, count: old.count)
      body(elements)
    }
  }

  /// The elements if nothing else holds the vector.
  private static func own(_ vector: inout Vector) -> UnsafeMutablePointer<Element>? {
    isKnownUniquelyReferenced(&vector) ? UnsafeMutablePointer(mutating: vector.base) : nil
  }
}

extension ByteArena {
  /// Replaces strings by one or none.
  ///
  /// - Returns: false if there is no room left; nothing has changed then.
  mutating func replace(_ range: Range<Int>, with new: UnsafeBufferPointer<UInt8>?) -> Bool {
    let (start, end) = (Int(starts[range.lowerBound]), Int(starts[range.upperBound]))
    let added = new?.count ?? 0
    let delta = added - (end - start)
    guard bytes.count + delta <= ByteArenaBuilder.limit else { return false }
    let empty = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    Vector.replace(start..<end, in: &bytes, with: new ?? empty)
    let ends = new == nil ? [] : [UInt32(start + added)]
    ends.withUnsafeBufferPointer {
      Vector.replace(range.lowerBound + 1..<range.upperBound + 1, in: &starts, with: $0)
    }
    guard delta != 0 else { return true }
    let first = range.lowerBound + 1 + ends.count
    let shift = UInt32(truncatingIfNeeded: delta)
    Vector.update(&starts) { starts in
      for index in first..<max(first, starts.count) { starts[index] &+= shift }
    }
    return true
  }
}

/// One bit per row.
struct RowBits {
  var words: Vector<UInt64>

  /// - Parameter count: the number of rows before.
  mutating func apply(_ edit: RowEdit, _ bit: Bool, count: Int) {
    let (row, set) = (edit.row, bit ? UInt64(1) : 0)
    let (first, place) = (row >> 6, UInt64(row & 63))
    let below = (UInt64(1) << place) - 1
    switch edit {
    case .set:
      Vector.update(&words) { $0[first] = $0[first] & ~(1 << place) | set << place }
    case .insert:
      if count & 63 == 0 { resize(to: count >> 6 + 1) }
      Vector.update(&words) { words in
        var carry = words[first] >> 63
        words[first] = words[first] & below | set << place | (words[first] & ~below) << 1
        for index in first + 1..<max(first + 1, words.count) {
          (words[index], carry) = (words[index] << 1 | carry, words[index] >> 63)
        }
      }
    case .remove:
      Vector.update(&words) { words in
        for index in first..<words.count {
          let next = index + 1 < words.count ? words[index + 1] << 63 : 1 << 63
          let kept = index == first ? below : 0
          words[index] = words[index] & kept | (words[index] >> 1 | next) & ~kept
        }
      }
      if count & 63 == 1 { resize(to: count >> 6) }
    }
  }

  private mutating func resize(to count: Int) {
    let new = [UInt64](repeating: .max, count: max(0, count - words.count))
    new.withUnsafeBufferPointer {
      Vector.replace(min(count, words.count)..<words.count, in: &words, with: $0)
    }
  }
}
