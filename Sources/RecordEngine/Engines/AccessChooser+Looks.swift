import FilterSQL
import RecordFilter
import RecordStore
import RowscopeModel

/// Bounded looks at the data.
extension AccessChooser {
  /// How many of the first records in the order match.
  struct Seen {
    let read: Int
    let all: Double
    /// Of each part.
    let matching: [Double]
    /// Of each filter of which an index may be asked for a part of several branches.
    var sought: [Filter: Double] = [:]
    /// Whether related records were looked at instead.
    var isEstimated = false

    /// The mean of two looks at as many records.
    func mean(with other: Seen) -> Seen {
      guard read == other.read else { return self }
      return Seen(
        read: read, all: (all + other.all) / 2,
        matching: zip(matching, other.matching).map { ($0 + $1) / 2 }, sought: sought)
    }

    var description: String {
      if all < 1, all > 0 { return "fewer than one in \(read) match" }
      return isEstimated
        ? "about \(Int(all)) in \(read) match"
        : "of the first \(read) records in the order, \(Int(all)) match"
    }
  }

  /// Looks at the first records in the order, until the page is full.
  func look(
    at query: Query, _ parts: QueryParts, by path: Query.AccessPath,
    on connection: borrowing Connection
  ) throws(ServiceError) -> Seen? {
    if parts.all.contains(where: { $0.isUnserved(in: schema, query.table) }) {
      return try estimate(query, parts, on: connection)
    }
    var first = query.beginning
    first.accessPath = path
    first.projection = []
    first.keyValues = []
    first.tests = []
    let sought = parts.all.flatMap { $0.soughtTerms(in: schema, query.table) }
    let values = try snapshot.looks.values(of: DataLooks.Subject.first(first)) {
      () throws(ServiceError) in
      first.scope =
        path == .any ? .all(parts.all.map(\.filter).filter { $0.related.isEmpty }) : .always
      first.request = .always
      return try engine.firstMatches(
        first, parts.all.map(\.filter), besides: sought, on: connection)
    }
    let known = 2 + parts.all.count
    guard values.count == known + sought.count, let read = values[0], let all = values[1], read > 0
    else { return nil }
    let seen = Seen(
      read: read, all: Double(all), matching: values[2..<known].map { Double($0 ?? 0) },
      sought: Dictionary(
        zip(sought, values[known...].map { Double($0 ?? 0) }), uniquingKeysWith: { $1 }))
    // Few say little; where related records had to be read for it, these say as much.
    guard all < Self.few, parts.all.allSatisfy({ !$0.isSearchable || $0.hasRelated }),
      parts.haveRelated
    else { return seen }
    return seen.mean(with: try estimate(query, parts, on: connection))
  }

  /// What a look would show where no index finds the related records of one: for what the first of
  /// them show.
  func estimate(
    _ query: Query, _ parts: QueryParts, on connection: borrowing Connection
  ) throws(ServiceError) -> Seen {
    let size = Double(try size(of: query.table, on: connection))
    let matching = try parts.all.map { part throws(ServiceError) in
      var share = 1.0
      for related in part.filter.related where !related.isComplement {
        let most = Double(try self.size(of: related.table, on: connection)) / max(size, 1)
        share *= min(1, try self.share(of: related, on: connection) * max(1, most))
      }
      return share * Double(DataLooks.limit)
    }
    let all = matching.reduce(1) { $0 * $1 / Double(DataLooks.limit) }
    return Seen(
      read: DataLooks.limit, all: all * Double(DataLooks.limit), matching: matching,
      isEstimated: true)
  }

