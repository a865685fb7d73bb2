import RecordFilter
import Rowscope
import RowscopeModel
import TestSupport
import Testing

/// Random requests on a PostgreSQL server, compared with SQLite.
@Suite(.enabled(if: !PostgreSQLServer.isMissing), .serialized) struct PostgreSQLTests {
  private func world(_ schema: String) throws -> PostgreSQLWorld {
    let server = try #require(try PostgreSQLServer.shared?.get())
    var random = SeededGenerator(seed: 20_261_201)
    return try PostgreSQLWorld(
      server, schema: schema, records: Extent.count(few: 300, all: 1_000), &random)
  }

  @Test func randomConditions() async throws {
    let world = try world("conditions")
    let seed = UInt64(Extent.number("ROWSCOPE_POSTGRESQL_SEED") ?? 1)
    var random = SeededGenerator(seed: seed)
    var (answered, refused, wrong) = (0, 0, 0)
    for _ in 0..<Extent.count("ROWSCOPE_POSTGRESQL_CONDITIONS", few: 1_500, all: 20_000) {
      let request = ListRequest(
        table: PostgreSQLWorld.table, select: ["id"], where: condition(3, &random),
        search: Int.random(in: 0..<20, using: &random) == 0 ? "A" : nil)
      let expected = await outcome { () async throws(ServiceError) in
        try await world.service.list(request, as: world.user).items.map(\.values)
      }
      let found = await outcome { () throws(ServiceError) in
        try world.page(request).items.map(\.values)
      }
      if case .failure(.unsupported) = found, found != expected {
        refused += 1
        continue
      }
      answered += 1
      guard found != expected else { continue }
      wrong += 1
      if wrong < 10 {
        Issue.record(
          "seed \(seed): \(world.text(of: request)): \(expected.difference(from: found))")
      }
    }
    print("PostgreSQL: \(answered) conditions answered, \(refused) refused")
    #expect(wrong == 0 && answered > 5 * refused)
  }

  @Test func orderedPages() async throws {
    let world = try world("orders")
    var random = SeededGenerator(seed: 2)
    var (pages, refused) = (0, 0)
    for _ in 0..<Extent.count(few: 60, all: 500) {
      let names = (["id"] + PostgreSQLWorld.columns.map(\.name)).shuffled(using: &random)
      var request = ListRequest(
        table: PostgreSQLWorld.table,
        select: names.prefix(6).map { FieldSelection(stringLiteral: $0) },
        where: condition(1, &random),
        sort: names.suffix(Int.random(in: 1...3, using: &random)).map {
          Bool.random(using: &random) ? .ascending($0) : .descending($0)
        }, size: Int.random(in: 20...150, using: &random))
      while true {
        let expected = await outcome { () async throws(ServiceError) in
          try await world.service.list(request, as: world.user)
        }
        let found = await outcome { () throws(ServiceError) in try world.page(request) }
        if case .failure(.unsupported) = found {
          refused += 1
          break
        }
        guard case .success(let page) = expected, case .success(let other) = found else {
          #expect("\(expected)" == "\(found)", "\(request)")
          break
        }
        pages += 1
        guard other.items.map(\.values) == page.items.map(\.values), other.next == page.next,
          other.hasMore == page.hasMore
        else {
          Issue.record("\(world.text(of: request))")
          break
        }
        guard let next = page.next else { break }
        request.after = next
      }
      request.after = nil
      let counts = await outcome { () async throws(ServiceError) in
        (try await world.service.count(request, as: world.user), try world.count(request))
      }
      if case .success(let counts) = counts { #expect(counts.0 == counts.1, "\(request)") }
    }
    print("PostgreSQL: \(pages) pages, \(refused) lists refused")
    #expect(pages > 10 * refused)
  }

  enum Outcome<Result> {
    case success(Result)
    case failure(ServiceError.Code)
  }

  private func outcome<Result>(
    _ body: () async throws(ServiceError) -> Result
  ) async -> Outcome<Result> {
    do throws(ServiceError) {
      return .success(try await body())
    } catch {
      if error.code == .database { Issue.record("\(error)") }
      return .failure(error.code)
    }
  }

  // MARK: Conditions

  private func condition(_ depth: Int, _ random: inout SeededGenerator) -> Condition {
    guard depth > 0, Int.random(in: 0..<3, using: &random) > 0 else { return leaf(&random) }
    let (left, right) = (condition(depth - 1, &random), condition(depth - 1, &random))
    switch Int.random(in: 0..<4, using: &random) {
    case 0: return left && right
    case 1: return left || right
    case 2: return !(left && right)
    default: return !left
    }
  }

  private func leaf(_ random: inout SeededGenerator) -> Condition {
    let column = PostgreSQLWorld.columns.randomElement(using: &random)!
    var field = Condition.Field(column.name)
    var values = column.values
    if column.name == "p", Bool.random(using: &random) {
      field = Condition.Field(Bool.random(using: &random) ? "p.name" : "p.id")
      values = ["é", "a", "B", 1, 2]
    }
    func value() -> Value {
      switch Int.random(in: 0..<10, using: &random) {
      case 0: HostileValues.all.randomElement(using: &random)!
      case 1: (PostgreSQLWorld.dates + PostgreSQLWorld.moments).randomElement(using: &random)!
      case 2: text()
      default: values.randomElement(using: &random)!
      }
    }
    func text() -> Value {
      let source = values.randomElement(using: &random)!
      let text = source.asTextIfNumber.text ?? ""
      let scalars = Array(text.unicodeScalars)
      let start = Int.random(in: 0...scalars.count, using: &random)
      let end = Int.random(in: start...scalars.count, using: &random)
      var part = ""
      part.unicodeScalars.append(contentsOf: scalars[start..<end])
      return .text(Bool.random(using: &random) ? part : part.uppercased())
    }
    switch Int.random(in: 0..<15, using: &random) {
    case 0, 1: return field == value()
    case 2: return field != value()
    case 3: return field < value()
    case 4: return field <= value()
    case 5: return field > value()
    case 6: return field >= value()
    case 7: return field.isOne(of: [value(), value(), value()])
    case 8: return field.isNone(of: [value(), value()])
    case 9: return field.isBetween(value(), and: value())
    case 10: return Bool.random(using: &random) ? field.isNull : field.isNotNull
    case 11: return Bool.random(using: &random) ? field.isEmpty : field.isNotEmpty
    case 12: return field.contains(text().text ?? "")
    case 13: return field.starts(with: text().text ?? "")
    default: return field.ends(with: text().text ?? "")
    }
  }
}

extension PostgreSQLTests.Outcome: Equatable where Result: Equatable {}

extension PostgreSQLTests.Outcome<[[Value]]> {
  /// For a message.
  fileprivate func difference(from other: Self) -> String {
    guard case .success(let rows) = self, case .success(let others) = other else {
      return "SQLite \(self), PostgreSQL \(other)"
    }
    let (one, another) = (Set(rows), Set(others))
    return "SQLite alone \(one.subtracting(another)), PostgreSQL alone \(another.subtracting(one))"
  }
}
