internal import CSQLite
internal import RecordFilter
import RowscopeModel

#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Glibc)
  internal import Glibc
#endif

/// Opens a database: checks the file, opens and hardens the handle, reads the header.
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

  /// Gives a precise reason for what SQLite would only call "unable to open database file".
  private func checkFile() throws(StoreError) {
    guard let path = source.path else {
      if let image, image.count == 0 { throw failure(.notADatabase, "the image is empty") }
      return
    }
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw failure(.cannotOpen, "not a valid path: it is empty or contains a NUL")
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
      default: throw failure(.cannotOpen, "the operating system cannot read the file's attributes")
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

  /// Checks access without opening the file. When a process closes any descriptor of a file, it
  /// loses all of its locks on that file, including those of its database connections. Another
  /// process could then write what is being read, or take itself for the last user and delete the
  /// WAL file.
  /// Source: <https://www.sqlite.org/howtocorrupt.html>, section 2.2.
  private func checkAccess(_ path: String) throws(StoreError) {
    guard faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) == 0 else {
      throw failure(.cannotOpen, "the file may not be read; check its owner and mode with `ls -l`")
    }
    guard !source.isReadOnly else { return }
    guard faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == 0 else {
      throw failure(.readOnly, "the file can be read but not written; check its mode with `ls -l`")
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
    // SQLite treats `:memory:` specially, and in some builds `file:` too; here both are file names.
    if source.path != nil, !name.hasBytePrefix("/") { name = "./" + name }
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
    // The result code is ignored: an error means that the build lacks the feature.
    for (option, value) in [
      (SQLITE_DBCONFIG_DQS_DML, 0), (SQLITE_DBCONFIG_DQS_DDL, 0), (SQLITE_DBCONFIG_DEFENSIVE, 1),
      (SQLITE_DBCONFIG_TRUSTED_SCHEMA, HarmlessFunctions(core: core).removeOthers() ? 1 : 0),
      (SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0), (SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0),
      (SQLITE_DBCONFIG_ENABLE_VIEW, 1),
    ] as [(Int32, Int32)] {
      _ = rowscope_set_flag(core.handle, option, value)
    }
    // A plan must not depend on bound values: later versions of SQLite (3.50, not yet 3.46) would
    // otherwise prepare a statement with a bound LIMIT again for each request.
    _ = rowscope_set_flag(core.handle, SQLITE_DBCONFIG_ENABLE_QPSG, 1)
    // The limits on values, column lists and patterns stay as built: real data may need them, and
    // the sizes in a request are limited earlier.
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
      // SQLite has no code of its own for a newer schema format and the like.
      guard error.kind == .schemaMismatch || error.kind == .expressionFailed else { throw error }
      throw StoreError(
        .corrupt, at: error.location, code: error.code,
        "the database's list of tables cannot be read: it is damaged, or from a newer SQLite")
    }
    if !source.isReadOnly, sqlite3_db_readonly(core.handle, "main") == 1 {
      throw failure(
        .readOnly, "the database can be read but not written; check its mode with `ls -l`")
    }
    let isUTF8 = try core.number("SELECT encoding = 'UTF-8' FROM pragma_encoding")
    guard isUTF8 == 1 else {
      throw failure(
        .unsupportedEncoding,
        "the database stores text as UTF-16, and this package compares text by its UTF-8 bytes; "
          + "convert it: sqlite3 NEW 'PRAGMA encoding=\"UTF-8\"', "
          + "then sqlite3 OLD .dump | sqlite3 NEW")
    }
  }

  private func configure(_ core: DatabaseCore) throws(StoreError) {
    let connection = Connection(core: core)
    // `cell_size_check` stays off: it checks every cell of a page on each visit, which made an
    // index lookup on large pages ten times as slow. SQLite does not read past a page without it.
    try connection.execute("PRAGMA cache_size = -\(max(configuration.cacheKibibytes, 0))")
    if source.path != nil {
      // The build caps this, and SQLite maps no more than the file.
      try connection.execute("PRAGMA mmap_size = \(1 << 40)")
    }
    if source.isReadOnly { try connection.execute("PRAGMA query_only = ON") }
    // SQLite enforces foreign keys only on connections that ask for it.
    // A connection that only reads uses that to find out what cannot be written.
    switch source {
    case .readWrite, .readOnly: try connection.execute("PRAGMA foreign_keys = ON")
    case .create, .inMemory, .image: break
    }
    // SQLite declares a virtual table at its first use and then asks the authorizer for writes that
    // no request's statement is permitted. So it is used here.
    _ = try core.number("SELECT count(*) FROM json_each('[]')")
  }
}
