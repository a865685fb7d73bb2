import AccessProfiles
import DataFiles
import Documents
import RecordEngine
import RecordStore
import RowscopeModel
package import Workspaces

extension RecordService {
  /// A service for a workspace.
  ///
  /// A folder of CSV files is read into memory now. A profile that cannot be read does not affect
  /// the others: its users are denied everything, and `check` reports why.
  ///
  /// Complexity: O(n) in the bytes of the profiles and of the CSV files, and in the tables.
  /// - Parameters:
  ///   - workspace: what is served.
  ///   - limits: what one request may take.
  ///   - connections: the most requests that run at the same time.
  ///   - memory: the tables also held in memory, for queries without an index.
  ///   - verification: the share of answers compared between both engines, and who is told.
  ///   - clock: the time of each request; by default the system's, in the workspace's time zone.
  ///   - isWritable: whether the service also writes. A folder of CSV files cannot be written.
  ///   - progress: called now and then while CSV files are read, with the part that is done, from 0
  ///     to 1.
  /// - Throws: problems of the database or of the CSV files.
  public convenience init(
    workspace: Workspace, limits: Limits = Limits(), connections: Int = 4,
    memory: MemoryPolicy = .none, verification: Verification? = nil,
    clock: (@Sendable () -> RequestClock)? = nil, isWritable: Bool = false,
    progress: (Double) -> Void = { _ in }
  ) throws(OpeningError) {
    try self.init(
      contents: workspace.contents, limits: limits, connections: connections, memory: memory,
      verification: verification, clock: clock, isWritable: isWritable, progress: progress)
  }

  package convenience init(
    contents workspace: WorkspaceContents, limits: Limits = Limits(), connections: Int = 4,
    memory: MemoryPolicy = .none, verification: Verification? = nil,
    clock: (@Sendable () -> RequestClock)? = nil, isWritable: Bool = false,
    progress: (Double) -> Void = { _ in }
  ) throws(OpeningError) {
    let zone = workspace.zone
    let configuration = Connection.Configuration(within: limits.timeout)
    let writing = isWritable ? try workspace.writeSource(configuration) : .none
    let opened = try workspace.open(
      connections: connections, configuration: configuration, progress: progress)
    self.init(
      pool: opened.pool, notes: opened.notes,
      profiles: ProfileCatalog(reading: workspace), workspace: workspace.document,
      users: workspace.document.userTables == nil ? workspace.users : nil, limits: limits,
      memory: memory, verification: verification,
      clock: clock ?? { RequestClock(now: SystemClock.now, zone: zone) }, writing: writing)
  }
}

extension WorkspaceContents {
  /// The connection that writes the workspace's database.
  func writeSource(
    _ configuration: Connection.Configuration
  ) throws(OpeningError) -> WriteSource {
    guard !isCSVFolder else { return .csvFiles }
    guard !isCatalog else { return .none }
    return try rethrowing(OpeningError.init(_:)) { () throws(StoreError) in
      .pool(
        try ConnectionPool(
          .readWrite(path: databasePath), capacity: 1, configuration: configuration))
    }
  }

  /// Connections that read the workspace's database, and what is to be said about CSV files.
  ///
  /// - Throws: problems of the database or of the CSV files.
  func open(
    connections: Int, configuration: Connection.Configuration,
    progress: (Double) -> Void = { _ in }
  ) throws(OpeningError) -> (pool: ConnectionPool, notes: [CSVNote]) {
    var notes: [CSVNote] = []
    let source: Connection.Source =
      if isCSVFolder {
        .image(
          try rethrowing(OpeningError.init(_:)) { () throws(CSVError) in
            try readCSVFolder(progress: progress, note: { notes.append($0) })
          })
      } else if isCatalog {
        .image(
          try rethrowing(OpeningError.init(_:)) { () throws(WorkspaceError) in
            try readCatalog().image
          })
      } else {
        .readOnly(path: databasePath)
      }
    let pool = try rethrowing(OpeningError.init(_:)) { () throws(StoreError) in
      try ConnectionPool(source, capacity: connections, configuration: configuration)
    }
    return (pool, notes)
  }
}

extension Connection.Configuration {
  /// Waits for locks no longer than a request may take, also where a connection is opened, which no
  /// request's deadline covers.
  init(within timeout: Duration?) {
    self.init()
    if let timeout { busyTimeout = min(busyTimeout, timeout) }
  }
}

extension ProfileCatalog {
  /// All profiles of a workspace, read from their current files.
  package init(reading workspace: WorkspaceContents) {
    self.init()
    for file in workspace.profiles { read(file.path, as: file.name) }
  }

  /// Reads a profile from a file, replacing the one of that name. An error is kept as its fault:
  /// ``subscript(fault:)``.
  public mutating func read(_ path: String, as name: String) {
    do throws(WorkspaceError) {
      let document = try DocumentFile.read(path)
      do throws(Diagnostics) {
        self[name] = try Profile(document: document)
      } catch {
        self[fault: name] = .invalid(error)
      }
    } catch {
      self[fault: name] = .unreadable(error)
    }
  }
}
