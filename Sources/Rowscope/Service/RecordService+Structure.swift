import Documents
import FilterSQL
import RecordEngine
import RecordStore
import RowscopeModel
import Workspaces

extension RecordService {
  /// Adds, renames or drops a field of a table, if the user may, and if no rule would change its
  /// meaning.
  ///
  /// All profiles of the service and the workspace are checked against the changed tables. If one
  /// of them names the field to drop or rename, nothing is changed, and the report lists the
  /// places; change those first. To rename an excluded field, exclude the new name: until a field
  /// has it, the table is denied.
  ///
  /// It is one transaction: after a crash the table is either unchanged or fully changed.
  ///
  /// Complexity: O(n) in the profiles and the schema. To drop a field SQLite writes the table anew.
  /// - Throws: `denied` without the right to manage the structure, or for a developer field without
  ///   a developer seat; `unknown_field`, `field_exists`, `unsupported`; `constraint_failed` if an
  ///   index, a constraint, a computed field, a view or a trigger of the database uses the field;
  ///   and the errors of ``write(as:at:_:)``.
  public func change(
    _ change: FieldChange, in table: String, as user: User
  ) async throws(ServiceError) -> FieldChangeReport {
    let core = try await core()
    return try await core.transaction(as: user, everyProfile: true) {
      writer throws(ServiceError) in
      // Make the change to find the obstacles, then roll it back if there are any.
      let report = try writer.change(change, in: table, declaredBy: core.workspace)
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
    let database = try rethrowing(ServiceError.init(altering:)) { () throws(StoreError) in
      try connection.alter(change.statement)
      return try connection.readSchema()
    }
    var after = database.schema
    var workspaceProblems: Diagnostics?
    if let workspace {
      do throws(Diagnostics) {
        let declared = try after.applying(workspace)
        after = declared.schema
        let known = snapshot.declarationProblems
        let found = declared.problems.filter { !known.contains($0) }
        if !found.isEmpty { workspaceProblems = Diagnostics(found, in: workspace.source) }
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
        "the database does not allow the change: an index, a constraint, a computed field, a view "
          + "or a trigger uses the field, or an existing one cannot be read",
        databaseMessage: error.description)
    case .noSuchFile, .notADatabase, .corrupt, .locked, .readOnly, .diskFull, .cannotOpen,
      .schemaChanged, .denied, .limitExceeded, .deadlineExceeded, .cancelled, .outOfMemory,
      .ioError, .unsupportedEncoding, .mismatchedRecord:
      self.init(writing: error)
    }
  }
}
