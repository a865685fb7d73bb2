package import Documents
package import RowscopeModel

/// A profile as written: well-formed, but not yet checked against a schema.
///
/// Every name keeps its position in the document for later diagnostics.
package struct Profile: Sendable {
  /// The document, for later diagnostics.
  package let source: SourceDocument
  /// Suspicious but not wrong, by position.
  package let warnings: [Diagnostic]

  /// The flags of a profile that concern no single table, named as in the document.
  package enum Flag: String, Sendable, Hashable, CaseIterable {
    case manageUsers = "manage_users"
    case createTable = "create_table"
    case createDashboard = "create_dashboard"
  }

  package let manageUsers: Bool
  package let createTable: Bool
  package let createDashboard: Bool
  package let tablesEnabled: EnabledTables
  /// Denied, even if enabled.
  package let tablesDisabled: NameSet
  package let pages: Availability
  package let dashboards: Availability
  package let defaultTabs: [MenuSection]
  /// The ids, numbers or texts, of the chat channels that the user can only read.
  package let channelReadOnly: [Located<Value>]
  /// The ids of the users that the user may message; nil for everyone.
  package let directMessageUsers: [Located<Value>]?
  /// The ids of the profiles whose users the user may message; nil for all profiles.
  package let directMessageProfiles: [Located<Value>]?

  private let flags: [Flag: Range<Int>]

  /// The position of a flag in the document; nil if it is absent.
  package func range(of flag: Flag) -> Range<Int>? { flags[flag] }

  /// The grant for a table: its own or that of `"*"`; nil if the table is not enabled or is
  /// disabled. O(1).
  package func grant(forTable table: String) -> Grant? {
    tablesDisabled.contains(table) ? nil : tablesEnabled.grant(for: table)
  }

  /// Reads a profile document: JSON with comments and trailing commas.
  ///
  /// - Throws: all problems of the document at once, warnings included.
  package init(document: SourceDocument) throws(Diagnostics) {
    var reader = ProfileReader()
    if let tree = JSONReader.read(document, as: .relaxed, reporting: &reader.diagnostics) {
      reader.read(tree)
    }
    try reader.diagnostics.throwErrors(in: document)
    self.init(reader.parts, warnings: reader.diagnostics.list, in: document)
  }

  /// The documented default of a new profile: it sees everything, and cannot manage users or create
  /// tables or dashboards.
  package static let newlyCreated: Profile = {
    let document = SourceDocument(
      name: "<new profile>",
      text: """
        {"tables_enabled": {"*": "*"}, "pages_enabled": {"*": "*"}, \
        "dashboards_enabled": {"*": "*"}}

        """)
    // Positions do not matter, since nothing in this document can be wrong.
    let everywhere = document.bytes.indices
    var parts = Parts()
    parts.tablesEnabled = EnabledTables(others: .everything(at: everywhere))
    parts.pagesEnabled = NameSet(wildcard: everywhere)
    parts.dashboardsEnabled = NameSet(wildcard: everywhere)
    return Profile(parts, warnings: [], in: document)
  }()

  /// The values of a document's keys, initialized to the defaults of absent keys.
  struct Parts {
    var manageUsers = false
    var createTable = false
    var createDashboard = false
    /// The positions of the flags that the document has.
    var flags: [Flag: Range<Int>] = [:]
    var tablesEnabled = EnabledTables()
    var tablesDisabled = NameSet()
    var pagesEnabled = NameSet()
    var pagesDisabled = NameSet()
    var dashboardsEnabled = NameSet()
    var dashboardsDisabled = NameSet()
    var defaultTabs: [MenuSection] = []
    var channelReadOnly: [Located<Value>] = []
    var directMessageUsers: [Located<Value>]?
    var directMessageProfiles: [Located<Value>]?
  }

  init(_ parts: Parts, warnings: [Diagnostic], in source: SourceDocument) {
    self.source = source
    self.warnings = warnings
    manageUsers = parts.manageUsers
    createTable = parts.createTable
    createDashboard = parts.createDashboard
    flags = parts.flags
    tablesEnabled = parts.tablesEnabled
    tablesDisabled = parts.tablesDisabled
    pages = Availability(enabled: parts.pagesEnabled, disabled: parts.pagesDisabled)
    dashboards = Availability(enabled: parts.dashboardsEnabled, disabled: parts.dashboardsDisabled)
    defaultTabs = parts.defaultTabs
    channelReadOnly = parts.channelReadOnly
    directMessageUsers = parts.directMessageUsers
    directMessageProfiles = parts.directMessageProfiles
  }
}
