import RecordFilter
import RowscopeModel
import Testing

@testable import DataFiles

@Suite struct JSONLineParserTests {
  /// The members of each object, as `name=value`.
  private func read(_ text: String) throws -> [[String]] {
    let lines = JSONLines(file: try CSVFile(name: "t", bytes: text.utf8))
    var objects: [[String]] = []
    try lines.forEachObject { line, parser throws(TableSourceError) in
      var members: [String] = []
      do throws(JSONLineParser.Fault) {
        try parser.forEachMember { _, key, member throws(JSONLineParser.Fault) in
          members.append(
            String(decoding: key, as: UTF8.self) + "=" + description(of: member))
        }
      } catch {
        throw lines.error(error, line: line)
      }
      objects.append(members)
    }
    return objects
  }

  private func description(of member: JSONLineParser.Member) -> String {
    switch member.value.storageClass {
    case .null: "null"
    case .integer: member.isFlag ? "flag \(member.value.integer)" : "\(member.value.integer)"
    case .real: "\(member.value.real)"
    case .text, .blob:
      (member.isArray ? "array " : "text ")
        + String(decoding: member.value.bytes, as: UTF8.self)
    }
  }

  @Test(
    arguments: [
      (#"{}"#, [[]]), (#" { "a" : 1 , "b" : null } "#, [["a=1", "b=null"]]),
      (#"{"a":true,"b":false}"#, [["a=flag 1", "b=flag 0"]]),
      (
        #"{"a":-0,"b":1.5,"c":1e3,"d":9223372036854775807}"#,
        [
          ["a=0", "b=1.5", "c=1000.0", "d=9223372036854775807"]
        ]
      ),
      (#"{"a":9223372036854775808}"#, [["a=9.223372036854776e+18"]]),
      (#"{"a":["x", {"b": [1]}, []]}"#, [[#"a=array ["x", {"b": [1]}, []]"#]]),
      (#"{"caf\u00e9":"\ud83d\ude00\n\/\""}"#, [["café=text 😀\n/\""]]),
      ("\n{\"a\":1}\r\n \t\n{\"a\":2}", [["a=1"], ["a=2"]]), ("", []),
    ] as [(String, [[String]])])
  func everyLineIsAnObject(text: String, objects: [[String]]) throws {
    #expect(try read(text) == objects)
  }

  @Test(arguments: [
    ("[1]", "1:1: every line must be a JSON object"), ("{\"a\":1}\n{", "2:2: the name of a field"),
    ("\n{\"a\" 1}", "2:6: a colon"), ("{\"a\":1 \"b\":2}", "1:8: a comma or the end"),
    ("{\"a\":{}}", "1:6: an object is no value"), ("{\"a\":[1,]}", "1:9: a value must stand here"),
    ("{\"a\":01}", "1:6: a number must not begin"), ("{\"a\":1.}", "1:8: a digit"),
    ("{\"a\":nul}", "1:6: a value must"), ("{\"a\":\"x}", "1:6: this string is never closed"),
    ("{\"a\":\"\\x\"}", "1:7: there is no such escape"),
    ("{\"a\":\"\\ud800\"}", "1:7: this is half of a surrogate pair"),
    ("{\"a\":\"\\ud800\\u0041\"}", "1:7: this is half"),
    ("{\"a\":\"\\u12g4\"}", "1:7: \\u needs four"), ("{\"a\":\"\t\"}", "1:7: a control character"),
    ("{\"a\":1} 2", "1:9: there is more"),
    ("{\"a\":[" + String(repeating: "[", count: 2_000), "1:1006: this is nested more"),
  ])
  func mistakesHaveTheirPlaces(text: String, problem: String) throws {
    let error = try #require(throws: TableSourceError.self) { try read(text) }
    #expect(error.description.hasPrefix("t:" + problem), "\(error)")
  }
}
