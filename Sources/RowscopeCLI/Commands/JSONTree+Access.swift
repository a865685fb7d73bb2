import Rowscope
import RowscopeModel

extension JSONTree {
  /// - Parameter isOneTable: whether one table was requested; pages, dashboards and powers are then
  ///   omitted.
  init(_ report: AccessReport, isOneTable: Bool) {
    func places(_ lines: [AccessReport.Line]) -> JSONTree {
      .array(
        lines.map {
          .object(
            [("name", .string($0.name)), ("open", .flag($0.denial == nil))] + .decided($0.denial))
        })
    }
    let user = report.user
    var members: [(String, JSONTree)] = [
      ("id_user", .value(user.id)), ("name", .optional(user.name)),
      user.profiles.count > 1
        ? ("profiles", .array(user.profiles.map { .string($0) }))
        : ("profile", .optional(user.profiles.first)), ("seat", .optional(user.seat)),
      ("user_type", .optional(user.userType)),
      ("tables", .array(report.tables.map { JSONTree($0) })),
    ]
    if !isOneTable {
      members += [
        ("pages", places(report.pages)), ("dashboards", places(report.dashboards)),
        (
          "powers",
          .array(
            report.powers.map {
              .object(
                [("power", .string($0.name)), ("allowed", .flag($0.denial == nil))]
                  + .decided($0.denial))
            })
        ),
      ]
    }
    self = .object(members)
  }

  private init(_ line: AccessReport.TableLine) {
    var members: [(String, JSONTree)] = [
      ("name", .string(line.name)), ("label", .string(line.label)),
      ("reached", .flag(line.denial == nil)), ("records", .string(line.rows)),
    ]
    members += .decided(line.denial ?? line.emptiness)
    if let limit = line.limit { members.append(("limit", .string(limit))) }
    if let editable = line.editableRows {
      members.append(("editable_records", .string(editable)))
    }
    if let deletable = line.deletableRows {
      members.append(("deletable_records", .string(deletable)))
    }
    if !line.presets.isEmpty {
      members.append(
        ("presets", .object(line.presets.map { ($0.field, .value($0.value)) })))
    }
    members += [
      (
        "fields",
        .array(
          line.fields.map {
            .object(
              [("name", .string($0.name)), ("access", .string($0.access.rawValue))]
                + ($0.profiles.isEmpty ? [] : [("profiles", .strings($0.profiles))])
                + ($0.records.map { [("records", .string($0))] } ?? [])
                + .decided($0.reason))
          })
      ),
      (
        "rights",
        .array(
          line.rights.map {
            .object(
              [("right", .string($0.name)), ("allowed", .flag($0.denial == nil))]
                + .decided($0.denial))
          })
      ),
    ]
    self = .object(members)
  }
}

extension [(String, JSONTree)] {
  /// `"decided_by"`, if something is denied.
  static func decided(_ reason: AccessReason?) -> Self {
    guard let reason else { return [] }
    var members: [(String, JSONTree)] = [
      ("rule", .string(reason.rule.rawValue)), ("description", .string(reason.description)),
    ]
    if let profile = reason.profile { members.append(("profile", .string(profile))) }
    if let document = reason.document { members.append(("document", .string(document))) }
    if let line = reason.line { members.append(("line", .integer(line))) }
    if let key = reason.key { members.append(("key", .string(key))) }
    return [("decided_by", .object(members))]
  }
}
