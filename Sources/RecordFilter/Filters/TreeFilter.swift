/// The records that stand at a record of a tree, or anywhere below it.
///
/// A tree is a table with a relation to itself, from a record to its parent. A record of another
/// table, or of the tree's own, stands where one of its columns leads. Cycles end.
///
/// SQL: `near.folder IN (WITH RECURSIVE below(key) AS (SELECT id FROM folders WHERE start UNION
/// SELECT r.id FROM below CROSS JOIN folders AS r WHERE below.key = r.parent AND step) SELECT key
/// FROM below)`. The complement is `NOT IN`, which also matches records that stand nowhere.
package struct TreeFilter: Sendable, Hashable {
  /// The table whose records form the tree.
  package var table: TableID
  /// From the tested record to where it stands.
  package var place: ColumnPair
  /// From a record of the tree (`near`) to its parent (`far`).
  package var parent: ColumnPair
  /// Where to begin: what is at or below one of these records. It implies ``step``.
  package var start: Filter
  /// What a record of the tree must match to be there at all.
  package var step: Filter
  /// What a record of the tree must match to have a parent, and what that must match.
  package var child: Filter
  package var parentFilter: Filter
  /// What the record of the tree must match where the tested record stands.
  package var placeFilter: Filter
  package var isComplement: Bool

  package init(
    table: TableID, place: ColumnPair, parent: ColumnPair, start: Filter, step: Filter,
    child: Filter = .always, parentFilter: Filter = .always, placeFilter: Filter = .always,
    isComplement: Bool = false
  ) {
    self.table = table
    self.place = place
    self.parent = parent
    self.start = start
    self.step = step
    self.child = child
    self.parentFilter = parentFilter
    self.placeFilter = placeFilter
    self.isComplement = isComplement
  }
}

extension TreeFilter {
  /// The filters of records of the tree.
  package var filters: [Filter] { [start, step, child, parentFilter, placeFilter] }
}

extension Filter {
  /// The records that stand at or below one that matches `start`, with each record of the tree on
  /// the way matching `step`; ``never`` if no record matches either.
  package static func under(
    _ table: TableID, place: ColumnPair, parent: ColumnPair, start: Filter, step: Filter,
    child: Filter = .always, parentFilter: Filter = .always, placeFilter: Filter = .always
  ) -> Filter {
    let start = all(start, step)
    if start == .never || placeFilter == .never { return .never }
    return .under(
      TreeFilter(
        table: table, place: place, parent: parent, start: start, step: step, child: child,
        parentFilter: parentFilter, placeFilter: placeFilter))
  }
}
