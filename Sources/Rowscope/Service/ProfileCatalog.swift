public import AccessProfiles

/// The profiles of a service, by name.
public struct ProfileCatalog: Sendable {
  /// Why a profile that should be there is not.
  public enum Fault: Sendable {
    case invalid(Diagnostics)
    case unreadable(WorkspaceError)
  }

  private var profiles: [String: Profile]
  /// The profiles that could not be read. Their users are denied everything.
  public var faults: [String: Fault] = [:]

  public init(_ profiles: [String: Profile] = [:]) { self.profiles = profiles }

  /// Those that could be read and those that could not.
  public var names: [String] { (Array(profiles.keys) + faults.keys).sorted() }

  public subscript(name: String) -> Profile? {
    get { profiles[name] }
    set { profiles[name] = newValue }
  }
}
