import Documents
package import RecordFilter
package import RowscopeModel

/// What one profile says of a table to one user, condition by condition.
package struct GrantReason: Sendable {
  /// The profile's name, as the user has it.
  package let profile: String
  /// The profile's document, as messages call it.
  package let document: String
  /// Whether the access is narrowed by the profile; else the user has it.
  package let isNarrowing: Bool
  /// The line of the table's grant; nil without one.
  package let line: Int?
  /// Why the profile gives nothing of the table; nil if it may.
  package let denial: AccessReason?
  /// What the profile says of the records that are reached: all must hold.
  package let conditions: [ConditionReason]
  /// Which of them may be edited, and deleted: all must hold.
  package let editConditions: [ConditionReason]
  package let deleteConditions: [ConditionReason]
  private let lines: [Int: Int]

  /// The line of a condition in the document.
  package func line(of condition: ConditionReason) -> Int? { lines[condition.range.lowerBound] }

  fileprivate init(_ decisions: ProfileDecisions, _ table: TableID, isNarrowing: Bool) {
    profile = decisions.profileName
    self.isNarrowing = isNarrowing
    denial = decisions.denial(of: table)
    guard let prepared = decisions.prepared else {
      (document, line, conditions) = ("", nil, [])
      (editConditions, deleteConditions, lines) = ([], [], [:])
      return
    }
    let source = prepared.profile.source
    document = source.name
    line = prepared.profile.grant(forTable: decisions.schema[table].name.string).map {
      source.position(of: $0.range.lowerBound).line
    }
    let scope = prepared.ruleScope(for: decisions.context)
    func reasons(_ conditions: [PreparedCondition]?) -> [ConditionReason] {
      (conditions ?? []).map {
        ConditionReason($0, on: table, for: decisions.context, in: scope)
      }
    }
    let grant = prepared.validGrant(table)
    conditions = reasons(grant?.conditions)
    editConditions = reasons(grant?.editConditions)
    deleteConditions = reasons(grant?.deleteConditions)
    var lines: [Int: Int] = [:]
    for condition in conditions + editConditions + deleteConditions {
      for part in condition.all {
        lines[part.range.lowerBound] = source.position(of: part.range.lowerBound).line
      }
    }
    self.lines = lines
  }
}

extension ConditionReason {
  /// The condition and all of its parts.
  package var all: [ConditionReason] {
    switch parts {
    case .test: [self]
    case .all(let reasons), .any(let reasons), .related(_, let reasons):
      [self] + reasons.flatMap(\.all)
    case .not(let reason): [self] + reason.all
    }
  }
}

extension AccessDecisions {
  /// What each profile says of a table: those of the user, then those that narrow the access.
  package func grants(of table: TableID) -> [GrantReason] {
    guard prepared != nil else { return [] }
    return members.map { GrantReason($0, table, isNarrowing: false) }
      + narrowing.map { GrantReason($0, table, isNarrowing: true) }
  }

  /// What the workspace says of every record of a table.
  package func everywhere(of table: TableID) -> [ConditionReason] {
    guard let profile = prepared?.members.first else { return [] }
    return profile.everywhere(table).map {
      ConditionReason($0, on: table, for: context, in: FieldScope(everythingIn: schema))
    }
  }
}
