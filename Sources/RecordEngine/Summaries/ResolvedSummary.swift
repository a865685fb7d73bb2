import AccessProfiles
import RecordFilter
import RecordStore
import RowscopeModel

/// A request for a summary with its fields resolved.
struct ResolvedSummary {
  /// All records, in no order, each with the cells that the summary reads.
  let query: Query
  let groupings: [Source]
  let aggregates: [(function: SummaryRequest.Aggregate.Function, source: Source?)]
  /// The places of what is shown by which groups are ordered.
  let order: [(place: Int, isDescending: Bool)]
  let shape: RecordShape
  /// Nil for all groups.
  let size: Int?
  let start: Start
  let fingerprint: Fingerprint

  /// Where the page starts.
  enum Start {
    case offset(Int)
    case after([OrderedValue])
  }

  /// Where a row has the values of a field.
  struct Source {
    let column: Int
    /// Whether the record shows it.
    let shown: RowTest
    let form: ValueForm
  }
}

extension RequestResolution {
  /// Resolves a request for a summary.
  func resolve(_ request: SummaryRequest) throws(ServiceError) -> ResolvedSummary {
    let (records, zone) = (request.records, context.clock.zone)
    guard request.groupBy.count <= limits.maximumSortKeys else {
      throw ServiceError(
        .limitExceeded, "the summary has more than \(limits.maximumSortKeys) groupings")
    }
    guard request.aggregates.count <= SummaryRequest.aggregateLimit else {
      throw ServiceError(
        .limitExceeded,
        "the summary has more than \(SummaryRequest.aggregateLimit) aggregates")
    }
    guard !request.groupBy.isEmpty || !request.aggregates.isEmpty else {
      throw ServiceError(
        .invalidRequest, "the summary has neither a grouping nor an aggregate",
        hint: #"count the records: {"aggregates": ["count"]}"#)
    }
    var cells = SummaryCells(self)
    var groupings: [(FieldPath, Field)] = []
    for grouping in request.groupBy {
      let (path, field) = try self.field(grouping.field, "grouped by")
      if let period = grouping.period, !ValueForm.isDate(field) {
        throw ServiceError(
          .unsupported,
          "records cannot be grouped by the \(period.rawValue) of "
            + "\(Printable.quoted(grouping.field)), which is not declared as a date",
          hint: "declare its type in the workspace, date or datetime")
      }
      groupings.append((path, field))
    }
    var aggregates: [(SummaryRequest.Aggregate.Function, (FieldPath, Field)?)] = []
    for aggregate in request.aggregates {
      guard let name = aggregate.field else {
        aggregates.append((aggregate.function, nil))
        continue
      }
      let (path, field) = try self.field(name, "summarized by")
      switch aggregate.function {
      case .sum, .avg: try field.checkIsNumeric(name)
      case .count, .countDistinct, .min, .max: break
      }
      aggregates.append((aggregate.function, (path, field)))
    }
    let filter = try unsimplifiedFilter(records)
    for (path, _) in groupings + aggregates.compactMap(\.1) { cells.read(path) }
    cells.finish()
    let sources = zip(groupings, request.groupBy).map { grouping, asked in
      cells.source(grouping.0, ValueForm(grouping.1, by: asked.period, in: zone))
    }
    let computed = aggregates.map { function, target in
      (function, target.map { cells.source($0.0, ValueForm($0.1, in: zone)) })
    }
    let shape = try shape(of: request, sources, computed)
    let order = try order(records.sort, shape, groupings: sources.count)
    var query = Query(
      table: access.table, scope: access.rows.filter,
      request: filter.simplified(in: scope.schema, table: access.table),
      projection: cells.projection, order: [])
    query.keyValues = cells.keyValues
    query.tests = cells.tests.filters
    let fingerprint = Fingerprint(
      of: records, user: context.user.id, profile: profileIdentity, table: table.name,
      key: limits.secret, summary: request)
    let size = try size(records.size)
    return ResolvedSummary(
      query: query, groupings: sources, aggregates: computed, order: order, shape: shape,
      size: size,
      start: try ResolvedSummary.start(records, fingerprint, keys: order.count, size: size),
      fingerprint: fingerprint)
  }

  /// The field of this name, of the record or of one related record.
  private func field(
    _ name: String, _ used: String
  ) throws(ServiceError) -> (FieldPath, Field) {
    guard let path = scope.field(named: name, in: access.table) else { throw unknownField(name) }
    let field = scope.schema[path.table][path.field]
    guard !field.isManyValued else {
      throw ServiceError(
        .unsupported,
        "records cannot be \(used) \(Printable.quoted(name)), which holds many values")
    }
    if let step = manyStep(path.steps) {
      throw ServiceError(
        .unsupported,
        "records cannot be \(used) \(Printable.quoted(name)): "
          + "\(Printable.quoted(step.name.string)) may lead to several records",
        hint: "name a field of the record, or a path to one record")
    }
    return (path, field)
  }

  private func shape(
    of request: SummaryRequest, _ groupings: [ResolvedSummary.Source],
    _ aggregates: [(function: SummaryRequest.Aggregate.Function, source: ResolvedSummary.Source?)]
  ) throws(ServiceError) -> RecordShape {
    var fields = zip(request.groupBy, groupings).map { grouping, source in
      RecordField(
        name: grouping.shownName, isReadonly: false, presentation: source.form.presentation)
    }
    for (aggregate, computed) in zip(request.aggregates, aggregates) {
      let presentation: Presentation =
        switch computed.function {
        case .min, .max: computed.source?.form.presentation ?? .stored
        case .count, .countDistinct, .sum, .avg: .stored
        }
      fields.append(
        RecordField(name: aggregate.shownName, isReadonly: false, presentation: presentation))
    }
    let shape = RecordShape(fields)
    for (place, field) in fields.enumerated() where shape.position(of: field.name) != place {
      throw ServiceError(
        .invalidRequest, "the summary shows \(Printable.quoted(field.name)) twice",
        hint: "give one of them another name with \"as\"")
    }
    return shape
  }

  /// The keys of a sort, and then all groupings, so that the order is total.
  private func order(
    _ sort: [ListRequest.SortKey], _ shape: RecordShape, groupings: Int
  ) throws(ServiceError) -> [(place: Int, isDescending: Bool)] {
    guard sort.count <= limits.maximumSortKeys else {
      throw ServiceError(
        .limitExceeded, "the sort has more than \(limits.maximumSortKeys) keys")
    }
    var order: [(place: Int, isDescending: Bool)] = []
    for key in sort {
      guard let place = shape.position(of: key.field) else {
        throw ServiceError(
          .unknownField, "the summary shows no \(Printable.quoted(key.field)) to sort by",
          hint: "it shows "
            + shape.fields.map { Printable.quoted($0.name) }.joined(separator: ", "))
      }
      guard !order.contains(where: { $0.place == place }) else {
        throw ServiceError(
          .invalidRequest, "the sort names \(Printable.quoted(key.field)) twice")
      }
      order.append((place, key.isDescending))
    }
    for place in 0..<groupings where !order.contains(where: { $0.place == place }) {
      order.append((place, false))
    }
    return order
  }
}

extension ResolvedSummary {
  fileprivate static func start(
    _ request: ListRequest, _ fingerprint: Fingerprint, keys: Int, size: Int?
  ) throws(ServiceError) -> Start {
    if let after = request.after {
      guard request.page == 1 else {
        throw ServiceError(
          .invalidRequest, "a request has either a page number or a cursor, not both")
      }
      guard case .after(let values)? = Cursor(after, for: fingerprint, keys: keys * 2)?.place else {
        throw ServiceError(
          .invalidCursor, "the cursor was not made for this user, profile and query",
          hint: "start again from the first page")
      }
      return .after(
        (0..<keys).map { OrderedValue(order: values[$0 * 2], shown: values[$0 * 2 + 1]) })
    }
    guard request.page >= 1 else {
      throw ServiceError(.invalidValue, "pages are numbered from 1")
    }
    guard request.page > 1 else { return .offset(0) }
    guard let size else {
      throw ServiceError(.invalidRequest, "a list of all records has one page")
    }
    let (offset, isOverflow) = (request.page - 1).multipliedReportingOverflow(by: size)
    return .offset(isOverflow ? .max : offset)
  }

