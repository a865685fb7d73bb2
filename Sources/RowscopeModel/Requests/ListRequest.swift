/// What a service asks for: a list of records of one table, or a page of it.
///
/// Everything in a request narrows what the user reaches; nothing widens it. Names are looked up
/// among what the user sees.
public struct ListRequest: Sendable {
  /// How the filters are joined.
  package enum Joining: String, Sendable, Hashable, CaseIterable {
    case all = "AND"
    case any = "OR"
  }

  /// Whether the records are counted, whatever the page.
  public enum Counting: String, Sendable, Hashable, CaseIterable {
    /// They are not counted.
    case none
    /// Counting stops at ``ListRequest/boundedCountLimit``.
    case bounded
    /// All of them, which without an index reads the table.
    case exact

    /// The most records that are counted; nil where there is no such bound, or nothing is counted.
    package var limit: Int? { self == .bounded ? ListRequest.boundedCountLimit : nil }
  }

  /// One key of a sort.
  public struct SortKey: Sendable, Hashable {
    /// A field's name, or a path of relations to one record that ends in one.
    public var field: String
    /// Whether the greatest come first, and null last.
    public var isDescending: Bool

    /// A key by this field; ascending, with null first, unless said otherwise.
    public init(_ field: String, isDescending: Bool = false) {
      self.field = field
      self.isDescending = isDescending
    }

    /// The least first, null before them.
    public static func ascending(_ field: String) -> SortKey { SortKey(field) }

    /// The greatest first, null last.
    public static func descending(_ field: String) -> SortKey {
      SortKey(field, isDescending: true)
    }
  }

  /// Where a bounded count stops.
  public static let boundedCountLimit = 10_000

  /// The name of the table, without regard to ASCII case.
  public var table: String
  /// What the answer shows of each record, in this order; nil for all fields that the user sees.
  public var select: [FieldSelection]?
  /// The conditions as the wire format has them.
  package var filters: [Condition]
  package var joining: Joining
  /// A text to look for, without ASCII case, in every visible text field.
  public var search: String?
  /// The first key decides, the others where it does not. Records that all keys leave equal are in
  /// the order of their primary key.
  public var sort: [SortKey]
  /// The most records of a page; nil for the service's default.
  public var size: Int?
  /// From 1. A page by number is found by counting records; a cursor costs the same on every page.
  public var page: Int
  /// The `next` of the page before.
  public var after: String?
  /// Whether ``Page/count`` is given.
  public var count: Counting
  /// Whether the answer says what the user may do with each record: ``Page/may``.
  public var may: Bool
  /// Whether the answer has the fingerprint of its scope: ``Page/scope``.
  public var scope: Bool

  /// A request for the records that the user sees and for which the condition holds.
  ///
  /// ```swift
  /// ListRequest(table: "tasks", where: "priority" >= 4 && "status" != "Done")
  /// ```
  ///
  /// - Parameters:
  ///   - table: the name of the table.
  ///   - select: what the answer shows of each record; nil for all fields that the user sees.
  ///   - condition: nil for every record that the user sees.
  ///   - search: a text that a visible text field contains; nil for none.
  ///   - sort: the keys of the order; without any, that of the primary key.
  ///   - size: the most records of the page; nil for the service's default.
  ///   - page: the number of the page, from 1.
  ///   - after: the `next` of the page before, in place of a number.
  ///   - count: whether all records are counted.
  ///   - may: whether the answer says what the user may do with each record.
  ///   - scope: whether the answer has the fingerprint of its scope.
  public init(
    table: String, select: [FieldSelection]? = nil, where condition: Condition? = nil,
    search: String? = nil, sort: [SortKey] = [], size: Int? = nil, page: Int = 1,
    after: String? = nil, count: Counting = .none, may: Bool = false,
    scope: Bool = false
  ) {
    self.init(
      table: table, select: select, filters: condition.map { [$0] } ?? [], joining: .all,
      search: search, sort: sort, size: size, page: page, after: after, count: count, may: may,
      scope: scope)
  }

