import AccessProfiles
import Documents
import RecordEngine
import RecordFilter
import RecordStore
import RowscopeModel

/// Compares what profiles mean before and after a change of fields.
///
/// A rule that names a field which is gone denies its table, and what it excluded would be seen once somebody mended the rule; a
/// name may also come to mean another field. Neither is let happen by the way: the rules are changed first.
struct StructureCheck {
  let change: StructureChange
  let before: Schema
  let after: Schema

  /// The profiles that the change would break, or that would come to mean something else.
  func broken(_ catalog: ProfileCatalog) -> [ProfileReport] {
    catalog.names.compactMap { name in
      switch catalog[fault: name] {
      case .invalid(let diagnostics):
        // Nobody can tell whether it names the field.
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
        for (old, new) in zip(old.tests, new.tests)
        where names(of: old, in: before, of: TableID(index), isBefore: true)
          != names(of: new, in: after, of: id, isBefore: false)
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

  /// Where a condition's field leads, by names, each as it is called after the change.
  private func names(
    of test: PreparedTest, in schema: Schema, of table: TableID, isBefore: Bool
  ) -> [Name] {
    func name(_ field: FieldID, of table: TableID) -> Name {
      if isBefore, table == change.table, let renamed = change.renamed, renamed.field == field {
        return renamed.name
      }
      return schema[table][field].name
    }
    var near = table
    var names: [Name] = []
    for step in test.path.steps {
      for pair in step.pairs {
        names.append(name(pair.near, of: near))
        names.append(name(pair.far, of: step.table))
      }
      near = step.table
      names.append(schema[near].name)
    }
    names.append(name(test.path.field, of: test.path.table))
    return names
  }
}

extension PreparedCondition {
  /// The comparisons in it, in order.
  fileprivate var tests: [PreparedTest] {
    switch self {
    case .test(let test): [test]
    case .and(let conditions), .or(let conditions): conditions.flatMap(\.tests)
    case .not(let condition): condition.tests
    }
  }
}

extension Diagnostic.Code {
  /// A name that would come to mean another field.
  static let otherMeaning = Self("other_meaning")
}
