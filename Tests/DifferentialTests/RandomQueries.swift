import RecordFilter
import RowscopeModel
import TestSupport

/// Random conditions, orders and pages for a world.
struct RandomQueries {
  let schema: Schema
  /// The tables' values, so that conditions match some.
  let cells: [[[Value]]]
  /// The tables that relations lead to.
  var relatedTables = 0..<3

  // MARK: Filters

  func filter(
    on table: TableID, depth: Int = 3, _ random: inout SeededGenerator
  ) -> Filter {
    switch depth == 0 ? 0 : Int.random(in: 0..<20, using: &random) {
    case 0...8: return term(on: table, &random)
    case 9: return search(in: table, &random)
    case 10...13:
      return .all(
        (0..<Int.random(in: 2...4, using: &random)).map { _ in
          filter(on: table, depth: depth - 1, &random)
        })
    case 14: return related(from: table, depth: depth - 1, &random)
    default:
      return .any(
        (0..<Int.random(in: 2...4, using: &random)).map { _ in
          filter(on: table, depth: depth - 1, &random)
        })
    }
  }

  /// A text search in one of the text fields, as a request makes it.
  private func search(in table: TableID, _ random: inout SeededGenerator) -> Filter {
    let fields = schema[table].fieldIndices.filter {
      schema[table][$0].affinity == .text && !schema[table][$0].isManyValued
    }
    guard let field = fields.randomElement(using: &random) else { return term(on: table, &random) }
    var pattern = pattern(of: field, in: table, &random)
    (pattern.anchor, pattern.ignoresCase) = (.anywhere, true)
    return .any(fields.map { .test($0, .matches(pattern)) })
  }

  /// A comparison of two fields, each of the record or of a related one.
  private func comparison(on table: TableID, _ random: inout SeededGenerator) -> Filter? {
    guard let left = side(on: table, &random), let right = side(on: table, &random) else {
      return nil
    }
    let ordering = FieldTest.Ordering.allCases.randomElement(using: &random) ?? .less
    return .comparison(
      FieldComparison(
        left, Int.random(in: 0..<3, using: &random) == 0 ? .equal : .ordered(ordering), right,
        isComplement: Bool.random(using: &random)))
  }

  private func side(on table: TableID, _ random: inout SeededGenerator) -> FieldOperand? {
    func single(_ table: TableID, _ random: inout SeededGenerator) -> FieldID? {
      schema[table].fieldIndices.filter { !schema[table][$0].isManyValued }
        .randomElement(using: &random)
    }
    func operand(
      of table: TableID, _ steps: [FieldOperand.Step], _ random: inout SeededGenerator
    ) -> FieldOperand? {
      single(table, &random).map { field in
        let type = schema[table][field].type
        return FieldOperand(
          steps: steps, field: field,
          conversion: Bool.random(using: &random) ? type.map { .value($0) } : nil)
      }
    }
    guard Int.random(in: 0..<4, using: &random) == 0, let near = single(table, &random) else {
      return operand(of: table, [], &random)
    }
    let first = max(relatedTables.lowerBound, cells[0].count > 300 ? 1 : 0)
    let other = TableID(Int.random(in: first..<relatedTables.upperBound, using: &random))
    let far = schema[other]
    // To one record, where keys that are stored differently compare so.
    guard far.primaryKey == [FieldID(0)], far.primaryKeyIsTotal, far[FieldID(0)].affinity.isNumeric
    else { return operand(of: table, [], &random) }
    let step = FieldOperand.Step(
      table: other, pairs: [ColumnPair(near: near, far: FieldID(0))],
      filter: Bool.random(using: &random) ? .always : filter(on: other, depth: 0, &random))
    return operand(of: other, [step], &random)
  }

  func term(on table: TableID, _ random: inout SeededGenerator) -> Filter {
    if Int.random(in: 0..<12, using: &random) == 0, let filter = comparison(on: table, &random) {
      return filter
    }
    let field = schema[table].fieldIndices.randomElement(using: &random) ?? FieldID(0)
    if let type = schema[table][field].type, Int.random(in: 0..<4, using: &random) > 0 {
      let filter = typed(field, type, in: table, &random)
      return Bool.random(using: &random) ? filter : filter.complement
    }
    let test = test(of: field, in: table, &random)
    return .term(Term(field, test, isComplement: Bool.random(using: &random)))
  }

