import RecordEngine
import Rowscope
import RowscopeModel
import TestSupport
import Testing

@Suite struct SummaryCursorTests {
  /// Which of two equal values is read first may depend on an index of a hidden field. The cursor is
  /// of the least of them.
  @Test(
    arguments: [
      ("TEXT COLLATE NOCASE", "'b'", "'B'"), ("TEXT COLLATE RTRIM", "'a'", "'a '"),
      ("", "1", "1.0"), ("", "0.0", "-0.0"),
    ], ["min", "max"])
  func aCursorTellsNoHiddenOrder(column: (String, String, String), function: String) async throws {
    let (type, first, second) = column
    var answers: Set<String> = []
    for secrets in [(1, 2), (2, 1)] {
      let database = try TemporaryDatabase(
        """
        CREATE TABLE t (id INTEGER PRIMARY KEY, owner, g, v \(type), secret);
        CREATE INDEX x ON t (owner, secret);
        INSERT INTO t VALUES (1, 1, 1, \(first), \(secrets.0)), (2, 1, 1, \(second), \(secrets.1)),
          (3, 1, 2, 'c', 3);
        """)
      let profile = """
        {"tables_enabled": {"t": {"data": [{"field": "owner", "value": 1}],
          "fields_excluded": ["secret"]}}}
        """
      for memory in [MemoryPolicy.none, MemoryPolicy(tables: .all, use: .always)] {
        let service = try database.service(profile, memory: memory)
        let request = """
          {"object_type": "t", "group_by": ["g"], "aggregates": [{"function": "\(function)",
            "field": "v", "as": "m"}], "sort": "m", "size": 1}
          """
        let answer = await service.answer(json: Array(request.utf8), as: .ana)
        answers.insert(String(decoding: answer.json, as: UTF8.self))
      }
    }
    #expect(answers.count == 1 && answers.first?.contains("next") == true, "\(answers)")
  }
}
