package import Documents
package import RecordFilter

/// A schema with a workspace's declarations.
package struct DeclaredSchema: Sendable {
  package let schema: Schema
  /// Relations and links that cannot be used, and what needs them: each denies only what it is
  /// about. By position in the workspace's document.
  package let problems: [Diagnostic]
  /// How users and profiles are looked up; nil if neither are in the database.
  package let lookups: UserLookups?

  init(schema: Schema, problems: [Diagnostic] = [], lookups: UserLookups? = nil) {
    self.schema = schema
    self.problems = problems
    self.lookups = lookups
  }
}

extension Schema {
  /// This schema where no workspace declares anything: its relations are named by the same rule.
  package var undeclared: DeclaredSchema {
    var overlay = SchemaOverlay(self, conditions: [])
    return DeclaredSchema(schema: overlay.finished())
  }

  /// Adds a workspace's declarations to this schema: labels, owners and teams, field types,
  /// developer fields, relations, and link fields, which follow their table's columns.
  ///
  /// Tables and columns keep their positions. A declared relation replaces foreign keys between the
  /// same columns. All relations are named again by one rule, see `RelationNaming`.
  ///
  /// - Throws: all declarations that do not fit this schema, if one of them denies everything.
  package func applying(_ workspace: WorkspaceDocument) throws(Diagnostics) -> DeclaredSchema {
    var overlay = SchemaOverlay(self, conditions: workspace.conditions)
    overlay.dateZone = workspace.dateZone
    overlay.apply(workspace.tables)
    let schema = overlay.restricted(overlay.finished(), workspace)
    let lookups = overlay.lookups(of: workspace, in: schema)
    let others = overlay.setAsideProblems.list
    if overlay.problems.hasErrors { for problem in others { overlay.problems.append(problem) } }
    try overlay.problems.throwErrors(in: workspace.source)
    return DeclaredSchema(schema: schema, problems: others, lookups: lookups)
  }
}
