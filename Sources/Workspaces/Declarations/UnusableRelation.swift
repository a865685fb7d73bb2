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
  /// Where it would lead to, and from where it would lead back.
  package let parent: Parent
  /// What is wrong, for those who write documents.
  package let reason: String

  package enum Parent {
    case table(TableID)
    /// Any table may be meant.
    case unknown
    /// The members of a field lead one way.
    case ofMembers
  }
}
