import AccessProfiles
import DataFiles
import Documents
import RecordEngine
import RecordStore
import RowscopeModel
package import Workspaces

extension RecordService {
  /// A service for everything in a workspace.
  ///
  /// A folder of CSV files is read into memory now. A profile that cannot be read does not stop the others: its users are
  /// denied everything, and `check` says why.
  ///
  /// - Parameters:
  ///   - connections: the most requests that are answered at the same time.
  ///   - memory: which tables are held in memory too, for what no index serves.
  ///   - verification: the share of answers that both engines are asked for, and who is told.
  ///   - clock: the time of each request; the system's, in the workspace's time zone, unless something else is given.
  ///   - isWritable: whether it is to write as well. A folder of CSV files is never written.
  ///   - progress: called now and then while CSV files are read, with the part that is done, from 0 to 1.
  /// - Throws: what is wrong with the database, or with the CSV files.
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
    let offset = workspace.utcOffset
    let writing = isWritable ? try workspace.writeSource() : .none
    self.init(
      pool: try workspace.openPool(connections: connections, progress: progress),
      profiles: ProfileCatalog(reading: workspace), workspace: workspace.document, limits: limits,
      memory: memory, verification: verification,
      clock: clock ?? { RequestClock(now: SystemClock.now, utcOffset: offset) }, writing: writing)
  }
}

extension WorkspaceContents {
  /// The connection that writes the workspace's database.
  fileprivate func writeSource() throws(OpeningError) -> WriteSource {
    guard !isCSVFolder else { return .csvFiles }
    do throws(StoreError) {
      return .pool(try ConnectionPool(.readWrite(path: databasePath), capacity: 1))
    } catch {
      throw OpeningError(error)
    }
  }

  /// Connections that read the workspace's database.
  ///
  /// - Throws: what is wrong with the database, or with the CSV files.
  func openPool(
    connections: Int, progress: (Double) -> Void = { _ in }
  ) throws(OpeningError) -> ConnectionPool {
    let source: Connection.Source
    if isCSVFolder {
      do throws(CSVError) {
        source = .image(try readCSVFolder(progress: progress))
      } catch {
        throw OpeningError(error)
      }
    } else {
      source = .readOnly(path: databasePath)
    }
    do throws(StoreError) {
      return try ConnectionPool(source, capacity: connections)
    } catch {
      throw OpeningError(error)
    }
  }
}

extension ProfileCatalog {
  /// Every profile of a workspace, as its file is now.
  package init(reading workspace: WorkspaceContents) {
    self.init()
    for file in workspace.profiles { read(file.path, as: file.name) }
  }

  /// Reads a profile from a file, in the place of one that has the name. What is wrong with it is its fault: ``subscript(fault:)``.
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
