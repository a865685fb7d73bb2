package import AccessProfiles
package import Documents
import RowscopeModel
package import Workspaces

/// The profiles of a service, by name. Names are compared by their bytes: `é` composed and decomposed are two.
package struct ProfileCatalog: Sendable {
  /// Why a profile that should be there is not.
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

  /// Those that could be read and those that could not.
  package var names: [String] { entries.keys.map(\.string).sorted() }

  /// Nil where there is no profile of this name, or it could not be read.
  package subscript(name: String) -> Profile? {
    get {
      if case .profile(let profile) = entries[Text(name)] { profile } else { nil }
    }
    set { entries[Text(name)] = newValue.map(Entry.profile) }
  }

  /// What is wrong with the profile of this name; nil where nothing is. The users of one that has a fault are denied
  /// everything. It takes the place of a profile that has the name.
  package subscript(fault name: String) -> Fault? {
    get {
      if case .fault(let fault) = entries[Text(name)] { fault } else { nil }
    }
    set { entries[Text(name)] = newValue.map(Entry.fault) }
  }
}
