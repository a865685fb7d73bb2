import RecordFilter
import TestSupport

extension TwinWorld {
  /// Adds a view of the tasks, and records what each of its columns derives from.
  mutating func addViews(_ random: inout SeededGenerator) {
    let tasks = tables[Self.tasks]
    let plain = tasks.stored.filter { tasks.columns[$0].kind == .plain }
    func pick(_ random: inout SeededGenerator) -> Int { plain.randomElement(using: &random) ?? 2 }
    let (shown, used, deciding) = (pick(&random), pick(&random), pick(&random))
    func quoted(_ column: Int) -> String { tasks.columns[column].name.quoted }
    /// Whether equal values of the column are identical.
    func isPlain(_ column: Int) -> Bool {
      ["INTEGER", "TEXT", "REAL", "NUMERIC"].contains(tasks.columns[column].declaration)
    }
    let plainly = "id, \(quoted(shown)) AS shown, upper(\(quoted(used))) AS \"made of\""
    let end = " ORDER BY \(quoted(deciding)) LIMIT 5"
    let form = Int.random(in: 0..<8, using: &random)
    let (select, suffix, columns, isNondeterministic): (String, String, [[Int]], Bool) =
      switch form {
      case 0: (plainly, "", [[0], [shown], [used]], false)
      case 1:
        (
          plainly, " WHERE \(quoted(deciding)) IS NOT NULL",
          [[0, deciding], [shown, deciding], [used, deciding]], false
        )
      case 2: (plainly, end, [[0, deciding], [shown, deciding], [used, deciding]], true)
      case 3:
        (
          plainly, " GROUP BY \(quoted(deciding))",
          [[0, deciding], [shown, deciding], [used, deciding]], true
        )
      case 4:
        (
          plainly, " ORDER BY \(quoted(deciding)), id LIMIT 5",
          [[0, deciding], [shown, deciding], [used, deciding]], tasks.key.count > 1
        )
      case 5:
        (
          "\(quoted(deciding)) AS id, count(*) AS shown, max(\(quoted(used))) AS \"made of\"",
          " GROUP BY \(quoted(deciding))", [[deciding], [deciding], [deciding, used]],
          !isPlain(deciding) || !isPlain(used)
        )
      case 6:
        (
          "DISTINCT \(quoted(deciding)) AS id, \(quoted(shown)) AS shown, \(quoted(used)) AS \"made of\"",
          "", Array(repeating: [deciding, shown, used], count: 3),
          ![deciding, shown, used].allSatisfy(isPlain)
        )
      default:
        (
          "row_number() OVER (ORDER BY \(quoted(deciding))) AS id, \(quoted(shown)) AS shown, "
            + "(SELECT \(quoted(used)) FROM \(tasks.name.quoted)) AS \"made of\"", "",
          [[deciding], [shown], [used]], true
        )
      }
    tables.append(
      Table(
        name: "view one",
        columns: zip(["id", "shown", "made of"], columns).map { name, sources in
          Column(
            name: name, declaration: "",
            sources: sources.map { Place(table: Self.tasks, column: $0) })
        }, isView: true, isNondeterministic: isNondeterministic,
        body: "SELECT \(select) FROM \(tasks.name.quoted)\(suffix)"))
  }
}
