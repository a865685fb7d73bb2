import RecordFilter
import RecordStore
import RowscopeModel
import TestSupport
import Testing

/// Values computed in Swift are those that SQLite computes. Most of these tests compare the two
/// where the SQLite at hand is a version whose behaviour is written in Swift; with other versions
/// they ask SQLite twice.
@Suite struct SQLiteDialectTests {
  private let dialect: SQLiteDialect
  private let numbers: SQLiteDialect.Numbers

  init() throws {
    SQLiteDialect.adoptLinked()
    dialect = try #require(SQLiteDialect.linked())
    numbers = try #require(dialect.numbers)
  }

  private func text(_ real: Double) -> Value {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: NumberText.capacity) { buffer in
      let count = numbers.write(real, buffer)
      return .text(Text(bytes: UnsafeBufferPointer(rebasing: buffer[..<count])))
    }
  }

  /// Bloom filters of some versions miss records that are equal under RTRIM.
  @Test(arguments: ["l, r WHERE l.k = r.k", "v"])
  func aJoinUnderRTRIMFindsAllRecords(source: String) throws {
    let connection = try Connection.memory(
      """
      CREATE TABLE r(id INTEGER PRIMARY KEY, k TEXT);
      CREATE TABLE l(id INTEGER PRIMARY KEY, k TEXT COLLATE RTRIM);
      CREATE VIEW v AS SELECT l.id, r.id AS other FROM l LEFT JOIN r ON l.k = r.k;
      """)
    for id in 1...40 {
      try connection.execute("INSERT INTO r VALUES (\(id), '\(id % 2 == 1 ? "a" : "b")')")
      try connection.execute("INSERT INTO l VALUES (\(id), '\(id % 2 == 1 ? "a " : "a")')")
    }
    #expect(try connection.rows("SELECT count(*) FROM \(source)") == [[800]])
  }

  @Test func realsAsText() {
    var random = SeededGenerator(seed: 5)
    let others = (0..<2_000).map { _ in Double(bitPattern: random.next()) }.filter { !$0.isNaN }
    for real in HostileValues.reals + others {
      #expect(text(real) == Value.real(real).asTextIfNumber, "\(real)")
    }
  }

  @Test func textAsReals() {
    var random = SeededGenerator(seed: 6)
    var texts = ["0", "-0.0", " 12.5 ", "+1e3", ".5", "5.", "1e400", "-1e-400", "9007199254740993"]
    for _ in 0..<2_000 {
      let digits = Int.random(in: 0...Int.max, using: &random)
      texts.append("\(digits)e\(Int.random(in: -330...310, using: &random))")
      texts.append("-\(digits % 100_000).\(digits % 1_000)")
    }
    for string in texts {
      let bytes = Array(string.utf8)
      let found = bytes.withUnsafeBufferPointer { numbers.real($0) }
      switch bytes.withUnsafeBufferPointer({ NumberText.value(of: $0) }) {
      case .real(let real): #expect(found == real, "\(string)")
      case .integer(let integer): #expect(found == Double(integer), "\(string)")
      default: Issue.record("\(string) is a number")
      }
    }
  }

  @Test(arguments: ["1\0", "1\0x", "\0", "a\0", "1.5\0", " 1\0"]) func textWithANUL(string: String)
    throws
  {
    let bytes = Array(string.utf8)
    let found = bytes.withUnsafeBufferPointer { numbers.ofTextWithNUL($0) }
    #expect(found == bytes.withUnsafeBufferPointer { NumberText.value(of: $0) })
    let connection = try Connection.memory("CREATE TABLE t (n NUMERIC)")
    let insert = try connection.statement("INSERT INTO t VALUES (?1)", as: .unrestricted)
    try insert.bind([.text(Text(bytes: bytes))])
    _ = try insert.step()
    let stored = try connection.rows("SELECT n FROM t")[0][0]
    #expect(stored == found ?? .text(Text(bytes: bytes)))
  }

  @Test func whatIsJSON() throws {
    func isArray(_ depth: Int) -> Bool {
      let nested = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
      return Array(nested.utf8).withUnsafeBufferPointer { JSONMembers.count(in: $0) != nil }
    }
    #expect(isArray(dialect.jsonDepth) && !isArray(dialect.jsonDepth + 1))
    let whole = Array(#"["a\u0000b"]"#.utf8).withUnsafeBufferPointer {
      JSONMembers.contain([.text(Text(bytes: [0x61, 0, 0x62]))], in: $0)
    }
    #expect(whole != dialect.jsonTextsEndAtNUL)
    let connection = try Connection(.inMemory)
    for real in [Double.infinity, -.infinity, 0.5] {
      var found: [UInt8] = []
      NumberText.withJSONBytes(of: real) { found = Array($0) }
      let text = Value.text(Text(bytes: [0x5B] + found + [0x5D]))
      #expect(try connection.rows("SELECT json_array(?1)", [.real(real)])[0][0] == text)
    }
    #expect(!dialect.jsonInfinity.isEmpty)
  }
}
