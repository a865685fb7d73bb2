import RecordFilter
import RowscopeModel
import TestSupport
import Testing

@testable import RecordStore

@Suite struct RecordDecoderTests {
  func decode<Record: Decodable>(
    _ type: Record.Type, _ fields: [(String, Value)],
    as presentations: [String: Presentation] = [:]
  ) throws -> Record {
    let connection = try Connection(.inMemory)
    let list = fields.map { _ in "?" }.joined(separator: ", ")
    let statement = try connection.statement("SELECT \(list)", as: .unrestricted)
    try statement.bind(fields.map(\.1))
    let decoder = RecordDecoder(
      columns: fields.map { ($0.0, presentations[$0.0] ?? .stored) })
    let record = try statement.next { (row: borrowing Row) throws(StoreError) in
      try decoder.decode(type, from: row)
    }
    return try #require(record)
  }

  func failure<Record: Decodable>(_ type: Record.Type, _ fields: [(String, Value)]) -> StoreError? {
    do {
      _ = try decode(type, fields)
      return nil
    } catch {
      return error as? StoreError
    }
  }

  enum Status: String, Decodable { case open, done }
  struct Everything: Decodable, Equatable {
    let id: Int
    let small: Int8
    let large: UInt64
    let ratio: Double
    let title: String
    let isDone: Bool
    let data: [UInt8]
    let status: Status
    let tags: [String]
    let numbers: Set<Int>
    let note: String?
    let absent: String?
  }

