import Rowscope

extension Command {
  static let access = Command(declaration: .access) { arguments, context throws(CommandError) in
    let session = try Session(arguments, context)
    let user = try session.user(arguments)
    let table = arguments.positional(0)
    let report: AccessReport
    do throws(ServiceError) {
      report = try await session.service.access(of: user, to: table)
    } catch {
      throw await session.explained(error, user)
    }
    let format = arguments.choice(.accessFormat, as: OutputFormat.self) ?? .table
    let target = context.target(arguments, format: format)
    switch format {
    case .json: try target.write(JSONTree(report, of: user).text)
    case .table, .jsonl, .csv, .markdown:
      let text = AccessText(report: report, user: user, isOneTable: table != nil, target: target)
      try target.write(text.text)
    }
    return table != nil && report.tables.allSatisfy { $0.denial != nil } ? .denied : .done
  }
}

/// What a user may see and do, for people: in the columns of a table, or in Markdown.
struct AccessText {
  let report: AccessReport
  let user: User
  /// Whether one table was asked for: then its fields are shown too.
  let isOneTable: Bool
  let target: OutputTarget

  /// Ends in a line feed.
  var text: String {
    var text = facts([
      ("User", user.name.map { "\($0) (\(user.id.literal))" } ?? user.id.literal),
      ("Profile", report.profile ?? "none, and so no data"),
      ("May", powers.isEmpty ? "use what is below" : powers.joined(separator: ", ")),
    ])
    if isOneTable {
      for table in report.tables { text += "\n" + details(table) }
      return text
    }
    text +=
      "\n" + table(["table", "records", "hidden", "readonly", "rights"], report.tables.map(row))
    let places = [("Pages", report.pages), ("Dashboards", report.dashboards)]
      .filter { !$0.1.isEmpty }.map { ($0, description(of: $1)) }
    return places.isEmpty ? text : text + "\n" + facts(places)
  }

  private var powers: [String] {
    [
      report.managesUsers ? "manage users" : nil, report.createsTables ? "create tables" : nil,
      report.createsDashboards ? "create dashboards" : nil,
    ].compactMap(\.self)
  }

  private func row(_ line: AccessReport.TableLine) -> [Cell] {
    guard line.denial == nil else {
      return [
        .text(line.name), .text("denied: \(line.denial ?? "")"), .text(""), .text(""), .text(""),
      ]
    }
    func names(_ access: FieldAccess) -> Cell {
      .text(line.fields.filter { $0.access == access }.map(\.name).joined(separator: ", "))
    }
    return [
      .text(line.name), .text(line.rows), names(.hidden), names(.readonly),
      .text(line.rights.names.joined(separator: ", ")),
    ]
  }

  private func details(_ line: AccessReport.TableLine) -> String {
    let label = line.label == line.name ? "" : " (\(line.label))"
    if let denial = line.denial {
      return facts([("Table", line.name + label), ("Denied", denial)])
    }
    let rights = line.rights.names
    return facts([
      ("Table", line.name + label), ("Records", line.rows),
      ("Rights", rights.isEmpty ? "see" : "see, " + rights.joined(separator: ", ")),
    ]) + "\n"
      + table(
        ["field", "access"],
        line.fields.map { [.text($0.name), .text($0.access.rawValue)] })
  }

  private func description(of places: [AccessReport.PlaceLine]) -> String {
    let open = places.filter(\.isOpen).map(\.name)
    let closed = places.filter { !$0.isOpen }.map(\.name)
    return [
      open.isEmpty ? "none" : open.joined(separator: ", "),
      closed.isEmpty ? nil : "(not \(closed.joined(separator: ", ")))",
    ].compactMap(\.self).joined(separator: " ")
  }

  private func facts(_ facts: [(String, String)]) -> String {
    if target.format == .markdown {
      return table(["", ""], facts.map { [.text($0), .text($1)] })
    }
    return FactList(facts.map { ($0, Printable.text($1)) }, style: target.textStyle).text
  }

  private func table(_ columns: [String], _ rows: [[Cell]]) -> String {
    var formatter = target.formatter(columns: columns)
    var out: [UInt8] = []
    formatter.begin(&out)
    for row in rows { formatter.append(row, to: &out) }
    formatter.end(&out)
    return String(decoding: out, as: UTF8.self)
  }
}

extension Rights {
  /// In words.
  var names: [String] { list.map(\.label) }
}

extension JSONTree {
  init(_ report: AccessReport, of user: User) {
    func places(_ lines: [AccessReport.PlaceLine]) -> JSONTree {
      .array(lines.map { .object([("name", .string($0.name)), ("open", .flag($0.isOpen))]) })
    }
    self = .object([
      ("id_user", .value(user.id)),
      ("profile", .optional(report.profile)),
      ("manage_users", .flag(report.managesUsers)),
      ("create_table", .flag(report.createsTables)),
      ("create_dashboard", .flag(report.createsDashboards)),
      (
        "tables",
        .array(
          report.tables.map { line in
            .object([
              ("name", .string(line.name)), ("label", .string(line.label)),
              ("denied", .optional(line.denial)), ("records", .string(line.rows)),
              (
                "fields",
                .array(
                  line.fields.map {
                    .object([("name", .string($0.name)), ("access", .string($0.access.rawValue))])
                  })
              ),
              ("rights", .strings(line.rights.names)),
            ])
          })
      ),
      ("pages", places(report.pages)),
      ("dashboards", places(report.dashboards)),
    ])
  }
}
