import AccessProfiles
import RecordFilter
package import RowscopeModel

extension ReadSession {
  /// A request resolved for its first page, from the plan cache if possible.
  package func preparedRequest(
    _ request: ListRequest, anySize: Bool
  ) throws(ServiceError) -> PreparedRequest {
    try remembered(PlanCache.Key(request, anySize: anySize, as: context.user)) {
      () throws(ServiceError) in
      var (table, resolved) = try resolve(request.firstPage, anySize: anySize)
      let choice = try choice(resolved.query, table, .list)
      if let choice { resolved.query = choice.query }
      return PreparedRequest(
        table, resolved, as: choice, scope: request.scope ? try scope(of: request, table) : nil)
    }
  }

  /// The fingerprint of a request's scope, as its answer has it where it asks for that.
  package func scope(of request: ListRequest) throws(ServiceError) -> String {
    var request = request
    request.scope = true
    guard let scope = try preparedRequest(request, anySize: false).scope else {
      preconditionFailure("the request asks for its scope")
    }
    return scope
  }

  private func scope(
    of request: ListRequest, _ table: AccessibleTable
  ) throws(ServiceError) -> String {
    // Where what may be done cannot be determined, nothing may be.
    let write =
      request.may
      ? try? table.entry.profiles.writeAccess(to: table.access.table, for: context) : nil
    return try RequestResolution(table, reader: self).scope(of: request, write)
  }

  /// A request resolved for the number of its records, from the plan cache if possible.
  func preparedRequest(counting request: ListRequest) throws(ServiceError) -> PreparedRequest {
    try remembered(PlanCache.Key(counting: request, as: context.user)) { () throws(ServiceError) in
      let (table, resolved) = try resolve(request)
      return PreparedRequest(table, resolved)
    }
  }

  /// The request for one record, without its key, from the plan cache if possible.
  ///
  /// - Parameter may: whether to ask what the user may do with it; that is not cached.
  package func preparedRequest(
    forOneFrom name: String, select: [FieldSelection]?, may: Bool = false
  ) throws(ServiceError) -> PreparedRequest {
    try remembered(may ? nil : PlanCache.Key(table: name, select: select, as: context.user)) {
      () throws(ServiceError) in
      var (table, resolved) = try resolve(
        ListRequest(table: name, select: select, size: 1, may: may), anySize: true)
      resolved.query.order = []
      resolved.query.request = table.showsKey
      return PreparedRequest(table, resolved)
    }
  }

  private func remembered(
    _ key: PlanCache.Key?, _ resolve: () throws(ServiceError) -> PreparedRequest
  ) throws(ServiceError) -> PreparedRequest {
    // Safe to reuse: it was resolved under the profiles of this snapshot, by rules that do not
    // depend on the time.
    if let key, let known = snapshot.planCache.request(for: key), known.isCurrent { return known }
    try leaveCaller()
    let prepared = try resolve()
    if let key, !prepared.dependsOnClock {
      snapshot.planCache.remember(prepared, for: key)
    }
    return prepared
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