  /// Which part of the related records match, for what some of them show.
  func share(
    of related: RelatedFilter, on connection: borrowing Connection
  ) throws(ServiceError) -> Double {
    let table = schema[related.table]
    // A look at a view may read all that the view reads.
    guard ([related.table] + related.filter.relatedTables).allSatisfy({ schema[$0].kind == .table })
    else { return 0.5 }
    var some = Query(
      table: related.table, scope: .always, request: related.filter, projection: [], order: [])
    let (size, lowest) = try numbers(of: related.table, on: connection)
    let values = try snapshot.looks.values(of: DataLooks.Subject.first(some)) {
      () throws(ServiceError) in
      // Those that came one after another may have much in common.
      if let lowest, size > DataLooks.limit, table.primaryKey.count == 1,
        let key = table.primaryKey.first, table[key].affinity == .integer
      {
        let step = max(1, size / DataLooks.limit)
        some.scope = .equals(
          key, oneOf: (0..<DataLooks.limit).map { .integer(Int64(lowest &+ $0 &* step)) })
      }
      return try engine.firstMatches(some, [related.filter], on: connection)
    }
    let read = max(values[0] ?? 0, 1)
    let matching = max(Double(values[1] ?? 0), 0.3)
    // An index says that more match than a look reads.
    var least = 0.0
    if let count = try count(related.filter, related.table, on: connection),
      count > DataLooks.limit
    {
      least = Double(DataLooks.limit) / Double(max(size, DataLooks.limit))
    }
    return max(matching / Double(read), least)
  }

  /// How many records match a filter that an index can answer, up to one more than a look reads;
  /// nil if that is not known.
  func count(
    _ filter: Filter, _ table: TableID, on connection: borrowing Connection
  ) throws(ServiceError) -> Int? {
    switch filter {
    case .term(let term):
      guard term.isSearchable(in: schema[table]) else { return nil }
      // To ask an index for each of so many values costs more than a look may.
      guard term.seekCount <= DataLooks.limit else { return DataLooks.limit + 1 }
      return try look(filter, table, on: connection)
    case .conjunction(let filters):
      var fewest: Int?
      for filter in filters {
        guard let count = try count(filter, table, on: connection) else { continue }
        fewest = min(count, fewest ?? count)
      }
      return fewest
    case .disjunction(let filters):
      var sum = 0
      for filter in filters {
        guard let count = try count(filter, table, on: connection) else { return nil }
        sum += count
      }
      return min(sum, DataLooks.limit + 1)
    case .related(var related):
      guard related.isSearchable(in: schema, of: table),
        let far = try count(related.filter, related.table, on: connection), far <= DataLooks.limit
      else { return nil }
      related.strategy = .materialized
      return try look(.related(related), table, on: connection)
    case .always, .never, .under, .comparison: return nil
    }
  }

  func look(
    _ filter: Filter, _ table: TableID, on connection: borrowing Connection
  ) throws(ServiceError) -> Int? {
    try snapshot.looks.values(of: DataLooks.Subject.matches(table, filter)) {
      () throws(ServiceError) in
      var query = Query(table: table, scope: filter, projection: [], order: [])
      query.accessPath = .filter(filter)
      return [try engine.count(query, upTo: DataLooks.limit + 1, on: connection)]
    }[0]
  }

  /// The number of a table's records, at most.
  func size(
    of table: TableID, on connection: borrowing Connection
  ) throws(ServiceError) -> Int {
    try numbers(of: table, on: connection).size
  }

  /// The same with the lowest row number, if there are such.
  func numbers(
    of table: TableID, on connection: borrowing Connection
  ) throws(ServiceError) -> (size: Int, lowest: Int?) {
    let values = try snapshot.looks.values(of: DataLooks.Subject.size(table)) {
      () throws(ServiceError) in
      guard schema[table].kind == .table else { return [1_000_000, nil] }
      if let rowID = try snapshot.rowIDName(of: table, on: connection) {
        let numbers = try engine.rowNumbers(of: table, by: rowID, on: connection)
        return [numbers.map { Int(clamping: $0.span) } ?? 0, numbers.map { Int($0.lowerBound) }]
      }
      // Without row numbers it is either small or as large as a large table.
      let query = Query(table: table, scope: .always, projection: [], order: [])
      let count = try engine.count(query, upTo: DataLooks.limit + 1, on: connection)
      return [count <= DataLooks.limit ? count : 1_000_000, nil]
    }
    return (values[0] ?? 0, values[1])
  }
}
