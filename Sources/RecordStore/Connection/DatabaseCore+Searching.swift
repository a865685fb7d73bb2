internal import CSQLite
import FilterSQL
import RecordFilter
import RowscopeModel

/// Functions that look into texts. As with conversions, only statements can call them, and what is
/// looked for is kept while a statement runs.
extension DatabaseCore {
  func installSearchFunctions() {
    let flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY
    // rowscope_contains(text, c, …): whether one of the values contains the text, ignoring case.
    sqlite3_create_function_v2(
      handle, QueryCompiler.searchFunction, -1, flags, nil,
      { context, count, values in
        guard count > 1, let values else { return }
        DatabaseCore.search(UnsafeBufferPointer(start: values, count: Int(count)), context)
      }, nil, nil, nil)
    // rowscope_has_member(c, form, list, member, …): whether the members that a value holds in a
    // form include one of the list or one of those that follow.
    sqlite3_create_function_v2(
      handle, QueryCompiler.memberFunction, -1, flags, nil,
      { context, count, values in
        guard count > 2, let values else { return }
        DatabaseCore.findMember(UnsafeBufferPointer(start: values, count: Int(count)), context)
      }, nil, nil, nil)
  }

  private typealias Arguments = UnsafeBufferPointer<OpaquePointer?>

  // MARK: Texts

  private static func search(_ arguments: Arguments, _ context: OpaquePointer?) {
    if let kept = sqlite3_get_auxdata(context, 0) {
      Unmanaged<TextSearch>.fromOpaque(kept)._withUnsafeGuaranteedRef {
        search($0, arguments, context)
      }
      return
    }
    guard case .text(let text)? = BorrowedValue(arguments[0])?.copied else {
      sqlite3_result_error(context, "there is no text to search for", -1)
      return
    }
    let made = TextSearch(text)
    search(made, arguments, context)
    sqlite3_set_auxdata(
      context, 0, Unmanaged.passRetained(made).toOpaque(),
      { kept in kept.map { Unmanaged<TextSearch>.fromOpaque($0).release() } })
  }

  private static func search(
    _ search: TextSearch, _ arguments: Arguments, _ context: OpaquePointer?
  ) {
    for argument in arguments.dropFirst() {
      guard let value = BorrowedValue(argument) else {
        sqlite3_result_error_nomem(context)
        return
      }
      if search.isFound(in: value) {
        sqlite3_result_int(context, 1)
        return
      }
    }
    sqlite3_result_int(context, 0)
  }

  // MARK: Members

  private static func findMember(_ arguments: Arguments, _ context: OpaquePointer?) {
    guard let value = BorrowedValue(arguments[0]) else {
      sqlite3_result_error_nomem(context)
      return
    }
    if let kept = sqlite3_get_auxdata(context, 1) {
      Unmanaged<MemberSearch>.fromOpaque(kept)._withUnsafeGuaranteedRef {
        sqlite3_result_int(context, $0.isFound(in: value) ? 1 : 0)
      }
      return
    }
    guard let name = arguments[1], case .members(let form)? = conversion(named: name) else {
      sqlite3_result_error(context, "there is no such form of members", -1)
      return
    }
    var members: [Value] = []
    if let list = BorrowedValue(arguments[2]) {
      _ = JSONMembers.forEach(in: list.bytes) { element in
        if let member = element.value { members.append(member) }
      }
    }
    members += arguments.dropFirst(3).compactMap { BorrowedValue($0)?.copied }
    let made = MemberSearch(form, members)
    sqlite3_result_int(context, made.isFound(in: value) ? 1 : 0)
    sqlite3_set_auxdata(
      context, 1, Unmanaged.passRetained(made).toOpaque(),
      { kept in kept.map { Unmanaged<MemberSearch>.fromOpaque($0).release() } })
  }
}
