internal import CSQLite
import RowscopeModel

/// What a schema may call.
///
/// A database file brings a schema that may come from anybody, and SQLite calls the functions in
/// its CHECKs, generated columns, indexes, defaults, views and triggers. SQLite can be told not to
/// trust a schema, but versions differ in what they then refuse: JSON functions before 3.41,
/// full-text and R*Tree tables in triggers before 3.46. And up to 3.40 a JSON function in one CHECK
/// makes the whole file unusable.
///
/// So a connection keeps only functions and virtual tables that may do no harm, and the schema is
/// trusted: there is nothing dangerous that it could call. What needs a removed function fails by
/// itself, as it does for a function that an application has and this process has not.
/// Source: <https://www.sqlite.org/security.html>.
struct HarmlessFunctions {
  let core: DatabaseCore

  /// Functions that SQLite has not always marked as innocuous. They compute a value from their
  /// arguments and reach nothing else.
  private static let harmless: Set<Name> = [
    "->", "->>", "json", "json_array", "json_array_length", "json_error_position", "json_extract",
    "json_group_array", "json_group_object", "json_insert", "json_object", "json_patch",
    "json_pretty", "json_quote", "json_remove", "json_replace", "json_set", "json_type",
    "json_valid",
    // The operator MATCH calls it; without a full-text table it only fails.
    "match",
  ]

  /// Whether it is a function of this package, which SQLite lets no schema call.
  private static func isOwn(_ name: String) -> Bool {
    name.utf8.starts(with: "rowscope_".utf8)
  }

  /// Removes all other functions and virtual tables.
  ///
  /// - Returns: whether that succeeded. Otherwise the schema must not be trusted.
  func removeOthers() -> Bool {
    core.arm(.unrestricted)
    defer { core.arm(nil) }
    guard let others = functionsToRemove() else { return false }
    for function in others where !remove(function) { return false }
    return rowscope_drop_modules(core.handle) == SQLITE_OK
  }

  private struct Function {
    let name: String
    let argumentCount: Int32
    /// Whether it is a part of SQLite itself and not of an extension.
    let isBuiltIn: Bool
  }

  private func remove(_ function: Function) -> Bool {
    // A built-in function can only be replaced. SQLite would otherwise find that one exists whose
    // arguments do not fit, and take that for a reason not to read the schema at all.
    let replacement: Implementation? =
      function.isBuiltIn
      ? { context, _, _ in
        sqlite3_result_error(context, "unsafe use of a function of SQLite", -1)
      } : nil
    let flags = SQLITE_UTF8 | SQLITE_INNOCUOUS | SQLITE_DETERMINISTIC
    return sqlite3_create_function_v2(
      core.handle, function.name, function.argumentCount, flags, nil, replacement, nil, nil, nil)
      == SQLITE_OK
  }

  private typealias Implementation =
    @convention(c) (OpaquePointer?, Int32, UnsafeMutablePointer<OpaquePointer?>?) -> Void

  /// Nil if this build of SQLite does not list its functions.
  private func functionsToRemove() -> [Function]? {
    var statement: OpaquePointer?
    defer { sqlite3_finalize(statement) }
    // The pragma, unlike the table-valued function, does not read the schema.
    guard
      sqlite3_prepare_v2(core.handle, "PRAGMA function_list", -1, &statement, nil) == SQLITE_OK
    else { return nil }
    var isListed = false
    var functions: [Function] = []
    while true {
      let code = sqlite3_step(statement)
      guard code == SQLITE_ROW else { return code == SQLITE_DONE && isListed ? functions : nil }
      isListed = true
      // The columns are name, builtin, type, enc, narg, flags.
      guard sqlite3_column_int(statement, 5) & SQLITE_INNOCUOUS == 0,
        let text = sqlite3_column_text(statement, 0)
      else { continue }
      let name = String(cString: text)
      guard !Self.harmless.contains(Name(name)), !Self.isOwn(name) else { continue }
      functions.append(
        Function(
          name: name, argumentCount: sqlite3_column_int(statement, 4),
          isBuiltIn: sqlite3_column_int(statement, 1) != 0))
    }
  }
}
