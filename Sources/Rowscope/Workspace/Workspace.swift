import AccessProfiles
import RowscopeModel
package import Workspaces

/// The configuration for one database: where it is, its users and profiles, and what its schema
/// cannot express.
///
/// ```swift
/// let workspace = try Workspace.load(path: "helpdesk")
/// let service = try RecordService(workspace: workspace)
/// let ana = try workspace.user(named: "Ana")
/// ```
public struct Workspace: Sendable {
  package let contents: WorkspaceContents

  package init(_ contents: WorkspaceContents) { self.contents = contents }

  /// The workspace at a path: a `workspace.json`, or the folder of one. A service reads its
  /// profiles when it is made.
  ///
  /// Complexity: O(n) in the bytes of the workspace and the users' file.
  /// - Throws: all problems of the two documents, with lines and columns.
  public static func load(path: String) throws(OpeningError) -> Workspace {
    do throws(WorkspaceError) {
      return Workspace(try WorkspaceContents.load(path: path))
    } catch {
      throw OpeningError(error)
    }
  }

  /// A workspace of one database and one profile, without a `workspace.json`. The profile is named
  /// after its file, without the extension.
  ///
  /// Complexity: O(1).
  /// - Throws: an error if one of the paths does not exist.
  public static func plain(
    database: String, profile: String
  ) throws(OpeningError) -> Workspace {
    do throws(WorkspaceError) {
      return Workspace(try WorkspaceContents.plain(database: database, profile: profile))
    } catch {
      throw OpeningError(error)
    }
  }

  /// The users of the workspace, in document order; none if they are in the database, see
  /// ``RecordService/user(_:)``.
  public var users: [User] { contents.users.users }

  /// The user with this id or name; the beginning of a name suffices if it is unique.
  ///
  /// Complexity: O(n) in the users.
  /// - Throws: an error if no user matches, or several do.
  public func user(named name: String) throws(OpeningError) -> User {
    do throws(WorkspaceError) {
      return try contents.users.user(named: name)
    } catch {
      throw OpeningError(error)
    }
  }

  /// The number of seats that its users take.
  public var seatCount: Int { contents.seatUsage.count }

  /// The number of seats in the plan; nil for no limit.
  public var seatLimit: Int? { contents.seatUsage.limit }

  /// Throws if this user cannot be added, or changed like this: no seat is free, a guest would get
  /// another type, or the seat or the user type does not exist.
  ///
  /// Complexity: O(n) in the users.
  /// - Throws: an error that says which of these it is, for people.
  public func checkSeat(for user: User) throws(OpeningError) {
    do throws(WorkspaceError) {
      _ = try contents.seatUsage.adding(user)
    } catch {
      throw OpeningError(error)
    }
  }
}
