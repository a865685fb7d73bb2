internal import CSQLite
import RowscopeModel

#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Glibc)
  internal import Glibc
#endif

/// An open database handle and the state of its callbacks, to which SQLite keeps a plain pointer.
///
/// Unchecked: the handle is opened without a mutex, so only one task at a time may use it.
/// ``Connection`` and ``Statement`` ensure that: neither can be copied or shared.
final class DatabaseCore: @unchecked Sendable {
  let handle: OpaquePointer
  let path: String?
  let busyTimeout: Duration
  /// Whether to wait for locks until the busy time-out, or to fail at once.
  var waitsForLocks = true
  /// SQLite reads the image's bytes in place; they live as long as the handle.
  let image: DatabaseImage?

  var deadline = Deadline.never
  let meter = WorkMeter()
  var statements: StatementCache
  /// See ``ControlStatement``. Nil for a statement that has not been needed yet.
  var controls: [PreparedStatement?] = Array(repeating: nil, count: ControlStatement.allCases.count)
  /// See ``Connection/provenCopy``.
  var provenCopy: (number: UInt64, state: Connection.DataState)?
  /// See ``Connection/companion``.
  var companion: AnyObject?
  /// When the open read transaction began, on the clock of ``Observations``.
  var beginning: UInt64?
  /// See ``Connection/beginReading(at:)``.
  var observation: Observation?
  /// Stops the running work from another thread.
  var stopSignal: StopSignal?
  /// What the authorizer permits at the moment; nil permits nothing.
  var armed: Armed?
  /// Set by the callback that stopped SQLite.
  private var interruption: StoreError.Kind?
  /// Whether the authorizer refused something. SQLite has a result code for that, but does not use
  /// it for functions.
  var wasRefused = false
  /// The running scan.
  var scan: RowScan?
  /// The running walk, at an address that SQLite keeps.
  let walk = UnsafeMutablePointer<RunningWalk>.allocate(capacity: 1)
  /// Where the rows that this connection changes are recorded.
  var changeLog: ChangeLog?
  /// Those of the open transaction, and of ones that were rolled back.
  var changedRows = ChangedRows()
  private var busySince: ContinuousClock.Instant?
  var recorded: [AuthorizerEvent] = []
  var key = AuthorizedEvents.Key()
  /// What the bodies of views read, by view. Empty for a name that is not a view.
  var viewBodies: [Name: AuthorizedEvents] = [:]
  /// Whether reading a table was found to do more than that.
  var tablesHaveBodies = false
  /// The texts of all views; nil before they are needed.
  var viewDefinitions: [Name: String]?
  /// What changes to tables do implicitly, see ``changeBody(_:)``.
  var changeBodies: [WritePermissions.Change: ChangeBody] = [:]
  /// See ``columnFunctions(of:)``.
  var columnFunctions: [Name: Set<String>] = [:]
  /// The names of the tables' row ids, see ``rowIDName(of:)``.
  var rowIDNames: [Name: String?] = [:]
  /// The schema version for which `rowIDNames` holds.
  var rowIDNamesVersion: Int64?

  enum Armed {
    case unrestricted
    case recording
    case permitting(Permitted)
    /// Steps a statement that was prepared under these permissions and changes virtual tables.
    /// Their modules then prepare statements of their own: these may read anything, and change
    /// those tables.
    case running(Permitted, ownTables: AuthorizedEvents)
  }

  /// What a statement may do: what its permissions name, and what the database's own definitions do
  /// as a result.
  struct Permitted {
    let reads: ReadPermissions
    let bodies: [AuthorizedEvents]

    func contains(_ key: AuthorizedEvents.Key) -> Bool {
      reads.contains(key) || bodies.contains { $0.contains(key) }
    }
  }

  /// Takes ownership of `handle`.
  init(
    owning handle: OpaquePointer, path: String?, image: DatabaseImage?, busyTimeout: Duration,
    statementCapacity: Int
  ) {
    self.handle = handle
    self.path = path
    self.image = image
    self.busyTimeout = busyTimeout
    statements = StatementCache(capacity: statementCapacity)
    walk.initialize(to: RunningWalk())
    installCallbacks()
    installScanFunction()
    installWalkCollation()
    installConversionFunction()
    installSearchFunctions()
    BloomFilters.disableIfFaulty(on: handle)
  }

