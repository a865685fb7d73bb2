/// A way in which a row or field could reach a user who must not see it, or in which data could
/// break the service.
///
/// Each has at least one test that names it (``ChannelTrait``): ``ChannelListTests`` fails if one
/// has none.
enum Channel: String, CaseIterable, Sendable {
  // In a request.
  case hiddenField, ruleOnHiddenField, impliedOrder, cursor, hiddenPrimaryKey, count
  // Derived from hidden fields, or not reported by SQLite.
  case derivedField, joinBySameName, catalogue, sharedStatement, ignoredRead
  // In what an answer gives away.
  case existence, rowError
  // In what a change shows, and in what else it could change.
  case returning, upsert, constraintError, existenceByWriting, movedOutOfSight, guessedParent
  // In a value, a size or a delay.
  case list, text, size, time

  // Bugs of other systems of this kind.
  case relationalFilter, searchOverHidden, emptyListPasses, aliasOverHidden, planAcrossRoles
  case valueInError, misnamedRule, emptyGroupMatches, valueFirstComparison, caselessLike
  case listDisagreesWithCheck, bulkUpdate
  case computedField, droppedSubquery, hiddenParent, otherTable, actByKey, returningField
  case expandedRecord

  /// What could happen, and what prevents it, in one line each.
  var words: (danger: String, guardedBy: String) {
    switch self {
    case .hiddenField:
      (
        "a hidden field named in any clause, nested, in other case or quotes, as `rowid` or "
          + "`table.field`",
        "one look-up among the visible names; the same error as for a missing name"
      )
    case .ruleOnHiddenField:
      (
        "a request's OR that widens a rule on a hidden field",
        "`(scope) AND (request)`, each in its own parentheses"
      )
    case .impliedOrder:
      (
        "records that come in the order of a hidden column's index",
        "every list has a total order, over visible fields"
      )
    case .cursor:
      (
        "a cursor that shows or reaches hidden values",
        "it holds visible sort values and a tag; a forged one is limited to the same scope"
      )
    case .hiddenPrimaryKey:
      (
        "the order of hidden keys, or a record guessed by one",
        "no `get`; all visible fields order, and cursors are positions"
      )
    case .count:
      ("a count, or `has_more`, over more than the scope", "counted under the same predicate")
    case .derivedField:
      (
        "a hidden value in a generated column, a view, a trigger's copy or a search index",
        "what derives from a hidden field is hidden too, over any number of steps; virtual "
          + "tables do not exist"
      )
    case .joinBySameName:
      (
        "columns that `NATURAL` and `USING` read unreported",
        "never in a statement; a view with them derives from every column"
      )
    case .catalogue:
      (
        "`sqlite_schema`, `pragma_*` and statistics as tables of a request",
        "unknown tables; SQLite's authorizer refuses the rest"
      )
    case .sharedStatement:
      (
        "a statement prepared for one user run for another",
        "shared only for the same text and visible fields; SQLite asks the authorizer whenever "
          + "it prepares again"
      )
    case .ignoredRead:
      ("a refused column read as NULL", "a refused statement fails as a whole")
    case .existence:
      (
        "an answer that tells \"not allowed\" from \"not there\"",
        "one answer for both: tables, fields, records, profiles"
      )
    case .rowError:
      (
        "a record on which an expression fails, so that errors tell of hidden cells",
        "functions that never fail; JSON is read only if it is valid"
      )
    case .returning:
      (
        "`RETURNING` that shows hidden fields",
        "never in a statement; the changed record is read again under the profile"
      )
    case .upsert:
      (
        "an upsert, `OR REPLACE` or `OR IGNORE`, requested or declared by the table, that "
          + "changes another user's record",
        "never in a statement; `OR ABORT` where a table declares `ON CONFLICT`"
      )
    case .constraintError:
      (
        "SQLite's message for a broken constraint, which names columns, expressions and tables",
        "a code and one sentence; only a visible field is named"
      )
    case .existenceByWriting:
      (
        "a change that tells a record out of scope, a hidden field or a denied table from a "
          + "missing one",
        "the scope is part of the change's own WHERE; names are looked up as in a list"
      )
    case .movedOutOfSight:
      (
        "an update that moves a record out of scope, and shows it",
        "allowed and not shown, not even its key; with `\"keep_in_scope\": 1` refused within the "
          + "transaction; a created record is refused unless the grant allows it"
      )
    case .guessedParent:
      (
        "a hidden parent record, guessed by its id in a written relation",
        "a relation can only lead to a visible record; any other does not exist"
      )
    case .list:
      (
        "an empty list that matches everything, a list spliced into SQL",
        "`in []` is false; values are bound"
      )
    case .text:
      (
        "`%`, `_`, `\\`, NUL, invalid UTF-8 or another form of a character that match more",
        "text is its bytes"
      )
    case .size:
      ("nesting, lists and documents of any size", "an answer or a documented limit, never a crash")
    case .time:
      (
        "a request that never ends",
        "deadline, cancellation and busy time-out, each with its code"
      )
    case .relationalFilter:
      (
        "Strapi CVE-2023-22894 and its successors: filters on hidden fields through relations, "
          + "groups, sort, population",
        "as for any hidden field, on every table of the path"
      )
    case .searchOverHidden:
      (
        "Directus CVE-2025-30352: search that matches hidden fields",
        "only visible text is searched"
      )
    case .emptyListPasses:
      (
        "Directus CVE-2024-39701: an empty or null list in a rule matches everything",
        "nothing is in an empty list"
      )
    case .aliasOverHidden:
      (
        "Directus CVE-2024-34708, CVE-2026-35442: a hidden field by an alias or in an aggregate",
        "names are whole fields, each looked up among the visible ones, in summaries too"
      )
    case .planAcrossRoles:
      (
        "PostgreSQL CVE-2016-2193, CVE-2023-2455, CVE-2024-10976: a plan cached for another role",
        "the user's values are bound at each use, and statements are cached by what they may read"
      )
    case .valueInError:
      ("PostgreSQL CVE-2014-8161: error text with values", "no error holds a cell's value")
    case .misnamedRule:
      (
        "SurrealDB issue 2757: a rule with a misspelt column returns every row",
        "an unknown name denies the table concerned"
      )
    case .emptyGroupMatches:
      (
        "Cerbos query-plan-adapters issue 495: an empty group matches everything",
        "an error in a document; in a filter, `any` of nothing is false"
      )
    case .valueFirstComparison:
      (
        "Cerbos query-plan-adapters issue 256: a comparison with the value first is inverted",
        "one order only: field, operator, value"
      )
    case .caselessLike:
      (
        "Cerbos query-plan-adapters issue 498: LIKE without case grants more than the rule",
        "text operators follow the column's collation"
      )
    case .listDisagreesWithCheck:
      (
        "CASL issue 1068: the list and the check of one record disagree",
        "list, get, count and stream are one query under one scope"
      )
    case .bulkUpdate:
      (
        "Hasura CVE-2022-46792: an update of many that skips the record filter",
        "for one or many records, the change has the scope in its WHERE, and is all or nothing"
      )
    case .computedField:
      (
        "Hasura CVE-2026-54698, SurrealDB CVE-2026-134310: a test of a computed field sees records "
          + "out of scope, or is judged before the field is computed",
        "what computes from a hidden field is hidden; scope and request are one WHERE"
      )
    case .droppedSubquery:
      (
        "PowerSync CVE-2026-30870: a compiler drops the filter of a subquery",
        "every filter is compiled or refused as a whole, and each engine checks the other"
      )
    case .hiddenParent:
      (
        "NocoDB CVE-2026-130729: the children of a parent that exists, but is out of scope, are "
          + "listed",
        "a path follows records in scope alone, on every step"
      )
    case .otherTable:
      (
        "NocoDB CVE-2026-130721: a batch is allowed for one table and acts on another",
        "the table that is checked is the table that is changed"
      )
    case .actByKey:
      (
        "Budibase GHSA-3263-v5v9-xq8q: an act by key skips the filter of the list",
        "get, update and delete have the scope in their WHERE"
      )
    case .returningField:
      (
        "Directus CVE-2025-64746: the right to a dropped field holds for a new field of its name",
        "a profile that names a missing field denies the table; an exclusion holds for the name"
      )
    case .expandedRecord:
      (
        "objectstack issue 2850: an expanded record comes without its own table's rule",
        "each related record is seen in its own table's scope, with its shown fields"
      )
    }
  }
}
