package import RecordFilter
package import RowscopeModel

/// A relation that a workspace declares and that cannot be used, before it is named in either
/// direction. It keeps its names, so that they mean nothing else.
package struct UnusableRelation {
  package let child: TableID
  /// The field that declares it.
  package let field: FieldID
  /// Its name in paths; nil where it has the columns' names.
  package let name: Name?
  /// The child's columns by which it would lead to a parent, those that there are.
  package let columns: [FieldID]
  /// Where it would lead to, if that is known.
  package let parent: TableID?
  /// What is wrong, for those who write documents.
  package let reason: String
}
