import AccessProfiles
import RecordFilter
import RowscopeModel

/// The users and profiles of the questions, and the equivalent SQL by hand.
///
/// The profiles hide two of the eleven columns, which leaves nine.
enum TaskQuestions {
  static let columns = [
    "id", "title", "owner", "team", "status", "priority", "client", "amount", "due_date",
  ]
  static let columnList = columns.joined(separator: ", ")

  private static let hidden = #""fields_excluded": ["request_date", "note"]"#

  static let profiles: [String: String] = [
    // The user's own tasks that are not done.
    "own": """
    {"tables_enabled": {"tasks": {
      "data": [{"field": "owner", "reference": "id_user"},
               {"field": "status", "operator": "!=", "value": "Done"}],
      \(hidden)}}}
    """,
    "open": """
    {"tables_enabled": {"tasks": {
      "data": [{"field": "status", "operator": "!=", "value": "Done"}], \(hidden)}}}
    """,
    "group": """
    {"tables_enabled": {"tasks": {
      "data": [{"field": "owner", "operator": "in", "reference": "attributes.people"},
               {"field": "amount", "operator": "between", "value": [1000, 3000]}], \(hidden)}}}
    """,
    "notes": """
    {"tables_enabled": {"tasks": {
      "data": [{"field": "note", "operator": "contains", "value": "\(needle)"}]}}}
    """,
    "urgent": """
    {"tables_enabled": {"tasks": {
      "data": [{"field": "status", "value": "Blocked"},
               {"field": "priority", "operator": ">=", "value": 4}], \(hidden)}}}
    """,
    // The substring test is the most expensive and is written first.
    "searching": """
    {"tables_enabled": {"tasks": {
      "data": [{"field": "note", "operator": "contains", "value": "\(needle)"},
               {"field": "owner", "reference": "id_user"}]}}}
    """,
    "everything": #"{"tables_enabled": {"tasks": "*"}}"#,
  ]

  /// Occurs in one of twelve notes.
  static let needle = "needs version"
  static let owner: Int64 = 7
  /// 200 of the 1,000 owners.
  static let people = Array(stride(from: Int64(3), to: 1000, by: 5))

  static func user(_ profile: String) -> User {
    User(
      id: .integer(owner), name: "Ana", profile: profile,
      attributes: profile == "group" ? ["people": .list(people.map { .integer($0) })] : [:])
  }

  static let whereOwn = "owner = ?1 AND status IS NOT ?2"
  static let ownBindings: [Value] = [.integer(owner), "Done"]
}
