import AccessProfiles
import RecordFilter
package import RowscopeModel

extension ReadSession {
  /// A request resolved for its first page, from the plan cache if possible.
  package func resolvedList(_ request: ListRequest, anySize: Bool) throws(ServiceError)
    -> ResolvedList
  {
    try remembered(PlanCache.Key(request, anySize: anySize, as: context.user)) {
      () throws(ServiceError) in
      let (table, resolved) = try resolve(request.firstPage, anySize: anySize)
      return ResolvedList(table, resolved)
    }
  }

  /// The request for one record, without its key, from the plan cache if possible.
  package func resolvedList(
    ofOneFrom name: String, select: [String]?
  ) throws(ServiceError) -> ResolvedList {
    try remembered(PlanCache.Key(table: name, select: select, as: context.user)) {
      () throws(ServiceError) in
      let table = try self.table(name)
      var resolved = try RequestResolution(table, reader: self).resolve(
        ListRequest(table: name, select: select, size: 1), anySize: true)
      resolved.query.order = []
      return ResolvedList(table, resolved)
    }
  }

  private func remembered(
    _ key: PlanCache.Key?, _ resolve: () throws(ServiceError) -> ResolvedList
  ) throws(ServiceError) -> ResolvedList {
    // Safe to reuse: it was resolved under the profiles of this snapshot, by rules that do not
    // depend on the time.
    if let key, let known = snapshot.planCache.list(for: key) { return known }
    let list = try resolve()
    if let key, !list.table.entry.dependsOnClock { snapshot.planCache.remember(list, for: key) }
    return list
  }
}

extension ListRequest {
  fileprivate var firstPage: ListRequest {
    guard after != nil || page != 1 else { return self }
    var request = self
    request.after = nil
    request.page = 1
    return request
  }
}
