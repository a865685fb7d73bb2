import AccessProfiles
package import Documents
import FilterSQL
import RecordEngine
import RecordFilter
package import RowscopeModel

extension QueryPlanner {
  /// The rules of a user's profiles that the statements cannot decide exactly, so that requests for
  /// their tables are refused: warnings, one element for each profile's document.
  ///
  /// For administrators: it names fields that may be hidden.
  ///
  /// Complexity: O(n) in the rules of the profiles.
  /// - Parameters:
  ///   - user: for whom the rules are bound.
  ///   - name: of one table; nil for all.
  package func refusals(for user: User, in name: String? = nil) -> [Diagnostics] {
    let context = ReferenceContext(user: user, clock: clock())
    return (user.profiles + user.narrowedBy).compactMap { profile in
      guard let entry = snapshot.profile(named: profile) else { return nil }
      let problems = entry.profiles.profiles.flatMap { profile in
        refusals(of: profile, for: context, in: name)
      }
      guard let source = entry.profiles.profiles.first?.profile.source, !problems.isEmpty else {
        return nil
      }
      return Diagnostics(problems, in: source)
    }
  }

  private func refusals(
    of profile: PreparedProfile, for context: ReferenceContext, in name: String?
  ) -> [Diagnostic] {
    var problems: [Diagnostic] = []
    for table in profile.reachedTables {
      if let name, snapshot.schema.tableID(named: name) != table { continue }
      for (filter, range) in profile.rules(of: table, for: context) {
        do throws(SQLCompilationError) {
          _ = try snapshot.predicate(filter, on: table)
        } catch {
          problems.append(Diagnostic(refusing: error, at: range))
        }
      }
    }
    return problems
  }
}

extension Diagnostic {
  fileprivate init(refusing error: SQLCompilationError, at range: Range<Int>) {
    let place: String
    if case .noExactForm(let form) = error.kind {
      place = "PostgreSQL has no exact form of this: \(form.what) (\(form.place))"
    } else {
      place = error.description
    }
    self.init(
      .noExactForm, place,
      hint: "requests for the table are refused; the manual says what PostgreSQL has instead",
      severity: .warning, at: range)
  }
}

extension Diagnostic.Code {
  /// A rule that a planner's statements cannot decide exactly.
  package static let noExactForm = Self("no_exact_form")
}
