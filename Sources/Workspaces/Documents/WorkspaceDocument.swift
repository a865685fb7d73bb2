package import Documents
package import RecordFilter
package import RowscopeModel
package import TimeZones

/// The contents of a `workspace.json`, checked by itself, without the files that it names or the
/// database.
package struct WorkspaceDocument: Sendable {
  package let source: SourceDocument
  /// Where the document begins.
  let start: Range<Int>
  /// The path of a database, of a folder of CSV files, or of a catalog.
  package let database: Located<String>
  /// Whether the path is that of a catalog.
  package let isCatalog: Bool
  package let profiles: [ProfileDeclaration]
  /// Where the profiles are, if they are in the database.
  package let profileTable: ProfileTable?
  package let users: UsersDeclaration
  package let tables: [TableDeclaration]
  /// For the tables of a folder of CSV files that declare nothing else.
  package let csv: CSVTextDeclaration
  /// Conditions by name, for profiles.
  package let conditions: [ConditionDeclaration]
  /// Conditions of every table, or of several.
  package let everywhere: [EverywhereDeclaration]
  package let pages: [Name]
  package let dashboards: [Name]
  /// The plan's number of seats; nil for no limit.
  package let seatLimit: Located<Int>?
  /// Seconds east of UTC; it determines where a day begins and ends.
  package let zone: ZoneRule
  /// The zone of texts without an offset, where a field declares none.
  package let dateZone: DateForm.Zone

  /// A profile's name and the path of its document.
  package struct ProfileDeclaration: Sendable, Hashable {
    package let name: Located<String>
    package let path: Located<String>
  }

  /// Conditions that profiles use by their name, all of which must hold.
  package struct ConditionDeclaration: Sendable, Hashable {
    package let name: Located<String>
    package let conditions: [Condition]
  }

  /// Conditions that hold of every record of tables.
  package struct EverywhereDeclaration: Sendable, Hashable {
    /// Where it says all tables.
    package let wildcard: Range<Int>?
    package let tables: [Located<String>]
    package let exceptions: [Located<String>]
    package let conditions: [Condition]
  }

  package enum UsersDeclaration: Sendable {
    case none
    case file(Located<String>)
    /// The users are listed in the workspace itself.
    case list(UserDirectory)
    /// The users are in the database.
    case table(UserTables)
  }

  /// Where the users are, if they are in the database.
  package var userTables: UserTables? { if case .table(let tables) = users { tables } else { nil } }

  /// The names of the profiles; nil if they are in the database.
  package var profileNames: [String]? {
    profileTable == nil ? profiles.map(\.name.value) : nil
  }

  /// - Throws: all problems of the document.
  package init(document source: SourceDocument) throws(Diagnostics) {
    var problems = DiagnosticCollector()
    let document = WorkspaceDocument(reading: source, reporting: &problems)
    try problems.throwErrors(in: source)
    guard let document else { throw Diagnostics([], in: source) }
    self = document
  }

  /// The document; nil if its errors leave nothing to check further. A document with errors serves
  /// only to find more of them: its faulty parts are left out, and faulty paths are empty.
  init?(reading source: SourceDocument, reporting problems: inout DiagnosticCollector) {
    guard let root = JSONReader.read(source, as: .relaxed, reporting: &problems) else { return nil }
    var reader = WorkspaceReader(source: source, problems: problems)
    defer { problems = reader.problems }
    guard let draft = reader.read(root) else { return nil }
    self.source = source
    start = root.range.lowerBound..<(root.range.lowerBound + 1)
    database = draft.database ?? Located("", at: root.range)
    isCatalog = draft.isCatalog
    profiles = draft.profiles
    profileTable = draft.profileTable
    users = draft.users
    tables = draft.tables
    csv = draft.csv
    conditions = draft.conditions
    everywhere = draft.everywhere
    pages = draft.pages
    dashboards = draft.dashboards
    seatLimit = draft.seatLimit
    zone = draft.zone
    dateZone = draft.dateZone
  }

  /// A workspace of only a database and profiles.
  init(database: String, isCatalog: Bool = false, profiles: [ProfileDeclaration]) {
    source = SourceDocument(name: "<command line>", bytes: [])
    start = 0..<0
    self.database = Located(database, at: 0..<0)
    self.isCatalog = isCatalog
    self.profiles = profiles
    profileTable = nil
    users = .none
    tables = []
    csv = CSVTextDeclaration()
    conditions = []
    everywhere = []
    pages = []
    dashboards = []
    seatLimit = nil
    zone = .utc
    dateZone = .rule(.utc)
  }
}

extension WorkspaceDocument.UsersDeclaration {
  /// The conditions that it declares.
  var conditions: [Condition] {
    switch self {
    case .none, .file, .list: []
    case .table(let tables): tables.allConditions
    }
  }
}
