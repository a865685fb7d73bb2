package import Documents
package import RecordFilter

extension Schema {
  /// Adds a workspace's declarations to this schema: labels, owners and teams, field types,
  /// developer fields, relations, and link fields, which follow their table's columns.
  ///
  /// Tables and columns keep their positions. A declared relation replaces foreign keys between the
  /// same columns. All relations are named again by one rule, see `RelationNaming`.
  ///
  /// - Throws: all declarations that do not fit this schema.
  package func applying(_ workspace: WorkspaceDocument) throws(Diagnostics) -> Schema {
    var overlay = SchemaOverlay(self)
    overlay.dateZone = workspace.dateZone
    overlay.apply(workspace.tables)
    let schema = overlay.restricted(overlay.finished(), workspace)
    try overlay.problems.throwErrors(in: workspace.source)
    return schema
  }
}
