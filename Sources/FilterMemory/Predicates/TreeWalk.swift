import RecordFilter
import RowscopeModel

/// The children of each record of a tree. Made by the first query that needs them, and kept as long
/// as the table.
final class TreeLinks: Sendable {
  /// The number of each row's key, equal for rows that any child has as parents together.
  private let keys: [UInt32]
  /// The children of key `n` are `children[starts[n]..<starts[n + 1]]`.
  private let starts: [UInt32]
  private let children: [UInt32]

  var byteCount: Int { 4 * (keys.count + starts.count + children.count) }

  /// - Parameter parent: from a row (`near`) to its parent (`far`).
  /// - Throws: ``MemoryError`` if the keys exceed 2^32 bytes.
  init(_ table: ColumnTable, by parent: ColumnPair) throws(MemoryError) {
    let part = try SemiJoin.Part(parent, table, table)
    var numbers = ByteTable()
    var key: [UInt8] = []
    var keys: [UInt32] = []
    keys.reserveCapacity(table.rowCount)
    for row in 0..<table.rowCount {
      key.removeAll(keepingCapacity: true)
      guard part.append(to: &key, far: row) else {
        keys.append(SemiJoin.nobody)
        continue
      }
      guard let number = key.withUnsafeBufferPointer({ numbers.insert($0) }) else {
        throw MemoryError(.columnTooLarge(table.table.name, table.table[parent.far].name))
      }
      keys.append(UInt32(number))
    }
    var parents: [UInt32] = []
    parents.reserveCapacity(table.rowCount)
    var starts = [UInt32](repeating: 0, count: numbers.count + 1)
    for row in 0..<table.rowCount {
      key.removeAll(keepingCapacity: true)
      guard part.append(to: &key, near: row),
        let number = key.withUnsafeBufferPointer({ numbers.index(of: $0) })
      else {
        parents.append(SemiJoin.nobody)
        continue
      }
      parents.append(UInt32(number))
      starts[number + 1] += 1
    }
    for number in 0..<numbers.count { starts[number + 1] += starts[number] }
    var children = [UInt32](repeating: 0, count: Int(starts[numbers.count]))
    var next = starts
    for row in 0..<table.rowCount where parents[row] != SemiJoin.nobody {
      let number = Int(parents[row])
      children[Int(next[number])] = UInt32(row)
      next[number] += 1
    }
    self.keys = keys
    self.starts = starts
    self.children = children
  }

  /// The rows at which to begin, and all below them, in no order.
  ///
  /// Complexity: linear in what is found, and in the rows for a bit of each.
  ///
  /// - Parameters:
  ///   - isChild: whether a row belongs to the tree and has a parent; nil for all rows.
  ///   - isParent: whether a row may be a parent; nil for all rows.
  func below(
    _ beginnings: [UInt32], where isChild: [Bool]?, under isParent: [Bool]?,
    _ interruption: CancellationCheck
  ) -> [UInt32] {
    var isFound = [Bool](repeating: false, count: keys.count)
    var isExpanded = [Bool](repeating: false, count: starts.count)
    var found = beginnings
    for row in beginnings { isFound[Int(row)] = true }
    var position = 0
    while position < found.count {
      if position % 65_536 == 0, interruption.poll() { return [] }
      let parent = Int(found[position])
      let key = keys[parent]
      position += 1
      guard isParent?[parent] ?? true else { continue }
      guard key != SemiJoin.nobody, !isExpanded[Int(key)] else { continue }
      isExpanded[Int(key)] = true
      for index in Int(starts[Int(key)])..<Int(starts[Int(key) + 1]) {
        let row = Int(children[index])
        guard !isFound[row], isChild?[row] ?? true else { continue }
        isFound[row] = true
        found.append(UInt32(row))
      }
    }
    return found
  }
}
