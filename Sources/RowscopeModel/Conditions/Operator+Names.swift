extension Operator {
  /// What a name stands for.
  package struct Meaning: Sendable, Hashable {
    package let `operator`: Operator
    /// The number of days that the name itself says (`Está nos últimos 7 dias`); such a name takes
    /// no operand.
    package let days: Int?
  }

  /// The operator of this name: a canonical one, or one that Jestor's clients use.
  ///
  /// Case does not count, in any script, and neither does whether an accent is composed. ASCII
  /// spaces around the name are passed over; those inside it must be as the name has them.
  package static func named(_ name: String) -> Meaning? {
    // Longer than any name, in any composition: not worth folding.
    guard name.utf8.count <= 200 else { return nil }
    // String's own equality is canonical equivalence: what the rest of this module must avoid is
    // what is wanted here.
    return meanings[name.trimmingASCIISpaces.lowercased()]
  }

  /// Every name that ``named(_:)`` knows, the canonical ones first; for suggestions.
  package static let names: [String] = allCases.map(\.rawValue) + aliases.map(\.name)

  /// One name of each operator, as a message lists them; `like` with the word for what it does.
  package static let listing: String = allCases.flatMap { operation in
    switch operation {
    case .contains: [operation.rawValue, "contains"]
    case .notContains: [operation.rawValue, "not contains"]
    case .equal, .notEqual, .greater, .greaterOrEqual, .less, .lessOrEqual, .oneOf, .noneOf,
      .between, .notBetween, .startsWith, .notStartsWith, .endsWith, .notEndsWith, .isNull,
      .isNotNull, .isEmpty, .isNotEmpty, .lastDays, .nextDays, .isUnder, .isNotUnder:
      [operation.rawValue]
    }
  }.joined(separator: ", ")

  /// The operator that other languages call so, for suggestions: `is` is `==`.
  package static func meant(by name: String) -> String? {
    switch name.lowercased() {
    case "is", "eq", "equals", "is equal to", "equal to": "=="
    case "is not", "isn't", "ne", "neq", "not equal", "not equals", "is not equal to": "!="
    case "before", "is before", "below", "less than", "is less than": "<"
    case "after", "is after", "above", "greater than", "more than", "is greater than": ">"
    case "at least": ">="
    case "at most": "<="
    case "matches", "ilike", "includes", "has": "contains"
    case "one of", "is one of", "any of", "is in": "in"
    case "none of", "is not in", "nin": "not in"
    case "exists": "is not null"
    default: nil
    }
  }

  private static let meanings: [String: Meaning] = {
    var meanings: [String: Meaning] = [:]
    for canonical in allCases {
      meanings[canonical.rawValue] = Meaning(operator: canonical, days: nil)
    }
    for alias in aliases {
      meanings[alias.name.lowercased()] = Meaning(operator: alias.operator, days: alias.days)
    }
    return meanings
  }()

  private static let aliases: [(name: String, operator: Operator, days: Int?)] = [
    ("=", .equal, nil), ("equal", .equal, nil), ("Igual", .equal, nil),
    ("É igual a", .equal, nil), ("Exatamente igual", .equal, nil),
    ("<>", .notEqual, nil), ("not_equal", .notEqual, nil), ("Diferente", .notEqual, nil),
    ("É diferente de", .notEqual, nil),
    ("gt", .greater, nil), ("Maior que", .greater, nil), ("É maior que", .greater, nil),
    ("gte", .greaterOrEqual, nil), ("Maior ou igual que", .greaterOrEqual, nil),
    ("É maior ou igual a", .greaterOrEqual, nil),
    ("lt", .less, nil), ("Menor que", .less, nil), ("É menor que", .less, nil),
    ("lte", .lessOrEqual, nil), ("Menor ou igual que", .lessOrEqual, nil),
    ("É menor ou igual a", .lessOrEqual, nil),
    ("list", .oneOf, nil), ("Na lista", .oneOf, nil),
    ("notinlist", .noneOf, nil), ("Não está na lista", .noneOf, nil),
    ("Entre", .between, nil), ("Está no intervalo", .between, nil),
    ("Está entre as datas", .between, nil),
    ("contains", .contains, nil), ("Contém", .contains, nil),
    ("notlike", .notContains, nil), ("not contains", .notContains, nil),
    ("Não contém", .notContains, nil),
    ("startswith", .startsWith, nil), ("Começa com", .startsWith, nil),
    ("endswith", .endsWith, nil),
    ("is_null", .isNull, nil), ("Nulo", .isNull, nil),
    ("is_not_null", .isNotNull, nil), ("Não é Nulo", .isNotNull, nil),
    ("nullorempty", .isEmpty, nil), ("Nulo ou vazio", .isEmpty, nil),
    ("Está vazio", .isEmpty, nil),
    ("nullorfilled", .isNotEmpty, nil), ("Não é vazio", .isNotEmpty, nil),
    ("Está preenchido", .isNotEmpty, nil),
    ("Está nos últimos 7 dias", .lastDays, 7), ("Está nos últimos 30 dias", .lastDays, 30),
  ]
}
