import RecordFilter
import RowscopeModel
import Testing

/// The phases in which a page after a cursor is read.
@Suite struct QueryPhasesTests {
  private static let (key, plain, total) = (FieldID(0), FieldID(1), FieldID(2))
  private static let schema = Schema(tables: [
    Table(
      name: "t",
      fields: [
        Field(name: "key", affinity: .integer), Field(name: "plain", affinity: .integer),
        Field(name: "id", affinity: .integer, isNullable: false),
      ], primaryKey: [total], indexedFields: [key, total])
  ])
  private let mine = Filter.test(plain, .equals(1))

  private func query(_ order: [OrderKey], _ start: Query.Start) -> Query {
    Query(
      table: TableID(0), scope: .always, request: mine, projection: [], order: order, start: start)
  }

  private func phase(
    _ query: Query, _ filter: Filter, order: [OrderKey]? = nil, after: [Value]? = nil
  ) -> Query {
    var phase = query
    phase.request = .all(mine, filter)
    phase.order = order ?? query.order
    phase.start = after.map { .after($0) } ?? .first
    return phase
  }

  private let last = OrderKey(total)
  private func isNull(_ field: FieldID) -> Filter { .test(field, .isNull) }

  @Test func aSimpleOrderHasOnePhase() {
    let orders: [([OrderKey], Query.Start)] = [
      ([OrderKey(Self.key), last], .first), ([OrderKey(Self.key), last], .offset(3)),
      ([OrderKey(Self.key)], .after([1])), ([], .after([])),
      ([OrderKey(Self.plain), last], .after([1, 2])),
      ([OrderKey(Self.key, isExact: true), last], .after([1, 2])),
      // The key is never null, so there is no phase for null.
      ([last, OrderKey(Self.key)], .after([.null, 2])),
    ]
    for (order, start) in orders {
      let query = query(order, start)
      #expect(query.phases(in: Self.schema) == [query], "\(order)")
    }
  }

  @Test func afterNull() {
    let up = query([OrderKey(Self.plain), last], .after([.null, 2]))
    let null = isNull(Self.plain)
    #expect(
      up.phases(in: Self.schema) == [
        phase(up, null, order: [last], after: [2]), phase(up, null.complement),
      ])
    let down = query([OrderKey(Self.plain, .descending), last], .after([.null, 2]))
    #expect(
      down.phases(in: Self.schema) == [phase(down, null, order: [last], after: [2])])
  }

  @Test func afterAValue() {
    let up = query([OrderKey(Self.key), last], .after([1, 2]))
    let same = Filter.test(Self.key, .equals(1))
    #expect(
      up.phases(in: Self.schema) == [
        phase(up, same, order: [last], after: [2]),
        phase(up, .test(Self.key, .compares(.greater, 1))),
      ])
    let down = query([OrderKey(Self.key, .descending), last], .after([1, 2]))
    #expect(
      down.phases(in: Self.schema) == [
        phase(down, same, order: [last], after: [2]),
        phase(down, .test(Self.key, .compares(.less, 1))), phase(down, isNull(Self.key)),
      ])
    let total = query([OrderKey(Self.total, .descending), OrderKey(Self.key)], .after([1, 2]))
    #expect(
      total.phases(in: Self.schema) == [
        phase(total, .test(Self.total, .equals(1)), order: [OrderKey(Self.key)], after: [2]),
        phase(total, .test(Self.total, .compares(.less, 1))),
      ])
  }

  /// A cursor with values for the first keys alone stands after all records that have them.
  @Test func afterTheFirstKeys() {
    let order = [OrderKey(Self.key), last, OrderKey(Self.plain)]
    let one = query(order, .after([1]))
    #expect(one.phases(in: Self.schema) == [phase(one, .test(Self.key, .compares(.greater, 1)))])
    let null = query(order, .after([.null]))
    #expect(null.phases(in: Self.schema) == [phase(null, isNull(Self.key).complement)])
    // The primary key decides alone.
    let total = query([last, OrderKey(Self.key)], .after([1]))
    #expect(
      total.phases(in: Self.schema) == [
        phase(total, .test(Self.total, .compares(.greater, 1)), order: [last])
      ])
  }

  @Test func withinTies() {
    let order = [OrderKey(Self.key), last, OrderKey(Self.plain)]
    let within = query(order, .within([.null, 2], 3))
    var tied = phase(
      within, .all(isNull(Self.key), .test(Self.total, .equals(2))), order: [OrderKey(Self.plain)])
    tied.start = .offset(3)
    let rest = query(order, .after([.null, 2]))
    #expect(within.phases(in: Self.schema) == [tied] + rest.phases(in: Self.schema))
    #expect(rest.phases(in: Self.schema).count == 2)
  }

  /// Where no index begins with the key, only records whose key is NULL are read separately.
  @Test func withoutAnIndex() {
    for key in [OrderKey(Self.plain, .descending), OrderKey(Self.key, .descending, isExact: true)] {
      let query = query([key, last], .after([1, 2]))
      var withValue = query
      withValue.request = .all(mine, isNull(key.field).complement)
      #expect(query.phases(in: Self.schema) == [withValue, phase(query, isNull(key.field))])
    }
  }
}