  /// - Parameters:
  ///   - filters: the conditions of a list.
  ///   - joining: whether all of them must hold, or one.
  package init(
    table: String, select: [FieldSelection]? = nil, filters: [Condition], joining: Joining = .all,
    search: String? = nil, sort: [SortKey] = [], size: Int? = nil, page: Int = 1,
    after: String? = nil, count: Counting = .none, may: Bool = false,
    scope: Bool = false
  ) {
    self.table = table
    self.select = select
    self.filters = filters
    self.joining = joining
    self.search = search
    self.sort = sort
    self.size = size
    self.page = page
    self.after = after
    self.count = count
    self.may = may
    self.scope = scope
  }

  /// What the request asks of its records; nil where it asks nothing. Setting it replaces every
  /// condition of the request.
  public var `where`: Condition? {
    get {
      guard !filters.isEmpty else { return nil }
      if filters.count == 1 { return filters[0] }
      return joining == .all ? .all(filters) : .any(filters)
    }
    set {
      filters = newValue.map { [$0] } ?? []
      joining = .all
    }
  }
}

extension ListRequest {
  /// The keys of a sort as it is written in a request: `due_date desc, title`.
  ///
  /// A name with a comma, or one that ends in a direction, stands in double quotes, its own
  /// doubled.
  ///
  /// Complexity: O(n) in the bytes of the text.
  /// - Throws: `invalid_request` where a key is empty or has more than a name and a direction.
  public static func sortKeys(_ text: String) throws(ServiceError) -> [SortKey] {
    var parser = SortParser(text)
    return try parser.keys()
  }
}

/// Reads `field [asc|desc], …`.
private struct SortParser {
  private let text: String
  private var rest: Substring.UnicodeScalarView

  init(_ text: String) {
    self.text = text
    rest = text[...].unicodeScalars
  }

  mutating func keys() throws(ServiceError) -> [ListRequest.SortKey] {
    var keys: [ListRequest.SortKey] = []
    skipSpaces()
    if rest.isEmpty { return [] }
    while true {
      keys.append(try key())
      guard !rest.isEmpty else { return keys }
      rest.removeFirst()
      skipSpaces()
    }
  }

  private mutating func key() throws(ServiceError) -> ListRequest.SortKey {
    if rest.first == "\"" {
      let name = try quoted()
      let words = part().split(atByte: " ")
      guard words.count <= 1 else { throw error("a key has more than a name and a direction") }
      guard let word = words.first else { return ListRequest.SortKey(name) }
      guard let isDescending = Self.direction(word) else {
        throw error("a direction is neither asc nor desc")
      }
      return ListRequest.SortKey(name, isDescending: isDescending)
    }
    let text = part().trimmingASCIISpaces
    guard !text.isEmpty else { throw error("a key is missing") }
    // The name is what stands before the last space, with all the spaces in it.
    let scalars = text.unicodeScalars
    guard let space = scalars.lastIndex(of: " "),
      let isDescending = Self.direction(String(scalars[scalars.index(after: space)...]))
    else { return ListRequest.SortKey(text) }
    return ListRequest.SortKey(
      String(scalars[..<space]).trimmingASCIISpaces, isDescending: isDescending)
  }

  private static func direction(_ word: String) -> Bool? {
    switch Name(word) {
    case "asc": false
    case "desc": true
    default: nil
    }
  }

  private mutating func quoted() throws(ServiceError) -> String {
    var name = String.UnicodeScalarView()
    rest.removeFirst()
    while let scalar = rest.popFirst() {
      guard scalar == "\"" else {
        name.append(scalar)
        continue
      }
      guard rest.first == "\"" else { return String(name) }
      name.append(rest.removeFirst())
    }
    throw error("a quote is not closed")
  }

  /// What stands before the next comma.
  private mutating func part() -> String {
    let end = rest.firstIndex(of: ",") ?? rest.endIndex
    defer { rest = rest[end...] }
    return String(String.UnicodeScalarView(rest[..<end]))
  }

  private mutating func skipSpaces() {
    while rest.first == " " { rest.removeFirst() }
  }

  private func error(_ message: String) -> ServiceError {
    ServiceError(
      .invalidRequest, "in the sort, \(message)",
      hint: "write it as \"due_date desc, title\"")
  }
}
