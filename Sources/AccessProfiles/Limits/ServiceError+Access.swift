import Documents
import RecordFilter
package import RowscopeModel

extension ProfileUnion {
  /// What a user reaches in the table of this name.
  ///
  /// - Throws: why not, in words for the user, who is not told of fields or tables out of sight;
  ///   ``AccessDecisions`` has those for the administrator.
  package func access(
    toTableNamed name: String, for context: ReferenceContext
  ) throws(ServiceError) -> TableAccess {
    if deniesUnnamed(name) { throw ServiceError(invalidFor: name) }
    if let id = schema.tableID(named: name) {
      let found = try rethrowing({ ServiceError($0, table: schema[id].name.string) }) {
        () throws(AccessError) in try access(to: id, for: context)
      }
      if let found { return found }
    }
    throw .unknownTable(name, among: reachedTables.map { schema[$0].name.string })
  }
}

extension ServiceError {
  /// - Parameter names: of the tables that there are for the user.
  package static func unknownTable(
    _ name: String, among names: some Sequence<String>
  ) -> ServiceError {
    ServiceError(
      .unknownTable, "unknown table \(Printable.quoted(name))",
      hint: Suggestion.hint(for: name, among: names))
  }

  /// Why a table that the profile enables is not reached, in words that name no field.
  fileprivate init(_ error: AccessError, table name: String) {
    switch error.kind {
    case .invalidProfile: self.init(invalidFor: name)
    case .invalidWorkspace:
      self.init(
        .invalidWorkspace,
        "what the workspace says of every table does not fit table \(Printable.quoted(name)), so it "
          + "is denied", hint: "run `rowscope check` to see why")
    case .mismatch(let mismatch): self.init(mismatch, table: name)
    case .unknownUserType(let name):
      self.init(
        .invalidProfile, "unknown user type \(Printable.quoted(name)), so everything is denied",
        hint: Suggestion.hint(for: name, among: UserType.allCases.map(\.name)))
    case .unknownSeat(let name):
      self.init(
        .invalidProfile, "unknown seat \(Printable.quoted(name)), so everything is denied",
        hint: Suggestion.hint(for: name, among: Seat.allCases.map(\.name)))
    }
  }

  package init(_ mismatch: ReferenceMismatch, table name: String) {
    self.init(
      .invalidProfile,
      "a rule of the profile for table \(Printable.quoted(name)) does not fit this user: "
        + "\"\(mismatch.reference)\" is not \(mismatch.expected)",
      hint: "change the user's value, or the rule's operator")
  }

  /// Of a table that the profile has mistakes about, or may have: it need not be there.
  fileprivate init(invalidFor table: String) {
    self.init(
      .invalidProfile,
      "the profile has mistakes that concern table \(Printable.quoted(table)), so it is denied",
      hint: "run `rowscope check` to see them")
  }
}
