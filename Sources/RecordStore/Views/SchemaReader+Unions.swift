import RecordFilter
import RowscopeModel

/// Columns of a UNION, INTERSECT or EXCEPT, and those made of them.
///
/// In a UNION of a REAL and an INTEGER column SQLite shows 1.0 for the integer 1. But it moves a
/// test on the view into the parts, where it sees 1. Whether the columns of the parts have the same
/// affinity is learnt by preparing each part alone; where that cannot be done, they count as
/// different.
extension SchemaReader {
  /// Completes the columns of a view that has been read otherwise.
  mutating func resolveUnions(_ facts: ViewFacts, _ body: ViewBody, at index: Int) {
    let indices = tables[index].columns.indices
    guard body.isCompound else {
      for column in indices {
        tables[index].columns[column].isConverted = showsConverted(column, of: facts, body)
      }
      return
    }
    let parts = body.parts?.map { columns(of: $0) } ?? []
    for column in indices {
      let found = parts.map { column < $0.count ? $0[column] : .unknown }
      tables[index].columns[column].isConverted = found.isEmpty || Self.isConverted(found)
      guard case .column(let affinity, let collation)? = found.first,
        found.allSatisfy({ $0 == found[0] })
      else { continue }
      tables[index].columns[column].affinity = affinity
      tables[index].columns[column].collation = collation
    }
  }

  private enum PartColumn: Equatable {
    case column(Affinity, Collation)
    case literal(Affinity)
    /// NULL, which is never converted.
    case null
    case unknown

    /// Nil if it may be any.
    var affinity: Affinity? {
      switch self {
      case .column(let affinity, _), .literal(let affinity): affinity
      case .null, .unknown: nil
      }
    }
  }

  /// Whether the values of the parts may differ from those that the whole shows.
  private static func isConverted(_ parts: [PartColumn]) -> Bool {
    let parts = parts.filter { $0 != .null }
    let affinities = parts.map(\.affinity)
    let isOne = affinities.allSatisfy { $0 == affinities[0] && $0 != nil }
    // Conversions without REAL give values that compare alike and have the same text.
    return !isOne && affinities.contains { $0 == nil || $0 == .real }
  }

  private func columns(of part: ViewBody.Part) -> [PartColumn] {
    var found: [ViewFacts.Column]?
    do throws(StoreError) {
      let prepared = try core.prepare(part.text, armed: .unrestricted, isKept: false)
      found = ViewFacts.columns(of: prepared.handle)
    } catch {
      return []
    }
    return (found ?? []).enumerated().map { index, column in
      switch index < part.items.count ? part.items[index] : .expression {
      case .null: return .null
      case .literal(let affinity): return .literal(affinity)
      case .expression:
        guard let base = column.base, let shown = table(base.table)?.column(base.column) else {
          return .unknown
        }
        return .column(shown.affinity, shown.collation)
      }
    }
  }

  /// Whether a column of a single SELECT shows a converted column of another view, or may compute
  /// something from one.
  private func showsConverted(_ index: Int, of facts: ViewFacts, _ body: ViewBody) -> Bool {
    let converted = facts.reads.filter {
      table($0.key.table)?.column($0.key.column)?.isConverted == true
    }
    guard !converted.isEmpty else { return false }
    guard body.isOneSelect, let base = facts.columns[index].base else { return true }
    let isOwn = facts.reads.contains { $0.within == facts.name && self.base(of: $0.key) == base }
    return !isOwn || converted.contains { self.base(of: $0.key) == base }
  }
}
