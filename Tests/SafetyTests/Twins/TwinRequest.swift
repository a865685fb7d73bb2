import AccessProfiles
import RecordEngine
import RecordFilter
import Rowscope
import RowscopeModel
import TestSupport

/// A JSON text that can be reduced.
indirect enum JSONText {
  case atom(String)
  case list([JSONText])
  case object([(key: String, value: JSONText)])

  var text: String {
    switch self {
    case .atom(let text): text
    case .list(let elements): "[\(elements.map(\.text).joined(separator: ","))]"
    case .object(let members):
      "{\(members.map { "\(json($0.key)):\($0.value.text)" }.joined(separator: ","))}"
    }
  }

  /// The object with one member more.
  func adding(_ key: String, _ value: JSONText) -> JSONText {
    guard case .object(let members) = self else { return self }
    return .object(members + [(key, value)])
  }

  /// The same with one part less.
  var smaller: [JSONText] {
    switch self {
    case .atom: []
    case .list(let elements):
      elements.indices.map { index in
        .list(elements.enumerated().filter { $0.offset != index }.map(\.element))
      }
        + elements.indices.flatMap { index in
          elements[index].smaller.map { part in
            .list(elements.enumerated().map { $0.offset == index ? part : $0.element })
          }
        }
    case .object(let members):
      members.indices.map { index in
        .object(members.enumerated().filter { $0.offset != index }.map(\.element))
      }
        + members.indices.flatMap { index in
          members[index].value.smaller.map { part in
            .object(
              members.enumerated().map {
                $0.offset == index ? (key: $0.element.key, value: part) : $0.element
              })
          }
        }
    }
  }
}

/// A request of a user to a service.
enum TwinRequest {
  case list(JSONText)
  case count(JSONText)
  case get(table: String, key: [Value], select: [String]?)

  var description: String {
    switch self {
    case .list(let json): "list \(json.text)"
    case .count(let json): "count \(json.text)"
    case .get(let table, let key, let select): "get \(table) \(key) \(select ?? ["*"])"
    }
  }

  var smaller: [TwinRequest] {
    switch self {
    case .list(let json): json.smaller.map(TwinRequest.list)
    case .count(let json): json.smaller.map(TwinRequest.count)
    case .get(let table, let key, let select):
      (select?.count ?? 0) > 1
        ? [.get(table: table, key: key, select: Array((select ?? []).dropFirst()))] : []
    }
  }

  /// Everything that the user gets to see: the records, or an error's code and message.
  func answer(of service: RecordService, as user: User) async -> [UInt8] {
    switch self {
    case .list(let json): return await service.answer(json: Array(json.text.utf8), as: user).json
    case .count(let json):
      do throws(ServiceError) {
        let request = try ListRequest(json: Array(json.text.utf8))
        return Array("\(try await service.count(request, as: user))".utf8)
      } catch {
        return error.wireAnswer
      }
    case .get(let table, let key, let select):
      do throws(ServiceError) {
        return try await service.withSession(as: user) { reader throws(ServiceError) in
          try reader.getObject(key, from: table, select: select?.map { FieldSelection($0) })
        }
      } catch {
        return error.wireAnswer
      }
    }
  }
}

/// Requests on a world, for visible, hidden and missing things.
struct TwinRequests {
  let world: TwinWorld
  let access: TwinAccess
  /// Cells of both twins, mostly hidden ones.
  let rows: [[[Value]]]
  /// By table.
  let visible: [[Int]]

  init(_ access: TwinAccess, rows: [[[Value]]]) {
    world = access.world
    self.access = access
    self.rows = rows
    visible = world.tables.indices.map(access.visible)
  }

  func request(_ random: inout SeededGenerator) -> TwinRequest {
    var table = [1, 1, 1, 0, 2, 3, 4].randomElement(using: &random) ?? 1
    if !access.reaches(table), Int.random(in: 0..<4, using: &random) > 0 {
      table = TwinWorld.tasks
    }
    if Int.random(in: 0..<12, using: &random) == 0 {
      let key = world.tables[table].key.map { column in cell(table, column, &random) }
      return .get(
        table: name(ofTable: table, &random), key: key.isEmpty ? [1] : key,
        select: Bool.random(using: &random) ? nil : [name(in: table, &random)])
    }
    let list = list(table, &random)
    switch Int.random(in: 0..<12, using: &random) {
    case 0: return .count(list)
    case 1: return .list(list.adding("may", .atom("true")))
    case 2:
      return .list(
        list.adding("may", .atom("true")).adding("scope", .atom("true")))
    case 3: return .list(list.adding("scope", .atom("true")))
    default: return .list(list)
    }
  }

