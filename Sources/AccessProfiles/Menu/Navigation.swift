import RecordFilter
package import RowscopeModel

/// Where a user finds their way: the menu without what they cannot open, and whom they may write to.
package struct Navigation: Sendable {
  /// A part of the menu.
  package struct Section: Sendable, Hashable {
    /// A number or a text; nil where the profile has none.
    package let id: Value?
    package let label: String?
    /// At least one.
    package let items: [Item]
  }

  /// An entry of the menu, which the user can open.
  package struct Item: Sendable, Hashable {
    /// The table, dashboard or page.
    package let object: String
    package let label: String
    package let kind: MenuItem.Kind
  }

  /// The menu at the first login, in the profile's order: `default_tabs` without what the user cannot open or what does not
  /// exist, and without the sections that this leaves empty.
  package let menu: [Section]
  /// The pages and dashboards that the user can open, in the workspace's order.
  package let pages: [Name]
  package let dashboards: [Name]
  private let decisions: AccessDecisions

  /// - Parameters:
  ///   - decisions: of the user.
  ///   - pages: those that there are; none where nobody says so, and then the profile's names are taken as they stand.
  ///   - dashboards: likewise.
  package init(_ decisions: AccessDecisions, pages: [Name] = [], dashboards: [Name] = []) {
    self.decisions = decisions
    self.pages = pages.filter { decisions.denial(ofPage: $0.string) == nil }
    self.dashboards = dashboards.filter { decisions.denial(ofDashboard: $0.string) == nil }
    menu = (decisions.prepared?.profile.defaultTabs ?? []).compactMap { section in
      let items = section.items.compactMap { item in
        decisions.opened(item, pages: pages, dashboards: dashboards)
      }
      return items.isEmpty ? nil : Section(id: section.id, label: section.label, items: items)
    }
  }

  package func canOpen(page name: String) -> Bool { decisions.denial(ofPage: name) == nil }

  package func canOpen(dashboard name: String) -> Bool {
    decisions.denial(ofDashboard: name) == nil
  }

  /// Whether there is anything for the user in a table: records to see, or to submit. O(1).
  package func canOpen(table name: String) -> Bool {
    decisions.schema.tableID(named: name).map { decisions.denial(ofOpening: $0) == nil } ?? false
  }

  /// Whether the user may write to the chat channel of this id.
  package func canWrite(toChannel id: Value) -> Bool { decisions.denial(ofWritingTo: id) == nil }

  /// Whether the user may write to another directly.
  package func canMessage(_ other: User) -> Bool { decisions.denial(ofMessaging: other) == nil }
}

extension AccessDecisions {
  /// What becomes of an item of the profile's menu; nil where it cannot be opened.
  fileprivate func opened(
    _ item: MenuItem, pages: [Name], dashboards: [Name]
  ) -> Navigation.Item? {
    let name = item.object.value
    func place(_ names: [Name], _ denial: AccessReason?) -> Navigation.Item? {
      let declared = names.first { $0 == Name(name) }
      guard denial == nil, names.isEmpty || declared != nil else { return nil }
      let object = declared?.string ?? name
      return Navigation.Item(object: object, label: item.label ?? object, kind: item.kind)
    }
    switch item.kind {
    case .page: return place(pages, denial(ofPage: name))
    case .dashboard: return place(dashboards, denial(ofDashboard: name))
    case .object, .board:
      guard let id = schema.tableID(named: name), denial(ofOpening: id) == nil else { return nil }
      let table = schema[id]
      return Navigation.Item(
        object: table.name.string, label: item.label ?? table.label, kind: item.kind)
    }
  }
}
