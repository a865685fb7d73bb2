package import RowscopeModel

/// The tables that a profile enables, each with its grant.
package struct EnabledTables: Sendable {
  /// A table's own entry.
  package struct Entry: Sendable {
    package let name: Located<String>
    package let grant: Grant

    package init(name: Located<String>, grant: Grant) {
      self.name = name
      self.grant = grant
    }
  }

  /// The grant of `"*"`, for every table without an entry of its own.
  package let others: Grant?
  /// In document order, one for each table.
  package let entries: [Entry]
  private let index: [Name: Int]

  /// If a table has two entries, the first wins.
  package init(_ entries: [Entry] = [], others: Grant? = nil) {
    var kept: [Entry] = []
    var index: [Name: Int] = [:]
    for entry in entries where index[Name(entry.name.value)] == nil {
      index[Name(entry.name.value)] = kept.count
      kept.append(entry)
    }
    self.entries = kept
    self.others = others
    self.index = index
  }

  /// The table's own entry. O(1).
  package func entry(named table: String) -> Entry? {
    index[Name(table)].map { entries[$0] }
  }

  /// The grant for the table: its own, or that of `"*"`. It ignores disabled tables, see
  /// ``Profile/grant(forTable:)``. O(1).
  package func grant(for table: String) -> Grant? {
    entry(named: table)?.grant ?? others
  }
}
