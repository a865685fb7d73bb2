import RecordFilter
import RowscopeModel

/// A test for a matching record in another table, by key.
struct SemiJoin {
  /// One column of the key: in the table being filtered, and in the other one.
  struct Part {
    let near: Column
    let far: Column
    /// See ``KeyEquality``.
    let affinity: Affinity
    let collation: Collation

    var reversed: Part { Part(near: far, far: near, affinity: affinity, collation: collation) }

    /// False for NULL, which equals nothing.
    func append(to key: inout [UInt8], near row: Int) -> Bool {
      KeyEncoder.append(near.cell(row), affinity: affinity, collation: collation, to: &key)
    }

    func append(to key: inout [UInt8], far row: Int) -> Bool {
      KeyEncoder.append(far.cell(row), affinity: affinity, collation: collation, to: &key)
    }
  }

  let parts: [Part]
  /// The matching rows of the other table.
  let rows: [UInt32]

  static func parts(
    _ pairs: [ColumnPair], _ near: ColumnTable, _ far: ColumnTable
  ) throws(MemoryError) -> [Part] {
    var parts: [Part] = []
    for pair in pairs { parts.append(try Part(pair, near, far)) }
    return parts
  }

  /// Whether a row has a match.
  func predicate(isComplement: Bool) -> any BlockPredicate {
    if rows.isEmpty { return ConstantPredicate(holds: isComplement) }
    if parts.count == 1, case .integers(let near) = parts[0].near {
      return near.predicate(in: integers(parts[0]).merged(), isComplement: isComplement)
    }
    if parts.count == 1, let predicate = textPredicate(parts[0], isComplement) {
      return predicate
    }
    let keys = self.keys
    if parts.count == 1, case .dictionary(let near) = parts[0].near {
      var key: [UInt8] = []
      return near.predicate(isComplement: isComplement) { text in
        key.removeAll(keepingCapacity: true)
        return KeyEncoder.append(
          .text(text), affinity: parts[0].affinity, collation: parts[0].collation, to: &key)
          && key.withUnsafeBufferPointer { keys.contains($0) }
      }
    }
    return KeyPredicate(parts: parts, keys: keys, isComplement: isComplement)
  }

  /// A test of texts for which no value is converted: they equal texts alone. Nil for any other
  /// key.
  private func textPredicate(_ part: Part, _ isComplement: Bool) -> (any BlockPredicate)? {
    guard !part.affinity.isNumeric else { return nil }
    switch part.near {
    case .text(let near):
      let texts = texts(part)
      // A few are compared with one after another.
      if texts.count <= BytesTest.linearLimit, part.collation == .binary {
        return Column.text(near).predicate(
          StorageClassTest(oneOf: texts.values), collation: part.collation,
          isComplement: isComplement)
      }
      return BytesSetPredicate(
        column: near, wanted: ByteSet(texts), collation: part.collation, isComplement: isComplement)
    case .dictionary(let near):
      let texts = texts(part)
      // Fewer than the column has are sought in it, and more the other way round.
      if texts.count < near.texts.count / 16, part.collation == .binary {
        return Column.dictionary(near).predicate(
          StorageClassTest(oneOf: texts.values), collation: part.collation,
          isComplement: isComplement)
      }
      let wanted = ByteSet(texts)
      var key: [UInt8] = []
      return near.predicate(isComplement: isComplement) { text in
        if part.collation == .binary { return wanted.contains(text) }
        key.removeAll(keepingCapacity: true)
        KeyEncoder.append(text, part.collation, to: &key)
        return key.withUnsafeBufferPointer { wanted.contains($0) }
      }
    case .nulls, .integers, .reals, .blobs, .mixed: return nil
    }
  }

