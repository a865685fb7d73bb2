import RecordFilter
import RowscopeModel
import Testing

@testable import FilterMemory

/// Keys as bytes, and rows of one table that match rows of another.
@Suite struct KeyTests {
  private static func key(_ values: Value...) -> [UInt8] {
    var key: [UInt8] = []
    for value in values {
      value.borrowed { cell in
        _ = KeyEncoder.append(cell, affinity: .blob, collation: .binary, to: &key)
      }
    }
    return key
  }

  @Test func keysOfSeveralValuesAreNotAmbiguous() {
    // The end of one number's bytes and the beginning of the next one's, with the marker of reals
    // shifted.
    let half = Int64(bitPattern: (0.5).bitPattern)
    let small = Double(bitPattern: 0x0211_2233_4455_6677)
    #expect(Self.key(0x1122_3344_5566_7702, 0.5) != Self.key(.real(small), .integer(half)))
    #expect(Self.key("a", "bc") != Self.key("ab", "c"))
    #expect(Self.key(1) == Self.key(1.0))
    #expect(Self.key("1") != Self.key(1))
    #expect(Self.key("a") != Self.key(.blob([0x61])))
  }

  /// The largest real not above, and the least real not below an integer that no real equals.
  @Test func integersBetweenReals() {
    let between: Int64 = 1 << 53 + 1
    let (below, above) = (Double(1 << 53), Double(1 << 53 + 2))
    for isStrict in [false, true] {
      #expect(NumberBound(.integer(between)).reals(false, isStrict) == -.infinity...below)
      #expect(NumberBound(.integer(between)).reals(true, isStrict) == above ... .infinity)
      // This one is rounded up.
      #expect(NumberBound(.integer(between + 2)).reals(false, isStrict) == -.infinity...above)
    }
    #expect(NumberBound(.integer(7)).reals(true, false) == 7 ... .infinity)
    #expect(NumberBound(.integer(7)).reals(false, true) == -.infinity...(7.0).nextDown)
  }

  /// Both columns of a key must match the same row, in whatever form the columns are.
  @Test(arguments: [0, 1 << 20]) func allPartsOfAKeyMustMatch(plainTextThreshold: Int) throws {
    let fields = [Field(name: "a", affinity: .text), Field(name: "b", affinity: .integer)]
    let tables = ["near", "far"].map { Table(name: Name($0), fields: fields) }
    let schema = Schema(tables: tables)
    var database = MemoryDatabase(schema: schema)
    let rows: [[[Value]]] = [
      [["x", 1], ["x", 2], ["y", 1], ["z", 1], [.null, 1]], [["x", 1], ["y", 2], ["z", 1]],
    ]
    for (number, rows) in rows.enumerated() {
      var builder = ColumnTableBuilder(tables[number], plainTextThreshold: plainTextThreshold)
      for row in rows { builder.append(row) }
      database.load(try builder.finish(), as: TableID(number))
    }
    for order in [[0, 1], [1, 0]] {
      for isComplement in [false, true] {
        let related = RelatedFilter(
          table: TableID(1),
          pairs: order.map { ColumnPair(near: FieldID($0), far: FieldID($0)) }, filter: .always,
          isComplement: isComplement)
        let query = Query(
          table: TableID(0), scope: .related(related), projection: [FieldID(0)], order: [])
        #expect(try database.select(query).rows == (isComplement ? [1, 2, 4] : [0, 3]))
      }
    }
  }

  @Test(arguments: [0, 1 << 20])
  func aSingleTextComparesByItsCollation(plainTextThreshold: Int) throws {
    for (collation, expected) in [
      (.binary, [0]), (.nocase, [0, 1]), (.rtrim, [0, 2]),
    ] as [(Collation, [UInt32])] {
      let sample = try Sample(
        ["abc", "ABC", "abc  ", "abd", .null], affinity: .text, collation: collation,
        plainTextThreshold: plainTextThreshold)
      let filter = Filter.test(Sample.cell, .equals("abc"))
      #expect(try sample.database.select(sample.query(filter)).rows == expected)
    }
  }
}
