package import AccessProfiles
import RecordEngine
import RowscopeModel
import Workspaces

extension RecordService {
  /// The user's menu, pages and dashboards, and whom they may message, without tables that they
  /// cannot access in the current database.
  ///
  /// Complexity: O(n) in the items of the profile's menu, the pages and the dashboards.
  /// - Throws: `invalid_profile` if the user's profile has mistakes or does not exist.
  public func navigation(of user: User) async throws(ServiceError) -> Navigation {
    try await core().navigation(of: user)
  }

  /// What the user may do, each denial with the rule that decided it: see ``AccessDecisions``.
  ///
  /// - Throws: `invalid_profile` if the user's profile has mistakes or does not exist.
  package func decisions(for user: User) async throws(ServiceError) -> AccessDecisions {
    try await withSession(as: user) { reader throws(ServiceError) in try reader.decisions() }
  }
}

extension ServiceCore {
  /// See ``RecordService/navigation(of:)``.
  func navigation(of user: User) async throws(ServiceError) -> Navigation {
    let (pages, dashboards) = (workspace?.pages ?? [], workspace?.dashboards ?? [])
    return try await withSession(as: user) { reader throws(ServiceError) in
      Navigation(try reader.decisions(), pages: pages, dashboards: dashboards)
    }
  }
}

extension ReadSession {
  func decisions() throws(ServiceError) -> AccessDecisions {
    AccessDecisions(for: context, profiles: try profiles()?.profiles, schema: snapshot.schema)
  }

  /// The decisions for any user. A profile that has mistakes or does not exist gives no access.
  package func decisions(for user: User) -> AccessDecisions {
    let context = ReferenceContext(user: user, clock: context.clock)
    let schema = snapshot.schema
    if let name = (user.profiles + user.narrowedBy).first(where: { snapshot.profiles[$0] == nil }) {
      return AccessDecisions(for: context, withoutUsableProfile: name, in: schema)
    }
    return AccessDecisions(
      for: context,
      profiles: snapshot.profiles(
        named: user.profiles, narrowedBy: user.narrowedBy)?.profiles, schema: schema)
  }
}
