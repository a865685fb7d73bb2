import RecordFilter
import RecordStore

/// What a row tells of its record: the truth of one of its query's tests, or the same for every
/// record.
enum RowTest: Sendable, Hashable {
  case always(Bool)
  /// The place among the tests.
  case test(Int)

  /// - Parameter firstTest: the column of the query's first test.
  @inline(__always)
  func holds(for row: borrowing Row, _ firstTest: Int) -> Bool {
    switch self {
    case .always(let holds): holds
    case .test(let place): row.integer(firstTest + place) == 1
    }
  }
}

/// The tests that a query is asked beside its records.
struct RowTests {
  /// What every record of the query matches.
  let scope: Filter
  private(set) var filters: [Filter] = []

  init(within scope: Filter, _ filters: [Filter] = []) {
    self.scope = scope
    self.filters = filters
  }

  /// Asks whether each record matches a filter.
  mutating func ask(_ filter: Filter) -> RowTest {
    let test = filter.remainder(within: scope)
    switch test {
    case .always: return .always(true)
    case .never: return .always(false)
    case .term, .related, .under, .comparison, .conjunction, .disjunction: break
    }
    if let place = filters.firstIndex(of: test) { return .test(place) }
    filters.append(test)
    return .test(filters.count - 1)
  }
}

extension Query {
  /// The column of the first of the tests.
  var firstTest: Int { projection.count + keyValues.count }
}
