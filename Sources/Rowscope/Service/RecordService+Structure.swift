import Documents
import FilterSQL
import RecordEngine
import RecordStore
import RowscopeModel
import Workspaces

extension RecordService {
  /// Adds, renames or drops a field of a table, if its user may, and if no rule would mean something else for it.
  ///
  /// Every profile of the service and the workspace are held against the tables as they would be. Where one of them names the field
  /// that is to go or to get another name, nothing is changed, and the report says who names it and where; they are changed
  /// first. To rename a field that is excluded, exclude the new name: until a field has it, the table is denied.
  ///
  /// One transaction: a crash leaves the table as it was or as it is to be.
  ///
  /// - Throws: `denied` without the right to manage the structure, or for a developer field without a developer's seat;
  ///   `unknown_field`, `field_exists`, `unsupported`; `constraint_failed` where an index, a constraint, a computed field, a
  ///   view or a trigger of the database uses the field; and what ``write(as:at:_:)`` throws.
  public func change(
    _ change: FieldChange, in table: String, as user: User
  ) async throws(ServiceError) -> FieldChangeReport {
    try await transaction(as: user) { writer throws(ServiceError) in
      // What is in the way is found by making the change, which then is not kept.
      let report = try writer.change(change, in: table, declaredBy: workspace)
      return (report, report.isMade)
    }
  }
}

extension RecordWriter {
  fileprivate func change(
    _ change: FieldChange, in table: String, declaredBy workspace: WorkspaceDocument?
  ) throws(ServiceError) -> FieldChangeReport {
    let snapshot = reader.snapshot
    let change = try StructureChange(change, in: table, reader: reader)
    let database: DatabaseSchema
    do throws(StoreError) {
      try connection.alter(change.statement)
      database = try connection.readSchema()
    } catch {
      throw ServiceError(altering: error)
    }
    var after = database.schema
    var workspaceProblems: Diagnostics?
    if let workspace {
      do throws(Diagnostics) {
        after = try after.applying(workspace)
      } catch {
        workspaceProblems = error
      }
    }
    let check = StructureCheck(change: change, before: snapshot.schema, after: after)
    return FieldChangeReport(
      profiles: workspaceProblems == nil ? check.broken(snapshot.profiles) : [],
      workspace: workspaceProblems,
      broken: database.notes.filter { !snapshot.notes.contains($0) },
      visibleTo: change.added.map { check.profiles(of: snapshot.profiles, seeing: $0) } ?? [])
  }
}

extension ServiceError {
  fileprivate init(altering error: StoreError) {
    switch error.kind {
    case .schemaMismatch, .expressionFailed, .constraint, .internalError:
      self.init(
        .constraintFailed,
        "the database does not let the field be changed: an index, a constraint, a computed field, a view or a trigger uses it, or one that is there already cannot be read",
        databaseMessage: error.description)
    default: self.init(writing: error)
    }
  }
}
