package import AccessProfiles
import RecordFilter
package import RowscopeModel

/// What a user can navigate to: the menu without what they cannot open, and whom they may message.
public struct Navigation: Sendable {
  /// A section of the menu.
  public struct Section: Sendable, Hashable {
    /// A number or a text; nil if the profile has none.
    public let id: Value?
    /// The heading that people see; nil if the profile gives none.
    public let label: String?
    /// Never empty.
    public let items: [Item]
  }

  /// A menu item that the user can open.
  public struct Item: Sendable, Hashable {
    /// The name of the table, dashboard or page.
    public let object: String
    /// What people see; the table's label or the object's name, if the profile gives none.
    public let label: String
    package let kind: MenuItem.Kind

    /// `object` (a table as a list), `board`, `dashboard` or `page`.
    public var type: String { kind.rawValue }
  }

  /// The menu at the first login, in the order of the profiles: `default_tabs` without items that the
  /// user cannot open or that do not exist, and without sections that this empties.
  public let menu: [Section]
  /// The pages that the user can open, in the order of the workspace, which lists them.
  public let pages: [String]
  /// The dashboards, likewise.
  public let dashboards: [String]
  private let decisions: AccessDecisions

  /// - Parameters:
  ///   - decisions: the user's.
  ///   - pages: the workspace's pages; if empty, the profile's names are used unchecked.
  ///   - dashboards: likewise.
  package init(_ decisions: AccessDecisions, pages: [Name] = [], dashboards: [Name] = []) {
    self.decisions = decisions
    self.pages = pages.map(\.string).filter { decisions.denial(ofPage: $0) == nil }
    self.dashboards = dashboards.map(\.string).filter {
      decisions.denial(ofDashboard: $0) == nil
    }
    let tabs = (decisions.prepared?.members ?? []).flatMap(\.profile.defaultTabs)
    menu = tabs.compactMap { section in
      let items = section.items.compactMap { item in
        decisions.opened(item, pages: pages, dashboards: dashboards)
      }
      return items.isEmpty ? nil : Section(id: section.id, label: section.label, items: items)
    }
  }

  /// Whether the user may open the page of this name, also one that the workspace does not list.
  /// O(1) for each of the user's profiles.
  public func canOpen(page name: String) -> Bool { decisions.denial(ofPage: name) == nil }

  /// Whether the user may open the dashboard of this name, likewise.
  public func canOpen(dashboard name: String) -> Bool {
    decisions.denial(ofDashboard: name) == nil
  }

  /// Whether the user can do anything in a table: see records or submit them. O(1).
  public func canOpen(table name: String) -> Bool {
    decisions.schema.tableID(named: name).map { decisions.denial(ofOpening: $0) == nil } ?? false
  }

  /// Whether the user may write to the chat channel with this id.
  public func canWrite(toChannel id: Value) -> Bool { decisions.denial(ofWritingTo: id) == nil }

  /// Whether the user may message another user.
  public func canMessage(_ other: User) -> Bool { decisions.denial(ofMessaging: other) == nil }
}

extension AccessDecisions {
  /// The menu item for the user; nil if they cannot open it.
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
