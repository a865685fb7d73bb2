import AccessProfiles
import RecordFilter
import Rowscope
import RowscopeModel
import Workspaces

extension Command {
  static let access = Command(declaration: .access) { arguments, context throws(CommandError) in
    let session = try Session(arguments, context)
    let format = arguments.choice(.accessFormat, as: OutputFormat.self) ?? .table
    let target = context.target(arguments, format: format)
    let table = arguments.positional(0)
    if arguments.isGiven(.allUsers) {
      try await accessOfAll(to: table, session, arguments, target, context)
      return .done
    }
    let user = try await session.user(arguments)
    let report: AccessReport
    do throws(ServiceError) {
      report = try await session.service.access(of: user, to: table)
    } catch {
      throw await session.explained(error, user)
    }
    try target.write(
      format == .json
        ? JSONTree(report, isOneTable: table != nil).text
        : AccessText(
          report: report, isOneTable: table != nil, target: target, width: context.textWidth
        ).text)
    return table != nil && report.tables.allSatisfy { $0.denial != nil } ? .denied : .done
  }

  private static func accessOfAll(
    to table: String?, _ session: Session, _ arguments: Arguments, _ target: OutputTarget,
    _ context: CommandContext
  ) async throws(CommandError) {
    guard let table else {
      throw .usage(
        "`--all-users` needs a TABLE", help: "rowscope access TABLE --all-users")
    }
    let users = try session.narrowed(try await session.everyone(context), arguments)
    guard !users.isEmpty else {
      throw .usage(
        "there are no users", help: "--all-users is for a workspace that has \"users\"")
    }
    let reports: [AccessReport]
    do throws(ServiceError) {
      reports = try await session.service.access(ofEach: users, to: table)
    } catch {
      throw CommandError(error)
    }
    try target.write(
      target.format == .json
        ? JSONTree.array(reports.map { JSONTree($0, isOneTable: true) }).text
        : AccessText.ofAll(reports, target: target))
  }
}

/// A user's access, for people: as an aligned table or in Markdown.
struct AccessText {
  let report: AccessReport
  /// Whether one table was requested: the output then has a line for each of its fields and rights.
  let isOneTable: Bool
  let target: OutputTarget
  let width: Int

  /// The text, ending in a line feed.
  var text: String {
    isOneTable ? report.tables.map(details).joined(separator: "\n") : matrix
  }

  private var who: [(String, String)] {
    let user = report.user
    var facts = [
      ("User", user.name.map { "\($0) (\(user.id.literal))" } ?? user.id.literal),
      (
        user.profiles.count > 1 ? "Profiles" : "Profile",
        user.profiles.isEmpty ? "none, so no data" : user.profiles.joined(separator: ", ")
      ),
    ]
    if !user.narrowedBy.isEmpty {
      facts.append(("Narrowed by", user.narrowedBy.joined(separator: ", ")))
    }
    if let seat = user.seat { facts.append(("Seat", seat)) }
    if let type = user.userType { facts.append(("Type", type)) }
    return facts
  }

  // MARK: All tables

  private var matrix: String {
    var facts = who
    let powers = report.powers.filter { $0.denial == nil }.map(\.label)
    facts.append(("May", wrapped(powers.joined(separator: ", "))))
    let places = [("Pages", report.pages), ("Dashboards", report.dashboards)]
    for (title, lines) in places where !lines.isEmpty {
      let open = lines.filter { $0.denial == nil }.map(\.name)
      facts.append((title, open.isEmpty ? "none" : wrapped(open.joined(separator: ", "))))
    }
    var text = target.text(facts)
    let reached = report.tables.filter { $0.denial == nil }
    if !reached.isEmpty {
      text +=
        "\n"
        + target.text(["table", "records", "readonly", "hidden", "rights"], reached.map(Self.row))
    }
    let denials = denials
    if !denials.isEmpty {
      text += "\n" + target.text(["denied", "what", "decided by"], denials)
    }
    return text
  }

  /// A text wrapped to leave room for the names of facts; Markdown needs no wrapping.
  private func wrapped(_ text: String) -> String {
    guard target.format == .table else { return text }
    return Wrapping.lines(text.split(separator: " ").map(String.init), width: width - 14)
      .joined(separator: "\n")
  }

  private static func row(_ line: AccessReport.TableLine) -> [TextCell] {
    [.text(line.name)] + cells(line)
  }

  /// The cells for records, readonly and hidden fields, and rights.
  private static func cells(_ line: AccessReport.TableLine) -> [TextCell] {
    func names(_ access: FieldAccess) -> TextCell {
      .text(line.fields.filter { $0.access == access }.map(\.name).joined(separator: ", "))
    }
    let rights = line.rights.filter { $0.denial == nil }.map(\.label)
    return [
      .text(line.rows), names(.readonly), names(.hidden), .text(rights.joined(separator: ", ")),
    ]
  }

