import RecordFilter
import RowscopeModel

/// Counts the records of a page that follow one another with the same first keys of the order and
/// NULL in the primary key, so that the page's cursor can say how many of them have been read.
///
/// A class, since it is large and few tables need one.
package final class Ties {
  package enum Count: Sendable, Hashable {
    case exactly(Int)
    /// The page consists of such records, and how many stand before it is not known.
    case unknown
  }

  private let resolved: ResolvedRequest
  /// The primary key's places among the keys.
  private let primaryKey: [Int]
  private var keys: [Value]?
  private var number = 0
  private var isKnown = true

  /// - Parameter start: of the page.
  /// - Returns: nil if the key identifies every record.
  init?(_ resolved: ResolvedRequest, from start: Query.Start) {
    guard resolved.hasTies, let count = resolved.keyPositions?.count else { return nil }
    self.resolved = resolved
    primaryKey = (0..<count).filter { place in
      let key = resolved.query.order[place]
      return key.type == nil && key.path == nil && resolved.table.primaryKey.contains(key.field)
    }
    switch start {
    case .first, .after: break
    case .within(let values, let skipped): (keys, number) = (values, skipped)
    case .offset(let skipped): isKnown = skipped == 0
    }
  }

  /// Notes the next record.
  ///
  /// - Parameter values: the stored values of the first keys of the order.
  func append(_ values: [Value]) {
    guard primaryKey.contains(where: { values[$0].isNull }) else {
      (keys, number, isKnown) = (nil, 0, true)
      return
    }
    let next = resolved.orderValues(values)
    if let keys, !areEqual(keys, next) { (number, isKnown) = (0, true) }
    keys = next
    // A forged cursor may say any number.
    number = min(number, .max - 1) + 1
  }

  private func areEqual(_ left: [Value], _ right: [Value]) -> Bool {
    zip(left, right).enumerated().allSatisfy { place, pair in
      let collation = resolved.query.order[place].declaration(in: resolved.table).collation
      return Comparison.order(pair.0, pair.1, collation: collation) == 0
    }
  }

  /// The number of such records up to the last one; nil if the last one is none of them.
  package var count: Count? {
    guard keys != nil, number > 0 else { return nil }
    return isKnown ? .exactly(number) : .unknown
  }
}
