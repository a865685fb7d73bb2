internal import CSQLite
internal import RecordFilter

#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Glibc)
  internal import Glibc
#endif

/// How a database is opened: what is looked at before SQLite, what SQLite is told, what is read at once.
struct Opening {
  let source: Connection.Source
  let configuration: Connection.Configuration
  var waitsForLocks = true

  func open() throws(StoreError) -> DatabaseCore {
    SQLiteDialect.adoptLinked()
    try checkFile()
    let core = DatabaseCore(
      owning: try openHandle(), path: source.path, image: image,
      busyTimeout: configuration.busyTimeout, statementCapacity: configuration.statementCapacity)
    core.waitsForLocks = waitsForLocks
    try check(core, attach(core))
    harden(core)
    try readHeader(core)
    try configure(core)
    return core
  }

  private var image: DatabaseImage? {
    if case .image(let image) = source { image } else { nil }
  }

  private func failure(_ kind: StoreError.Kind, _ detail: String) -> StoreError {
    StoreError(kind, at: .database(path: source.path), detail)
  }

  private func check(_ core: DatabaseCore, _ code: Int32) throws(StoreError) {
    guard code == SQLITE_OK else { throw core.error(code, .opening) }
  }

  // MARK: The file, before SQLite

  /// Says plainly what SQLite calls "unable to open database file" for all of them.
  private func checkFile() throws(StoreError) {
    guard let path = source.path else {
      if let image, image.count == 0 { throw failure(.notADatabase, "the image is empty") }
      return
    }
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw failure(.cannotOpen, "this is no path: it is empty or holds a NUL")
    }
    var isCreating = false
    if case .create = source { isCreating = true }
    var status = stat()
    guard stat(path, &status) == 0 else {
      switch errno {
      case ENOENT, ENOTDIR:
        if isCreating { return }
        throw failure(.noSuchFile, "there is no such file; check the path")
      case EACCES:
        throw failure(
          .cannotOpen, "access to the file's folder is not permitted; check its mode with `ls -ld`")
      default: throw failure(.cannotOpen, "the operating system cannot find out about the file")
      }
    }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: throw failure(.cannotOpen, "this is a folder, not a database file")
    case S_IFREG: break
    default: throw failure(.cannotOpen, "this is not a regular file")
    }
    if status.st_size == 0, !isCreating {
      throw failure(.notADatabase, "the file is empty (0 bytes), so there is no table in it")
    }
    try checkAccess(path)
  }

  /// Asks the system without opening the file: where a process closes any descriptor of a file, all locks are gone that it has
  /// on it, those of its connections to the database too. Another process could then write what is being read, or take
  /// itself for the last one and delete the WAL file.
  /// Source: <https://www.sqlite.org/howtocorrupt.html>, section 2.2.
  private func checkAccess(_ path: String) throws(StoreError) {
    guard faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) == 0 else {
      throw failure(.cannotOpen, "the file may not be read; check its owner and mode with `ls -l`")
    }
    guard !source.isReadOnly else { return }
    guard faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == 0 else {
      throw failure(.readOnly, "the file may be read and not written; check its mode with `ls -l`")
    }
  }

  // MARK: The handle

  private func openHandle() throws(StoreError) -> OpaquePointer {
    var flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
    var name = ":memory:"
    switch source {
    case .readOnly(let path): (flags, name) = (flags | SQLITE_OPEN_READONLY, path)
    case .readWrite(let path): (flags, name) = (flags | SQLITE_OPEN_READWRITE, path)
    case .create(let path):
      (flags, name) = (flags | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, path)
    case .inMemory, .image: flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
    }
    // SQLite gives a meaning to `:memory:` and, where it was built so, to `file:`; to us they are names
    // of files.
    if source.path != nil, !name.hasPrefix("/") { name = "./" + name }
    var handle: OpaquePointer?
    let code = sqlite3_open_v2(name, &handle, flags, nil)
    guard code == SQLITE_OK, let handle else {
      let reason = sqlite3_system_errno(handle)
      sqlite3_close_v2(handle)
      guard reason != EMFILE, reason != ENFILE else {
        throw failure(
          .cannotOpen, "too many files are open; close some, or allow more with `ulimit -n`")
      }
      throw StoreError(
        code: ResultCode(rawValue: code), message: "", activity: .opening, path: source.path,
        busyTimeout: configuration.busyTimeout)
    }
    return handle
  }

  private func attach(_ core: DatabaseCore) -> Int32 {
    guard let image else { return SQLITE_OK }
    core.arm(.unrestricted)
    defer { core.arm(nil) }
    return sqlite3_deserialize(
      core.handle, "main", image.bytes, sqlite3_int64(image.count), sqlite3_int64(image.count),
      UInt32(SQLITE_DESERIALIZE_READONLY))
  }

  // MARK: Hardening

  private func harden(_ core: DatabaseCore) {
    // A result code here says that the build lacks the feature, and so needs no hardening.
    for (option, value) in [
      (SQLITE_DBCONFIG_DQS_DML, 0), (SQLITE_DBCONFIG_DQS_DDL, 0), (SQLITE_DBCONFIG_DEFENSIVE, 1),
      (SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0), (SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0),
      (SQLITE_DBCONFIG_ENABLE_VIEW, 1),
    ] as [(Int32, Int32)] {
      _ = rowscope_set_flag(core.handle, option, value)
    }
    // A plan must not depend on the values that are bound: later versions of SQLite (3.50, not yet 3.46) would prepare a
    // statement with a bound LIMIT again for each request.
    _ = rowscope_set_flag(core.handle, SQLITE_DBCONFIG_ENABLE_QPSG, 1)
    // The lengths of values, lists of columns and patterns stay as the build has them: real data may
    // need them, and a request's own sizes are bounded before it comes here.
    for (limit, value) in [
      (SQLITE_LIMIT_SQL_LENGTH, 1_000_000), (SQLITE_LIMIT_EXPR_DEPTH, 1000),
      (SQLITE_LIMIT_COMPOUND_SELECT, 100), (SQLITE_LIMIT_VDBE_OP, 5_000_000),
      (SQLITE_LIMIT_FUNCTION_ARG, 100), (SQLITE_LIMIT_ATTACHED, 0),
      (SQLITE_LIMIT_TRIGGER_DEPTH, 100), (SQLITE_LIMIT_WORKER_THREADS, 0),
    ] as [(Int32, Int32)] {
      sqlite3_limit(core.handle, limit, value)
    }
  }

  // MARK: The header

  private func readHeader(_ core: DatabaseCore) throws(StoreError) {
    do throws(StoreError) {
      // Reads page 1 and every CREATE statement.
      _ = try core.number("SELECT count(*) FROM sqlite_schema")
    } catch {
      // SQLite has no code of its own for a schema format from the future and the like.
      guard error.kind == .schemaMismatch || error.kind == .expressionFailed else { throw error }
      throw StoreError(
        .corrupt, at: error.location, code: error.code,
        "the database's list of tables cannot be read: it is damaged, or of a newer SQLite")
    }
    if !source.isReadOnly, sqlite3_db_readonly(core.handle, "main") == 1 {
      throw failure(
        .readOnly, "the database may be read and not written; check its mode with `ls -l`")
    }
    let isUTF8 = try core.number("SELECT encoding = 'UTF-8' FROM pragma_encoding")
    guard isUTF8 == 1 else {
      throw failure(
        .unsupportedEncoding,
        "the database stores text as UTF-16, and this package compares text by its UTF-8 bytes; convert "
          + "it: sqlite3 NEW 'PRAGMA encoding=\"UTF-8\"', then sqlite3 OLD .dump | sqlite3 NEW")
    }
  }

  private func configure(_ core: DatabaseCore) throws(StoreError) {
    let connection = Connection(core: core)
    // Not `cell_size_check`: it looks at every cell of a page whenever the page is come to, which on large pages made
    // a record found by an index cost ten times as much. SQLite does not read beyond a page without it.
    try connection.execute("PRAGMA cache_size = -\(max(configuration.cacheKibibytes, 0))")
    if source.path != nil {
      // The most that the build allows; SQLite maps no more than the file.
      try connection.execute("PRAGMA mmap_size = \(1 << 40)")
    }
    if source.isReadOnly { try connection.execute("PRAGMA query_only = ON") }
    // SQLite enforces foreign keys only where each connection asks for it.
    if case .readWrite = source { try connection.execute("PRAGMA foreign_keys = ON") }
    // A virtual table is declared when it is first named, and that asks the authorizer for writes which
    // no statement of a request is permitted. So it is named here.
    _ = try core.number("SELECT count(*) FROM json_each('[]')")
  }
}
