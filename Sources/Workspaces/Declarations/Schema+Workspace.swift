package import Documents
package import RecordFilter

extension Schema {
  /// This schema with what a workspace declares: labels, owners and teams, field types, developer fields, relations,
  /// and link fields, which follow the columns of their table.
  ///
  /// Tables and columns keep their places. A declared relation replaces the foreign keys that it restates; all relations
  /// are named anew by one rule, see `RelationNaming`.
  ///
  /// - Throws: every declaration that does not fit this schema.
  package func applying(_ workspace: WorkspaceDocument) throws(Diagnostics) -> Schema {
    var overlay = SchemaOverlay(self)
    overlay.apply(workspace.tables)
    try overlay.problems.throwErrors(in: workspace.source)
    return overlay.schema
  }
}
