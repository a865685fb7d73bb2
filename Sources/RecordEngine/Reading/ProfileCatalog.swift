package import AccessProfiles
package import Documents
import RowscopeModel
package import Workspaces

/// The profiles of a service by name. Names are compared by bytes: composed and decomposed `é`
/// differ.
package struct ProfileCatalog: Sendable {
  /// Why a profile could not be read.
  package enum Fault: Sendable {
    case invalid(Diagnostics)
    case unreadable(WorkspaceError)
  }

  private enum Entry: Sendable {
    case profile(Profile)
    case fault(Fault)
  }

  private var entries: [Text: Entry] = [:]

  package init(_ profiles: [String: Profile] = [:]) {
    for (name, profile) in profiles { self[name] = profile }
  }

  /// The names of all profiles, readable or not.
  package var names: [String] { entries.keys.map(\.string).sorted() }

  /// Nil if there is no profile of this name, or it could not be read.
  package subscript(name: String) -> Profile? {
    get {
      if case .profile(let profile) = entries[Text(name)] { profile } else { nil }
    }
    set { entries[Text(name)] = newValue.map(Entry.profile) }
  }

  /// These profiles, and those of another catalog whose names are not among them.
  func merging(_ other: ProfileCatalog) -> ProfileCatalog {
    guard !other.entries.isEmpty else { return self }
    var merged = self
    merged.entries.merge(other.entries) { own, _ in own }
    return merged
  }

  mutating func remove(_ name: String) { entries[Text(name)] = nil }

  /// Why the profile of this name cannot be used; nil if it can. Its users are denied everything.
  /// Setting it replaces the profile of that name.
  package subscript(fault name: String) -> Fault? {
    get {
      if case .fault(let fault) = entries[Text(name)] { fault } else { nil }
    }
    set { entries[Text(name)] = newValue.map(Entry.fault) }
  }
}
