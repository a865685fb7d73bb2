import RecordFilter
import RowscopeModel
import Testing

@Suite struct FilterBuildingTests {
  static let a = Filter.test(FieldID(0), .equals(1))
  static let b = Filter.test(FieldID(1), .equals("x"))
  static let slow = Filter.test(
    FieldID(2), .matches(TextPattern("x", anchor: .anywhere, ignoresCase: false)))

  @Test func constantsFold() {
    #expect(Filter.all([]) == .always)
    #expect(Filter.any([]) == .never)
    #expect(Filter.all(Self.a, .never, Self.b) == .never)
    #expect(Filter.all(Self.a, .always) == Self.a)
    #expect(Filter.any(Self.a, .always) == .always)
    #expect(Filter.any(.never, Self.b) == Self.b)
  }

  @Test func groupsAreFlattenedAndDuplicatesDropped() {
    #expect(Filter.all(Self.a, .all(Self.b, Self.a)) == .conjunction([Self.a, Self.b]))
    #expect(Filter.any(Self.a, .any(Self.b, Self.a)) == .disjunction([Self.a, Self.b]))
    #expect(Filter.all(Self.a, Self.a) == Self.a)
  }

  @Test func cheapTermsComeFirstWhateverTheirValues() {
    #expect(Filter.all(Self.slow, Self.a) == .conjunction([Self.a, Self.slow]))
    for value in [0, 1, Int64.max] as [Int64] {
      let other = Filter.test(FieldID(5), .equals(.integer(value)))
      #expect(Filter.all(other, Self.a) == .conjunction([other, Self.a]))
    }
  }

  @Test func theComplementMovesToTheLeavesAndBack() {
    let filter = Filter.any(
      .all(Self.a, Self.b),
      .related(
        table: TableID(1), pairs: [ColumnPair(near: FieldID(0), far: FieldID(0))], where: Self.b))
    #expect(filter.complement.complement == filter)
    guard case .conjunction(let parts) = filter.complement else {
      Issue.record("NOT (a OR b) is an AND")
      return
    }
    #expect(parts.contains(.any(Self.a.complement, Self.b.complement)))
  }
}

@Suite struct FilterSimplificationTests {
  static let schema = Schema(tables: [
    Table(
      name: "t",
      fields: [
        Field(name: "n", affinity: .integer), Field(name: "s", affinity: .text),
        Field(name: "c", affinity: .text, collation: .nocase),
      ])
  ])
  static let number = FieldID(0)
  static let s = FieldID(1)
  static let c = FieldID(2)

  private func simplified(_ filter: Filter) -> Filter {
    filter.simplified(in: Self.schema, table: TableID(0))
  }

  static func n(_ test: FieldTest) -> Filter { .test(FieldID(0), test) }