  func list(_ table: Int, _ random: inout SeededGenerator) -> JSONText {
    var members: [(key: String, value: JSONText)] = [
      ("object_type", .atom(json(name(ofTable: table, &random))))
    ]
    func maybe(_ share: Int) -> Bool { Int.random(in: 0..<10, using: &random) < share }
    if maybe(4) {
      members.append(
        (
          "select",
          selection(table, depth: 2, &random)
        ))
    }
    if maybe(5) { members.append(("sort", sort(table, &random))) }
    if maybe(7) {
      members.append(
        (
          "filters",
          .list(
            (0..<Int.random(in: 1...3, using: &random)).map { _ in
              filter(table, depth: 2, &random)
            })
        ))
      if maybe(4) { members.append(("operator", .atom("\"OR\""))) }
    }
    if maybe(2) {
      let texts = ["a", "A", "1", "x%", "zz", " "].map { Value.text($0) }
      members.append(("search", .atom((texts.randomElement(using: &random) ?? "a").json)))
    }
    if maybe(6) { members.append(("size", .atom("\(Int.random(in: 1...8, using: &random))"))) }
    if maybe(1) { members.append(("page", .atom("\(Int.random(in: 1...4, using: &random))"))) }
    if maybe(3) {
      members.append(("count", .atom(Bool.random(using: &random) ? "\"exact\"" : "\"bounded\"")))
    }
    return .object(members)
  }

  /// Fields, paths, and lists of related records.
  private func selection(
    _ table: Int, depth: Int, _ random: inout SeededGenerator
  ) -> JSONText {
    .list(
      (0..<Int.random(in: 1...3, using: &random)).map { _ in
        let relation = world.tables[table].relations.randomElement(using: &random)
        switch (Int.random(in: 0..<8, using: &random), relation) {
        case (0, let relation?): return .atom(json("\(relation.name).*"))
        case (1, let relation?) where depth > 0:
          var list: [(key: String, value: JSONText)] = [("path", .atom(json(relation.name)))]
          if Bool.random(using: &random) {
            list.append(("select", selection(relation.table, depth: depth - 1, &random)))
          }
          if Bool.random(using: &random) { list.append(("sort", sort(relation.table, &random))) }
          if Bool.random(using: &random) {
            list.append(("size", .atom("\(Int.random(in: 1...3, using: &random))")))
          }
          return .object(list)
        case (2...4, _): return .atom(json(path(table, &random).name))
        default: return .atom(json(name(in: table, &random)))
        }
      })
  }

  private func sort(_ table: Int, _ random: inout SeededGenerator) -> JSONText {
    let keys = (0..<Int.random(in: 1...2, using: &random)).map { _ in
      let name =
        Bool.random(using: &random) ? path(table, &random).name : name(in: table, &random)
      let direction = ["", " desc", " asc", " DESC"].randomElement(using: &random) ?? ""
      let quoted = name.split(separator: "\"", omittingEmptySubsequences: false)
        .joined(separator: "\"\"")
      return "\"\(quoted)\"\(direction)"
    }
    return .atom(json(keys.joined(separator: ", ")))
  }

  // MARK: Names

  func name(ofTable table: Int, _ random: inout SeededGenerator) -> String {
    switch Int.random(in: 0..<80, using: &random) {
    case 0: return "sqlite_schema"
    case 1: return "nothing"
    case 2: return world.tables[table].name.uppercased()
    default: return world.tables[table].name
    }
  }

  /// A field's name: often a hidden one, and sometimes a missing one.
  func name(in table: Int, _ random: inout SeededGenerator) -> String {
    let columns = world.tables[table].columns
    switch Int.random(in: 0..<48, using: &random) {
    case 0:
      return ["rowid", "nothing", "_rowid_", "*", ""].randomElement(using: &random) ?? "rowid"
    case 1: return columns.randomElement(using: &random)?.name ?? "id"
    case 2: return columns.randomElement(using: &random)?.name.uppercased() ?? "ID"
    default: return visible[table].randomElement(using: &random).map { columns[$0].name } ?? "id"
    }
  }

  /// A field's name, or a path to one.
  private func path(
    _ table: Int, _ random: inout SeededGenerator
  ) -> (name: String, place: TwinWorld.Place?) {
    var (table, prefix) = (table, "")
    while Int.random(in: 0..<4, using: &random) == 0,
      let relation = world.tables[table].relations.randomElement(using: &random)
    {
      prefix += relation.name + "."
      table = relation.table
    }
    let name = name(in: table, &random)
    let column = world.tables[table].columns.firstIndex { Name($0.name) == Name(name) }
    return (prefix + name, column.map { TwinWorld.Place(table: table, column: $0) })
  }

