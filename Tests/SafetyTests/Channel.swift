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

  /// What could happen, and what prevents it, in one line each.
  var words: (danger: String, guardedBy: String) {
    switch self {
    case .hiddenField:
      (
        "a hidden field named in any clause, nested, in other case or quotes, as `rowid` or `table.field`",
        "one look-up among the visible names; one error, the same as for a name that nothing has"
      )
    case .ruleOnHiddenField:
      (
        "a request's OR that widens a rule on a hidden field",
        "`(scope) AND (request)`, each in parentheses of its own"
      )
    case .impliedOrder:
      (
        "records that come in the order of a hidden column's index",
        "always an order, and a total one, over visible fields"
      )
    case .cursor:
      (
        "a cursor that shows or reaches hidden values",
        "it holds visible sort values and a tag; a forged one meets the same scope"
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
        "what derives from a hidden field is hidden too, followed to the end; virtual tables do not exist"
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
        "shared by text and visible fields alone; the authorizer is asked again whenever SQLite prepares again"
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
        "functions that are total; JSON looked at only where it is valid"
      )
    case .returning:
      (
        "`RETURNING` that shows fields out of sight",
        "never in a statement; the changed record is read again under the profile"
      )
    case .upsert:
      (
        "an upsert, `OR REPLACE` or `OR IGNORE`, asked for or declared by the table, that changes another's record",
        "never in a statement; `OR ABORT` where a table declares `ON CONFLICT`"
      )
    case .constraintError:
      (
        "SQLite's words for a broken rule, which name columns, expressions and tables",
        "a code and one sentence; a field is named where it is in sight"
      )
    case .existenceByWriting:
      (
        "a change that tells a record out of scope, a hidden field or a denied table from none",
        "the scope stands in the change's own WHERE; names are looked up as in a list"
      )
    case .movedOutOfSight:
      (
        "an update that moves a record out of sight, and shows it",
        "allowed and not shown, not even its key; with `\"keep_in_scope\": 1` refused within the transaction"
      )
    case .guessedParent:
      (
        "a parent out of sight, guessed by its id in a relation that is written",
        "a relation leads to what the user sees; anything else does not exist"
      )
    case .list:
      ("an empty list that passes, a list spliced into SQL", "`in []` is false; values are bound")
    case .text:
      (
        "`%`, `_`, `\\`, NUL, invalid UTF-8 or another form of a character that match more",
        "text is its bytes"
      )
    case .size:
      ("nesting, lists and documents of any size", "an answer or a stated limit, never a crash")
    case .time:
      (
        "a request that never ends",
        "deadline, cancellation and busy time-out, each with its code"
      )
    case .relationalFilter:
      (
        "Strapi CVE-2023-22894 and its successors: filters on hidden fields by way of relations, groups, sort, population",
        "as for any hidden field, on every table of the path"
      )
    case .searchOverHidden:
      (
        "Directus CVE-2025-30352: search that matches hidden fields",
        "only visible text is searched"
      )
    case .emptyListPasses:
      (
        "Directus CVE-2024-39701: an empty or null list in a rule lets all pass",
        "nothing is in an empty list"
      )
    case .aliasOverHidden:
      (
        "Directus CVE-2024-34708, CVE-2026-35442: a hidden field by an alias or in an aggregate",
        "a request has neither; names are whole fields"
      )
    case .planAcrossRoles:
      (
        "PostgreSQL CVE-2016-2193, CVE-2023-2455, CVE-2024-10976: a plan kept from another role",
        "the user's values are bound at each use, and statements are kept by what they may read"
      )
    case .valueInError:
      ("PostgreSQL CVE-2014-8161: error text with values", "no error holds a cell's value")
    case .misnamedRule:
      (
        "SurrealDB issue 2757: a rule with a misspelt column returns every row",
        "a name that nothing has denies what it is about"
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
        "Hasura CVE-2022-46792: an update of many that skips the filter of records",
        "one or many, the change has the scope in its WHERE; all of it or nothing"
      )
    }
  }
}
