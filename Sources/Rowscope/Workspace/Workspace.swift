import AccessProfiles
import RowscopeModel
package import Workspaces

/// What Rowscope is told of one database: where it is, who uses it, under which profiles, and what
/// its schema cannot say itself.
///
/// ```swift
/// let workspace = try Workspace.load(path: "helpdesk")
/// let service = try RecordService(workspace: workspace)
/// let ana = try workspace.user(named: "Ana")
/// ```
public struct Workspace: Sendable {
  package let contents: WorkspaceContents

  package init(_ contents: WorkspaceContents) { self.contents = contents }

  /// The workspace at a path: a `workspace.json`, or the folder that holds one. Its profiles are
  /// read by the service that is made of it.
  ///
  /// Complexity: O(n) in the bytes of the workspace and the users' file.
  /// - Throws: everything that is wrong with the two documents, with lines and columns.
  public static func load(path: String) throws(OpeningError) -> Workspace {
    do throws(WorkspaceError) {
      return Workspace(try WorkspaceContents.load(path: path))
    } catch {
      throw OpeningError(error)
    }
  }

  /// A database file and one profile, without a `workspace.json`. The profile has the name of its
  /// file, without the extension.
  ///
  /// Complexity: O(1).
  /// - Throws: where one of the paths leads nowhere.
  public static func plain(
    database: String, profile: String
  ) throws(OpeningError) -> Workspace {
    do throws(WorkspaceError) {
      return Workspace(try WorkspaceContents.plain(database: database, profile: profile))
    } catch {
      throw OpeningError(error)
    }
  }

  /// The users of the workspace, in the order of their document.
  public var users: [User] { contents.users.users }

  /// The user of this id or name; the beginning of a name is enough where it is the only one.
  ///
  /// Complexity: O(n) in the users.
  /// - Throws: where there is no such user, or the name may mean several.
  public func user(named name: String) throws(OpeningError) -> User {
    do throws(WorkspaceError) {
      return try contents.users.user(named: name)
    } catch {
      throw OpeningError(error)
    }
  }

  /// How many seats of the plan its users take.
  public var seatCount: Int { contents.seatUsage.count }

  /// The most seats that may be taken; nil for any number.
  public var seatLimit: Int? { contents.seatUsage.limit }

  /// Throws where this user cannot be added, or changed to be so: no seat is left, a guest would
  /// become more, or the seat or the user type does not exist.
  ///
  /// Complexity: O(n) in the users.
  public func checkSeat(for user: User) throws(OpeningError) {
    do throws(WorkspaceError) {
      _ = try contents.seatUsage.adding(user)
    } catch {
      throw OpeningError(error)
    }
  }
}
