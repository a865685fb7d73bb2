import RecordEngine
import Rowscope
import RowscopeModel
import Workspaces

extension Command {
  static let seats = Command(declaration: .seats) { arguments, context throws(CommandError) in
    let workspace = try Session.workspace(arguments)
    let usage =
      workspace.document.userTables == nil
      ? workspace.seatUsage : try await storedUsage(arguments, context)
    let target = context.target(arguments)
    try target.write(
      .object([
        ("limit", .optional(integer: usage.limit)), ("count", .integer(usage.count)),
        ("remaining", .optional(integer: usage.remaining)),
        ("users", .array(usage.lines.map(\.json))),
      ]), of: usage.lines.map(\.json), heading: [("Seats", usage.summary)],
      columns: ["id_user", "name", "seat", "user_type", "takes one", "because"],
      rows: usage.lines.map(\.row))
    // Other formats contain only the users.
    if [.jsonl, .csv].contains(target.format) { context.note(usage.summary) }
    return usage.isOverLimit ? .negative : .done
  }
}

extension Command {
  /// The seats that users in the database take.
  private static func storedUsage(
    _ arguments: Arguments, _ context: CommandContext
  ) async throws(CommandError) -> SeatUsage {
    let session = try Session(arguments, context, needsProfile: false)
    let users = try await session.everyone(context)
    return SeatUsage(of: users, limit: session.workspace.document.seatLimit?.value)
  }
}

extension SeatUsage {
  fileprivate var summary: String {
    guard let limit, let remaining else { return "\(count) taken, no limit" }
    return isOverLimit
      ? "\(count) taken, \(count - limit) more than the limit of \(limit)"
      : "\(count) of \(limit) taken, \(remaining) left"
  }
}

extension SeatUsage.Line {
  fileprivate var json: JSONTree {
    .object([
      ("id_user", .value(user.id)), ("name", .optional(user.name)),
      ("seat", .optional(user.seat)), ("user_type", .optional(user.userType)),
      ("counts", .flag(counts)), ("rule", .string(rule.rawValue)),
    ])
  }

  fileprivate var row: [TextCell] {
    [
      TextCell(user.id), TextCell(user.name), TextCell(user.seat), TextCell(user.userType),
      .text(counts ? "yes" : "no"), .text(reason),
    ]
  }

  private var reason: String {
    switch rule {
    case .guest: "guests take none"
    case .unlimitedSeat: "the seat is not limited"
    case .limitedSeat: "the seat is limited"
    case .paidUserType: "the user type is paid for"
    case .neither: "no seat and no user type"
    }
  }
}

extension TextCell {
  /// A text, or null.
  init(_ text: String?) { self = text.map(TextCell.text) ?? .null }
}
