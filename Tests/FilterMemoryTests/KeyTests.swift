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

  /// A key of one text, whatever forms its columns have and however many keys there are.
  @Test(arguments: [0, 1 << 20], [Collation.binary, .nocase, .rtrim])
  func aTextKeyMatchesAsItsBytesDo(plainTextThreshold: Int, collation: Collation) throws {
    let texts: [Value] = [
      "abc", "ABC", "abc  ", "abd", "", " ", "a\u{0}b", "a\u{0}C", "A\u{0}c", "12", "12.0", "Ab",
      "ab", "aB ", .null,
    ]
    let others: [Value] = [12, 12.0, 0.5, .blob([0x61, 0x62, 0x63]), .blob([])]
    for affinities in [
      [Affinity.text, .text], [.text, .blob], [.blob, .text], [.blob, .blob], [.text, .integer],
      [.integer, .text],
    ] {
      let tables = zip(["near", "far"], affinities).map { name, affinity in
        Table(
          name: Name(name),
          fields: [Field(name: "key", affinity: affinity, collation: collation)])
      }
      let schema = Schema(tables: tables)
      let pair = ColumnPair(near: FieldID(0), far: FieldID(0))
      let equality = KeyEquality(pair, from: tables[0], to: tables[1])
      guard equality.nearConversion == nil, equality.farConversion == nil else { continue }
      func values(_ affinity: Affinity) -> [Value] {
        affinity == .text ? texts : texts + others
      }
      func key(_ value: Value) -> [UInt8]? {
        var key: [UInt8] = []
        let isKey = value.borrowed { cell in
          KeyEncoder.append(
            cell, affinity: equality.affinity, collation: equality.collation, to: &key)
        }
        return isKey ? key : nil
      }
      let near = values(affinities[0])
      for count in [0, 1, 3, 9, 40] {
        // The first few, from different beginnings, with repetitions.
        for start in 0..<7 {
          let all = values(affinities[1])
          let far = (0..<count).map { all[(start * 3 + $0) % all.count] }
          var database = MemoryDatabase(schema: schema)
          for (number, values) in [near, far].enumerated() {
            var builder = ColumnTableBuilder(
              tables[number], plainTextThreshold: plainTextThreshold)
            for value in values { builder.append([value]) }
            database.load(try builder.finish(), as: TableID(number))
          }
          let keys = Set(far.compactMap(key))
          for isComplement in [false, true] {
            let related = RelatedFilter(
              table: TableID(1), pairs: [pair], filter: .always, isComplement: isComplement)
            let query = Query(
              table: TableID(0), scope: .related(related), projection: [FieldID(0)], order: [])
            let expected = near.indices.filter { index in
              (key(near[index]).map(keys.contains) ?? false) != isComplement
            }.map(UInt32.init)
            #expect(
              try database.select(query).rows == expected, "\(affinities) \(far) \(isComplement)")
          }
        }
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
