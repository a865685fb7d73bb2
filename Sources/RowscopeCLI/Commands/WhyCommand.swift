import RecordEngine
import Rowscope
import RowscopeModel

extension Command {
  static let why = Command(declaration: .why) { arguments, context throws(CommandError) in
    let question = try RecordQuestion(arguments)
    let session = try Session(arguments, context)
    let user = try await session.user(arguments)
    let engine = EngineChoice(arguments)
    let reasons = try await session.read(as: user) { reader throws(ServiceError) in
      try reader.reasons(question)
    }
    let tree = JSONTree(reasons)
    if engine == .both {
      let others = try await session.read(as: user) { reader throws(ServiceError) in
        try reader.reasons(question, by: .sqlite)
      }
      guard JSONTree(others).line.hasSameBytes(as: tree.line) else {
        throw CommandError(
          exitCode: .negative, message: "SQLite and memory give different reasons",
          help: "this is a bug in rowscope: please report it")
      }
      context.noteAgreement(engine)
    }
    let target = context.target(
      arguments, format: arguments.choice(.accessFormat, as: OutputFormat.self) ?? .table)
    try target.write(
      target.format == .json ? tree.text : ReasonsText(reasons: reasons, target: target).text)
    return reasons.isAllowed ? .done : .denied
  }
}

/// Why a user sees one record or does not, for people: aligned tables, or Markdown.
struct ReasonsText {
  let reasons: RecordReasons
  let target: OutputTarget

  /// The text, ending in a line feed.
  var text: String {
    var parts = [target.text(facts)]
    guard reasons.isThere else { return parts[0] }
    let rules = rules
    if !rules.isEmpty {
      parts.append(target.text(["met", "rule", "condition", "because"], rules))
    }
    parts.append(
      target.text(
        ["act", "may", "decided by"],
        reasons.acts.map { line in
          [
            .text(line.act.rawValue), .text(line.isAllowed ? "yes" : "no"),
            .text(line.isAllowed ? "" : line.reason?.description ?? ""),
          ]
        }))
    parts.append(
      target.text(["field", "access", "value", "decided by"], reasons.fields.map(row)))
    if let changes = reasons.changes {
      parts.append(
        target.text(
          [
            reasons.isAllowed ? "to take it away" : "to give it",
            "the smallest changes, each by itself",
          ],
          rows("record", changes.record, Self.words) + rows("user", changes.user, Self.words)
            + rows("rule", changes.rule, Self.words)))
    }
    return parts.joined(separator: "\n")
  }

  private var facts: [(String, String)] {
    let user = reasons.user
    var facts = [
      ("User", user.name.map { "\($0) (\(user.id.literal))" } ?? user.id.literal),
      (
        user.profiles.count > 1 ? "Profiles" : "Profile",
        user.profiles.isEmpty ? "none, so no data" : user.profiles.joined(separator: ", ")
      ),
      ("Table", reasons.table),
      (
        "Record",
        reasons.key.map { "\($0.field) \($0.value.literal)" }.joined(separator: ", ")
      ),
    ]
    guard reasons.isThere else {
      return facts + [("Answer", "the database has no such record")]
    }
    let what = reasons.question.field.map { "the field \($0) of the record" } ?? "the record"
    let verb =
      switch reasons.question.act {
      case .see: reasons.isAllowed ? "sees" : "does not see"
      case .edit, .delete:
        "\(reasons.isAllowed ? "may" : "may not") \(reasons.question.act.rawValue)"
      }
    facts.append(("Answer", "the user \(verb) \(what)"))
    let reason = reasons.acts.first { $0.act == reasons.question.act }?.reason
    if !reasons.isAllowed, let reason { facts.append(("Because", reason.description)) }
    return facts
  }

  // MARK: Rules

