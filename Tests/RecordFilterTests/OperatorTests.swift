import RecordFilter
import RowscopeModel
import Testing

@Suite struct OperatorTests {
  /// The format's table of operators, name by name.
  static let table: [(Operator, [String])] = [
    (.equal, ["==", "=", "equal", "Igual", "É igual a", "Exatamente igual"]),
    (.notEqual, ["!=", "<>", "not_equal", "Diferente", "É diferente de"]),
    (.greater, [">", "gt", "Maior que", "É maior que"]),
    (.greaterOrEqual, [">=", "gte", "Maior ou igual que", "É maior ou igual a"]),
    (.less, ["<", "lt", "Menor que", "É menor que"]),
    (.lessOrEqual, ["<=", "lte", "Menor ou igual que", "É menor ou igual a"]),
    (.oneOf, ["in", "list", "Na lista"]),
    (.noneOf, ["not in", "notinlist", "Não está na lista"]),
    (.between, ["between", "Entre", "Está no intervalo", "Está entre as datas"]),
    (.notBetween, ["not between"]),
    (.contains, ["like", "contains", "Contém"]),
    (.notContains, ["not like", "notlike", "not contains", "Não contém"]),
    (.startsWith, ["starts with", "startswith", "Começa com"]),
    (.notStartsWith, ["not starts with"]),
    (.endsWith, ["ends with", "endswith"]),
    (.notEndsWith, ["not ends with"]),
    (.isNull, ["is null", "is_null", "Nulo"]),
    (.isNotNull, ["is not null", "is_not_null", "Não é Nulo"]),
    (.isEmpty, ["is empty", "nullorempty", "Nulo ou vazio", "Está vazio"]),
    (.isNotEmpty, ["is not empty", "nullorfilled", "Não é vazio", "Está preenchido"]),
    (.lastDays, ["last days"]),
    (.nextDays, ["next days"]),
    (.isUnder, ["is under"]),
    (.isNotUnder, ["is not under"]),
  ]

  /// Latin letters with combining marks for their accents.
  static func decomposed(_ name: String) -> String {
    let marks: [Character: String] = [
      "É": "E\u{301}", "é": "e\u{301}", "á": "a\u{301}", "Á": "A\u{301}", "ã": "a\u{303}",
      "Ã": "A\u{303}", "ç": "c\u{327}", "Ç": "C\u{327}", "ú": "u\u{301}", "Ú": "U\u{301}",
    ]
    return name.map { marks[$0] ?? String($0) }.joined()
  }

  @Test(arguments: table)
  func `every name in every case and composition`(operation: Operator, names: [String]) {
    #expect(operation.rawValue == names[0])
    for name in names {
      for cased in [name, name.lowercased(), name.uppercased(), " \(name)  "] {
        for form in [cased, Self.decomposed(cased)] {
          let meaning = Operator.named(form)
          #expect(meaning?.operator == operation, "\(form)")
          #expect(meaning?.days == nil)
        }
      }
    }
  }

  @Test func `the table has every name, and no others`() {
    let days = ["Está nos últimos 7 dias", "Está nos últimos 30 dias"]
    #expect(Set(Operator.names) == Set(Self.table.flatMap(\.1) + days))
    #expect(Operator.names.count == Set(Operator.names).count)
    #expect(Self.table.map(\.0) == Operator.allCases)
  }

  @Test(arguments: [
    ("Está nos últimos 7 dias", 7), ("ESTÁ NOS ÚLTIMOS 30 DIAS", 30),
    ("está nos u\u{301}ltimos 7 dias", 7),
  ])
  func `a name may contain the number of days`(name: String, days: Int) {
    #expect(Operator.named(name)?.operator == .lastDays)
    #expect(Operator.named(name)?.days == days)
  }

  @Test(arguments: [
    "", " ", "===", "= =", "not  in", "e igual a", "Está nos últimos 8 dias", "in\u{0}", "\tin",
    String(repeating: "in", count: 100_000),
  ])
  func `any other name is not an operator`(name: String) {
    #expect(Operator.named(name) == nil)
  }

  @Test(arguments: Operator.allCases)
  func `complements are mutual and take the same operand`(operation: Operator) {
    if let complement = operation.complement {
      #expect(complement != operation)
      #expect(complement.complement == operation)
      #expect(complement.operandShape == operation.operandShape)
    } else {
      #expect([.scalar, .days].contains(operation.operandShape))
    }
  }
}
