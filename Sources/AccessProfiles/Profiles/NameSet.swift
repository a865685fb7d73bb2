package import RowscopeModel

/// The names of one list or map of a profile, `"*"` among them or not, compared as SQLite compares
/// identifiers.
package struct NameSet: Sendable {
  /// Where `"*"` stands, if it does: it stands for every name.
  package let wildcard: Range<Int>?
  /// The names but `"*"`, in the order of the document, each once.
  package let names: [Located<String>]
  private let index: [Name: Int]

  /// Of two that are one name, the first is kept.
  package init(_ names: [Located<String>] = [], wildcard: Range<Int>? = nil) {
    var kept: [Located<String>] = []
    var index: [Name: Int] = [:]
    for name in names where index[Name(name.value)] == nil {
      index[Name(name.value)] = kept.count
      kept.append(name)
    }
    self.wildcard = wildcard
    self.names = kept
    self.index = index
  }

  /// Where `name` itself is written, `"*"` aside. O(1).
  package func entry(named name: String) -> Located<String>? {
    index[Name(name)].map { names[$0] }
  }

  /// Whether `name` or `"*"` is in it. O(1).
  package func contains(_ name: String) -> Bool {
    wildcard != nil || index[Name(name)] != nil
  }
}

/// Pages or dashboards: which are enabled and which are disabled.
package struct Availability: Sendable {
  package let enabled: NameSet
  package let disabled: NameSet

  package init(enabled: NameSet = NameSet(), disabled: NameSet = NameSet()) {
    self.enabled = enabled
    self.disabled = disabled
  }

  /// Whether the user reaches what has this name: enabled and not disabled. O(1).
  package func allows(_ name: String) -> Bool {
    enabled.contains(name) && !disabled.contains(name)
  }
}