  // MARK: Filters

  private func filter(
    _ table: Int, depth: Int, _ random: inout SeededGenerator
  ) -> JSONText {
    func parts() -> JSONText {
      .list(
        (0..<Int.random(in: 1...3, using: &random)).map { _ in
          filter(table, depth: depth - 1, &random)
        })
    }
    switch depth == 0 ? 0 : Int.random(in: 0..<10, using: &random) {
    case 0...6: return test(table, &random)
    case 7: return .object([("not", filter(table, depth: depth - 1, &random))])
    case 8: return .object([("and", parts())])
    default:
      return Bool.random(using: &random)
        ? .object([("or", parts())]) : related(table, depth: depth, &random)
    }
  }

  /// Conditions on one and the same related record.
  private func related(
    _ table: Int, depth: Int, _ random: inout SeededGenerator
  ) -> JSONText {
    guard let relation = world.tables[table].relations.randomElement(using: &random) else {
      return test(table, &random)
    }
    let quantifier = ["some", "none", "every"].randomElement(using: &random) ?? "some"
    return .object([
      ("field", .atom(json(relation.name))), ("operator", .atom(json(quantifier))),
      (
        "where",
        .list(
          (0..<Int.random(in: 0...2, using: &random)).map { _ in
            filter(relation.table, depth: depth - 1, &random)
          })
      ),
    ])
  }

  private static let symbols = [
    "==", "==", "!=", ">", ">=", "<", "<=", "in", "not in", "between", "like", "not like",
    "starts with", "ends with",
    "is null", "is not null", "is empty", "is not empty",
  ]
  private static let manySymbols = [
    "==", "!=", "in", "not in", "is empty", "is not empty", "is null",
  ]

  private func test(_ table: Int, _ random: inout SeededGenerator) -> JSONText {
    let (name, place) = path(table, &random)
    let kind = place.map { world.tables[$0.table].columns[$0.column].kind }
    var symbols = kind == .array || kind == .link ? Self.manySymbols : Self.symbols
    if kind == .isoDate || kind == .unixDate { symbols += ["last days", "next days", "last days"] }
    let isInTree = place.map { world.tables[$0.table].isInTree($0.column) } ?? false
    if isInTree { symbols += Array(repeating: "is under", count: 9) + ["is not under"] }
    // Sometimes one that does not fit.
    if Int.random(in: 0..<30, using: &random) == 0 {
      symbols = Self.symbols + ["last days", "is under"]
    }
    let symbol = symbols.randomElement(using: &random) ?? "=="
    var members: [(key: String, value: JSONText)] = [
      ("field", .atom(json(name))), ("operator", .atom(json(symbol))),
    ]
    func value() -> JSONText {
      let place = place ?? TwinWorld.Place(table: 1, column: 0)
      return .atom(cell(place.table, place.column, &random).json)
    }
    switch symbol {
    case "is under", "is not under":
      let keys = (0..<Int.random(in: 0...2, using: &random)).map { _ in
        JSONText.atom(cell(TwinWorld.clients, 0, &random).json)
      }
      members.append(("value", keys.count == 1 ? keys[0] : .list(keys)))
    case "in", "not in":
      let count = [0, 1, 2, 3, 20].randomElement(using: &random) ?? 2
      members.append(("value", .list((0..<count).map { _ in value() })))
    case "between": members.append(("value", .list([value(), value()])))
    case "like", "not like", "starts with", "ends with":
      let texts = ["a", "A", "1", "", "x%", "b", "2026"]
      members.append(("value", .atom(json(texts.randomElement(using: &random) ?? "a"))))
    case "last days", "next days":
      members.append(("value", .atom("\(Int.random(in: 0...5, using: &random))")))
    case "is null", "is not null", "is empty", "is not empty": break
    default:
      if Int.random(in: 0..<12, using: &random) == 0 {
        members.append(("reference", .atom("\"id_user\"")))
      } else {
        members.append(("value", value()))
      }
    }
    return .object(members)
  }

  /// A value of a column, as far as a request can write it.
  func cell(_ table: Int, _ column: Int, _ random: inout SeededGenerator) -> Value {
    let kind = world.tables[table].columns[column].kind
    if kind == .array || kind == .link { return [1, 2, 7, "x"].randomElement(using: &random) ?? 1 }
    if let place = world.tables[table].stored.firstIndex(of: column),
      let row = rows[table].randomElement(using: &random), row[place].isSayable
    {
      return row[place]
    }
    return TwinWorld.usual.filter(\.isSayable).randomElement(using: &random) ?? 1
  }
}
