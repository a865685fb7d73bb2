import Rowscope
import RowscopeModel

extension JSONTree {
  init(_ reasons: RecordReasons) {
    var members: [(String, JSONTree)] = [
      ("id_user", .value(reasons.user.id)), ("table", .string(reasons.table)),
      ("key", .object(reasons.key.map { ($0.field, .value($0.value)) })),
      ("act", .string(reasons.question.act.rawValue)),
      ("field", .optional(reasons.question.field)), ("found", .flag(reasons.isThere)),
      ("allowed", .flag(reasons.isAllowed)),
    ]
    if reasons.isThere {
      members += [
        ("grants", .array(reasons.grants.map { JSONTree($0) })),
        (
          "limit",
          reasons.limit.map {
            .object([("records", .string($0.text)), ("met", JSONTree($0.verdict))])
          } ?? .null
        ),
        ("everywhere", .array(reasons.everywhere.map { JSONTree($0) })),
        (
          "acts",
          .array(
            reasons.acts.map {
              .object(
                [("act", .string($0.act.rawValue)), ("allowed", .flag($0.isAllowed))]
                  + .decided($0.isAllowed ? nil : $0.reason))
            })
        ),
        ("fields", .array(reasons.fields.map { JSONTree($0) })),
        ("changes", reasons.changes.map { JSONTree($0) } ?? .null),
      ]
    }
    self = .object(members)
  }

  /// True, false, or null for what is unknown.
  private init(_ verdict: RecordReasons.Verdict) {
    switch verdict {
    case .met: self = .flag(true)
    case .failed: self = .flag(false)
    case .unknown: self = .null
    }
  }

  private init(_ grant: RecordReasons.GrantLine) {
    self = .object(
      [
        ("profile", .string(grant.profile)), ("document", .string(grant.document)),
        ("line", .optional(integer: grant.line)), ("narrows", .flag(grant.isNarrowing)),
        ("met", JSONTree(grant.verdict)),
        ("data", .array(grant.conditions.map { JSONTree($0) })),
        ("edit_data", .array(grant.editConditions.map { JSONTree($0) })),
        ("delete_data", .array(grant.deleteConditions.map { JSONTree($0) })),
      ] + .decided(grant.denial))
  }

  private init(_ line: RecordReasons.ConditionLine) {
    var members: [(String, JSONTree)] = [
      ("condition", .string(line.text)), ("line", .optional(integer: line.line)),
      ("met", JSONTree(line.verdict)), ("because", .strings(line.saw)),
    ]
    if !line.parts.isEmpty { members.append(("parts", .array(line.parts.map { JSONTree($0) }))) }
    if !line.related.isEmpty {
      members += [
        ("related_count", .integer(line.relatedCount)),
        (
          "related",
          .array(
            line.related.map {
              .object([
                ("record", .string($0.record)), ("parts", .array($0.parts.map { JSONTree($0) })),
              ])
            })
        ),
      ]
    }
    self = .object(members)
  }

  private init(_ field: RecordReasons.FieldLine) {
    self = .object(
      [
        ("name", .string(field.name)), ("access", .string(field.access.rawValue)),
        ("value", field.value.map { .value($0) } ?? .null),
      ] + (field.profiles.isEmpty ? [] : [("profiles", .strings(field.profiles))])
        + (field.shownIn.map { [("shown_in", .string($0))] } ?? []) + .decided(field.reason))
  }

  private init(_ changes: TurningChanges) {
    self = .object([
      (
        "record",
        .array(
          changes.record.map { way in
            .array(
              way.map {
                .object([
                  ("field", .string($0.field)), ("from", .value($0.from)), ("to", .value($0.to)),
                ])
              })
          })
      ),
      ("user", .array(changes.user.map { way in .array(way.map { JSONTree($0) }) })),
      (
        "rule",
        .array(
          changes.rule.map { way in
            .array(
              way.map {
                .object([
                  ("profile", .string($0.profile)), ("document", .string($0.document)),
                  ("line", .optional(integer: $0.line)), ("change", .string($0.words)),
                ])
              })
          })
      ),
    ])
  }

  private init(_ change: TurningChanges.UserChange) {
    switch change {
    case .attribute(let name, let attribute):
      let value: JSONTree =
        switch attribute {
        case nil: .null
        case .scalar(let value)?: .value(value)
        case .list(let values)?: .array(values.map { .value($0) })
        }
      self = .object([("attribute", .string(name)), ("to", value)])
    case .teams(let teams): self = .object([("teams", .array(teams.map { .value($0) }))])
    case .userType(let type): self = .object([("user_type", .optional(type))])
    }
  }
}