  deinit {
    statements.removeAll()
    controls.removeAll()
    sqlite3_close_v2(handle)
    walk.deallocate()
  }

  /// The number of virtual machine instructions between two checks of the clock: some 20 µs of
  /// work, against 50 ns for the check. It is the step of ``WorkMeter``.
  private static let instructionsPerCheck: Int32 = 2000

  private func installCallbacks() {
    let context = Unmanaged.passUnretained(self).toOpaque()
    sqlite3_set_authorizer(
      handle,
      { context, action, first, second, _, within in
        guard let context else { return SQLITE_DENY }
        let core = Unmanaged<DatabaseCore>.fromOpaque(context).takeUnretainedValue()
        return core.authorize(action, first, second, within: within) ? SQLITE_OK : SQLITE_DENY
      }, context)
    sqlite3_progress_handler(
      handle, Self.instructionsPerCheck,
      { context in
        guard let context else { return 1 }
        return Unmanaged<DatabaseCore>.fromOpaque(context).takeUnretainedValue().mayTakeStep()
          ? 0 : 1
      }, context)
    sqlite3_busy_handler(
      handle,
      { context, attempt in
        guard let context else { return 0 }
        return Unmanaged<DatabaseCore>.fromOpaque(context).takeUnretainedValue()
          .waitForLock(attempt: Int(attempt)) ? 1 : 0
      }, context)
  }
}

// MARK: - Deadline, cancellation, locks

extension DatabaseCore {
  /// Whether work may continue. SQLite calls back on the thread that steps, and so inside its task.
  private func mayTakeStep() -> Bool {
    _ = meter.take(1)
    return mayContinue()
  }

  private func mayContinue() -> Bool {
    // For what is too long for the caller's thread the kind does not matter: the error is dropped.
    if Task.isCancelled || stopSignal?.isSet == true || meter.isOver {
      interruption = .cancelled
    } else if deadline.hasPassed {
      interruption = .deadlineExceeded
    }
    return interruption == nil
  }

  /// Sleeps, a little longer each time, until the busy time-out is used up.
  private func waitForLock(attempt: Int) -> Bool {
    guard waitsForLocks, !meter.giveUp(), mayContinue() else { return false }
    let now = ContinuousClock.now
    let since = attempt == 0 ? now : busySince ?? now
    busySince = since
    let remaining = busyTimeout - since.duration(to: now)
    guard remaining > .zero else { return false }
    let steps: [Duration] = [1, 2, 5, 10, 15, 20, 25, 25, 50].map { .milliseconds($0) }
    var pause = min(steps[min(attempt, steps.count - 1)], remaining)
    if let instant = deadline.instant { pause = min(pause, now.duration(to: instant)) }
    let (seconds, attoseconds) = max(pause, .zero).components
    var request = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
    nanosleep(&request, nil)
    return true
  }

  /// Called before every use of SQLite, so that an old interruption does not explain a new error.
  func begin() throws(StoreError) {
    interruption = nil
    wasRefused = false
    guard mayContinue() else { throw error(ResultCode.interrupted.rawValue, .stepping) }
  }

  /// The error for the code that SQLite has just returned.
  func error(_ code: Int32, _ activity: Activity) -> StoreError {
    if let kind = interruption {
      interruption = nil
      let detail =
        kind == .cancelled
        ? "the request was cancelled"
        : "the request took longer than its deadline allows; ask for less, add an index, or allow "
          + "more time"
      return StoreError(kind, at: .database(path: path), detail)
    }
    if wasRefused {
      wasRefused = false
      return StoreError(
        code: .denied, message: "", activity: activity, path: path, busyTimeout: busyTimeout)
    }
    let message = sqlite3_errmsg(handle).map { String(cString: $0) } ?? ""
    return StoreError(
      code: ResultCode(rawValue: code), message: message, activity: activity, path: path,
      busyTimeout: busyTimeout)
  }

  func misuse(_ detail: String) -> StoreError {
    StoreError(.internalError, at: .database(path: path), detail)
  }
}
