import RecordFilter
import RowscopeModel

/// Finds the fields of a table by name, ignoring ASCII case, without allocating.
final class NamedFields: Sendable {
  let table: Table
  /// The concatenated names in lower case; `starts` has the start of each and the end of the last.
  private let bytes: [UInt8]
  private let starts: [Int]
  /// A hash table with linear probing: a field's index plus one, or 0 for an empty slot.
  private let slots: [Int]

  init(_ table: Table) {
    self.table = table
    var bytes: [UInt8] = []
    var starts = [0]
    var slots = Array(repeating: 0, count: Self.slotCount(forNames: table.fields.count))
    for (index, field) in table.fields.enumerated() {
      let name = field.name.string.utf8.map(\.asciiLowercased)
      bytes += name
      starts.append(bytes.count)
      var slot = name.withUnsafeBufferPointer(Self.hash) & (slots.count - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = index + 1
    }
    (self.bytes, self.starts, self.slots) = (bytes, starts, slots)
  }

  /// A power of two that leaves at least half the slots empty.
  private static func slotCount(forNames count: Int) -> Int {
    var slots = 8
    while slots < 2 * count { slots *= 2 }
    return slots
  }

  /// The index of the field of this name.
  func index(of name: String) -> Int? {
    name.utf8.withContiguousStorageIfAvailable(index)
      ?? Array(name.utf8)
      .withUnsafeBufferPointer(index)
  }

  private func index(_ name: UnsafeBufferPointer<UInt8>) -> Int? {
    slots.withUnsafeBufferPointer { slots in
      var slot = Self.hash(name) & (slots.count - 1)
      while slots[slot] != 0 {
        let index = slots[slot] - 1
        if hasName(index, name) { return index }
        slot = (slot + 1) & (slots.count - 1)
      }
      return nil
    }
  }

  private func hasName(_ index: Int, _ name: UnsafeBufferPointer<UInt8>) -> Bool {
    let start = starts[index]
    guard starts[index + 1] - start == name.count else { return false }
    return bytes.withUnsafeBufferPointer { bytes in
      for offset in 0..<name.count
      where bytes[start + offset] != name[offset].asciiLowercased { return false }
      return true
    }
  }

  /// FNV-1a of the name in lower case.
  private static func hash(_ name: UnsafeBufferPointer<UInt8>) -> Int {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in name { hash = (hash ^ UInt64(byte.asciiLowercased)) &* 0x100_0000_01B3 }
    return Int(truncatingIfNeeded: hash ^ hash >> 32)
  }

  /// Passes `body` a record whose values are given by name. Unknown names are ignored; if two names
  /// mean one field, the field is unknown.
  func withRecord(
    _ record: [String: Value], _ evaluation: inout RecordEvaluation,
    _ body: (BorrowedRecord, inout RecordEvaluation) -> Truth
  ) -> Truth {
    withUnsafeTemporaryAllocation(of: Int.self, capacity: table.fields.count) { positions in
      positions.initialize(repeating: -1)
      var values: [Value] = []
      values.reserveCapacity(min(record.count, table.fields.count))
      for (name, value) in record {
        guard let index = index(of: name) else { continue }
        guard positions[index] < 0 else {
          return evaluation.unknown(.repeatedField(table.fields[index].name.string))
        }
        positions[index] = values.count
        values.append(value)
      }
      return values.withUnsafeBufferPointer { values in
        body(
          BorrowedRecord(values: values, positions: UnsafeBufferPointer(positions)), &evaluation)
      }
    }
  }
}
