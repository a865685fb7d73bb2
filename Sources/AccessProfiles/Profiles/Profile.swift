package import Documents
package import RowscopeModel

/// A profile as it is written: whole and well-formed, not yet checked against a schema.
///
/// Every name keeps its place in the document, so that whoever looks it up in a schema can point at it.
package struct Profile: Sendable {
  /// The document, for diagnostics that come later.
  package let source: SourceDocument
  /// What is suspicious and no error, by position.
  package let warnings: [Diagnostic]

  /// The flags of a profile that are about no table of its own, as a document calls them.
  package enum Flag: String, Sendable, Hashable, CaseIterable {
    case manageUsers = "manage_users"
    case createTable = "create_table"
    case createDashboard = "create_dashboard"
  }

  package let manageUsers: Bool
  package let createTable: Bool
  package let createDashboard: Bool
  package let tablesEnabled: EnabledTables
  /// Gone, whatever is enabled.
  package let tablesDisabled: NameSet
  package let pages: Availability
  package let dashboards: Availability
  package let defaultTabs: [MenuSection]
  /// The ids of the chat channels that the user only reads: numbers or texts.
  package let channelReadOnly: [Located<Value>]
  /// The ids of the users whom the user may message; nil for everyone.
  package let directMessageUsers: [Located<Value>]?
  /// The ids of the profiles whose users the user may message; nil for every one.
  package let directMessageProfiles: [Located<Value>]?

  private let flags: [Flag: Range<Int>]

  /// Where a flag stands in the document; nil where it is absent.
  package func range(of flag: Flag) -> Range<Int>? { flags[flag] }

  /// The grant that holds for a table: its own or that of `"*"`, unless the table is disabled. Nil where
  /// the user does not reach the table. O(1).
  package func grant(forTable table: String) -> Grant? {
    tablesDisabled.contains(table) ? nil : tablesEnabled.grant(for: table)
  }

  /// Reads a profile document: JSON with comments and trailing commas.
  ///
  /// - Throws: every problem of the document at once, its warnings among them.
  package init(document: SourceDocument) throws(Diagnostics) {
    var reader = ProfileReader()
    if let tree = JSONReader.read(document, as: .relaxed, reporting: &reader.diagnostics) {
      reader.read(tree)
    }
    try reader.diagnostics.throwErrors(in: document)
    self.init(reader.parts, warnings: reader.diagnostics.list, in: document)
  }

  /// The documented default of a new profile: sees everything, and cannot manage users nor create tables
  /// or dashboards.
  package static let newlyCreated: Profile = {
    let document = SourceDocument(
      name: "<new profile>",
      text: """
        {"tables_enabled": {"*": "*"}, "pages_enabled": {"*": "*"}, "dashboards_enabled": {"*": "*"}}

        """)
    // The whole document stands for each of its places: nothing in it can be wrong.
    let everywhere = document.bytes.indices
    var parts = Parts()
    parts.tablesEnabled = EnabledTables(others: .everything(at: everywhere))
    parts.pagesEnabled = NameSet(wildcard: everywhere)
    parts.dashboardsEnabled = NameSet(wildcard: everywhere)
    return Profile(parts, warnings: [], in: document)
  }()

  /// What a document says, key by key; what an absent key means before it is read.
  struct Parts {
    var manageUsers = false
    var createTable = false
    var createDashboard = false
    /// Where the flags stand that the document has.
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
