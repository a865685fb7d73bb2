import RecordFilter
import RowscopeModel

/// The records that the members of a field name.
extension Planner {
  /// Whether one of a row's members is the key of a matching record.
  func predicate(
    _ related: RelatedFilter, membersOf table: ColumnTable, _ type: MemberType
  ) throws(MemoryError) -> any BlockPredicate {
    let pair = related.pairs[0]
    let field = table.table[pair.near]
    let other = try database.table(related.table)
    let scan = Scan(
      try predicate(related.filter, other), rowCount: other.rowCount, interruption)
    var link: Link?
    if case .link(let declared) = field.storage { link = declared }
    // That of a link's members; the elements of an array are told apart by their bytes.
    let collation =
      try link.map { link throws(MemoryError) in
        try database.table(link.table).table[link.member].collation
      } ?? .binary
    var keys = MemberKeys(type: type, collation: collation)
    let column = other.column(pair.far)
    for row in scan.rows() { keys.insert(column.cell(Int(row))) }
    let named = keys.finished()
    guard let link else {
      return MemberPredicate.on(
        table.column(pair.near), field.members, named, related.isComplement)
    }
    // The link's rows of these members, and then the records of these rows.
    let rows = try database.table(link.table)
    let members = rows.column(link.member)
    let found = (0..<UInt32(rows.rowCount)).filter { named.contain(members.cell(Int($0))) }
    return SemiJoin(parts: try SemiJoin.parts(link.pairs, table, rows), rows: found)
      .predicate(isComplement: related.isComplement)
  }
}

/// Keys of records, as members compare.
struct MemberKeys: ~Copyable {
  let type: MemberType
  let collation: Collation
  private var table = ByteTable()
  private var key: [UInt8] = []

  init(type: MemberType, collation: Collation) {
    self.type = type
    self.collation = collation
  }

  mutating func insert(_ cell: Cell) {
    key.removeAll(keepingCapacity: true)
    guard Self.append(type.key(of: cell), collation, to: &key) else { return }
    key.withUnsafeBufferPointer { _ = table.insert($0) }
  }

  consuming func finished() -> Finished {
    Finished(type: type, collation: collation, keys: ByteSet(table))
  }

  struct Finished {
    let type: MemberType
    let collation: Collation
    let keys: ByteSet

    func contain(_ cell: Cell) -> Bool { contain(type.key(of: cell)) }

    /// - Parameter member: as ``MemberType/key(of:)`` gives it.
    func contain(_ member: Value) -> Bool {
      var key: [UInt8] = []
      return MemberKeys.append(member, collation, to: &key)
        && key.withUnsafeBufferPointer { keys.contains($0) }
    }
  }

  fileprivate static func append(
    _ value: Value, _ collation: Collation, to key: inout [UInt8]
  ) -> Bool {
    value.borrowed { KeyEncoder.append($0, affinity: .blob, collation: collation, to: &key) }
  }
}

/// Whether one of a row's members, in its own column, is among the keys.
struct MemberPredicate: BlockPredicate {
  let column: Column
  let form: MembersForm
  let keys: MemberKeys.Finished
  let isComplement: Bool

  var cost: Int { 400 }

  static func on(
    _ column: Column, _ form: MembersForm, _ keys: MemberKeys.Finished, _ isComplement: Bool
  ) -> any BlockPredicate {
    let predicate = MemberPredicate(
      column: column, form: form, keys: keys, isComplement: isComplement)
    // A text with many duplicates is looked at once.
    guard case .dictionary(let dictionary) = column else { return predicate }
    return dictionary.predicate(isComplement: isComplement) { predicate.names(.text($0)) }
  }

  func narrow(_ bitmap: Bitmap, _ block: Block) {
    bitmap.keep { index in names(column.cell(block.start + index)) != isComplement }
  }

  private func names(_ cell: Cell) -> Bool {
    var isFound = false
    let isList = form.forEach(in: cell) { member in
      if !isFound { isFound = keys.contain(form.type.key(of: member)) }
    }
    return isList && isFound
  }
}
