package import RowscopeModel

/// A predicate over the records of one table: true or false for each, never NULL.
///
/// All restrictions on rows have this form. Profiles and requests compile to it, every backend
/// evaluates it, and nothing in it depends on a backend. References to the user and the clock have
/// been replaced by values. A condition that is unknown for this user has become ``never`` (see
/// `AccessProfiles`). Negation occurs only at the leaves, and each leaf has an exact complement.
///
/// Build filters with ``all(_:)-swift.type.method``, ``any(_:)-swift.type.method`` and
/// ``complement``, which keep them small and their order deterministic.
package indirect enum Filter: Sendable, Hashable {
  /// Every record. SQL: no WHERE clause.
  case always
  /// No record. SQL: none; the query is not run.
  case never
  /// The records whose field passes a test.
  case term(Term)
  /// The records with (or, as a complement, without) a related record that matches a filter.
  case related(RelatedFilter)
  /// The records that stand in one part of a tree, or not.
  case under(TreeFilter)
  /// The records of which two fields compare so, or not.
  case comparison(FieldComparison)
  /// The records that match all of two or more filters. SQL: `a AND b`.
  case conjunction([Filter])
  /// The records that match any of two or more filters. SQL: `(a OR b)`.
  case disjunction([Filter])
}

/// A test of one field, or its exact complement.
///
/// A complement is true wherever the test is false, including null: `status != "Done"` keeps the
/// records without a status. In SQL a plain test may yield NULL, which a WHERE clause treats as
/// false. Since negation occurs only at the leaves, the two cannot be confused.
package struct Term: Sendable, Hashable {
  package var field: FieldID
  package var test: FieldTest
  package var isComplement: Bool

  package init(_ field: FieldID, _ test: FieldTest, isComplement: Bool = false) {
    self.field = field
    self.test = test
    self.isComplement = isComplement
  }
}

/// The test of a ``Term``. `c` stands for the column and `?` for a bound value; the SQL of the
/// complement follows the arrow.
///
/// Values compare as SQLite compares a column with a bound parameter: the column's affinity is
/// applied to the value, then NULL < numbers < text < blob, and text compares by the column's
/// collation. See ``Comparison``.
package enum FieldTest: Sendable, Hashable {
  /// There is no value. `c IS NULL` → `c IS NOT NULL`
  case isNull
  /// There is no value, or the empty text; for a many-valued field, no member.
  /// `(c IS NULL OR c = '')` → `c <> ''`
  case isEmpty
  /// `c = ?` → `c IS NOT ?`. The value is not null.
  case equals(Value)
  /// `c < ?` and so on → `(c >= ? OR c IS NULL)`. The value is not null.
  case compares(Ordering, Value)
  /// `c IN (…)` → `(c NOT IN (…) OR c IS NULL)`. At least one value, and no nulls.
  case isOneOf([Value])
  /// Both ends inclusive. `c BETWEEN ? AND ?` → `(c NOT BETWEEN ? AND ? OR c IS NULL)`. Neither end
  /// is null.
  case isBetween(Value, Value)
  /// A text contains, begins with or ends with a literal text. A number is converted to the text
  /// that SQLite casts it to; a blob never matches. `(instr(c, ?) > 0 AND typeof(c) <> 'blob')` →
  /// `(c IS NULL OR instr(c, ?) = 0 OR typeof(c) = 'blob')`. Anywhere in the text and ignoring case:
  /// `rowscope_contains(?, c)` → `NOT …`
  case matches(TextPattern)
  /// A many-valued field has one of these members. At least one value, and no nulls.
  /// `rowscope_has_member(c, form, list)` for a JSON array;
  /// `key IN (SELECT record FROM link WHERE member IN (…))` for a link table. → `NOT …`
  case hasMember([Value])
  /// What a conversion makes of the value passes a test. A value from which it makes nothing never
  /// does. `rowscope_value(c, ?) = ?` and so on, the second argument being the conversion's name;
  /// where an index can find the values, after a range of stored ones. → the same with
  /// `OR rowscope_value(c, ?) IS NULL`
  indirect case converted(Conversion, FieldTest)

  /// The order comparisons.
  package enum Ordering: String, Sendable, Hashable, CaseIterable {
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="

    /// The complement among values that are not null.
    package var opposite: Ordering {
      switch self {
      case .less: .greaterOrEqual
      case .lessOrEqual: .greater
      case .greater: .lessOrEqual
      case .greaterOrEqual: .less
      }
    }
  }
}

/// A literal text to find in another: `%`, `_` and `\` have no special meaning.
package struct TextPattern: Sendable, Hashable {
  package enum Anchor: String, Sendable, Hashable, CaseIterable { case anywhere, start, end }

  package var text: Text
  package var anchor: Anchor
  /// Whether ASCII letters match regardless of case. True for `NOCASE` columns and for searches
  /// only.
  package var ignoresCase: Bool

  package init(_ text: Text, anchor: Anchor, ignoresCase: Bool) {
    self.text = text
    self.anchor = anchor
    self.ignoresCase = ignoresCase
  }
}

/// The records with a related record that matches a filter.
///
/// SQL: `EXISTS (SELECT 1 FROM far WHERE far.key = near.key AND filter)`. The complement is
/// `NOT EXISTS`, which also matches records without any related record.
package struct RelatedFilter: Sendable, Hashable {
  package var table: TableID
  package var pairs: [ColumnPair]
  /// The filter on the related table.
  package var filter: Filter
  package var isComplement: Bool
  /// For records that the members of the near field name: how a member compares with the far one.
  package var memberType: MemberType?
  /// How a database finds the records; nil for what its indexes alone suggest.
  package var strategy: SemiJoinStrategy?

  package init(
    table: TableID, pairs: [ColumnPair], filter: Filter, isComplement: Bool = false,
    memberType: MemberType? = nil
  ) {
    self.table = table
    self.pairs = pairs
    self.filter = filter
    self.isComplement = isComplement
    self.memberType = memberType
  }
}

/// How a database finds the records that have a related one. The answer does not depend on it.
package enum SemiJoinStrategy: Sendable, Hashable {
  /// For each record, until a related one matches. `EXISTS (SELECT 1 FROM far WHERE …)`
  case firstMatch
  /// The related ones first, once for the query. `near.key IN (SELECT far.key FROM far WHERE …)`
  case materialized
}
