import Documents
import RecordEngine
import RecordFilter
import RowscopeModel
import Workspaces

/// What is wrong with users in the database, and with how they are looked up: warnings in the
/// workspace's document.
struct StoredUserCheck {
  private let document: WorkspaceDocument
  private(set) var problems = DiagnosticCollector()

  /// The most users that one warning names.
  private static let named = 5

  init(_ document: WorkspaceDocument) { self.document = document }

  /// Warns of look-ups that read their tables through.
  mutating func checkPlans(_ reader: borrowing ReadSession) throws(ServiceError) {
    for lookup in try reader.unservedLookups() {
      let table = Printable.quoted(lookup.table.name.string)
      let field = Printable.quoted(lookup.field.name.string)
      problems.warning(
        .unservedLookup,
        "no index finds the rows of \(table) by \(field), so a look-up reads it through",
        hint: lookup.table.kind == .view
          ? "give the table that the view reads an index on it"
          : "CREATE INDEX … ON \(table) (\(field))", at: lookup.place)
    }
  }

  /// Warns of users who are denied everything.
  mutating func check(
    _ users: [User], _ faults: [(id: Value, fault: UserFault)], profiles: [String]
  ) {
    guard let tables = document.userTables else { return }
    var places: [Int: (range: Range<Int>, code: Diagnostic.Code, lines: [String])] = [:]
    func add(_ range: Range<Int>, _ code: Diagnostic.Code, _ line: String) {
      places[range.lowerBound, default: (range, code, [])].lines.append(line)
    }
    for (id, fault) in faults {
      let (range, code) = fault.place(in: tables)
      add(range, code, "\(id.literal) \(fault)")
    }
    let known = Set(profiles.map { Text($0) })
    for user in users {
      for name in user.profiles where !known.contains(Text(name)) {
        let range = (tables.columns[.profile] ?? tables.profiles?.value ?? tables.table).range
        add(
          range, .unknownProfile,
          "\(user.id.literal) has the profile \(Printable.quoted(name)), and there is no such")
      }
    }
    for (_, place) in places.sorted(by: { $0.key < $1.key }) {
      let count = place.lines.count
      problems.warning(
        place.code,
        "\(count) \(count == 1 ? "user is" : "users are") denied everything: "
          + place.lines.prefix(Self.named).joined(separator: "; ")
          + (count > Self.named ? "; …" : ""), at: place.range)
    }
  }
}

extension UserFault {
  fileprivate func place(in tables: UserTables) -> (Range<Int>, Diagnostic.Code) {
    switch kind {
    case .unknown, .sharedID, .sharedName, .service: return (tables.id.range, .duplicateUser)
    case .noSuch(let property, _):
      let code: Diagnostic.Code =
        switch property {
        case .seat: .unknownSeat
        case .userType: .unknownUserType
        case .timeZone: .unsupportedTimeZone
        case .name, .email, .profile: .badIdentifier
        }
      return ((tables.columns[property] ?? tables.id).range, code)
    case .unusable(let place, _):
      let name: Located<String>? =
        switch place {
        case .id, .attribute: tables.id
        case .property(let property): tables.columns[property]
        case .team: tables.teams?.value
        case .profile: tables.profiles?.value
        }
      return ((name ?? tables.id).range, .badIdentifier)
    }
  }
}

extension Diagnostic.Code {
  /// A user, or what belongs to one, is looked up without an index.
  static let unservedLookup = Self("unserved_lookup")
}
