import AccessProfiles
import RecordFilter

extension RecordReader {
  /// A request resolved, now or when it was last made.
  func resolvedList(_ request: ListRequest, anySize: Bool) throws(ServiceError) -> ResolvedList {
    try remembered(RequestMemo.Key(request, anySize: anySize, as: context.user)) {
      () throws(ServiceError) in
      let (table, resolved) = try resolve(request, anySize: anySize)
      return ResolvedList(table: table, resolved: resolved, shape: table.shape(of: resolved))
    }
  }

  /// The request for one record, without the key that tells which, resolved now or when it was last made.
  func resolvedList(
    ofOneFrom name: String, select: [String]?
  ) throws(ServiceError) -> ResolvedList {
    try remembered(RequestMemo.Key(table: name, select: select, as: context.user)) {
      () throws(ServiceError) in
      let table = try self.table(name)
      var resolved = try RequestResolution(table, reader: self).resolve(
        ListRequest(table: name, select: select, size: 1), anySize: true)
      resolved.query.order = []
      return ResolvedList(table: table, resolved: resolved, shape: table.shape(of: resolved))
    }
  }

  private func remembered(
    _ key: @autoclosure () -> RequestMemo.Key?,
    _ resolve: () throws(ServiceError) -> ResolvedList
  ) throws(ServiceError) -> ResolvedList {
    guard let entry = try profile(), !entry.dependsOnClock, let key = key() else {
      return try resolve()
    }
    if let known = snapshot.memo.list(for: key) { return known }
    let list = try resolve()
    snapshot.memo.remember(list, for: key)
    return list
  }
}
