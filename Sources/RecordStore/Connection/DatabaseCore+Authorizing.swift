internal import CSQLite
import FilterSQL

#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Glibc)
  internal import Glibc
#endif

extension DatabaseCore {
  func arm(_ armed: Armed?) { self.armed = armed }

  /// Runs `body` with an authorizer that permits and records everything.
  func recording(_ body: () throws(StoreError) -> Void) throws(StoreError) -> [AuthorizerEvent] {
    let previous = armed
    armed = .recording
    recorded = []
    defer {
      armed = previous
      recorded = []
    }
    try body()
    return recorded
  }

  /// Whether SQLite's authorizer permits an action.
  func authorize(
    _ action: Int32, _ first: UnsafePointer<CChar>?, _ second: UnsafePointer<CChar>?,
    within: UnsafePointer<CChar>?
  ) -> Bool {
    let isPermitted = isPermitted(action, first, second, within: within)
    if !isPermitted { wasRefused = true }
    return isPermitted
  }

  private func isPermitted(
    _ action: Int32, _ first: UnsafePointer<CChar>?, _ second: UnsafePointer<CChar>?,
    within: UnsafePointer<CChar>?
  ) -> Bool {
    switch armed {
    case nil: return false
    case .unrestricted: return true
    case .recording:
      recorded.append(Self.event(action, first, second, within: within))
      return true
    case .permitting(let permitted):
      return isPermitted(action, first, second, within: within, by: permitted)
    case .running(let permitted, let ownTables):
      return isPermitted(action, first, second, within: within, by: permitted)
        || isOfModule(action, first, ownTables)
    }
  }

  private static func isWalk(_ name: UnsafePointer<CChar>) -> Bool {
    strncmp(name, QueryCompiler.walkPrefix, QueryCompiler.walkPrefix.utf8.count) == 0
  }

  private func isPermitted(
    _ action: Int32, _ first: UnsafePointer<CChar>?, _ second: UnsafePointer<CChar>?,
    within: UnsafePointer<CChar>?, by permitted: Permitted
  ) -> Bool {
    // The statement's own recursive queries may read what the statement may. (So may a view of such
    // a name, in place of what its body needs.)
    let isInWalk = within.map { Self.isWalk($0) } ?? false
    let within = isInWalk ? nil : within
    func isAmong(
      _ kind: UInt8, _ first: UnsafePointer<CChar>?, _ second: UnsafePointer<CChar>?,
      _ within: UnsafePointer<CChar>?
    ) -> Bool {
      AuthorizedEvents.fill(&key, kind: kind, first, second, within: within)
      return permitted.contains(key)
    }
    switch action {
    case SQLITE_SELECT: return true
    case SQLITE_RECURSIVE:
      return isInWalk || isAmong(AuthorizedEvents.recursionKind, nil, nil, nil)
    case SQLITE_READ:
      return isAmong(AuthorizedEvents.readKind, first, second, within)
        || second?.pointee == 0
          && (isAmong(AuthorizedEvents.useAnywhereKind, first, nil, nil)
            || first.map { Self.isWalk($0) } ?? false)
    case SQLITE_FUNCTION:
      return isAmong(AuthorizedEvents.callKind, second, nil, within)
        || isAmong(AuthorizedEvents.callAnywhereKind, second, nil, nil)
    case SQLITE_INSERT: return isAmong(AuthorizedEvents.insertKind, first, nil, within)
    case SQLITE_UPDATE: return isAmong(AuthorizedEvents.updateKind, first, second, within)
    case SQLITE_DELETE: return isAmong(AuthorizedEvents.deleteKind, first, nil, within)
    default: return false
    }
  }

  /// Whether the module of a virtual table may do this while a permitted change runs.
  private func isOfModule(
    _ action: Int32, _ first: UnsafePointer<CChar>?, _ ownTables: AuthorizedEvents
  ) -> Bool {
    switch action {
    case SQLITE_READ, SQLITE_FUNCTION, SQLITE_RECURSIVE: return true
    case SQLITE_INSERT, SQLITE_UPDATE, SQLITE_DELETE:
      AuthorizedEvents.fill(&key, kind: AuthorizedEvents.changeKind, first, nil, within: nil)
      return ownTables.contains(key)
    case SQLITE_PRAGMA:
      guard let first else { return false }
      return ["data_version", "page_size"].contains { (name: String) in strcasecmp(first, name) == 0
      }
    // How a module declares its columns. A table cannot be created that way.
    case SQLITE_CREATE_TABLE: return true
    default: return false
    }
  }

  private static func event(
    _ action: Int32, _ first: UnsafePointer<CChar>?, _ second: UnsafePointer<CChar>?,
    within: UnsafePointer<CChar>?
  ) -> AuthorizerEvent {
    let first = first.map { String(cString: $0) } ?? ""
    let second = second.map { String(cString: $0) } ?? ""
    let within = within.map { String(cString: $0) }
    return switch action {
    case SQLITE_READ: .read(table: first, column: second, within: within)
    case SQLITE_FUNCTION: .call(second, within: within)
    case SQLITE_INSERT: .insert(table: first, within: within)
    case SQLITE_UPDATE: .update(table: first, column: second, within: within)
    case SQLITE_DELETE: .delete(table: first, within: within)
    case SQLITE_RECURSIVE: .recursion
    default: .other(action)
    }
  }
}
