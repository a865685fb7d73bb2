package import AccessProfiles
import Documents
package import RecordFilter
package import RowscopeModel

/// Resolves requests. All names in a request become fields here.
package struct RequestResolution {
  package let scope: FieldScope
  package let access: TableAccess
  package let context: ReferenceContext
  package let limits: ServiceLimits
  /// The fingerprint of the profile's document.
  package let profileIdentity: Fingerprint

  package init(
    scope: FieldScope, access: TableAccess, context: ReferenceContext, limits: ServiceLimits,
    profileIdentity: Fingerprint
  ) {
    self.scope = scope
    self.access = access
    self.context = context
    self.limits = limits
    self.profileIdentity = profileIdentity
  }

  var table: Table { scope.schema[access.table] }

  /// - Parameter anySize: for the service's own requests, which have no limits.
  package func resolve(
    _ request: ListRequest, anySize: Bool = false
  ) throws(ServiceError) -> ResolvedRequest {
    // What is wrong with the selection is said first.
    let own = ownFields(request.select)
    let selected = own == nil ? try self.selected(request.select) : nil
    let filter = try unsimplifiedFilter(request)
    let (order, keyCount) = try self.order(request.sort)
    let size = anySize ? request.size : try self.size(request.size)
    var keyPositions: [Int]?
    let keys = order.prefix(keyCount ?? 0)
    // Those of related records stand behind the others.
    let keyValues = keys.filter { $0.path != nil }
    var projection = own ?? []
    var shownCount = projection.count
    var layout: AnswerLayout?
    var tests = RowTests(within: access.rows.filter)
    if own != nil {
      for key in keys where key.path == nil && !projection.contains(key.field) {
        projection.append(key.field)
      }
    } else if let selected {
      let answer = try self.layout(
        selected, reading: keys.filter { $0.path == nil }.map(\.field),
        keyValueCount: keyValues.count, &tests)
      projection = answer.projection
      shownCount = answer.shownCount
      layout = answer.layout.isPlain(projection.prefix(shownCount), of: table) ? nil : answer.layout
    }
    if keyCount != nil {
      keyPositions = keys.map { key in
        key.path == nil
          ? projection.firstIndex(of: key.field) ?? 0
          : projection.count + (keyValues.firstIndex(of: key) ?? 0)
      }
    }
    var resolved = ResolvedRequest(
      query: Query(
        table: access.table, scope: access.rows.filter,
        request: filter.simplified(in: scope.schema, table: access.table), projection: projection,
        order: order,
        // One more than shown, to find out whether there are more.
        limit: size.map { $0 + 1 }),
      table: table, shownCount: shownCount, layout: layout, keyPositions: keyPositions,
      fingerprint: Fingerprint(
        of: request, user: context.user.id, profile: profileIdentity, table: table.name,
        key: limits.secret),
      size: size, acts: nil)
    resolved.query.simplifyOrder(in: scope.schema)
    resolved.query.keyValues = Array(keyValues)
    resolved.query.tests = tests.filters
    resolved.query.start = try resolved.start(of: request)
    return resolved
  }

  /// The field of this name in the table itself.
  package func field(_ name: String) throws(ServiceError) -> FieldID {
    guard let path = scope.field(named: name, in: access.table) else { throw unknownField(name) }
    guard path.steps.isEmpty else {
      throw ServiceError(
        .unsupported,
        "\(Printable.quoted(name)) is a field of a related table; only lists show it",
        hint: "name fields of the table itself")
    }
    return path.field
  }

  func unknownField(_ name: String) -> ServiceError {
    ServiceError(
      .unknownField,
      "unknown field \(Printable.quoted(name)) in table \(Printable.quoted(table.name.string))",
      hint: scope.ambiguity(in: name, from: access.table)
        ?? scope.suggestion(for: name, in: access.table).map {
          "did you mean \(Printable.quoted($0))?"
        })
  }

  // MARK: Clauses

  /// The fields of the table itself that a change returns.
  package func select(_ names: [String]?) throws(ServiceError) -> [FieldID] {
    guard let names else { return access.visibleFields }
    guard !names.isEmpty else {
      throw ServiceError(
        .invalidRequest, "the selection names no field",
        hint: "leave \"select\" out for all fields")
    }
    var fields: [FieldID] = []
    for name in names {
      let field = try field(name)
      if !fields.contains(field) { fields.append(field) }
    }
    return fields
  }

  /// The filter of the request's conditions and search, before simplification.
  package func unsimplifiedFilter(_ request: ListRequest) throws(ServiceError) -> Filter {
    for condition in request.filters { try condition.checkOperands() }
    let conditions: Filter
    do throws(Diagnostic) {
      conditions = try scope.filter(
        request.filters, joinedByOr: request.joining == .any, on: access.table, context: context)
    } catch {
      throw ServiceError(
        ServiceError.Code(rawValue: error.code.rawValue), error.message, hint: error.hint)
    }
    guard let text = request.search, !text.isEmpty else { return conditions }
    return .all(conditions, search(text))
  }

  /// The records that show a text field which contains the text, ignoring ASCII case.
  private func search(_ text: String) -> Filter {
    let pattern = TextPattern(Text(text), anchor: .anywhere, ignoresCase: true)
    return .any(
      access.visibleFields.filter { table[$0].affinity == .text && !table[$0].isManyValued }
        .map { .all(shown($0), .test($0, .matches(pattern))) })
  }

  /// The records in reach that show a field of the table.
  private func shown(_ field: FieldID) -> Filter { access.cells[field] ?? .always }

  /// A key of an order by the table's own field, under which records that do not show it are NULL.
  private func ownKey(
    _ field: FieldID, _ direction: OrderKey.Direction = .ascending, isExact: Bool = false,
    type: DeclaredType? = nil
  ) -> OrderKey {
    OrderKey(
      field, direction, isExact: isExact, type: type,
      path: access.cells[field].map { OrderPath(ownField: table[field], shownWhere: $0) })
  }

  /// A total order, and how many of its keys, the first ones, a cursor can hold: they identify
  /// every record whose primary key is not NULL. Nil where the user does not see one of these
  /// fields in every record.
  func order(
    _ sort: [ListRequest.SortKey]
  ) throws(ServiceError) -> (keys: [OrderKey], keyCount: Int?) {
    guard sort.count <= limits.maximumSortKeys else {
      throw ServiceError(
        .limitExceeded, "the sort has more than \(limits.maximumSortKeys) keys")
    }
    var keys: [OrderKey] = []
    for key in sort {
      let added = try orderKey(key)
      guard !keys.contains(where: { $0.field == added.field && $0.path == added.path }) else {
        throw ServiceError(
          .invalidRequest, "the sort names \(Printable.quoted(key.field)) twice")
      }
      keys.append(added)
    }
    func add(_ fields: [FieldID]) {
      // Different stored values of one type may be one value, and must still have an order.
      for field in fields
      where !keys.contains(where: {
        $0.field == field && $0.type == nil && $0.path?.steps.isEmpty ?? true
      }) {
        keys.append(ownKey(field))
      }
    }
    let isKeySeen = !table.primaryKey.isEmpty && table.primaryKey.allSatisfy(access.isVisible)
    if isKeySeen { add(table.primaryKey) }
    // In some records only.
    let isKeyHidden =
      !access.cells.isEmpty && table.primaryKey.contains { access.cells[$0] != nil }
    let isKeyVisible = isKeySeen && !isKeyHidden
    // By a declared collation, different keys may compare as equal. Their bytes tell them apart,
    // and as a cursor compares none, it is a position.
    let equalKeys = isKeyVisible ? table.primaryKey.filter { table[$0].statesCollation } : []
    keys += equalKeys.map { OrderKey($0, isExact: true) }
    let isWhole = access.cells.isEmpty || keys.allSatisfy { !($0.path?.steps.isEmpty ?? false) }
    let keyCount = isKeyVisible && equalKeys.isEmpty && isWhole ? keys.count : nil
    if isKeyVisible && table.primaryKeyIsTotal { return (keys, keyCount) }
    // No visible key identifies all records. Sort by everything visible too: first the columns,
    // then values that compare as equal but look different (texts under a collation, 1 and 1.0),
    // and last the members of links. If any visible order were left open, it would reveal the order
    // of the hidden key.
    let links = access.visibleFields.filter { table[$0].isLink }
    let columns = access.visibleFields.filter { !table[$0].isLink }
    add(columns)
    for field in columns where table[field].collation != .binary || table[field].affinity != .text {
      keys.append(ownKey(field, isExact: true))
    }
    add(links)
    // Records that look alike but for a null where the other shows nothing.
    keys += columns.compactMap { access.cells[$0] }.map(OrderKey.truth)
    keys += links.compactMap { access.cells[$0] }.map(OrderKey.truth)
    return (keys, keyCount)
  }

  private func orderKey(_ key: ListRequest.SortKey) throws(ServiceError) -> OrderKey {
    guard let path = scope.field(named: key.field, in: access.table) else {
      throw unknownField(key.field)
    }
    let field = scope.schema[path.table][path.field]
    guard !field.isManyValued else {
      throw ServiceError(
        .unsupported,
        "records cannot be sorted by \(Printable.quoted(key.field)), which holds many values")
    }
    if let step = manyStep(path.steps) {
      throw ServiceError(
        .unsupported,
        "records cannot be sorted by \(Printable.quoted(key.field)): "
          + "\(Printable.quoted(step.name.string)) may lead to several records",
        hint: "sort by a field of the record, or by a path to one record")
    }
    let direction: OrderKey.Direction = key.isDescending ? .descending : .ascending
    let type = field.orderType?.resolved(in: context.clock.zone)
    guard !path.steps.isEmpty else { return ownKey(path.field, direction, type: type) }
    return OrderKey(path.field, direction, type: type, path: orderPath(to: path))
  }

  /// The way to the field of one related record, where the user sees it.
  func orderPath(to path: FieldPath) -> OrderPath {
    var steps: [FieldOperand.Step] = []
    var near = access.table
    for relation in path.steps {
      steps.append(scope.step(relation, from: near, context))
      near = relation.table
    }
    let last = steps.removeLast()
    steps.append(
      FieldOperand.Step(
        table: last.table, pairs: last.pairs, condition: last.condition,
        filter: .all(last.filter, scope.records(of: path.table, showing: path.field)),
        memberType: last.memberType))
    return OrderPath(steps: steps, field: scope.schema[path.table][path.field])
  }

  /// - Parameter isOfRelated: whether it is that of a list of related records.
  func size(_ size: Int?, isOfRelated: Bool = false) throws(ServiceError) -> Int? {
    guard let size else { return limits.defaultSize }
    guard size >= 1 else {
      throw ServiceError(
        .invalidValue,
        "the size of a \(isOfRelated ? "list of related records" : "page") is 1 or more")
    }
    if let maximum = limits.maximumSize, size > maximum {
      throw ServiceError(
        .limitExceeded,
        "the size of a \(isOfRelated ? "list of related records" : "page") is at most \(maximum)",
        hint: isOfRelated
          ? "ask for the rest by a request of its own"
          : "ask for the rest with the cursor in \"next\"")
    }
    return size
  }
}

extension Field {
  fileprivate var isLink: Bool {
    if case .link = storage { true } else { false }
  }
}