  /// A comparison by the field's declared type.
  private func typed(
    _ id: FieldID, _ type: DeclaredType, in table: TableID, _ random: inout SeededGenerator
  ) -> Filter {
    let field = schema[table][id]
    let stored = cells[table.index].map { $0[id.index] }
    func span(_ random: inout SeededGenerator) -> ValueSpan? {
      RandomTypes.span(of: type, among: stored, &random)
    }
    guard let one = span(&random), let other = span(&random) else { return .test(id, .isNull) }
    switch Int.random(in: 0..<9, using: &random) {
    case 0, 1: return field.equals(id, as: type, oneOf: [one])
    case 2:
      return field.equals(
        id, as: type,
        oneOf: (0..<Int.random(in: 2...20, using: &random)).map { _ in
          span(&random) ?? one
        })
    case 3: return field.between(id, as: type, one.low, other.high)
    case 4 where type == .uuid(nil):
      return .test(
        id,
        .converted(
          .text(type),
          .matches(
            TextPattern(
              "a1a1", anchor: TextPattern.Anchor.allCases.randomElement(using: &random) ?? .end,
              ignoresCase: false))))
    default:
      return field.compares(
        id, as: type, FieldTest.Ordering.allCases.randomElement(using: &random) ?? .less, one)
    }
  }

  private func test(
    of field: FieldID, in table: TableID, _ random: inout SeededGenerator
  ) -> FieldTest {
    if schema[table][field].isManyValued {
      let form = schema[table][field].members
      func converted(_ test: FieldTest) -> FieldTest {
        form.isPlain ? test : .converted(.members(form), test)
      }
      switch Int.random(in: 0..<5, using: &random) {
      case 0: return .isNull
      case 1: return converted(.isEmpty)
      default:
        let members = values(1...3, &random) { member(of: field, in: table, &$0) }
        return converted(
          .hasMember(form.type.equals(members.map { form.type.converted($0) ?? $0 })))
      }
    }
    func one(_ random: inout SeededGenerator) -> Value { value(of: field, in: table, &random) }
    switch Int.random(in: 0..<16, using: &random) {
    case 0: return .isNull
    case 1: return .isEmpty
    case 2, 3, 4: return .equals(one(&random))
    case 5, 6, 7:
      return .compares(
        FieldTest.Ordering.allCases.randomElement(using: &random) ?? .less, one(&random))
    case 8: return .isOneOf(values(1...6, &random, one))
    case 9: return .isOneOf(values(12...40, &random, one))
    case 10: return .isBetween(one(&random), one(&random))
    default: return .matches(pattern(of: field, in: table, &random))
    }
  }

  private func values(
    _ count: ClosedRange<Int>, _ random: inout SeededGenerator,
    _ value: (inout SeededGenerator) -> Value
  ) -> [Value] {
    (0..<Int.random(in: count, using: &random)).map { _ in value(&random) }
  }

  /// A value that is not null: one of the column's, one near it, or any.
  private func value(
    of field: FieldID, in table: TableID, _ random: inout SeededGenerator
  ) -> Value {
    if Int.random(in: 0..<4, using: &random) > 0,
      let cell = cells[table.index].randomElement(using: &random)?[field.index], !cell.isNull
    {
      guard Int.random(in: 0..<5, using: &random) == 0 else { return cell }
      switch cell {
      case .integer(let integer): return .real(Double(integer))
      case .real: return cell.asTextIfNumber
      case .text(let text):
        return cell.asNumberIfText == cell ? .blob(text.bytes) : cell.asNumberIfText
      case .blob(let bytes): return .text(Text(bytes: bytes))
      case .null: return 0
      }
    }
    while true {
      let value = RandomValues.value(&random)
      if !value.isNull { return value }
    }
  }

  private func member(
    of field: FieldID, in table: TableID, _ random: inout SeededGenerator
  ) -> Value {
    if case .link(let link) = schema[table][field].storage {
      return value(of: link.member, in: link.table, &random)
    }
    return ([1, 2, -3, 1.0, 2.5, 100, "a", "A", "1", "", 0, "é", .real(0x1p63), "[1]"] as [Value])
      .randomElement(using: &random) ?? 1
  }

  private func pattern(
    of field: FieldID, in table: TableID, _ random: inout SeededGenerator
  ) -> TextPattern {
    var text = RandomValues.text(&random)
    if Int.random(in: 0..<4, using: &random) > 0,
      let cell = cells[table.index].randomElement(using: &random)?[field.index],
      case .text(let whole) = cell.asTextIfNumber, !whole.isEmpty
    {
      let bytes = whole.bytes
      let start = Int.random(in: 0..<bytes.count, using: &random)
      let end = Int.random(in: start..<bytes.count, using: &random)
      text = Text(bytes: bytes[start...end])
    }
    return TextPattern(
      text, anchor: TextPattern.Anchor.allCases.randomElement(using: &random) ?? .anywhere,
      ignoresCase: schema[table][field].collation == .nocase || Bool.random(using: &random))
  }

