import AccessProfiles
import Documents
import RecordEngine
import RecordFilter
import RecordStore
import RowscopeModel

/// Compares the meaning of profiles before and after a change of fields.
///
/// A rule that names a dropped field denies its table, and fixing the rule might expose what it
/// excluded; a name may also get another meaning. The change is refused in both cases, until the
/// rules are changed.
struct StructureCheck {
  let change: StructureChange
  let before: Schema
  let after: Schema

  /// The profiles that the change would break or give another meaning.
  func broken(_ catalog: ProfileCatalog) -> [ProfileReport] {
    catalog.names.compactMap { name in
      switch catalog[fault: name] {
      case .invalid(let diagnostics):
        // A profile with errors may name the field.
        return ProfileReport(name: name, diagnostics: diagnostics, unreadable: nil)
      case .unreadable(let error):
        return ProfileReport(name: name, diagnostics: nil, unreadable: error)
      case nil:
        guard let profile = catalog[name] else { return nil }
        let found = differences(of: profile)
        return found.isEmpty
          ? nil
          : ProfileReport(
            name: name, diagnostics: Diagnostics(found, in: profile.source), unreadable: nil)
      }
    }
  }

  /// The profiles whose users see a field.
  func profiles(of catalog: ProfileCatalog, seeing field: Name) -> [String] {
    guard let table = after.tableID(named: before[change.table].name.string),
      let id = after[table].fieldID(named: field.string)
    else { return [] }
    return catalog.names.filter { name in
      guard let profile = catalog[name],
        let grant = PreparedProfile(profile, schema: after).validGrant(table)
      else { return false }
      return grant.fields[id.index] != .hidden
    }
  }

  private func differences(of profile: Profile) -> [Diagnostic] {
    let (old, new) = (
      PreparedProfile(profile, schema: before), PreparedProfile(profile, schema: after)
    )
    let known = Set(old.problems)
    var found = new.problems.filter { $0.severity == .error && !known.contains($0) }
    for (index, table) in before.tables.enumerated() {
      guard let id = after.tableID(named: table.name.string),
        let oldGrant = old.validGrant(TableID(index)), let newGrant = new.validGrant(id)
      else { continue }
      for (old, new) in zip(oldGrant.conditions, newGrant.conditions) {
        for (old, new) in zip(old.paths(from: TableID(index)), new.paths(from: id))
        where names(of: old, in: before, isBefore: true)
          != names(of: new, in: after, isBefore: false)
        {
          found.append(
            Diagnostic(
              .otherMeaning, "this condition would ask of another field",
              hint: "name its field so that it can mean one thing alone", at: new.range))
        }
      }
    }
    return found
  }

  /// The tables and fields of a condition's path, by their names after the change.
  private func names(of path: ConditionPath, in schema: Schema, isBefore: Bool) -> [Name] {
    func name(_ field: FieldID, of table: TableID) -> Name {
      if isBefore, table == change.table, let renamed = change.renamed, renamed.field == field {
        return renamed.name
      }
      return schema[table][field].name
    }
    var near = path.table
    var names: [Name] = []
    for step in path.steps {
      for pair in step.pairs {
        names.append(name(pair.near, of: near))
        names.append(name(pair.far, of: step.table))
      }
      near = step.table
      names.append(schema[near].name)
    }
    if let field = path.field { names.append(name(field, of: near)) }
    return names
  }
}

/// What the names of a condition refer to.
private struct ConditionPath {
  let table: TableID
  let steps: [Relation]
  /// Nil if the path leads to records.
  let field: FieldID?
  let range: Range<Int>
}

extension PreparedCondition {
  /// The paths of the condition, in order.
  fileprivate func paths(from table: TableID) -> [ConditionPath] {
    switch self {
    case .test(let test):
      [test.path, test.other].compactMap(\.self).map {
        ConditionPath(table: table, steps: $0.steps, field: $0.field, range: test.range)
      }
    case .and(let conditions), .or(let conditions): conditions.flatMap { $0.paths(from: table) }
    case .not(let condition): condition.paths(from: table)
    case .related(let related):
      [ConditionPath(table: table, steps: related.steps, field: nil, range: related.range)]
        + related.conditions.flatMap { $0.paths(from: related.table) }
    }
  }
}

extension Diagnostic.Code {
  /// A name would refer to another field after the change.
  static let otherMeaning = Self("other_meaning")
}