  private var rules: [[TextCell]] {
    var rows: [[TextCell]] = []
    for grant in reasons.grants {
      let place = grant.line.map { ", line \($0)" } ?? ""
      rows.append([
        .text(Self.word(grant.verdict)), .text("profile \(grant.profile)\(place)"),
        .text(grant.isNarrowing ? "narrows the access" : ""),
        .text(grant.denial?.description ?? ""),
      ])
      add(grant.conditions, depth: 1, to: &rows)
      switch reasons.question.act {
      case .see: break
      case .edit: add(grant.editConditions, depth: 1, as: "edit_data, ", to: &rows)
      case .delete: add(grant.deleteConditions, depth: 1, as: "delete_data, ", to: &rows)
      }
    }
    if let limit = reasons.limit {
      rows.append([
        .text(Self.word(limit.verdict)), .text("user type"), .text(limit.text), .text(""),
      ])
    }
    if !reasons.everywhere.isEmpty {
      add(reasons.everywhere, depth: 0, as: "everywhere", to: &rows)
    }
    return rows
  }

  private func add(
    _ lines: [RecordReasons.ConditionLine], depth: Int, as rule: String = "",
    to rows: inout [[TextCell]]
  ) {
    let margin = String(repeating: "  ", count: depth)
    for line in lines {
      rows.append([
        .text(Self.word(line.verdict)),
        .text(rule + (line.line.map { "line \($0)" } ?? "")), .text(margin + line.text),
        .text(line.saw.joined(separator: "; ")),
      ])
      add(line.parts, depth: depth + 1, as: rule, to: &rows)
      for other in line.related {
        rows.append([.text(""), .text(""), .text(margin + "  " + other.record), .text("")])
        add(other.parts, depth: depth + 2, as: rule, to: &rows)
      }
      if line.relatedCount > line.related.count {
        rows.append([
          .text(""), .text(""), .text(margin + "  … \(line.relatedCount) records in all"),
          .text(""),
        ])
      }
    }
  }

  static func word(_ verdict: RecordReasons.Verdict) -> String {
    switch verdict {
    case .met: "yes"
    case .failed: "no"
    case .unknown: "unknown"
    }
  }

  private func row(_ field: RecordReasons.FieldLine) -> [TextCell] {
    let isSeen = reasons.acts.contains { $0.act == .see && $0.isAllowed }
    var decision = field.reason?.description ?? (isSeen ? "" : "the record is not seen")
    if let records = field.shownIn { decision = "shown in: \(records)" }
    let by =
      field.access == .hidden || field.profiles.isEmpty
      ? "" : " by " + field.profiles.joined(separator: ", ")
    return [
      .text(field.name), .text(field.access.rawValue + by), .text(field.value?.literal ?? ""),
      .text(decision),
    ]
  }

  // MARK: Changes

  private func rows<Change>(
    _ kind: String, _ ways: [[Change]], _ words: (Change) -> String
  ) -> [[TextCell]] {
    if ways.isEmpty { return [[.text("of the \(kind)"), .text("none was found")]] }
    return ways.map { way in
      [.text("of the \(kind)"), .text(way.map(words).joined(separator: ", and "))]
    }
  }

  private static func words(_ change: TurningChanges.FieldChange) -> String {
    "\(change.field): \(change.to.literal) instead of \(change.from.literal)"
  }

  private static func words(_ change: TurningChanges.UserChange) -> String {
    switch change {
    case .attribute(let name, nil): "without the attribute \(name)"
    case .attribute(let name, .scalar(let value)?): "the attribute \(name): \(value.literal)"
    case .attribute(let name, .list(let values)?): "the attribute \(name): \(list(values))"
    case .teams(let teams): "the teams \(list(teams))"
    case .userType(let type): type.map { "the user type \($0)" } ?? "no user type"
    }
  }

  private static func list(_ values: [Value]) -> String {
    "[\(values.map(\.literal).joined(separator: ", "))]"
  }

  private static func words(_ change: TurningChanges.RuleChange) -> String {
    "profile \(change.profile)\(change.line.map { ", line \($0)" } ?? ""): \(change.words)"
  }
}