  /// The distinct texts among the far keys, so encoded that those equal under the collation are
  /// equal.
  private func texts(_ part: Part) -> ByteTable {
    var texts = ByteTable()
    var key: [UInt8] = []
    switch part.far {
    case .dictionary(let far):
      var isSeen = [Bool](repeating: false, count: far.texts.count + 1)
      // Null is no key.
      isSeen[0] = true
      for row in rows {
        let code = Int(far.codes[Int(row)])
        if isSeen[code] { continue }
        isSeen[code] = true
        texts.insert(far.texts[code - 1], part.collation, &key)
      }
    case .text(let far):
      for row in rows where !far.isNull(Int(row)) {
        texts.insert(far.arena[Int(row)], part.collation, &key)
      }
    case .mixed(let far):
      for row in rows where far.tags[Int(row)] == MixedColumn.Tag.text {
        texts.insert(far.bytes(Int(row)), part.collation, &key)
      }
    case .nulls, .integers, .reals, .blobs: break
    }
    return texts
  }

  /// The far keys that an integer can equal.
  private func integers(_ part: Part) -> [ClosedRange<Int64>] {
    var points: [ClosedRange<Int64>] = []
    points.reserveCapacity(rows.count)
    for row in rows {
      let cell = part.far.cell(Int(row))
      switch cell.storageClass {
      case .integer: points.append(cell.integer...cell.integer)
      case .real:
        if let integer = Int64(whole: cell.real) { points.append(integer...integer) }
      case .text where part.affinity.isNumeric:
        switch NumberText.value(of: cell.bytes) {
        case .integer(let integer): points.append(integer...integer)
        case .real(let real):
          if let integer = Int64(whole: real) { points.append(integer...integer) }
        default: break
        }
      case .null, .text, .blob: break
      }
    }
    return points
  }

  /// What stands for no partner.
  static let nobody = UInt32.max

  /// The matching row of the other table for each row; of several, the first.
  func partners(rowCount: Int) -> [UInt32] {
    var keys = ByteTable()
    var partners: [UInt32] = []
    var key: [UInt8] = []
    for row in rows {
      key.removeAll(keepingCapacity: true)
      guard parts.allSatisfy({ $0.append(to: &key, far: Int(row)) }),
        let number = key.withUnsafeBufferPointer({ keys.insert($0) }), number == partners.count
      else { continue }
      partners.append(row)
    }
    return (0..<rowCount).map { row in
      key.removeAll(keepingCapacity: true)
      guard parts.allSatisfy({ $0.append(to: &key, near: row) }),
        let number = key.withUnsafeBufferPointer({ keys.index(of: $0) })
      else { return Self.nobody }
      return partners[number]
    }
  }

  private var keys: ByteSet {
    var keys = ByteTable()
    var key: [UInt8] = []
    for row in rows {
      key.removeAll(keepingCapacity: true)
      if parts.allSatisfy({ $0.append(to: &key, far: Int(row)) }) {
        key.withUnsafeBufferPointer { _ = keys.insert($0) }
      }
    }
    return ByteSet(keys)
  }
}

extension ByteTable {
  /// Adds a text so encoded that texts equal under the collation are equal. What one column has
  /// fits.
  fileprivate mutating func insert(
    _ text: UnsafeBufferPointer<UInt8>, _ collation: Collation, _ key: inout [UInt8]
  ) {
    if collation == .binary {
      _ = insert(text)
      return
    }
    key.removeAll(keepingCapacity: true)
    KeyEncoder.append(text, collation, to: &key)
    key.withUnsafeBufferPointer { _ = insert($0) }
  }
}

extension SemiJoin.Part {
  init(
    _ pair: ColumnPair, _ near: ColumnTable, _ far: ColumnTable
  ) throws(MemoryError) {
    let equality = KeyEquality(pair, from: near.table, to: far.table)
    self.init(
      near: try near.column(pair.near, equality.nearConversion),
      far: try far.column(pair.far, equality.farConversion),
      affinity: equality.affinity, collation: equality.collation)
  }
}

/// Whether a row's key is in a set.
struct KeyPredicate: BlockPredicate {
  let parts: [SemiJoin.Part]
  let keys: ByteSet
  let isComplement: Bool

  var cost: Int { 200 }

  func narrow(_ bitmap: Bitmap, _ block: Block) {
    var key: [UInt8] = []
    bitmap.keep { index in
      key.removeAll(keepingCapacity: true)
      var holds = true
      for part in parts {
        holds = part.append(to: &key, near: block.start + index)
        if !holds { break }
      }
      holds = holds && key.withUnsafeBufferPointer { keys.contains($0) }
      return holds != isComplement
    }
  }
}