  private func related(
    from table: TableID, depth: Int, _ random: inout SeededGenerator
  ) -> Filter {
    // See `World.fill`: not to a large table.
    let first = max(relatedTables.lowerBound, cells[0].count > 300 ? 1 : 0)
    let other = TableID(Int.random(in: first..<relatedTables.upperBound, using: &random))
    func column(of table: TableID, _ random: inout SeededGenerator) -> FieldID {
      let columns = schema[table].fieldIndices.filter { field in
        if case .link = schema[table][field].storage { false } else { true }
      }
      return columns.randomElement(using: &random) ?? FieldID(0)
    }
    func pair(_ table: TableID, _ other: TableID, _ random: inout SeededGenerator) -> ColumnPair {
      func uuids(_ table: TableID) -> [FieldID] {
        schema[table].fieldIndices.filter {
          if case .uuid? = schema[table][$0].type { true } else { false }
        }
      }
      let (near, far) = (uuids(table), uuids(other))
      let isOfUUIDs = !near.isEmpty && !far.isEmpty && Bool.random(using: &random)
      return ColumnPair(
        near: isOfUUIDs
          ? near.randomElement(using: &random) ?? near[0] : column(of: table, &random),
        far: isOfUUIDs
          ? far.randomElement(using: &random) ?? far[0] : column(of: other, &random),
        key: [.near, .far, nil].randomElement(using: &random) ?? nil)
    }
    let pairs = (0..<(Int.random(in: 0..<4, using: &random) == 0 ? 2 : 1)).map { _ in
      pair(table, other, &random)
    }
    let inner: Filter =
      Bool.random(using: &random) ? .always : filter(on: other, depth: depth, &random)
    if Int.random(in: 0..<3, using: &random) == 0 {
      // Any two columns make a tree, of which records may have several parents.
      let parent = pair(other, other, &random)
      let isOfParent = table == other && Bool.random(using: &random)
      let tree = Filter.under(
        other, place: isOfParent ? parent : pairs[0], parent: parent,
        start: filter(on: other, depth: 0, &random), step: inner)
      return Bool.random(using: &random) ? tree : tree.complement
    }
    let related = Filter.related(table: other, pairs: pairs, where: inner)
    return Bool.random(using: &random) ? related : related.complement
  }

  // MARK: Queries

  /// Usually all fields, otherwise some in any order, or none.
  private func projection(
    of fields: [FieldID], _ random: inout SeededGenerator
  ) -> [FieldID] {
    guard Int.random(in: 0..<5, using: &random) == 0 else { return fields }
    return Array(
      fields.shuffled(using: &random).prefix(Int.random(in: 0...fields.count, using: &random)))
  }

  func query(_ random: inout SeededGenerator) -> Query {
    let table = TableID(
      schema.tables.count > 3 && Int.random(in: 0..<4, using: &random) == 0
        ? 3 : Int.random(in: 0..<2, using: &random))
    return query(on: table, &random)
  }

  func query(on table: TableID, _ random: inout SeededGenerator) -> Query {
    let fields = schema[table].fieldIndices
    let stored = fields.filter { field in
      if case .link = schema[table][field].storage { false } else { true }
    }
    var order = stored.shuffled(using: &random).prefix(Int.random(in: 0...3, using: &random)).map {
      (field: FieldID) in
      let isExact = Int.random(in: 0..<4, using: &random) == 0
      return OrderKey(
        field, Bool.random(using: &random) ? .ascending : .descending, isExact: isExact,
        type: isExact ? nil : schema[table][field].orderType)
    }
    let isView = schema[table].kind == .view
    if isView {
      // As for all records without a visible key.
      order += stored.map { OrderKey($0, .ascending, isExact: true) }
    } else {
      order.removeAll { $0.field == FieldID(0) }
      order.append(OrderKey(FieldID(0), Bool.random(using: &random) ? .ascending : .descending))
    }
    var start = Query.Start.first
    switch Int.random(in: 0..<6, using: &random) {
    case 0: start = .offset(Int.random(in: 0...30, using: &random))
    case 1 where !isView:
      if let row = cells[table.index].randomElement(using: &random) {
        let values = order.map { key in
          let stored = row[key.field.index]
          return key.type.map { schema[table][key.field].orderValue(of: stored, as: $0) }
            ?? stored
        }
        // A cursor may hold the first keys alone.
        let isWhole = Int.random(in: 0..<4, using: &random) > 0
        let count = isWhole ? values.count : Int.random(in: 1...values.count, using: &random)
        start = .after(Array(values.prefix(count)))
      }
    default: break
    }
    var query = Query(
      table: table, scope: filter(on: table, &random),
      request: Bool.random(using: &random) ? .always : filter(on: table, depth: 1, &random),
      projection: projection(of: fields, &random), order: order, start: start,
      limit: Bool.random(using: &random) ? nil : Int.random(in: 0...40, using: &random))
    query.tests = (0..<max(0, Int.random(in: -5...2, using: &random))).map { _ in
      filter(on: table, depth: 2, &random)
    }
    return query
  }
}