  /// A row for each denial. Rights and fields of a table that share a reason share a row.
  private var denials: [[TextCell]] {
    var rows: [[TextCell]] = []
    func add(_ thing: String, _ what: String, _ reason: AccessReason) {
      rows.append([.text(thing), .text(what), .text(reason.description)])
    }
    for line in report.tables {
      if let denial = line.denial {
        add(line.name, "table", denial)
        continue
      }
      if let reason = line.emptiness { add(line.name, "every record", reason) }
      for access in [FieldAccess.hidden, .readonly] {
        let limits = line.fields.compactMap { field in
          field.access == access ? field.reason.map { ($0, field.name) } : nil
        }
        for (reason, names) in Self.grouped(limits) {
          let verb = access == .hidden ? "see" : "write"
          add(line.name, "\(verb) \(names.joined(separator: ", "))", reason)
        }
      }
      let rights = line.rights.compactMap { right in
        right.denial.map { ($0, right.label) }
      }
      for (reason, labels) in Self.grouped(rights) {
        add(line.name, labels.joined(separator: ", "), reason)
      }
    }
    for (thing, lines) in [("page", report.pages), ("dashboard", report.dashboards)] {
      for line in lines {
        if let denial = line.denial { add(line.name, thing, denial) }
      }
    }
    let powers = report.powers.compactMap { line in
      line.denial.map { ($0, line.label) }
    }
    for (reason, labels) in Self.grouped(powers) {
      for label in labels { add(label, "power", reason) }
    }
    return rows
  }

  /// Groups names by their reason, in the order of first appearance.
  private static func grouped(
    _ reasons: [(AccessReason, String)]
  ) -> [(reason: AccessReason, names: [String])] {
    var groups: [(reason: AccessReason, names: [String])] = []
    for (reason, name) in reasons {
      if let index = groups.firstIndex(where: { $0.reason == reason }) {
        groups[index].names.append(name)
      } else {
        groups.append((reason, [name]))
      }
    }
    return groups
  }

  // MARK: One table

  /// `readonly`, or `readonly by auditor where …` for a field that some records do not show.
  private static func access(_ line: AccessReport.FieldLine) -> String {
    var words = [line.access.rawValue]
    if !line.profiles.isEmpty { words.append("by " + line.profiles.joined(separator: ", ")) }
    if let records = line.records { words.append("where " + records) }
    return words.joined(separator: " ")
  }

  private func details(_ line: AccessReport.TableLine) -> String {
    var facts = who
    facts.append(
      ("Table", line.name + (line.label == line.name ? "" : " (\(line.label))")))
    if let denial = line.denial {
      facts.append(("Denied", denial.description))
      return target.text(facts)
    }
    facts.append(("Records", line.rows))
    if let limit = line.limit, limit != line.rows { facts.append(("Limit", limit)) }
    if let editable = line.editableRows { facts.append(("To edit", editable)) }
    if let deletable = line.deletableRows { facts.append(("To delete", deletable)) }
    if !line.presets.isEmpty {
      let presets = line.presets.map { "\($0.field) = \($0.value.literal)" }
      facts.append(("Presets", presets.joined(separator: "\n")))
    }
    if let reason = line.emptiness { facts.append(("Because", reason.description)) }
    return target.text(facts) + "\n"
      + target.text(
        ["field", "access", "decided by"],
        line.fields.map { [.text($0.name), .text(Self.access($0)), Self.reason($0.reason)] })
      + "\n"
      + target.text(
        ["right", "may", "decided by"],
        line.rights.map {
          [.text($0.label), .text($0.denial == nil ? "yes" : "no"), Self.reason($0.denial)]
        })
  }

  private static func reason(_ reason: AccessReason?) -> TextCell {
    .text(reason?.description ?? "")
  }

  // MARK: All users

  /// A row of one table's access for each user.
  static func ofAll(_ reports: [AccessReport], target: OutputTarget) -> String {
    target.text(
      // The widest column comes last, where a narrow terminal cuts it.
      ["user", "profile", "seat", "type", "rights", "hidden", "readonly", "records"],
      reports.flatMap { report in
        report.tables.map { line in
          let user = report.user
          let cells =
            line.denial.map { [.text(""), .text(""), .text(""), .text("denied: \($0)")] }
            ?? Array(cells(line).reversed())
          return [
            .text(user.name ?? user.id.literal), .text(user.profiles.joined(separator: ", ")),
            .text(user.seat ?? ""),
            .text(user.userType ?? ""),
          ] + cells
        }
      })
  }
}
