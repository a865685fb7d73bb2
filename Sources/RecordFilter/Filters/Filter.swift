package import RowscopeModel

/// A predicate over the records of one table: true or false of each, never NULL.
///
/// This is the one form in which rows are restricted. Profiles and requests are compiled into it, every backend
/// evaluates it, and nothing in it depends on a backend. References to the user and the clock are values by now, a
/// condition that is unknown for this user has become ``never`` (see `AccessProfiles`), and negation stands at the
/// leaves only, where each leaf has an exact complement.
///
/// Build filters with ``all(_:)-swift.type.method``, ``any(_:)-swift.type.method`` and ``complement``, which keep
/// the form small and its order deterministic.
package indirect enum Filter: Sendable, Hashable {
  /// Every record. SQL: no WHERE clause at all.
  case always
  /// No record. SQL: none; the query is not run.
  case never
  /// The records for which a test of one field holds.
  case term(Term)
  /// The records with (or, complemented, without) a related record for which a filter holds.
  case related(RelatedFilter)
  /// The records for which all of these hold: two or more. SQL: `a AND b`.
  case conjunction([Filter])
  /// The records for which one of these holds: two or more. SQL: `(a OR b)`.
  case disjunction([Filter])
}

/// A test of one field, or its exact complement.
///
/// A complement is true wherever the test is false, on null above all: `status != "Done"` keeps the records that have no
/// status. In SQL a plain test may yield NULL, which a WHERE clause takes for false; since negation never stands above a
/// leaf, the two cannot be confused.
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

/// What a ``Term`` asks of a field's value. `c` stands for the column, `?` for a bound value; the SQL of the complement
/// follows the arrow.
///
/// Values compare as SQLite compares a column with a bound parameter: the column's affinity is applied to the value, then
/// NULL < numbers < text < blob, and text compares by the column's collation. See ``Comparison``.
package enum FieldTest: Sendable, Hashable {
  /// No value is stored. `c IS NULL` → `c IS NOT NULL`
  case isNull
  /// Nothing, or the empty text; of a many-valued field, no member.
  /// `(c IS NULL OR c = '')` → `c <> ''`
  case isEmpty
  /// `c = ?` → `c IS NOT ?`. The value is not null.
  case equals(Value)
  /// `c < ?` and so on → `(c >= ? OR c IS NULL)`. The value is not null.
  case compares(Ordering, Value)
  /// `c IN (…)` → `(c NOT IN (…) OR c IS NULL)`. No value is null; at least one.
  case isOneOf([Value])
  /// Both ends included. `c BETWEEN ? AND ?` → `(c NOT BETWEEN ? AND ? OR c IS NULL)`. Neither end is null.
  case isBetween(Value, Value)
  /// A text contains, begins with or ends with a text, which is literal. A number is seen as the text that SQLite casts
  /// it to; a blob never matches.
  /// `(instr(c, ?) > 0 AND typeof(c) <> 'blob')` → `(c IS NULL OR instr(c, ?) = 0 OR typeof(c) = 'blob')`
  case matches(TextPattern)
  /// A many-valued field has one of these members. No value is null; at least one.
  /// `EXISTS (SELECT 1 FROM json_each(c) WHERE value IN (…))` for a JSON array;
  /// `key IN (SELECT record FROM link WHERE member IN (…))` for a link table. → `NOT …`
  case hasMember([Value])
  /// A date lies in a range of days. Text that is no date lies in none.
  case isWithin(DateRange)

  /// The ways in which a value can stand before or after another.
  package enum Ordering: String, Sendable, Hashable, CaseIterable {
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="

    /// The ordering that holds exactly where this one does not (among values that are not null).
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

/// A text to find in another, taken literally: `%`, `_` and `\` are themselves.
package struct TextPattern: Sendable, Hashable {
  package enum Anchor: String, Sendable, Hashable, CaseIterable { case anywhere, start, end }

  package var text: Text
  package var anchor: Anchor
  /// Whether ASCII letters match without case: so in a `NOCASE` column and in a search, nowhere else.
  package var ignoresCase: Bool

  package init(_ text: Text, anchor: Anchor, ignoresCase: Bool) {
    self.text = text
    self.anchor = anchor
    self.ignoresCase = ignoresCase
  }
}

/// The days from `first` to `last`, both included, in a stated time zone.
///
/// How a stored date is read depends on how it is written, see ``DateEncoding``: a date alone and a date and time without
/// an offset are local to the zone; a time with an offset, and Unix seconds, are instants, compared with the instants
/// at which the first day begins and the day after the last one begins.
package struct DateRange: Sendable, Hashable {
  package var encoding: DateEncoding
  /// `YYYY-MM-DD` of the first day.
  package var first: Text
  /// `YYYY-MM-DD` of the day after the last.
  package var end: Text
  /// `first` and `end` moved outwards by two days: no offset takes a time on one of the days beyond them.
  package var outerFirst: Text
  package var outerEnd: Text
  /// The Unix second at which the first day begins in the zone, and the one at which the day after the last begins.
  package var firstInstant: Int64
  package var endInstant: Int64

  package init(
    encoding: DateEncoding, first: Text, end: Text, outerFirst: Text, outerEnd: Text,
    firstInstant: Int64, endInstant: Int64
  ) {
    self.encoding = encoding
    self.first = first
    self.end = end
    self.outerFirst = outerFirst
    self.outerEnd = outerEnd
    self.firstInstant = firstInstant
    self.endInstant = endInstant
  }
}

/// The records that have a related record for which a filter holds.
///
/// SQL: `EXISTS (SELECT 1 FROM far WHERE far.key = near.key AND filter)`, and `NOT EXISTS` for the complement, which a
/// record without any related record satisfies.
package struct RelatedFilter: Sendable, Hashable {
  package var table: TableID
  package var pairs: [ColumnPair]
  /// Of the related table.
  package var filter: Filter
  package var isComplement: Bool

  package init(table: TableID, pairs: [ColumnPair], filter: Filter, isComplement: Bool = false) {
    self.table = table
    self.pairs = pairs
    self.filter = filter
    self.isComplement = isComplement
  }
}
