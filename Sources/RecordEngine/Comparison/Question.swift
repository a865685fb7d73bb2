package import RowscopeModel

/// A question to a read session, kept so that it can be asked again.
package enum Question: Sendable {
  case list(ListRequest)
  /// A list of any size, whatever the service's limits.
  case stream(ListRequest)
  case count(ListRequest)
  case get([Value], table: String, select: [FieldSelection]?)

  package var request: ListRequest {
    switch self {
    case .list(let request), .stream(let request), .count(let request): request
    case .get(_, let table, let select): ListRequest(table: table, select: select)
    }
  }

  /// The name in ``EngineDifference/question``.
  package var name: String? {
    switch self {
    case .list, .stream: nil
    case .count: "count"
    case .get(let key, _, _): "record \(key.map(\.literal).joined(separator: ", "))"
    }
  }

  /// Smaller questions, to reduce a difference.
  package var smaller: [Question] {
    switch self {
    case .list(let request): request.smaller.map { .list($0) }
    case .stream(let request): request.smaller.map { .stream($0) }
    case .count(let request): request.smaller.map { .count($0) }
    case .get: []
    }
  }
}

extension ListRequest {
  /// The request with one part left out, the largest parts first.
  fileprivate var smaller: [ListRequest] {
    var requests: [ListRequest] = []
    func add(_ change: (inout ListRequest) -> Void) {
      var request = self
      change(&request)
      requests.append(request)
    }
    if !filters.isEmpty { add { $0.filters = [] } }
    if search != nil { add { $0.search = nil } }
    if !sort.isEmpty { add { $0.sort = [] } }
    if after != nil { add { $0.after = nil } }
    if page > 1 { add { $0.page = 1 } }
    if count != .none { add { $0.count = .none } }
    if may { add { $0.may = false } }
    if size != 1 { add { $0.size = 1 } }
    if let size, size > 2 { for less in [size / 2, size - 1] { add { $0.size = less } } }
    for index in filters.indices {
      if filters.count > 1 { add { $0.filters.remove(at: index) } }
      for part in filters[index].parts { add { $0.filters[index] = part } }
    }
    if sort.count > 1 { for index in sort.indices { add { $0.sort.remove(at: index) } } }
    if let select, select.count > 1 { for field in select { add { $0.select = [field] } } }
    return requests
  }
}

extension Condition {
  /// Smaller conditions, each a part of this one.
  fileprivate var parts: [Condition] {
    func without(
      _ index: Int, of members: [Condition], _ group: ([Condition]) -> Content
    ) -> Condition {
      var rest = members
      rest.remove(at: index)
      return Condition(group(rest), at: range)
    }
    switch content {
    case .test, .named: return []
    case .related(let related):
      func with(_ conditions: [Condition]) -> Condition {
        Condition(
          .related(
            RelatedCondition(
              path: related.path, quantifier: related.quantifier, conditions: conditions)),
          at: range)
      }
      let members = related.conditions
      return members.indices.flatMap { index in
        [without(index, of: members, { with($0).content })]
          + members[index].parts.map { part in
            var changed = members
            changed[index] = part
            return with(changed)
          }
      }
    case .not(let condition):
      return [condition] + condition.parts.map { Condition(.not($0), at: range) }
    case .and(let members):
      return members
        + members.indices.flatMap { index in
          [without(index, of: members, { .and($0) })]
            + members[index].parts.map { part in
              var changed = members
              changed[index] = part
              return Condition(.and(changed), at: range)
            }
        }
    case .or(let members):
      return members
        + members.indices.flatMap { index in
          [without(index, of: members, { .or($0) })]
            + members[index].parts.map { part in
              var changed = members
              changed[index] = part
              return Condition(.or(changed), at: range)
            }
        }
    }
  }
}
