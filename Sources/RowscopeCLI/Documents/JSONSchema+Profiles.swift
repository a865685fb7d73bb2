import AccessProfiles
import RecordFilter
import Rowscope
import RowscopeModel

extension JSONSchema {
  // MARK: Conditions

  static func conditions(inRequest isInRequest: Bool) -> [Definition] {
    let operators = Operator.allCases.map(\.rawValue)
    let aliases = Operator.names.filter { !operators.contains($0) }
    let quantifiers = Quantifier.allCases.map(\.rawValue)
    var keys: [(String, JSONSchema)] = [
      ("field", text), ("operator", suggestion(operators + aliases)), ("value", anything),
      ("reference", suggestion(Reference.names + ["attributes."])), ("other_field", text),
    ]
    if isInRequest { keys.append(("type", text)) }
    func group(_ key: String, _ value: JSONSchema) -> JSONSchema {
      object([(key, value)], required: [key], topic: .operators, "Groups")
    }
    return [
      (
        "condition",
        either(
          [
            object(keys, required: ["field"], topic: .operators, "A condition"),
            object(
              [
                ("field", text), ("operator", suggestion(quantifiers)),
                ("where", reference("conditions")),
              ], required: ["field", "operator", "where"], topic: .operators, "Related records"),
            group("or", reference("conditions")), group("and", reference("conditions")),
            group("not", reference("condition")),
          ]
            + (isInRequest
              ? []
              : [
                object(
                  [("condition", text)], required: ["condition"], topic: .operators,
                  "A condition by its name")
              ]))
      ),
      ("conditions", list(of: reference("condition"))),
    ]
  }

  // MARK: Profiles

  private static let everything = choice(["*"])

  static let profile = object(
    Profile.Flag.allCases.map { ($0.rawValue, flag) } + [
      ("tables_enabled", map(to: reference("grant"))), ("tables_disabled", list(of: text)),
      ("pages_enabled", map(to: everything)), ("pages_disabled", list(of: text)),
      ("dashboards_enabled", map(to: everything)), ("dashboards_disabled", list(of: text)),
      ("default_tabs", list(of: reference("section"))),
      ("channel_read_only", list(of: identifier)),
      ("direct_message_users", list(of: identifier)),
      ("direct_message_profiles", list(of: identifier)),
    ], topic: .profile, "A profile", isRoot: true)

  private static let preset = either([
    object([("value", anything)], required: ["value"], topic: .profile, "A preset"),
    object(
      [("reference", suggestion(Reference.names + ["attributes."]))], required: ["reference"],
      topic: .profile, "A preset"),
  ])

  static let grants: [Definition] = [
    (
      "grant",
      either([
        everything,
        object(
          [
            ("*", everything), ("data", reference("conditions")),
            ("edit_data", reference("conditions")), ("delete_data", reference("conditions")),
            ("fields_excluded", list(of: text)), ("fields_readonly", list(of: text)),
            ("presets", map(to: preset)),
          ] + Grant.Flag.allCases.map { ($0.rawValue, flag) }, topic: .profile, "A grant"),
      ])
    ),
    (
      "section",
      object(
        [("id", identifier), ("label", text), ("items", list(of: reference("item")))],
        topic: .profile, "A section of default_tabs")
    ),
    (
      "item",
      object(
        [
          ("object", text), ("label", text),
          ("type", choice(MenuItem.Kind.allCases.map(\.rawValue))),
        ], required: ["object", "type"], topic: .profile, "A section of default_tabs")
    ),
  ]

  // MARK: Requests

  /// A key that is null counts as absent.
  private static func optional(_ schema: JSONSchema) -> JSONSchema {
    either([schema, type("null")])
  }

  static let selections: [Definition] = [
    (
      "grouping",
      either([
        text,
        object(
          [
            ("field", text),
            ("by", optional(choice(SummaryRequest.Period.allCases.map(\.rawValue)))),
            ("as", optional(text)),
          ], required: ["field"], topic: .request, "A grouping"),
      ])
    ),
    (
      "aggregate",
      either([
        choice(["count"]),
        object(
          [
            ("function", choice(SummaryRequest.Aggregate.Function.allCases.map(\.rawValue))),
            ("field", optional(text)), ("as", optional(text)),
          ], required: ["function"], topic: .request, "An aggregate"),
      ])
    ),
    (
      "selection",
      either([
        text,
        object(
          [
            ("path", text), ("select", optional(list(of: reference("selection")))),
            ("sort", optional(text)), ("size", optional(wholeNumber)),
          ], required: ["path"], topic: .request, "A list of related records"),
      ])
    ),
  ]

  static let request = object(
    [
      ("object_type", text), ("select", optional(list(of: reference("selection")))),
      ("filters", optional(reference("conditions"))),
      ("operator", optional(suggestion(ListRequest.Joining.allCases.map(\.rawValue)))),
      ("search", optional(text)), ("sort", optional(text)), ("size", optional(wholeNumber)),
      ("page", optional(wholeNumber)), ("after", optional(text)),
      ("count", optional(choice(ListRequest.Counting.allCases.map(\.rawValue)))),
      ("may", optional(type("boolean"))), ("scope", optional(type("boolean"))),
      ("group_by", optional(list(of: reference("grouping")))),
      ("aggregates", optional(list(of: reference("aggregate")))),
      ("as", either([identifier, type("object")])), ("now", optional(wholeNumber)),
      ("narrowed_by", either([text, list(of: text)])), ("id", identifier),
      ("do", optional(choice(WireQuestion.Act.allCases.map(\.rawValue)))),
      (
        "key",
        either([identifier, type("number"), list(of: either([identifier, type("number")]))])
      ),
      ("values", optional(type("object"))), ("if_unchanged", optional(type("object"))),
      ("all", optional(type("boolean"))),
      ("arguments", type("array")),
    ], topic: .request, "A request", isRoot: true)
}
