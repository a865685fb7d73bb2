import Documents
import RecordFilter
import RowscopeModel

/// What one of a user's profiles lets them do, and for each denial the rule that decided it: see
/// ``AccessDecisions``.
struct ProfileDecisions: Sendable {
  let context: ReferenceContext
  let schema: Schema
  /// Nil if there is no profile that can be used.
  let prepared: PreparedProfile?

  /// - Parameters:
  ///   - profile: the profile, checked against `schema`.
  ///   - name: its name, as the user has it.
  init(for context: ReferenceContext, profile: PreparedProfile, named name: String, schema: Schema)
  {
    self.context = context
    self.schema = schema
    prepared = profile
    profileName = name
    withoutProfile = .noProfile
  }

  /// For a user whose profile does not exist or cannot be read: everything is denied.
  init(for context: ReferenceContext, without reason: AccessReason, in schema: Schema) {
    self.context = context
    self.schema = schema
    prepared = nil
    profileName = ""
    withoutProfile = reason
  }

  /// Why everything is denied while ``prepared`` is nil.
  let withoutProfile: AccessReason

  /// The name of the profile, as the user has it.
  let profileName: String
  var seat: Seat? { context.user.seat.flatMap(Seat.init(named:)) }
  var userType: UserType? { context.user.userType.flatMap(UserType.init(named:)) }

  // MARK: Tables

  /// Why the user cannot open a table; nil if they can. A guest must be invited to it.
  func denial(ofOpening table: TableID) -> AccessReason? {
    if let denial = denial(of: table) { return denial }
    guard userType == .guest, context.user.invitations(to: schema[table]).isEmpty else {
      return nil
    }
    return .notInvited
  }

  /// Why the user cannot access a table; nil if they can.
  func denial(of table: TableID) -> AccessReason? {
    guard let prepared else { return withoutProfile }
    switch prepared.grant(table) {
    case .denied: return absence(of: table, in: prepared.profile)
    case .invalid where schema.everywhere(table) == .denied: return .workspace
    case .invalid:
      return .invalidProfile(profileName, "the profile has mistakes that concern the table")
    case .granted: break
    }
    do throws(AccessError) {
      _ = try prepared.access(to: table, for: context)
      return nil
    } catch {
      return reason(error)
    }
  }

  /// What the user can access in a table; nil if nothing.
  func access(to table: TableID) -> ScopedAccess? {
    guard let prepared else { return nil }
    return try? prepared.scopedAccess(to: table, for: context)
  }

  /// The line of the profile that disables a table for all profiles of the user; nil if there is
  /// none.
  func disabling(_ table: TableID) -> AccessReason? {
    guard let profile = prepared?.profile else { return nil }
    let disabled = profile.tablesDisabled
    return (disabled.entry(named: schema[table].name.string)?.range ?? disabled.wildcard).map {
      line("tables_disabled", key: "tables_disabled", at: $0, of: profile)
    }
  }

  /// Whether the profile shows a field.
  func shows(_ field: FieldID, in table: TableID) -> Bool {
    guard denial(of: table) == nil, let grant = prepared?.validGrant(table) else { return false }
    return grant.fields[field.index] != .hidden
  }

  private func absence(of table: TableID, in profile: Profile) -> AccessReason {
    if let disabling = disabling(table) { return disabling }
    let name = schema[table].name.string
    if profile.grant(forTable: name) != nil, let prepared {
      return derivation(of: schema[table].fieldIndices, in: table, prepared)
    }
    return absent("not in tables_enabled", of: profile)
  }

  /// Why fields that the profile does not exclude are hidden.
  private func derivation(
    of fields: [FieldID], in table: TableID, _ prepared: PreparedProfile
  ) -> AccessReason {
    for field in fields {
      guard let source = prepared.hiddenSource(of: FieldReference(table, field)) else { continue }
      let (name, far) = (schema[source.table][source.field].name, schema[source.table].name)
      return .derived(
        because: "it may tell of \(Printable.quoted(name.string)) of table "
          + "\(Printable.quoted(far.string)), which is hidden", profile: profileName)
    }
    let isUndetermined = !schema[table].nondeterministicSources.isEmpty
    return .derived(
      because: isUndetermined
        ? schema.undeterminedReason(schema[table]) : "it derives from what is hidden",
      profile: profileName)
  }

  private func reason(_ error: AccessError) -> AccessReason {
    switch error.kind {
    case .invalidProfile:
      .invalidProfile(profileName, "the profile has mistakes that concern the table")
    case .invalidWorkspace: .workspace
    case .mismatch(let mismatch):
      prepared.map {
        .profile(
          profileName, mismatch.diagnostic.message, as: .invalidProfile, key: "data",
          at: mismatch.range.lowerBound, in: $0.profile.source)
      } ?? withoutProfile
    case .unknownSeat(let name): .unknownSeat(name)
    case .unknownUserType(let name): .unknownUserType(name)
    }
  }

  /// Why the user can access no record of a table that they can access; empty if they may access
  /// some.
  func emptiness(of table: TableID) -> [AccessReason] {
    guard let prepared, let scoped = access(to: table), scoped.access.rows == .none else {
      return []
    }
    func profileReason(_ description: String, at range: Range<Int>) -> AccessReason {
      line(description, key: "data", at: range, of: prepared.profile)
    }
    var reasons: [AccessReason] = []
    if scoped.limit == .never {
      reasons.append(
        userType == .guest ? invitationLimit(in: table) ?? .notInvited : .reach(.user))
    }
    if let unknown = scoped.unknownEverywhere { reasons.append(.everywhere(without: unknown)) }
    reasons += scoped.unknowns.map {
      profileReason("the user has no value for \"\($0.reference)\"", at: $0.range)
    }
    if reasons.isEmpty, let grant = prepared.validGrant(table) {
      reasons.append(profileReason("the conditions match no record", at: grant.range))
    }
    return reasons
  }

