import AccessProfiles
import Rowscope
import RowscopeModel

extension AgentTools.Tool {
  /// What the service is asked to do.
  var act: WireQuestion.Act {
    switch self {
    case .schema: .access
    case .list: .list
    case .get: .get
    case .count: .count
    case .summarize: .summarize
    }
  }

  var title: String {
    switch self {
    case .schema: "Tables and fields"
    case .list: "List records"
    case .get: "Get a record"
    case .count: "Count records"
    case .summarize: "Group and add up records"
    }
  }

  /// For the model that chooses a tool.
  var explanation: String {
    switch self {
    case .schema:
      "Describes the tables that the user sees. Without \"table\": all tables with the names of their "
        + "fields. With \"table\": its fields with their types, its relations to other tables, and "
        + "what the user may do there. Call this before the other tools, to know the names."
    case .list:
      "Lists records of a table, \(AgentTools.defaultSize) unless \"size\" says otherwise (at most "
        + "\(AgentTools.mostRecords)). Select only the fields that you need. If \"has_more\" is true, "
        + "call it again with the same arguments and \"after\" set to \"next\". To know how many "
        + "there are or to add up values, use \"count\" or \"summarize\" instead of listing all."
    case .get:
      "Gets one record by its primary key. A record that the user may not see is not found."
    case .count: "Counts the records of a table that match, exactly."
    case .summarize:
      "Groups the records of a table and computes a value of each group: how many, exact sums, means, "
        + "least and greatest values. Without \"group_by\" all records are one group."
    }
  }

  var arguments: [AgentTools.Argument] {
    switch self {
    case .schema: [.table]
    case .list: [.table, .select, .filters, .joining, .search, .sort, .size, .after]
    case .get: [.table, .key, .select]
    case .count: [.table, .filters, .joining, .search]
    case .summarize:
      [.table, .groupBy, .aggregates, .filters, .joining, .search, .sort, .size, .after]
    }
  }

  private var required: [AgentTools.Argument] {
    switch self {
    case .schema: []
    case .list, .count, .summarize: [.table]
    case .get: [.table, .key]
    }
  }

  /// The JSON Schema of its arguments.
  func schema(of tables: [String]) -> JSONTree {
    .object([
      ("type", .string("object")),
      ("properties", .object(arguments.map { ($0.rawValue, $0.schema(of: tables)) })),
      ("required", .strings(required.map(\.rawValue))), ("additionalProperties", .flag(false)),
    ])
  }
}

extension AgentTools.Argument {
  fileprivate func schema(of tables: [String]) -> JSONTree {
    var members: [(String, JSONTree)] = []
    switch self {
    case .table:
      members.append(("type", .string("string")))
      if !tables.isEmpty, tables.count <= AgentTools.mostTables {
        members.append(("enum", .strings(tables)))
      }
    case .select, .groupBy, .filters, .aggregates:
      members += [("type", .string("array")), ("items", items)]
    case .joining:
      members += [("type", .string("string")), ("enum", .strings(["AND", "OR"]))]
    case .size:
      members += [
        ("type", .string("integer")), ("minimum", .integer(1)),
        ("maximum", .integer(AgentTools.mostRecords)),
      ]
    case .key:
      let types = JSONTree.strings(["integer", "number", "string"])
      members.append(
        (
          "anyOf",
          .array([
            .object([("type", types)]),
            .object([("type", .string("array")), ("items", .object([("type", types)]))]),
          ])
        ))
    case .search, .sort, .after: members.append(("type", .string("string")))
    }
    members.append(("description", .string(explanation)))
    return .object(members)
  }

  private var items: JSONTree {
    switch self {
    case .filters: .object([("type", .string("object"))])
    case .groupBy, .aggregates, .select: .object([("type", .strings(["string", "object"]))])
    case .table, .sort, .size, .after, .key, .search, .joining: .object([])
    }
  }

  private var explanation: String {
    switch self {
    case .table: "The table's name."
    case .select:
      "The fields to show. \"client.name\" is a field of the one related record, and {\"path\": "
        + "\"comments\", \"select\": [\"text\"], \"size\": 3} a list of related records."
    case .filters:
      "Conditions, such as {\"field\": \"priority\", \"operator\": \">=\", \"value\": 3} or {\"or\": "
        + "[CONDITION, …]}. The operators are "
        + Operator.allCases.map(\.rawValue).joined(separator: ", ")
        + ". Dates are texts as 2026-11-22. In place of \"value\", \"reference\" may be id_user (the "
        + "user's id), today or now."
    case .joining: "Whether all filters must hold (AND, if left out) or one of them (OR)."
    case .search: "A text that one of the text fields contains, whatever its case."
    case .sort: "The order, such as \"due_date desc, title\"."
    case .size: "The most records or groups."
    case .after: "The \"next\" of the result before."
    case .key: "The value of the primary key, or a list with a value for each of its fields."
    case .groupBy:
      "Fields, or {\"field\": \"due_date\", \"by\": \"month\"} (day, week, month, quarter, year)."
    case .aggregates:
      "\"count\", or {\"function\": \"sum\", \"field\": \"amount\"} (sum, avg, min, max, "
        + "count_distinct). \"count\" if left out."
    }
  }
}