  /// The cursor of the page after the group with these values of the order.
  func cursor(after values: [OrderedValue]) -> String {
    Cursor(.after(values.flatMap { [$0.order, $0.shown] })).encoded(for: fingerprint)
  }
}

/// The cells that a summary reads of each record.
private struct SummaryCells {
  let resolution: RequestResolution
  private(set) var projection: [FieldID] = []
  private(set) var keyValues: [OrderKey] = []
  private(set) var tests: RowTests
  private var shown: [FieldID: RowTest] = [:]
  private var related: [FieldPath] = []

  init(_ resolution: RequestResolution) {
    self.resolution = resolution
    tests = RowTests(within: resolution.access.rows.filter)
  }

  mutating func read(_ path: FieldPath) {
    guard path.steps.isEmpty else {
      guard !related.contains(path) else { return }
      related.append(path)
      keyValues.append(OrderKey(path.field, path: resolution.orderPath(to: path)))
      return
    }
    guard !projection.contains(path.field) else { return }
    projection.append(path.field)
    if let condition = resolution.access.cells[path.field] {
      shown[path.field] = tests.ask(condition)
    }
  }

  mutating func finish() {
    // A statement has at least one column, and those of related records stand behind it.
    if projection.isEmpty, !keyValues.isEmpty, let any = resolution.access.visibleFields.first {
      projection.append(any)
    }
  }

  func source(_ path: FieldPath, _ form: ValueForm) -> ResolvedSummary.Source {
    if path.steps.isEmpty {
      return ResolvedSummary.Source(
        column: projection.firstIndex(of: path.field) ?? 0,
        shown: shown[path.field] ?? .always(true), form: form)
    }
    return ResolvedSummary.Source(
      column: projection.count + (related.firstIndex(of: path) ?? 0), shown: .always(true),
      form: form)
  }
}

extension Field {
  /// Throws where no value of the field can be a number.
  fileprivate func checkIsNumeric(_ name: String) throws(ServiceError) {
    switch type {
    case .number?: return
    case nil: guard affinity == .text else { return }
    case .text?, .checkbox?, .time?, .uuid?, .date?, .datetime?: break
    }
    throw ServiceError(
      .unsupported,
      "\(Printable.quoted(name)) holds no numbers, so it has neither a sum nor a mean",
      hint: type == nil ? "declare its type in the workspace, number or currency" : nil)
  }
}
