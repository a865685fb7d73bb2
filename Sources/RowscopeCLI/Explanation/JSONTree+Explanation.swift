import Rowscope

extension JSONTree {
  init(_ explanation: Explanation) {
    let (decision, reasons): (String, [String]) =
      switch explanation.decision {
      case .denied(let reason): ("denied", [reason])
      case .none(let reasons): ("none", reasons)
      case .all: ("all", [])
      case .some: ("some", [])
      }
    self = .object([
      ("table", .string(explanation.table)),
      ("user", .string(explanation.user)),
      ("rule", .string(explanation.rule)),
      ("decision", .string(decision)),
      ("reasons", .strings(reasons)),
      (
        "fields",
        .array(
          explanation.fields.map {
            .object(
              [("name", .string($0.name)), ("access", .string($0.access))]
                + ($0.records.map { [("records", .string($0))] } ?? []))
          })
      ),
      (
        "filter",
        .object([
          ("profile", .string(explanation.profileFilter)),
          ("user_type", .optional(explanation.limit)),
          ("everywhere", .optional(explanation.everywhere)),
          ("scope", .string(explanation.scope)),
          ("edit", .optional(explanation.editScope)),
          ("delete", .optional(explanation.deleteScope)),
          ("request", .string(explanation.request)),
          ("simplified_request", .string(explanation.simplifiedRequest)),
        ])
      ),
      (
        "statements",
        .array(
          explanation.statements.map {
            .object([
              ("sql", .string($0.sql)), ("bindings", .array($0.bindings.map(JSONTree.value))),
              ("plan", .strings($0.plan)),
            ])
          })
      ),
      (
        "engine",
        .object([
          ("name", .optional(explanation.engine?.rawValue)),
          ("reason", .string(explanation.engineReason)),
        ])
      ),
      ("access_path", .strings(explanation.accessPath)),
      ("advice", .strings(explanation.advice)),
    ])
  }
}
