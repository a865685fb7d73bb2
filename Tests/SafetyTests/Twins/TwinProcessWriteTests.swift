import AccessProfiles
import RecordFilter
import Rowscope
import TestSupport
import Testing

@testable import RecordStore

/// As ``TwinWriteTests``, with the program: the output, messages and exit codes of `create`,
/// `update` and `delete`.
///
/// `ROWSCOPE_TWIN_COMMANDS` is the number of commands for each twin (default 20).
@Suite struct TwinProcessWriteTests {
  @Test(
    .watches(.existenceByWriting, .constraintError, .returning, .movedOutOfSight, .guessedParent))
  func noChangingCommandTellsTwinsApart() throws {
    let wanted = Extent.number("ROWSCOPE_TWIN_COMMANDS") ?? 20
    var seed = UInt64(Extent.number("ROWSCOPE_TWIN_SEED") ?? 1) + 2_000
    var (run, done) = (0, 0)
    var codes: Set<Int32> = []
    while run < wanted {
      let folders = try TwinFolders(seed: seed, isWriting: true)
      var random = SeededGenerator(seed: seed)
      var writes = TwinWrites(folders.requests())
      let visible = VisibleWorld(folders.pair.access)
      for _ in 0..<10 {
        let arguments = Self.command(writes.write(&random), &random)
        let outcomes = try folders.paths.map { try RowscopeProgram.run(arguments, in: $0) }
        run += 1
        if outcomes[0].exitCode == 0 { done += 1 }
        codes.insert(outcomes[0].exitCode)
        #expect([0, 1, 2, 3, 4].contains(outcomes[0].exitCode), "\(arguments): \(outcomes[0])")
        let seen = try folders.paths.map { path in
          try visible.records(of: Connection(.readOnly(path: path + "/twin.sqlite")))
        }
        guard outcomes[0] == outcomes[1], seen[0] == seen[1] else {
          Issue.record(
            "seed \(seed): \(arguments)\n\(outcomes[0])\n\(outcomes[1])\n\(seen)\n\(folders.pair.report)"
          )
          return
        }
      }
      seed += 1
    }
    print("twins by changing commands: \(run) commands, \(done) of which changed something")
    #expect(done * 5 > run)
    #expect(codes.count > 1)
  }

  /// The command for the same change.
  private static func command(_ write: TwinWrite, _ random: inout SeededGenerator) -> [String] {
    func selected(_ select: [String]?) -> [String] {
      select.map { ["--select", $0.map(\.selectable).joined(separator: ",")] } ?? []
    }
    func expected(_ values: FieldValues) -> [String] {
      values.elements.flatMap { ["--if-unchanged", "\($0.field):=\($0.value.json)"] }
    }
    func meant(_ json: JSONText?) -> [String] {
      guard case .object(let members) = json else { return ["--all"] }
      return members.flatMap { key, value -> [String] in
        switch (key, value) {
        case ("filters", .list(let filters)): filters.flatMap { ["--filter", $0.text] }
        case ("operator", _): ["--any"]
        case ("search", _): ["--search", value.string ?? ""]
        default: []
        }
      }
    }
    let format =
      ["json", "jsonl", "csv", "markdown", "table"].randomElement(using: &random) ?? "json"
    let shown = ["--format", format, "--as", "U"]
    switch write {
    case .create(let table, let values, let select):
      return ["create", "--set", values.json] + selected(select) + shown + ["--", table]
    case .update(let table, let key, let values, let unchanged, let select):
      return ["update", "--set", values.json] + expected(unchanged) + selected(select) + shown
        + ["--", table] + key.map(\.argument)
    case .updateMany(let json, let table, let values, let unchanged):
      return ["update", "--set", values.json] + expected(unchanged) + meant(json) + shown
        + ["--", table]
    case .delete(let table, let key, let unchanged):
      return ["delete"] + expected(unchanged) + ["--as", "U", "--", table] + key.map(\.argument)
    case .deleteMany(let json, let table):
      return ["delete"] + meant(json) + ["--as", "U", "--", table]
    }
  }
}

extension FieldValues {
  fileprivate var json: String {
    "{\(elements.map { "\(SafetyTests.json($0.field)): \($0.value.json)" }.joined(separator: ", "))}"
  }
}

extension FieldValue {
  fileprivate var json: String {
    switch self {
    case .value(let value): value.json
    case .members(let members): "[\(members.map(\.json).joined(separator: ", "))]"
    }
  }
}
