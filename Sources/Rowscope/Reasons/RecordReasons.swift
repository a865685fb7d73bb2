package import RowscopeModel

/// What is asked about one record: whether a user may do this with it, or with one of its fields.
package struct RecordQuestion: Sendable {
  package let table: String
  /// One value for each field of the primary key.
  package let key: [Value]
  package let act: RecordAct
  package let field: String?

  package init(table: String, key: [Value], act: RecordAct = .see, field: String? = nil) {
    (self.table, self.key, self.act, self.field) = (table, key, act, field)
  }
}

/// Why a user sees, edits or deletes one record, or does not: see
/// ``ReadSession/reasons(_:by:)``. For administrators: it shows values that the user cannot see.
package struct RecordReasons: Sendable {
  /// Whether a record meets a condition. Unknown is as good as no, also under `not`.
  package enum Verdict: Sendable, Hashable { case met, failed, unknown }

  /// One condition on one record.
  package struct ConditionLine: Sendable {
    /// As after `--where`.
    package let text: String
    /// In the profile's document.
    package let line: Int?
    package let verdict: Verdict
    /// The values that it saw, and what is unknown: `owner is 7`, `@id_user is 3`.
    package let saw: [String]
    package let parts: [ConditionLine]
    /// The related records that it is about: the first of them.
    package let related: [RelatedLine]
    /// How many there are.
    package let relatedCount: Int
  }

  package struct RelatedLine: Sendable {
    /// Its table and key: `clients "C-7"`.
    package let record: String
    package let parts: [ConditionLine]
  }

  /// What one profile says.
  package struct GrantLine: Sendable {
    package let profile: String
    package let document: String
    package let line: Int?
    package let isNarrowing: Bool
    package let verdict: Verdict
    /// Why it gives nothing of the table.
    package let denial: AccessReason?
    package let conditions: [ConditionLine]
    package let editConditions: [ConditionLine]
    package let deleteConditions: [ConditionLine]
  }

  package struct FieldLine: Sendable {
    package let name: String
    /// As an answer would show it, hidden or not; nil where the record is not there.
    package let value: Value?
    /// In this record.
    package let access: FieldAccess
    /// The profiles that show it, where only some of several do.
    package let profiles: [String]
    /// The records that show it, where this one does not.
    package let shownIn: String?
    package let reason: AccessReason?
  }

  package struct ActLine: Sendable {
    package let act: RecordAct
    package let isAllowed: Bool
    /// What denies it with every record of the table; nil where the conditions decide.
    package let reason: AccessReason?
  }

  package let user: User
  package let table: String
  package let key: [(field: String, value: Value)]
  package let question: RecordQuestion
  /// Whether the database has the record.
  package let isThere: Bool
  /// The answer to the question.
  package let isAllowed: Bool
  package let acts: [ActLine]
  package let grants: [GrantLine]
  /// What the user type and the invitations leave, in words; nil for all.
  package let limit: (text: String, verdict: Verdict)?
  /// What the workspace says of every record.
  package let everywhere: [ConditionLine]
  package let fields: [FieldLine]
  /// What would turn the answer, the smallest first; nil where nothing was looked for.
  package let changes: TurningChanges?
}

extension RecordDecision {
  var verdict: RecordReasons.Verdict {
    switch self {
    case .allowed: .met
    case .denied: .failed
    case .undecidable: .unknown
    }
  }
}
