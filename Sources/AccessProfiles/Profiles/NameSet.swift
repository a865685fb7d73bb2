package import RowscopeModel

/// The names of one list or map of a profile, perhaps with `"*"`, compared as SQLite compares
/// identifiers.
package struct NameSet: Sendable {
  /// The position of `"*"`, which stands for every name; nil if it is absent.
  package let wildcard: Range<Int>?
  /// The names without `"*"`, in document order, without repetitions.
  package let names: [Located<String>]
  private let index: [Name: Int]

  /// If a name is repeated, the first occurrence is kept.
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

  /// The entry for `name` itself, not that of `"*"`. O(1).
  package func entry(named name: String) -> Located<String>? {
    index[Name(name)].map { names[$0] }
  }

  /// Whether the set has `name` or `"*"`. O(1).
  package func contains(_ name: String) -> Bool {
    wildcard != nil || index[Name(name)] != nil
  }
}

/// Which pages or dashboards are enabled and disabled.
package struct Availability: Sendable {
  package let enabled: NameSet
  package let disabled: NameSet

  package init(enabled: NameSet = NameSet(), disabled: NameSet = NameSet()) {
    self.enabled = enabled
    self.disabled = disabled
  }

  /// Whether the name is enabled and not disabled. O(1).
  package func allows(_ name: String) -> Bool {
    enabled.contains(name) && !disabled.contains(name)
  }
}
