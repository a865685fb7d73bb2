import Documents
import RecordEngine
package import RowscopeModel

/// What a request in the wire format asks for, without its user.
package enum WireQuestion: Sendable {
  /// Records.
  case list(ListRequest)
  /// Groups of records.
  case summary(SummaryRequest)
  /// How many records.
  case count(ListRequest)
  /// One record.
  case get([Value], from: String, select: [FieldSelection]?)
  /// What the user may do with one record.
  case may([Value], in: String)
  /// The tables that the user sees, or one, with what they may do there.
  case access(String?)
  /// The menu, the pages and the dashboards that the user can open.
  case menu
  case create(FieldValues, in: String, select: [String]?)
  case update(Target, set: FieldValues, ifUnchanged: FieldValues, select: [String]?)
  case delete(Target, ifUnchanged: FieldValues)

  /// The records to change.
  package enum Target: Sendable {
    case one([Value], in: String)
    case many(RecordSelection)
  }

  /// The values of `"do"`.
  package enum Act: String, Sendable, CaseIterable {
    case list, summarize, count, get, may, access, menu, create, update, delete
  }

  var isWrite: Bool {
    switch self {
    case .list, .summary, .count, .get, .may, .access, .menu: false
    case .create, .update, .delete: true
    }
  }
}

extension ServiceError {
  static let readsOnly = ServiceError(
    .notWritable, "this service reads, and does not write",
    hint: "its operator may allow that: `rowscope serve --writable`")
}

// MARK: - Reading

extension WireQuestion {
  private enum Key: String, CaseIterable {
    case act = "do"
    case table = "object_type"
    case key, select, filters, search, values, all
    case joining = "operator"
    case unchanged = "if_unchanged"
  }

  private static let selecting: [Key] = [.filters, .joining, .search]

  /// Strict JSON.
  init(json bytes: [UInt8]) throws(ServiceError) {
    let source = SourceDocument(name: "request", bytes: bytes)
    try self.init(try source.request(), in: source)
  }

  /// Without `"do"`, a request is one for a summary if it groups or computes, and else for a list.
  ///
  /// - Parameters:
  ///   - others: keys of the object that belong to others.
  ///   - refused: keys that it must not have, with what to do.
  init(
    _ node: JSONNode, in source: SourceDocument, ignoring others: Set<String> = [],
    refusing refused: [String: String] = [:]
  ) throws(ServiceError) {
    var form = RequestForm(node, in: source, ignoring: others.union([Key.act.rawValue]))
    for (key, hint) in refused { try form.refuse(key, hint) }
    guard let act = try form.choice(Key.act.rawValue, of: Act.self) else {
      self =
        SummaryRequest.isAsked(by: node)
        ? .summary(try SummaryRequest(node, in: source, ignoring: form.ignored))
        : .list(try ListRequest(node, in: source, ignoring: form.ignored))
      return
    }
    func only(_ keys: [Key]) throws(ServiceError) {
      try form.allow(keys.map(\.rawValue) + ["$schema"], to: act.rawValue)
    }
    switch act {
    case .list: self = .list(try ListRequest(node, in: source, ignoring: form.ignored))
    case .summarize: self = .summary(try SummaryRequest(node, in: source, ignoring: form.ignored))
    case .count:
      try only([.table] + Self.selecting)
      self = .count(try form.records())
    case .get:
      try only([.table, .key, .select])
      let records = try form.records()
      self = .get(
        try form.key(Key.key.rawValue), from: records.table, select: records.select)
    case .may:
      try only([.table, .key])
      self = .may(try form.key(Key.key.rawValue), in: try form.records().table)
    case .access:
      try only([.table])
      self = .access(form.has(Key.table.rawValue) ? try form.records().table : nil)
    case .menu:
      try only([])
      self = .menu
    case .create:
      try only([.table, .values, .select])
      let records = try form.records()
      self = .create(
        try form.values(Key.values.rawValue) ?? FieldValues(), in: records.table,
        select: try form.names(records.select))
    case .update:
      try only([.table, .key, .all, .values, .unchanged, .select] + Self.selecting)
      let records = try form.records()
      guard let values = try form.values(Key.values.rawValue) else {
        throw form.missing(Key.values.rawValue, #"{"values": {"status": "Done"}}"#)
      }
      self = .update(
        try Self.target(form, records), set: values,
        ifUnchanged: try form.values(Key.unchanged.rawValue) ?? FieldValues(),
        select: try form.names(records.select))
    case .delete:
      try only([.table, .key, .all, .unchanged] + Self.selecting)
      self = .delete(
        try Self.target(form, try form.records()),
        ifUnchanged: try form.values(Key.unchanged.rawValue) ?? FieldValues())
    }
  }

  /// One record by its key, those that a filter or a search selects, or all.
  private static func target(
    _ form: RequestForm, _ records: ListRequest
  ) throws(ServiceError) -> Target {
    let ways = [[Key.key], [.all], selecting].map { keys in
      keys.map(\.rawValue).filter(form.has)
    }.filter { !$0.isEmpty }
    guard ways.count <= 1 else {
      throw form.problem(
        ways[1][0], "\"\(ways[0][0])\" and \"\(ways[1][0])\" both say which records",
        hint: "give one of them")
    }
    if form.has(Key.key.rawValue) {
      return .one(try form.key(Key.key.rawValue), in: records.table)
    }
    if try form.flag(Key.all.rawValue) { return .many(.everything(in: records.table)) }
    return .many(
      RecordSelection(
        table: records.table, filters: records.filters, joining: records.joining,
        search: records.search))
  }
}
