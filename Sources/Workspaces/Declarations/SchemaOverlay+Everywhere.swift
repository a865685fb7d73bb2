import AccessProfiles
import Documents
internal import RecordFilter
import RowscopeModel

extension SchemaOverlay {
  /// The schema with the workspace's conditions, by name and of every table.
  ///
  /// A table that only `"*"` names and that the conditions do not fit is denied. Conditions that fit
  /// no table are reported, and so is a table named that they do not fit.
  mutating func restricted(_ schema: Schema, _ workspace: WorkspaceDocument) -> Schema {
    let known = schema.with(named, everywhere: [:])
    var everywhere: [TableID: Schema.Everywhere] = [:]
    for declaration in workspace.everywhere {
      let exceptions = Set(declaration.exceptions.compactMap { tableID($0) })
      let listed = declaration.tables.compactMap { name in
        tableID(name).map { Located($0, at: name.range) }
      }
      var tables = Set(listed.map(\.value))
      if declaration.wildcard != nil { tables.formUnion(schema.tables.indices.map(TableID.init)) }
      tables.subtract(exceptions)
      for condition in declaration.conditions {
        let faults = tables.sorted().map { known.mistakes(of: [condition], on: $0) }
        // One fault is shown, of the table that comes nearest.
        if let fault = faults.min(by: { $0.count < $1.count })?.first,
          faults.allSatisfy({ !$0.isEmpty })
        {
          // With the relation that it needs, the condition may fit.
          let unusable = faults.joined().first { $0.code == .unusableRelation }
          if let unusable { setAsideProblems.append(unusable) } else { problems.append(fault) }
        }
      }
      for table in tables.sorted() {
        let faults = known.mistakes(of: declaration.conditions, on: table)
        if let fault = faults.first {
          everywhere[table] = .denied
          if let name = listed.first(where: { $0.value == table }) {
            let isOfRelation = faults.contains { $0.code == .unusableRelation }
            let problem = Diagnostic(
              isOfRelation ? .unusableRelation : .mismatchedField,
              "the conditions do not fit the table "
                + "\(Printable.quoted(schema[table].name.string)): \(fault.message)",
              hint: isOfRelation ? fault.hint : "name it in \"except\", or leave it out",
              at: name.range)
            if isOfRelation { setAsideProblems.append(problem) } else { problems.append(problem) }
          }
          continue
        }
        switch everywhere[table] {
        case .denied?: break
        case .conditions(let others)?:
          everywhere[table] = .conditions(others + declaration.conditions)
        case nil: everywhere[table] = .conditions(declaration.conditions)
        }
      }
    }
    return schema.with(named, everywhere: everywhere)
  }
}