  static let pairs: [(Filter, Filter)] = [
    (.all(.test(s, .equals("a")), .test(s, .equals("b"))), .never),
    (.all(.test(c, .equals("a")), .test(c, .equals("A"))), .test(c, .equals("a"))),
    (.all(n(.compares(.greaterOrEqual, 3)), n(.compares(.greater, 5))), n(.compares(.greater, 5))),
    (.all(n(.compares(.greaterOrEqual, 3)), n(.compares(.lessOrEqual, 5))), n(.isBetween(3, 5))),
    (.all(n(.compares(.greater, 5)), n(.compares(.lessOrEqual, 5))), .never),
    (.all(n(.isOneOf([1, 2, 3])), n(.compares(.greater, 2))), n(.equals(3))),
    // The narrower of two bounds, in either order; at the same value the exclusive one.
    (.all(n(.compares(.less, 3)), n(.compares(.less, 5))), n(.compares(.less, 3))),
    (.all(n(.compares(.less, 5)), n(.compares(.less, 3))), n(.compares(.less, 3))),
    (.all(n(.compares(.lessOrEqual, 5)), n(.compares(.less, 5))), n(.compares(.less, 5))),
    (.all(n(.compares(.less, 5)), n(.compares(.lessOrEqual, 5))), n(.compares(.less, 5))),
    (.all(n(.compares(.greater, 5)), n(.compares(.greater, 3))), n(.compares(.greater, 5))),
    (.all(n(.compares(.greater, 3)), n(.compares(.greater, 5))), n(.compares(.greater, 5))),
    (.all(n(.compares(.greaterOrEqual, 3)), n(.compares(.greater, 3))), n(.compares(.greater, 3))),
    (.all(n(.compares(.greater, 3)), n(.compares(.greaterOrEqual, 3))), n(.compares(.greater, 3))),
    // A range without one end is two comparisons.
    (
      .all(n(.compares(.greater, 3)), n(.compares(.lessOrEqual, 5))),
      .all(n(.compares(.greater, 3)), n(.compares(.lessOrEqual, 5)))
    ),
    (
      .all(n(.compares(.greaterOrEqual, 3)), n(.compares(.less, 5))),
      .all(n(.compares(.greaterOrEqual, 3)), n(.compares(.less, 5)))
    ),
    (.all(n(.compares(.greaterOrEqual, 5)), n(.compares(.less, 5))), .never),
    (.all(n(.compares(.greaterOrEqual, 5)), n(.compares(.lessOrEqual, 5))), n(.isBetween(5, 5))),
    (
      .all(n(.isOneOf([2, 3, 4])), n(.compares(.less, 4)), n(.compares(.greater, 2))), n(.equals(3))
    ),
    (.all(n(.isOneOf([1, 2])), n(.isOneOf([2.0, 3]))), n(.equals(2))),
    (.all(n(.isBetween(1, 4)), n(.isBetween(3, 9))), n(.isBetween(3, 4))),
    (.any(n(.equals(1)), n(.equals(2)), n(.isOneOf([2, 3]))), n(.isOneOf([1, 2, 3]))),
    (.all(n(.isNull), n(.isNull).complement), .never),
    (.any(n(.equals(1)), n(.equals(1)).complement), .always),
    // Text in a numeric column may be compared as the number it looks like, so it is left as it is.
    (
      .all(n(.equals("1")), n(.equals("1.0"))), .all(n(.equals("1")), n(.equals("1.0")))
    ),
    // So is a number compared with a text column.
    (
      .all(.test(s, .compares(.greater, 9)), .test(s, .compares(.less, 10))),
      .all(.test(s, .compares(.greater, 9)), .test(s, .compares(.less, 10)))
    ),
    // Converted values, each of which is converted once; whole numbers have an end that belongs to
    // the range.
    (.all(time(.compares(.greaterOrEqual, 3)), time(.compares(.less, 5))), time(.isBetween(3, 4))),
    (.all(time(.compares(.lessOrEqual, 5)), time(.compares(.greater, 3))), time(.isBetween(4, 5))),
    (.all(time(.compares(.greaterOrEqual, 5)), time(.compares(.less, 5))), .never),
    (.all(time(.isOneOf([1, 2])), time(.compares(.less, 2))), time(.equals(1))),
    (
      .all(amount(.compares(.greaterOrEqual, 3)), amount(.compares(.less, 5))),
      .all(amount(.compares(.greaterOrEqual, 3)), amount(.compares(.less, 5)))
    ),
    // Not those that are converted in another way.
    (
      .all(
        time(.compares(.greater, 3)), amount(.compares(.greater, 3)), time(.compares(.greater, 5)),
        .test(s, .compares(.greater, "a")), .test(s, .compares(.less, "b"))),
      .all(
        .test(s, .compares(.greater, "a")), .test(s, .compares(.less, "b")),
        time(.compares(.greaterOrEqual, 6)), amount(.compares(.greater, 3)))
    ),
  ]

  private static func time(_ test: FieldTest) -> Filter {
    .test(s, .converted(.value(.time), test))
  }

  private static func amount(_ test: FieldTest) -> Filter {
    .test(s, .converted(.value(.number), test))
  }

  @Test(arguments: pairs)
  func merges(filter: Filter, expected: Filter) {
    #expect(simplified(filter) == expected)
  }

  @Test func aContradictionUnderOrDropsItsBranch() {
    let never = Filter.all(.test(Self.s, .equals("a")), .test(Self.s, .equals("b")))
    #expect(simplified(.any(never, Self.n(.isNull))) == Self.n(.isNull))
  }

  /// The other terms do not matter then.
  @Test func anAlternativeOfContradictionsUnderAndIsNever() {
    let never = [1, 2].map { number in
      Filter.all(Self.n(.equals(.integer(number))), Self.n(.equals(.integer(number + 1))))
    }
    #expect(simplified(.all(Filter.test(Self.s, .isNull), .any(never))) == .never)
  }
}

