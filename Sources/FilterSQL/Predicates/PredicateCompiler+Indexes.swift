import RecordFilter
import RowscopeModel

/// Which tests of the query's own records an index may answer.
///
/// SQLite considers no index for a column behind a unary plus. The plus also removes the column's
/// affinity, so values are converted here as SQLite would have done.
/// Source: <https://www.sqlite.org/optoverview.html#manual_control_of_query_plans_using_unary_>.
extension PredicateCompiler {
  enum IndexUse {
    case all
    /// Only tests of one field: the first key of an order.
    case field(FieldID)
    /// Only the tests of one filter.
    case only(Filter)

    init(_ path: Query.AccessPath) {
      switch path {
      // The branches of a union have paths of their own.
      case .any, .filter(nil), .union: self = .all
      case .order(let field): self = .field(field)
      case .filter(let filter?): self = .only(filter)
      }
    }
  }

  /// Whether a column is written so that no index is considered for it.
  func avoidsIndex(on field: FieldID, of scope: Scope? = nil) -> Bool {
    if case .all = indexUse { return false }
    let scope = scope ?? self.scope
    guard !scope.isAlias, schema[scope.table].kind == .table else { return false }
    switch indexUse {
    case .all: return false
    case .field(let first): return field != first
    case .only: return true
    }
  }
}

extension FieldTest {
  /// The same comparison with values converted as a column of an affinity does.
  func applying(_ affinity: Affinity) -> FieldTest {
    switch self {
    case .equals(let value): .equals(value.applying(affinity))
    case .compares(let ordering, let value): .compares(ordering, value.applying(affinity))
    case .isOneOf(let values): .isOneOf(values.map { $0.applying(affinity) })
    case .isBetween(let low, let high):
      .isBetween(low.applying(affinity), high.applying(affinity))
    case .isNull, .isEmpty, .matches, .hasMember, .converted: self
    }
  }
}