  @Test func everyKindOfField() throws {
    let record = try decode(
      Everything.self,
      [
        ("ID", 1), ("small", -5), ("large", .real(4)), ("ratio", 2), ("title", "é\0"),
        ("isDone", true), ("data", .blob([1, 2])), ("status", "done"), ("tags", "[\"a\", \"b\"]"),
        ("numbers", "[3, 4]"), ("note", .null),
      ])
    #expect(
      record
        == Everything(
          id: 1, small: -5, large: 4, ratio: 2, title: "é\0", isDone: true, data: [1, 2],
          status: .done, tags: ["a", "b"], numbers: [3, 4], note: nil, absent: nil))
  }

  struct Number: Decodable { let n: Int8 }
  struct Flag: Decodable { let n: Bool }
  struct Words: Decodable { let n: String }
  struct Bytes: Decodable { let n: [UInt8] }
  struct State: Decodable { let n: Status }
  struct Many: Decodable { let n: [Int] }
  struct Nested: Decodable {
    struct Inner: Decodable { let x: Int }
    let n: Inner
  }

  enum Wanted { case number, flag, words, bytes, state, many, nested }

  func failure(_ wanted: Wanted, _ value: Value) -> StoreError? {
    let fields = [("n", value)]
    return switch wanted {
    case .number: failure(Number.self, fields)
    case .flag: failure(Flag.self, fields)
    case .words: failure(Words.self, fields)
    case .bytes: failure(Bytes.self, fields)
    case .state: failure(State.self, fields)
    case .many: failure(Many.self, fields)
    case .nested: failure(Nested.self, fields)
    }
  }

  @Test(
    arguments: [
      (.number, .integer(300), "Int8"), (.number, 1.5, "Int8"), (.number, "7", "Int8"),
      (.number, .null, "Optional"), (.flag, 2, "Bool"), (.flag, "tell-tale", "Bool"),
      (.words, 5, "String"), (.words, .blob([1]), "String"), (.bytes, "text", "UInt8"),
      (.state, "tell-tale", "Status"), (.state, .null, "Optional"),
      (.many, "tell-tale", "JSON array"), (.many, "[1, null]", "JSON array"),
      (.many, "[1, \"tell-tale\"]", "Int"), (.nested, 1, "nested fields"),
    ] as [(Wanted, Value, String)])
  func mismatches(_ wanted: Wanted, _ value: Value, _ word: String) throws {
    let error = try #require(failure(wanted, value))
    #expect(error.kind == .mismatchedRecord)
    #expect(error.location == .field("n"))
    #expect(error.description.contains(word), "\(error)")
    for secret in ["300", "tell-tale"] { #expect(!error.description.contains(secret)) }
  }

  struct Declared: Decodable, Equatable {
    let id: Int
    let isDone: Bool?
    let key: String?
    let teams: [Int]?
    let owners: [Int]?
    let title: String
  }

  static let declared: [String: Presentation] = [
    "isDone": .checkbox, "key": .uuid(nil), "teams": .delimited(UInt8(ascii: ",")),
    "owners": .members,
  ]

  /// The values that JSON answers show.
  @Test func declaredTypesAreReadAsShown() throws {
    let bytes = (0..<16).map { UInt8($0) }
    let canonical = "00010203-0405-0607-0809-0a0b0c0d0e0f"
    let whole = try decode(
      Declared.self,
      [
        ("id", 1), ("isDone", "t"), ("key", .blob(bytes)), ("teams", "3, 7,,"),
        ("owners", "[5,null,6]"), ("title", "plain"),
      ], as: Self.declared)
    #expect(
      whole
        == Declared(
          id: 1, isDone: true, key: canonical, teams: [3, 7], owners: [5, 6], title: "plain"))
    let other = try decode(
      Declared.self,
      [
        ("id", 2), ("isDone", .real(0)), ("key", .text(Text("{\(canonical.uppercased())}"))),
        ("teams", 12), ("owners", "null"), ("title", "b"),
      ], as: Self.declared)
    #expect(
      other == Declared(id: 2, isDone: false, key: canonical, teams: [12], owners: [], title: "b"))
    let none = try decode(
      Declared.self,
      [
        ("id", 3), ("isDone", .null), ("key", .null), ("teams", .null), ("owners", .null),
        ("title", "c"),
      ], as: Self.declared)
    #expect(
      none == Declared(id: 3, isDone: nil, key: nil, teams: nil, owners: nil, title: "c"))
  }

  /// What is none of its type is shown as it is stored, and then does not fit.
  @Test(arguments: [("isDone", "maybe"), ("isDone", 2), ("key", .blob([1]))] as [(String, Value)])
  func aValueThatIsNoneOfItsType(_ field: String, _ value: Value) throws {
    let fields: [(String, Value)] = [("id", 1), (field, value), ("title", "a")]
    var failure: StoreError?
    do { _ = try decode(Declared.self, fields, as: Self.declared) } catch {
      failure = error as? StoreError
    }
    #expect(failure?.location == .field(field))
  }

  @Test func aMemberIsATextAndANumber() throws {
    struct Texts: Decodable { let n: [String] }
    #expect(try decode(Texts.self, [("n", "3, x")], as: ["n": .delimited(0x2C)]).n == ["3", "x"])
    struct Reals: Decodable { let n: [Double] }
    #expect(try decode(Reals.self, [("n", #"["1.5", 2]"#)], as: ["n": .members]).n == [1.5, 2])
    #expect(failure(Many.self, [("n", #"["3"]"#)]) != nil)
  }

  @Test func manySmallMembersAreAList() throws {
    struct Small: Decodable { let n: [UInt8] }
    #expect(try decode(Small.self, [("n", "1,2")], as: ["n": .delimited(0x2C)]).n == [1, 2])
    #expect(try decode(Small.self, [("n", .blob([1, 2]))]).n == [1, 2])
  }

  @Test func aMissingField() throws {
    let error = try #require(failure(Number.self, [("other", 1)]))
    #expect(error.kind == .mismatchedRecord)
    #expect(error.description.contains("`n`"))
  }

  @Test func aSingleValue() throws {
    #expect(try decode(Int.self, [("count", 5)]) == 5)
    #expect(try decode(String.self, [("title", "x")]) == "x")
    #expect(failure(Int.self, [("a", 5), ("b", 6)])?.kind == .mismatchedRecord)
  }

  struct Picky: Decodable {
    let values: [Int]
    enum Keys: String, CodingKey { case first, second }
    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Keys.self)
      // The second field is read only where the first asks for it.
      var values = [try container.decode(Int.self, forKey: .first)]
      if values[0] > 1 { values.append(try container.decode(Int.self, forKey: .second)) }
      values.append(try container.decode(Int.self, forKey: .first))
      self.values = values
    }
  }

  @Test func keysMayComeInAnyOrder() throws {
    let connection = try Connection.memory(
      "CREATE TABLE t(first, second); INSERT INTO t VALUES (1, 10), (2, 20), (1, 30), (3, 40)")
    let statement = try connection.statement("SELECT first, second FROM t", as: .unrestricted)
    let decoder = RecordDecoder(columns: [("first", .stored), ("second", .stored)])
    var records: [[Int]] = []
    try statement.forEachRow { (row: borrowing Row) throws(StoreError) in
      records.append(try decoder.decode(Picky.self, from: row).values)
    }
    #expect(records == [[1, 1], [2, 20, 2], [1, 1], [3, 40, 3]])
  }

  /// A type that keeps its decoder, to read from it later.
  struct Keeping: Decodable {
    enum Key: String, CodingKey { case id, title }
    let container: KeyedDecodingContainer<Key>
    let decoder: any Decoder
    let id: Int

    init(from decoder: any Decoder) throws {
      self.decoder = decoder
      container = try decoder.container(keyedBy: Key.self)
      id = try container.decode(Int.self, forKey: .id)
    }

    /// The error of a later read.
    var later: StoreError? {
      do {
        _ = try container.decode(String.self, forKey: .title)
        return nil
      } catch {
        return error as? StoreError
      }
    }
  }

  @Test func aKeptDecoderReadsNothingLater() throws {
    let kept = try decode(Keeping.self, [("id", 1), ("title", "secret")])
    #expect(kept.later?.description.contains("after its record had been read") == true)
    #expect(!kept.container.contains(.id) && kept.container.allKeys.isEmpty)
    // Others have reused the memory and are in the middle of their row.
    let other = try decode(Keeping.self, [("title", "other"), ("id", 2)])
    #expect(other.id == 2 && kept.later != nil && other.later != nil)
    #expect(throws: (any Error).self) { try kept.decoder.singleValueContainer() }
    #expect(
      throws: (any Error).self,
      performing: {
        try kept.decoder.container(keyedBy: Keeping.Key.self).decode(Int.self, forKey: .id)
      })
  }

  /// Two key types in turn, and a nested type that reads the same record.
  @Test func severalTypesReadTheSameRecord() throws {
    struct Part: Decodable, Equatable {
      let title: String
      let id: Int
    }
    struct Whole: Decodable {
      let id: Int
      let part: Part

      enum Key: String, CodingKey { case id }

      init(from decoder: any Decoder) throws {
        id = try decoder.container(keyedBy: Key.self).decode(Int.self, forKey: .id)
        part = try Part(from: decoder)
      }
    }
    let connection = try Connection.memory(TemporaryFolder.sample)
    let statement = try connection.statement("SELECT id, title FROM tasks", as: .unrestricted)
    let decoder = RecordDecoder(columns: [("id", .stored), ("title", .stored)])
    var wholes: [Whole] = []
    try statement.forEachRow { (row: borrowing Row) throws(StoreError) in
      wholes.append(try decoder.decode(Whole.self, from: row))
    }
    #expect(wholes.map(\.id) == [1, 2, 3])
    #expect(wholes.map(\.part.title) == ["a", "b", "c"])
    #expect(wholes.map(\.part.id) == [1, 2, 3])
  }
}
