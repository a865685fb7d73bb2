@testable import AccessProfiles
@testable import RowscopeCLI

/// Declarations and operators for tests, independent of those that the program has.
extension Declaration {
  static let sample = Declaration(
    "find", summary: "Find things.",
    positionals: [
      Positional("TABLE", help: "the table"),
      Positional("KIND", help: "the kind", choices: ["big", "small"], isRequired: false),
    ],
    options: [
      .sampleSort, .sampleLimit, .sampleWhere, .sampleFormat, .sampleAny, .sampleUser, .sampleTeam,
      .sampleAs,
    ],
    exclusive: [[.sampleAs, .sampleUser]],
    examples: [Example("find all", "rowscope find tasks")])
}

extension Option {
  static let sampleSort = Option("sort", value: "KEYS", group: .what, help: "the order")
  static let sampleLimit = Option("limit", short: "n", value: "N", group: .what, help: "how many")
  static let sampleWhere = Option(
    "where", short: "w", value: "CONDITION", group: .what, help: "a condition", isRepeatable: true)
  static let sampleFormat = Option(
    "format", value: "FORMAT", group: .how, help: "how it's [written]: say",
    choices: ["table", "jsonl"])
  static let sampleAny = Option("any", group: .what, help: "one is enough")
  static let sampleUser = Option("user", value: "ID", group: .who, help: "a user")
  static let sampleTeam = Option(
    "team", value: "N", group: .who, help: "a team", isRepeatable: true, requires: "user")
  static let sampleAs = Option("as", value: "NAME", group: .who, help: "a known user")
}

extension WhereParser {
  /// The operators of the format, with one or two aliases of each kind.
  static let sample = WhereParser(
    operators: [
      WhereOperator(names: ["==", "=", "equal", "É igual a"], operand: .one),
      WhereOperator(names: ["!=", "<>", "not_equal"], operand: .one),
      WhereOperator(names: [">", "gt", "Maior que"], operand: .one),
      WhereOperator(names: [">=", "gte", "Maior ou igual que"], operand: .one),
      WhereOperator(names: ["<", "lt"], operand: .one),
      WhereOperator(names: ["<=", "lte"], operand: .one),
      WhereOperator(names: ["in", "list", "Na lista"], operand: .list),
      WhereOperator(names: ["not in", "notinlist", "Não está na lista"], operand: .list),
      WhereOperator(names: ["between", "Entre"], operand: .range),
      WhereOperator(names: ["not between"], operand: .range),
      WhereOperator(names: ["like", "contains", "Contém"], operand: .one),
      WhereOperator(names: ["not like"], operand: .one),
      WhereOperator(names: ["starts with"], operand: .one),
      WhereOperator(names: ["is null", "is_null", "Nulo"], operand: .none),
      WhereOperator(names: ["is not null"], operand: .none),
      WhereOperator(names: ["is empty", "Nulo ou vazio"], operand: .none),
      WhereOperator(names: ["last days"], operand: .one),
    ],
    references: ["id_user", "name", "teams", "now", "today"])
}

/// The error that `body` throws, or nil.
func commandError(_ body: () throws -> Void) -> CommandError? {
  do {
    try body()
    return nil
  } catch {
    return error as? CommandError
  }
}

/// The error that `body` throws about the text of a condition, or nil.
func conditionTextError(_ body: () throws -> Void) -> ConditionTextError? {
  do {
    try body()
    return nil
  } catch {
    return error as? ConditionTextError
  }
}
