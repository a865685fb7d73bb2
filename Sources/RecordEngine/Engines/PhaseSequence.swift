package import RecordFilter
package import RowscopeModel

/// The phases of a query one after another, each with what is left of the limit and of the records
/// to skip: see ``Query/phases(in:)``.
///
/// ```
/// while let phase = sequence.next() {
///   let count = // run it
///   try sequence.ended(phase, count: count) { /* the number of its records up to a limit */ }
/// }
/// ```
package struct PhaseSequence: ~Copyable {
  private var phases: ArraySlice<Query>
  private var remaining: Int?
  /// The records to skip; nil where each phase knows that by itself.
  private var skipped: Int?

  package init(of query: Query, in schema: Schema) {
    phases = query.phases(in: schema)[...]
    remaining = query.limit
    if case .offset(let records) = query.start, phases.count > 1 { skipped = records }
  }

  /// The next phase to run; nil if the limit is reached, or after the last.
  package mutating func next() -> Query? {
    while remaining != 0, var phase = phases.popFirst() {
      guard !phase.isNever else { continue }
      phase.limit = remaining
      if let skipped { phase.start = skipped > 0 ? .offset(skipped) : .first }
      return phase
    }
    return nil
  }

  /// Notes the end of a phase.
  ///
  /// - Parameters:
  ///   - count: the number of records that it returned.
  ///   - total: the number of its records from the first on, counted up to a limit. It is asked for
  ///     only if all of them were skipped.
  package mutating func ended(
    _ phase: Query, count: Int,
    total: (_ phase: Query, _ limit: Int) throws(ServiceError) -> Int
  ) throws(ServiceError) {
    if let limit = remaining { remaining = max(0, limit - count) }
    guard let records = skipped, records > 0 else { return }
    guard count == 0 else {
      skipped = 0
      return
    }
    if !phases.isEmpty { skipped = records - (try total(phase, records)) }
  }
}
