package import RecordFilter

/// A way to find a query's records, and why it was chosen.
package struct AccessChoice: Sendable {
  package var query: Query
  /// Sentences for the service's administrator; empty where nothing was to be chosen.
  package var reasons: [String] = []
  /// Until when it may be used; nil for any time.
  package var end: ContinuousClock.Instant?
  /// The statement for the first of the query's records, where it had to be compiled.
  var statement: CompiledStatement?
}
