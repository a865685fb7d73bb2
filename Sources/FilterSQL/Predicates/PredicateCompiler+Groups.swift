import RecordFilter
import RowscopeModel

/// Groups of AND and OR that fit SQLite's limits, see ``PredicateCompiler``.
extension PredicateCompiler {
  /// The longest chain of one operator; longer chains are split into chains of chains.
  private static let chainLimit = 64
  /// From this height on, the deepest branch is written first.
  private static let heightLimit = 8

  mutating func group(
    _ filters: [Filter], _ separator: StaticString, depth: Int, _ writer: inout SQLWriter
  ) throws(SQLCompilationError) {
    var filters = filters
    let heights = filters.map(\.height)
    if let deepest = heights.indices.max(by: { heights[$0] < heights[$1] }),
      heights[deepest] >= Self.heightLimit
    {
      filters.insert(filters.remove(at: deepest), at: 0)
    }
    try chain(filters[...], separator, depth: depth, &writer)
  }

  /// The first tests of a disjunction, where they look for one text in several fields.
  private static func search(_ filters: ArraySlice<Filter>) -> (text: Text, fields: [FieldID])? {
    func search(_ filter: Filter?) -> (text: Text, field: FieldID)? {
      guard case .term(let term)? = filter, !term.isComplement,
        case .matches(let pattern) = term.test, pattern.isSearch
      else { return nil }
      return (pattern.text, term.field)
    }
    guard let text = search(filters.first)?.text else { return nil }
    let fields = filters.lazy.map { search($0) }.prefix { $0?.text == text }.compactMap(\.?.field)
    return fields.count > 1 ? (text, Array(fields)) : nil
  }

  private mutating func chain(
    _ filters: ArraySlice<Filter>, _ separator: StaticString, depth: Int, _ writer: inout SQLWriter
  ) throws(SQLCompilationError) {
    var isFirst = true
    if filters.count <= Self.chainLimit {
      var rest = filters
      while let filter = rest.first {
        if !isFirst { writer.write(separator) }
        isFirst = false
        let isChoice = separator.description == " OR "
        if isChoice, dialect.hasOwnFunctions, let (text, fields) = Self.search(rest) {
          for _ in fields { try countTest() }
          search(text, in: fields, &writer) { this, field, writer in this.column(field, &writer) }
          rest = rest.dropFirst(fields.count)
          continue
        }
        rest = rest.dropFirst()
        if case .disjunction = filter {
          writer.write("(")
          try self.filter(filter, depth: depth, &writer)
          writer.write(")")
        } else if case .conjunction = filter, isChoice {
          // AND binds tighter than OR; the parentheses are for readers.
          writer.write("(")
          try self.filter(filter, depth: depth, &writer)
          writer.write(")")
        } else {
          try self.filter(filter, depth: depth, &writer)
        }
      }
      return
    }
    let share = (filters.count + Self.chainLimit - 1) / Self.chainLimit
    var rest = filters
    while !rest.isEmpty {
      if !isFirst { writer.write(separator) }
      isFirst = false
      writer.write("(")
      try chain(rest.prefix(share), separator, depth: depth + 1, &writer)
      writer.write(")")
      rest = rest.dropFirst(share)
    }
  }
}

extension Filter {
  /// How deep its groups are nested.
  fileprivate var height: Int {
    switch self {
    case .always, .never, .term: 0
    case .related(let related): 1 + related.filter.height
    case .under(let tree): 2 + (tree.filters.map(\.height).max() ?? 0)
    case .comparison(let comparison):
      (comparison.left.steps + comparison.right.steps).flatMap {
        [1 + $0.filter.height, 1 + $0.condition.height]
      }.max() ?? 0
    case .conjunction(let filters), .disjunction(let filters):
      1 + (filters.lazy.map(\.height).max() ?? 0)
    }
  }
}
