package import RowscopeModel

/// What a workspace declares of a table and cannot be used, because it does not fit the database.
///
/// Nothing takes its place: no foreign key of the same field, no column of the same name. So a
/// mistake in a declaration denies what speaks of it, and gives nothing that its author meant to
/// restrict.
package struct UnusableDeclarations: Sendable, Hashable {
  /// The names of relations and link fields that cannot be used, and why: for those who write
  /// documents.
  package var reasons: [Name: String] = [:]
  /// The fields with a relation that cannot be used, and why. It leads nowhere, so that no key can be
  /// written to them.
  package var references: [FieldID: String] = [:]
  /// The columns with the name of a link that cannot be used. They are used nowhere.
  package var columns: Set<FieldID> = []
  /// Names that could mean several relations, and the names of these.
  package var ambiguous: [Name: [Name]] = [:]

  package init() {}
}
