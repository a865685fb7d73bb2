package import Documents
package import RecordFilter
package import RowscopeModel

/// Records of one table that are found by the value of one field, for the workspace itself: no
/// profile limits them, and the workspace's conditions of every table do.
///
/// It is how a user, their teams and their profiles are looked up. Conditions that speak of the
/// user (``isOfUser``) are bound for what is known of them by then; a reference without a value
/// denies.
package struct RecordLookup: Sendable {
  package let table: TableID
  /// The field by whose value the records are found.
  package let key: FieldID
  /// The fields that are read.
  package let fields: [FieldID]
  /// Every field that a query of it reads.
  package let reads: Set<FieldReference>
  /// The fields of its own table that its conditions read.
  package let conditionFields: Set<FieldID>
  /// Whether the filter depends on the user.
  package let isOfUser: Bool
  /// Whether it does so even if what the workspace says of the user in this table is left out.
  package let isOfUserByPath: Bool
  /// Whether the filter depends on the time.
  package let dependsOnClock: Bool
  private let conditions: [PreparedCondition]
  /// A profile that grants nothing, for what the workspace says of every table.
  private let everyone: PreparedProfile

  /// - Parameters:
  ///   - fields: what is read beside the key.
  ///   - everyone: see ``PreparedProfile/ofNobody(in:)``.
  ///   - conditions: of the declaration, which must not speak of the user.
  ///   - problems: gets the mistakes of the conditions.
  /// - Returns: nil if there are mistakes.
  package init?(
    in table: TableID, by key: FieldID, reading fields: [FieldID], where conditions: [Condition],
    under everyone: PreparedProfile, reporting problems: inout DiagnosticCollector
  ) {
    let schema = everyone.schema
    var preparation = ConditionPreparation(scope: FieldScope(everythingIn: schema), table: table)
    let prepared = preparation.prepareAll(conditions)
    for problem in preparation.problems.list { problems.append(problem) }
    guard let prepared, !preparation.problems.hasErrors else { return nil }
    if let range = prepared.lazy.compactMap(\.referenceToUser).first {
      problems.error(
        .unknownReference, "these conditions say who the user is, so they cannot refer to one",
        hint: "give a \"value\", or refer to now or today", at: range)
      return nil
    }
    self.table = table
    self.key = key
    self.fields = fields
    self.conditions = prepared
    self.everyone = everyone
    let restricted = everyone.restrictedTables.flatMap { everyone.everywhere($0) }
    let own = everyone.everywhere(table)
    // Conditions by a path meet those of the tables on the way.
    let followsRelations = prepared.contains(where: \.followsRelations)
    let met = followsRelations ? restricted : own
    isOfUser = met.contains(where: \.refersToUser)
    isOfUserByPath = followsRelations && isOfUser
    dependsOnClock =
      (prepared + met).contains(where: \.dependsOnClock)
      || schema.tables.contains { $0.fields.contains { $0.type?.isLocal ?? false } }
    var reads = FieldReads(of: schema)
    for condition in prepared + own { reads.insert(condition, of: table) }
    conditionFields = Set(reads.fields.filter { $0.table == table }.map(\.field))
    for field in fields + [key] { reads.insert(FieldReference(table, field)) }
    if followsRelations {
      for other in everyone.restrictedTables {
        for condition in everyone.everywhere(other) { reads.insert(condition, of: other) }
      }
    }
    self.reads = schema.stored(reads.fields)
  }

  /// What the records must match beside the key.
  ///
  /// - Parameter passing: whether to leave out what the workspace says of the user in this table:
  ///   for the user's own record, which tells who they are.
  package func filter(for context: ReferenceContext, passing: Bool = false) -> Filter {
    let schema = everyone.schema
    guard schema.everywhere(table) != .denied else { return .never }
    var filters: [Filter] = []
    var binding = ConditionBinding(
      context: context, scope: everyone.ruleScope(for: context), table: table)
    do throws(ReferenceMismatch) {
      filters = try binding.bind(conditions)
      for condition in everyone.everywhere(table) where !(passing && condition.refersToUser) {
        var own = ConditionBinding(
          context: context, scope: FieldScope(everythingIn: schema), table: table)
        filters.append(try own.bind(condition))
        guard own.unknowns.isEmpty else { return .never }
      }
    } catch {
      return .never
    }
    guard binding.unknowns.isEmpty else { return .never }
    return Filter.all(filters).simplified(in: schema, table: table)
  }
}

extension PreparedCondition {
  /// Where it refers to the user; nil if it does not.
  fileprivate var referenceToUser: Range<Int>? {
    switch self {
    case .test(let test):
      switch test.operand {
      case .reference(.now), .reference(.today): nil
      case .reference: test.range
      case .none, .value, .list, .range, .days, .otherField: nil
      }
    case .and(let conditions), .or(let conditions):
      conditions.lazy.compactMap(\.referenceToUser).first
    case .not(let condition): condition.referenceToUser
    case .related(let related): related.conditions.lazy.compactMap(\.referenceToUser).first
    }
  }

  fileprivate var followsRelations: Bool {
    switch self {
    case .test(let test):
      !test.path.steps.isEmpty || !(test.other?.steps.isEmpty ?? true) || test.tree != nil
    case .and(let conditions), .or(let conditions): conditions.contains(where: \.followsRelations)
    case .not(let condition): condition.followsRelations
    case .related: true
    }
  }
}

extension PreparedProfile {
  /// A profile that grants nothing, which knows what the workspace says of every table.
  package static func ofNobody(in schema: Schema) -> PreparedProfile {
    let source = SourceDocument(name: "<nobody>", text: "{}")
    return PreparedProfile(Profile(Profile.Parts(), warnings: [], in: source), schema: schema)
  }
}
