package import RecordFilter
package import RowscopeModel

/// What one user may do, and for each denial the rule that decided it. This is for administrators,
/// since it names hidden fields.
///
/// Rules are checked in a fixed order, and the first that denies is reported: the profile, the
/// seat, the user type, the invitations. Of several profiles, what one disables is denied, and what
/// one gives is not; otherwise the reason is that of the first profile.
package struct AccessDecisions: Sendable {
  package let context: ReferenceContext
  package let schema: Schema
  /// Nil if the user has no profile that can be used.
  package let prepared: ProfileUnion?
  /// One for each profile; for a user without one, one that denies everything.
  let members: [ProfileDecisions]
  /// One for each profile by which the access is narrowed: what one of them denies is denied.
  let narrowing: [ProfileDecisions]

  /// - Parameter profiles: the user's, checked against `schema`; nil if the user has none.
  package init(for context: ReferenceContext, profiles: ProfileUnion?, schema: Schema) {
    self.context = context
    self.schema = schema
    prepared = profiles
    func decisions(_ profiles: [PreparedProfile], _ names: [String]) -> [ProfileDecisions] {
      profiles.enumerated().map { index, profile in
        ProfileDecisions(
          for: context, profile: profile, named: index < names.count ? names[index] : "",
          schema: schema)
      }
    }
    members =
      profiles.map { decisions($0.profiles, context.user.profiles) }
      ?? [ProfileDecisions(for: context, without: .noProfile, in: schema)]
    narrowing = profiles.map { decisions($0.narrowing, context.user.narrowedBy) } ?? []
  }

  /// For a user of whose profiles one does not exist or cannot be read: everything is denied.
  package init(
    for context: ReferenceContext, withoutUsableProfile name: String, in schema: Schema
  ) {
    self.context = context
    self.schema = schema
    prepared = nil
    members = [
      ProfileDecisions(
        for: context,
        without: .invalidProfile(name, "profile \(name): it has mistakes or does not exist"),
        in: schema)
    ]
    narrowing = []
  }

  /// Why everything is denied while ``prepared`` is nil.
  package var withoutProfile: AccessReason { members[0].withoutProfile }

  /// Nil if one profile gives it, and each that narrows the access.
  private func first(_ denial: (ProfileDecisions) -> AccessReason?) -> AccessReason? {
    for profile in narrowing {
      if let reason = denial(profile) { return reason }
    }
    var first: AccessReason?
    for member in members {
      guard let reason = denial(member) else { return nil }
      first = first ?? reason
    }
    return first
  }

  // MARK: Tables

  /// Why the user cannot open a table; nil if they can. A guest must be invited to it.
  package func denial(ofOpening table: TableID) -> AccessReason? {
    disabling(table) ?? first { $0.denial(ofOpening: table) }
  }

  /// Why the user cannot access a table; nil if they can.
  package func denial(of table: TableID) -> AccessReason? {
    disabling(table) ?? first { $0.denial(of: table) }
  }

  private func disabling(_ table: TableID) -> AccessReason? {
    (members + narrowing).lazy.compactMap { $0.disabling(table) }.first
  }

  /// What the user can access in a table; nil if nothing.
  package func access(to table: TableID) -> ScopedAccess? {
    guard let prepared else { return nil }
    return try? prepared.scopedAccess(to: table, for: context)
  }

  /// What the user's changes in a table are limited to; nil if they cannot access it.
  package func writeAccess(to table: TableID) -> WriteAccess? {
    try? prepared?.writeAccess(to: table, for: context)
  }

  /// Why the user can access no record of a table that is not denied; empty if they may access
  /// some.
  package func emptiness(of table: TableID) -> [AccessReason] {
    guard let scoped = access(to: table), scoped.access.rows == .none else { return [] }
    var reasons: [AccessReason] = []
    for reason in (narrowing + members).flatMap({ $0.emptiness(of: table) })
    where !reasons.contains(reason) {
      reasons.append(reason)
    }
    return reasons.isEmpty ? [.nothingInCommon] : reasons
  }

  // MARK: Fields and rights

  /// Why the user may not write or see a field; nil if they may write it. A denied table denies all
  /// of its fields, and so does the lack of both rights to write records.
  package func limit(of field: FieldID, in table: TableID) -> AccessReason? {
    // A profile that shows the field says more than one that hides it.
    let showing = members.filter { $0.shows(field, in: table) }
    return disabling(table)
      ?? AccessDecisions(self, of: showing.isEmpty ? members : showing).first {
        $0.limit(of: field, in: table)
      }
  }

  private init(_ all: AccessDecisions, of members: [ProfileDecisions]) {
    context = all.context
    schema = all.schema
    prepared = all.prepared
    self.members = members
    narrowing = all.narrowing
  }

  /// The names of the profiles that show a field of a table, in the user's order, where only some
  /// of several do; else empty.
  package func profiles(showing field: FieldID, in table: TableID) -> [String] {
    let showing = members.filter { $0.shows(field, in: table) }
    let giving = members.count { $0.denial(of: table) == nil }
    return showing.count == giving ? [] : showing.map(\.profileName)
  }

  /// Why the user lacks a right in a table; nil if they have it.
  package func denial(of right: Right, in table: TableID) -> AccessReason? {
    disabling(table) ?? first { $0.denial(of: right, in: table) }
  }

  // MARK: Pages, dashboards and messages

  /// Why the user may not open a page; nil if they may. O(1) for each profile.
  package func denial(ofPage name: String) -> AccessReason? {
    (members + narrowing).lazy.compactMap { $0.disabling(page: name) }.first
      ?? first { $0.denial(ofPage: name) }
  }

  /// Why the user may not open a dashboard; nil if they may. O(1) for each profile.
  package func denial(ofDashboard name: String) -> AccessReason? {
    (members + narrowing).lazy.compactMap { $0.disabling(dashboard: name) }.first
      ?? first { $0.denial(ofDashboard: name) }
  }

  /// Why the user may not write to a chat channel; nil if they may. O(number of channels).
  ///
  /// - Parameter channel: its id. The number 7 and the text "7" are the same id.
  package func denial(ofWritingTo channel: Value) -> AccessReason? {
    first { $0.denial(ofWritingTo: channel) }
  }

  /// Why the user may not message another user; nil if they may. O(number of ids in the profiles).
  ///
  /// If a profile has neither list, its user may message everyone. Otherwise the other user's id or
  /// profile must be in one of the lists.
  package func denial(ofMessaging other: User) -> AccessReason? {
    first { $0.denial(ofMessaging: other) }
  }

  // MARK: Powers

  /// The powers that a profile, the seat or the user type gives and none of them denies.
  package var powers: Set<Power> { Set(Power.allCases.filter { denial(of: $0) == nil }) }

  /// Why the user lacks a power; nil if they have it.
  ///
  /// A power over records needs the right in at least one table; the rights of each table are in
  /// its access.
  ///
  /// - Complexity: for a power over records, linear in the number of tables and their conditions.
  package func denial(of power: Power) -> AccessReason? { first { $0.denial(of: power) } }
}