@Suite struct ComparisonTests {
  /// A text in a column is a slice of a longer buffer: spaces in front of it are not part of it.
  @Test func onlySpacesWithinTheTextAreTrimmed() {
    let bytes = Array("   a  ".utf8)
    bytes.withUnsafeBufferPointer { bytes in
      func order(_ one: Range<Int>, _ other: Range<Int>) -> Int {
        Comparison.order(
          UnsafeBufferPointer(rebasing: bytes[one]), UnsafeBufferPointer(rebasing: bytes[other]),
          collation: .rtrim)
      }
      #expect(order(1..<3, 0..<0) == 0 && order(0..<0, 1..<3) == 0)
      #expect(order(2..<3, 0..<3) == 0)
      #expect(order(3..<4, 3..<6) == 0)
      #expect(order(2..<3, 3..<6) < 0 && order(3..<6, 2..<3) > 0)
    }
  }

  static let ascending: [Value] = [
    .null, .real(-.infinity), -0x1p63, .integer(.min + 1), -1.5, -1, 0, 0.5, 1,
    .integer(9_007_199_254_740_992), .integer(9_007_199_254_740_993), .integer(.max), 0x1p63,
    .real(.infinity), "", "A", "a", "a\0", "a\0b", "aa", "é", .blob([]), .blob([0]), .blob([1]),
  ]

  @Test func valuesOfAllClassesHaveOneOrder() {
    for (i, left) in Self.ascending.enumerated() {
      for (j, right) in Self.ascending.enumerated() {
        #expect(
          Comparison.order(left, right, collation: .binary).signum() == (i - j).signum(),
          "\(left) and \(right)")
      }
    }
  }

  @Test func integersAndRealsCompareWithoutLoss() {
    #expect(Comparison.order(9_007_199_254_740_993, 9_007_199_254_740_992.0) == 1)
    #expect(Comparison.order(.max, 0x1p63) == -1)
    #expect(Comparison.order(.min, -0x1p63) == 0)
    #expect(Comparison.order(0, -0.0) == 0)
    #expect(Comparison.order(-1, -1.5) == 1)
  }

  static let texts: [(Value, Value, Collation, Int)] = [
    ("abc", "ABC", .nocase, 0), ("abc", "ABC", .binary, 1), ("É", "é", .nocase, -1),
    ("a\0b", "A\0c", .nocase, 0), ("a\0b", "a\0", .nocase, 1), ("a  ", "a", .rtrim, 0),
    ("a  ", "a", .binary, 1), ("a\t", "a", .rtrim, 1), ("_", "a", .nocase, -1),
    ("_", "A", .nocase, -1),
  ]

  @Test(arguments: texts)
  func textComparesByItsCollation(left: Value, right: Value, collation: Collation, expected: Int) {
    #expect(Comparison.order(left, right, collation: collation).signum() == expected)
  }
}

@Suite struct VocabularyTests {
  @Test func textIsBytes() {
    #expect(Text("é") != Text("e\u{301}"))
    #expect(Set([Text("é"), Text("e\u{301}")]).count == 2)
    let invalid = Text(bytes: [0x61, 0xFF])
    #expect(invalid.bytes == [0x61, 0xFF])
    #expect(invalid.validString == nil)
    #expect(invalid != Text(invalid.string))
    #expect(Text(bytes: Array("aé".utf8)) == "aé")
    #expect(Text("a") < Text("aa"))
  }

  @Test func namesFoldOnlyASCII() {
    #expect(Name("Tasks") == Name("tASKS"))
    #expect(Name("É") != Name("é"))
    #expect(Name("é") != Name("e\u{301}"))
  }

  static let types: [(String, Affinity)] = [
    ("INTEGER", .integer), ("BIGINT", .integer), ("CHARINT", .integer), ("NVARCHAR(40)", .text),
    ("CLOB", .text), ("BLOB", .blob), ("", .blob), ("DOUBLE PRECISION", .real), ("FLOAT", .real),
    ("DATETIME", .numeric), ("NUMERIC(10,2)", .numeric), ("FLOATING POINT", .integer),
  ]

  @Test(arguments: types)
  func affinityFollowsTheDeclaredType(type: String, affinity: Affinity) {
    #expect(Affinity(declaredType: type) == affinity)
  }

  @Test func tablesAndFieldsAreFoundWithoutCase() {
    let schema = FilterSimplificationTests.schema
    #expect(schema.tableID(named: "T") == TableID(0))
    #expect(schema[TableID(0)].fieldID(named: "N") == FieldID(0))
    #expect(schema.tableID(named: "u") == nil)
  }
}
