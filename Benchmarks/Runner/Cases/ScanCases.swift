import RecordFilter
import RowscopeModel

extension Suite {
  /// Q1 to Q5 on SQLite: the cost of the compiled predicate, compared with one written by hand.
  static let scans: [Entry] = [
    Entry(name: "q1-count") { suite in
      try suite.scan(
        "q1-count", "Count an owner's open tasks, no index", suite.plain, profile: "own",
        predicate: TaskQuestions.whereOwn, TaskQuestions.ownBindings, isCount: true)
    },
    Entry(name: "q1-fetch") { suite in
      try suite.scan(
        "q1-fetch", "Fetch an owner's open tasks, no index", suite.plain, profile: "own",
        predicate: TaskQuestions.whereOwn, TaskQuestions.ownBindings)
    },
    Entry(name: "q2-fetch") { suite in
      try suite.scan(
        "q2-fetch", "Fetch an owner's open tasks, owner indexed", suite.indexed, profile: "own",
        predicate: TaskQuestions.whereOwn, TaskQuestions.ownBindings)
    },
    Entry(name: "q3-fetch", length: 2.5) { suite in
      try suite.scan(
        "q3-fetch", "Fetch all open tasks", suite.plain, profile: "open",
        predicate: "status IS NOT ?1", ["Done"], mustCursor: true)
    },
    Entry(name: "q4-count") { suite in
      let people = TaskQuestions.people.map(String.init).joined(separator: ", ")
      return try suite.scan(
        "q4-count", "Count the tasks of 200 owners in a range of amounts", suite.plain,
        profile: "group", predicate: "amount BETWEEN 1000 AND 3000 AND owner IN (\(people))", [],
        isCount: true)
    },
    Entry(name: "q5-count") { suite in
      try suite.scan(
        "q5-count", "Count the notes that hold a text", suite.plain, profile: "notes",
        predicate: "instr(note, ?1) > 0", [.text(Text(TaskQuestions.needle))], isCount: true)
    },
    Entry(name: "q7-count") { suite in
      try suite.scan(
        "q7-count", "Count the tasks of a status and two priorities", suite.plain,
        profile: "urgent", predicate: "status = 'Blocked' AND priority >= 4", [], isCount: true)
    },
    Entry(name: "order-of-terms") { suite in
      let compiled = try suite.plain.compiledCount("searching")
      let asWritten = try suite.plain.byHand(
        "SELECT count(*) FROM tasks WHERE instr(note, ?1) > 0 AND owner = ?2",
        [.text(Text(TaskQuestions.needle)), .integer(TaskQuestions.owner)], as: "searching")
      return Comparison(
        name: "order-of-terms", title: "A profile that names the substring first",
        contenders: [
          Contender("Rowscope") { try compiled.count() },
          Contender("SQL as written") { try asWritten.count() },
        ],
        goals: [
          .ratio(
            "terms in the compiler's order ÷ as written, the substring first", "Rowscope",
            by: "SQL as written", must: 0.5, aim: 0.35)
        ])
    },
  ]

  /// Reads as the service reads a list of all records without an index.
  private static let pushScanName = "Rowscope, push scan"

  private func scan(
    _ name: String, _ title: String, _ database: TaskDatabase, profile: String, predicate: String,
    _ bindings: [Value], isCount: Bool = false, mustCursor: Bool = false
  ) throws -> Comparison {
    let columns = isCount ? "count(*)" : TaskQuestions.columnList
    let sql = "SELECT \(columns) FROM tasks WHERE \(predicate)"
    let compiled =
      isCount ? try database.compiledCount(profile) : try database.compiled(profile)
    let byHand = try database.byHand(sql, bindings, as: profile)
    let floor = try database.floor.prepare(sql, bindings)
    var contenders = [
      Contender("Rowscope") { isCount ? try compiled.count() : try compiled.read() },
      Contender("SQL by hand") { isCount ? try byHand.count() : try byHand.read() },
      Contender("C loop") { isCount ? floor.count() : floor.read() },
    ]
    let questions = ["q1-count": "own-count", "q1-fetch": "own-fetch", "q3-fetch": "open-fetch"]
    if let question = questions[name] {
      contenders += library(.sqlite3, "Python sqlite3", question)
    }
    var goals: [Goal] = []
    if ["q1-count", "q1-fetch", "q2-fetch", "q3-fetch"].contains(name) {
      goals.append(
        .ratio(
          "compiled query ÷ the same WHERE by hand", "Rowscope", by: "SQL by hand", must: 1.03,
          aim: 1.01))
    }
    guard mustCursor else {
      return Comparison(name: name, title: title, contenders: contenders, goals: goals)
    }
    let pushScan = try database.pushScan(profile)
    contenders.insert(Contender(Self.pushScanName) { try pushScan.read() }, at: 1)
    goals.append(
      .ratio(
        "borrowed cursor ÷ C loop that reads by value", Self.pushScanName, by: "C loop", must: 1.05,
        aim: 0.9))
    goals.append(
      Goal("borrowed cursor ÷ C loop, instructions", must: 1.03, aim: 0.9) { outcome in
        guard let ours = outcome.fact("instructions, \(Self.pushScanName)"),
          let floor = outcome.fact("instructions, C loop")
        else { return nil }
        return ours / floor
      })
    let files = self.files
    return Comparison(
      name: name, title: title, contenders: contenders, goals: goals,
      facts: {
        guard files.exists(rows: Counts.rows, .indexed), let counts = try Counts(files: files)
        else { return [] }
        defer { counts.end() }
        return try [Self.pushScanName, "Rowscope", "C loop"].map { contender in
          Fact(
            name: "instructions, \(contender)",
            value: try counts.measure(name, contender, times: 1...3).instructions,
            unit: "for \(Figures.grouped(Counts.rows)) tasks")
        }
      })
  }
}
