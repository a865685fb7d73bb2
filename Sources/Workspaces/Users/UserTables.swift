package import RowscopeModel

/// Where a workspace's users are, if they are in its database: a table or view with a row for each,
/// and tables with several rows for each.
package struct UserTables: Sendable, Hashable {
  package let table: Located<String>
  package let id: Located<String>
  /// The columns that hold what a user has one of.
  package let columns: [Property: Located<String>]
  /// Which rows are users: all must hold.
  package let conditions: [Condition]
  package let teams: List?
  package let profiles: List?
  /// By name, in the order of the document.
  package let attributes: [Attribute]

  /// What a user has one of.
  package enum Property: String, Sendable, Hashable, CaseIterable {
    case name, email, profile, seat
    case userType = "user_type"
    case timeZone = "time_zone"

    /// As a message says it.
    package var words: String {
      switch self {
      case .name: "name"
      case .email: "email address"
      case .profile: "profile"
      case .seat: "seat"
      case .userType: "user type"
      case .timeZone: "time zone"
      }
    }
  }

  /// A table with a row for each value of a list.
  package struct List: Sendable, Hashable {
    package let table: Located<String>
    /// The column that refers to the user, by their id.
    package let user: Located<String>
    package let value: Located<String>
    /// Which rows count: all must hold.
    package let conditions: [Condition]
  }

  package struct Attribute: Sendable, Hashable {
    package let name: Located<String>
    package let source: Source

    package enum Source: Sendable, Hashable {
      /// A column of the users' own table.
      case column(Located<String>)
      case list(List)
    }
  }

  /// All conditions that it declares.
  var allConditions: [Condition] {
    let lists = [teams, profiles].compactMap(\.self) + attributes.compactMap(\.list)
    return conditions + lists.flatMap(\.conditions)
  }
}

extension UserTables.Attribute {
  package var list: UserTables.List? {
    switch source {
    case .column: nil
    case .list(let list): list
    }
  }
}

/// A table with a row for each profile.
package struct ProfileTable: Sendable, Hashable {
  package let table: Located<String>
  package let name: Located<String>
  package let document: Located<String>
}
