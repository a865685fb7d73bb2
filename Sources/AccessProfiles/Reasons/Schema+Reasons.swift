package import RecordFilter
import RowscopeModel

extension Schema {
  /// Whether what the workspace says of every record, or a relation's own conditions, look at the
  /// user.
  package var documentsReferToUser: Bool {
    tables.enumerated().contains { index, table in
      let everywhere: [Condition] =
        if case .conditions(let conditions)? = self.everywhere(TableID(index)) { conditions } else {
          []
        }
      return
        (everywhere
        + table.relations.flatMap { $0.conditions.near + $0.conditions.far }).contains {
          refersToUser($0)
        }
    }
  }

  private func refersToUser(_ condition: Condition) -> Bool {
    switch condition.content {
    case .and(let conditions), .or(let conditions): conditions.contains(where: refersToUser)
    case .not(let inner): refersToUser(inner)
    case .related(let related): related.conditions.contains(where: refersToUser)
    // What a name stands for may be anything.
    case .named: true
    case .test(let test):
      switch test.operand.value {
      case .reference(.now), .reference(.today): false
      case .reference: true
      case .none, .value, .list, .range, .days, .otherField: false
      }
    }
  }
}