  /// The guest's invitations to a table, as the reason for their limit.
  private func invitationLimit(in table: TableID) -> AccessReason? {
    let modes = context.user.invitations(to: schema[table]).map(\.mode)
    return modes.isEmpty ? nil : .invitation(modes)
  }

  // MARK: Fields and rights

  /// Why the user may not write or see a field; nil if they may write it. A denied table denies all
  /// of its fields, and so does the lack of both rights to write records.
  func limit(of field: FieldID, in table: TableID) -> AccessReason? {
    if let denial = denial(of: table) { return denial }
    guard let prepared, let grant = prepared.validGrant(table),
      let written = prepared.profile.grant(forTable: schema[table].name.string)
    else { return withoutProfile }
    let name = schema[table][field].name
    func place(in list: [Located<String>]) -> Range<Int>? {
      list.first { Name($0.value) == name }?.range
    }
    switch grant.fields[field.index] {
    case .hidden:
      return place(in: written.fieldsExcluded).map {
        line("fields_excluded", key: "fields_excluded", at: $0, of: prepared.profile)
      } ?? derivation(of: [field], in: table, prepared)
    case .readonly:
      if let place = place(in: written.fieldsReadonly) {
        return line("fields_readonly", key: "fields_readonly", at: place, of: prepared.profile)
      }
      if schema[table].tellsOfNull(field, where: { grant.fields[$0.index] == .hidden }) {
        return .derived(
          because: "writing it would tell whether a hidden field is null", profile: profileName)
      }
      return schema[table].kind == .view ? .view : .generated
    case .editable:
      if schema[table][field].isDeveloper, seat != .developer { return .developerField(seat) }
      guard denial(of: .create, in: table) != nil else { return nil }
      return denial(of: .edit, in: table)
    }
  }

  /// Why the user lacks a right in a table; nil if they have it.
  func denial(of right: Right, in table: TableID) -> AccessReason? {
    if let denial = denial(of: table) { return denial }
    guard let prepared, let grant = prepared.validGrant(table),
      let written = prepared.profile.grant(forTable: schema[table].name.string)
    else { return withoutProfile }
    if !grant.rights.contains(right) {
      let key = right.flag.rawValue
      guard let flag = written.range(of: right.flag) else {
        return line(
          "no \(key)", as: .absent, key: key, at: written.range, of: prepared.profile)
      }
      return line(key, key: key, at: flag, of: prepared.profile)
    }
    if schema[table].kind == .view, right != .comment { return .view }
    if let denial = limitDenial(of: right.power) { return denial }
    if userType == .guest, access(to: table)?.access.rights.contains(right) != true {
      return invitationLimit(in: table) ?? .notInvited
    }
    return denial(byConditionsOn: right, in: table)
  }

  // MARK: Pages and dashboards

  /// Why the user may not open a page; nil if they may. O(1).
  func denial(ofPage name: String) -> AccessReason? {
    denial(of: name, "page", \.pages)
  }

  /// Why the user may not open a dashboard; nil if they may. O(1).
  func denial(ofDashboard name: String) -> AccessReason? {
    denial(of: name, "dashboard", \.dashboards)
  }

  func disabling(page name: String) -> AccessReason? { disabling(name, "page", \.pages) }

  func disabling(dashboard name: String) -> AccessReason? {
    disabling(name, "dashboard", \.dashboards)
  }

  /// The line of the profile that disables a page or a dashboard.
  private func disabling(
    _ name: String, _ thing: String, _ availability: (Profile) -> Availability
  ) -> AccessReason? {
    guard let profile = prepared?.profile else { return nil }
    let disabled = availability(profile).disabled
    let key = "\(thing)s_disabled"
    return (disabled.entry(named: name)?.range ?? disabled.wildcard).map {
      line(key, key: key, at: $0, of: profile)
    }
  }

  private func denial(
    of name: String, _ thing: String, _ availability: (Profile) -> Availability
  ) -> AccessReason? {
    guard let profile = prepared?.profile else { return withoutProfile }
    let enabled = availability(profile).enabled
    if let disabling = disabling(name, thing, availability) { return disabling }
    guard enabled.contains(name) else {
      return absent("not in \(thing)s_enabled", of: profile)
    }
    if let unknown = unknownLimit { return unknown }
    // There are no invitations to pages and dashboards.
    return userType == .guest ? .userType(.guest) : nil
  }

  // MARK: Reasons

  /// A reason that points at a line of the profile.
  func line(
    _ description: String, as rule: AccessReason.Rule = .profile, key: String,
    at range: Range<Int>, of profile: Profile
  ) -> AccessReason {
    .profile(
      profileName, description, as: rule, key: key, at: range.lowerBound, in: profile.source)
  }

  func absent(_ description: String, of profile: Profile) -> AccessReason {
    .absent(description, profile: profileName, document: profile.source.name)
  }

  /// An unknown seat or user type denies everything.
  var unknownLimit: AccessReason? {
    if let name = context.user.seat, seat == nil { return .unknownSeat(name) }
    if let name = context.user.userType, userType == nil { return .unknownUserType(name) }
    return nil
  }

  /// Why the seat or the user type denies a power, whatever the profile says; nil if they do not.
  func limitDenial(of power: Power) -> AccessReason? {
    if let unknown = unknownLimit { return unknown }
    switch seat {
    case nil where Seat.developersOnly.contains(power): return .noDeveloperSeat
    case nil: break
    case let seat?:
      if Seat.catalogue.contains(power), !seat.powers.contains(power) { return .seat(seat) }
    }
    if let type = userType, type.decision(on: power) == false { return .userType(type) }
    return nil
  }
}
