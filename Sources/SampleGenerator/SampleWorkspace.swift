/// A workspace for a generated database: the declarations of the sample workspace, and three of its
/// profiles with a user each.
package enum SampleWorkspace {
  /// The files, by their paths in the folder of the database. The workspace comes last, so that it
  /// names nothing that is not there.
  ///
  /// - Parameter database: the name of the database's file.
  package static func files(database: String) -> [(path: String, text: String)] {
    profiles.map { ("profiles/\($0.name).json", $0.text) } + [
      ("users.json", users), ("workspace.json", header(database: database) + declarations),
    ]
  }

  private static func header(database: String) -> String {
    var name = ""
    for scalar in database.unicodeScalars {
      switch scalar {
      case "\"", "\\": name += "\\\(scalar)"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        name += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: name.unicodeScalars.append(scalar)
      }
    }
    let profiles = profiles.map { "    \"\($0.name)\": \"profiles/\($0.name).json\",\n" }
    return """
      // Farol, a small company that maintains the tills of cafés and shops: its helpdesk.
      {
        "database": "\(name)",
        "users": "users.json",

        "profiles": {
      \(profiles.joined())  },


      """
  }

  private static let users = """
    // The ids are those of the table employees.
    [
      {"id_user": 1, "name": "Helena Prado", "profile": "auditor", "seat": "developer",
       "user_type": "admin"},
      {"id_user": 2, "name": "Marcos Vidal", "profile": "manager", "seat": "no_code", "teams": [1, 8],
       "attributes": {"regions": ["southeast", "north"], "approval_limit": 5000}},
      {"id_user": 3, "name": "Bia Fontes", "profile": "support", "seat": "member", "teams": [1]},
    ]

    """
}
