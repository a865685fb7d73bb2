import Rowscope
import RowscopeModel
import TestSupport
import Testing

@testable import AccessProfiles
@testable import RowscopeCLI

/// Signs that a combining mark follows, and names that only their bytes tell apart. A mark makes one
/// character with what stands before it, which must not hide a quote, a comma, a dash or a dot.
///
/// `==` between strings would not see the difference, so bytes are compared.
@Suite struct TextIsBytesTests {
  private static let mark = "\u{301}"

  @Test(arguments: [
    ("\(mark)m = 1", #"{"field":"\#(mark)m","operator":"=","value":1}"#),
    ("m =\(mark)m", #"{"field":"m","operator":"=","value":"\#(mark)m"}"#),
    ("m >=\(mark)m", #"{"field":"m","operator":">=","value":"\#(mark)m"}"#),
    ("\"\(mark)m\" = 1", #"{"field":"\#(mark)m","operator":"=","value":1}"#),
    ("r.\"\(mark)m\" = 1", #"{"field":"r.\#(mark)m","operator":"=","value":1}"#),
    ("m = '\(mark)it''\(mark)s'", #"{"field":"m","operator":"=","value":"\#(mark)it'\#(mark)s"}"#),
    (
      "m in a,\(mark)b,'\(mark),c'",
      #"{"field":"m","operator":"in","value":["a","\#(mark)b","\#(mark),c"]}"#
    ),
    (
      "m in (\(mark)a, b)", #"{"field":"m","operator":"in","value":["\#(mark)a","b"]}"#
    ),
    ("m between 1..\(mark)2", #"{"field":"m","operator":"between","value":[1,"\#(mark)2"]}"#),
    ("m between 1 and \(mark)2", #"{"field":"m","operator":"between","value":[1,"\#(mark)2"]}"#),
    (
      "m = @attributes.\(mark)x",
      #"{"field":"m","operator":"=","reference":"attributes.\#(mark)x"}"#
    ),
    ("e\(mark) = \u{E9}", #"{"field":"e\#(mark)","operator":"=","value":"\#("\u{E9}")"}"#),
    // How the accent of an operator is composed does not count.
    ("m E\(mark) igual a 2", #"{"field":"m","operator":"É igual a","value":2}"#),
  ])
  func `a condition is taken apart by its bytes`(text: String, json: String) throws {
    #expect(Text(try WhereParser.sample.parse(text).json) == Text(json))
  }

  @Test(arguments: ["m like\(mark) x", "m i\(mark)n 1", "m not in\(mark) 1"])
  func `a mark makes another word of an operator`(text: String) {
    #expect(throws: ConditionTextError.self) { try WhereParser.sample.parse(text) }
  }

  @Test(arguments: [
    ("m,\(mark)m", ["m", "\(mark)m"]), ("\(mark)m, \u{E9}", ["\(mark)m", "\u{E9}"]),
    ("\"\(mark)a,b\" ,\(mark)", ["\(mark)a,b", mark]),
    ("\"a\"\"\(mark)\",e\(mark)", ["a\"\(mark)", "e\(mark)"]),
  ])
  func `a list of fields`(text: String, names: [String]) throws {
    #expect(try FieldList.names(text).map { Text($0) } == names.map { Text($0) })
  }

  @Test(
    arguments: [
      ("m,\(mark)m desc", [("m", false), ("\(mark)m", true)]),
      ("m \(mark)desc", [("m \(mark)desc", false)]),
      ("\"\(mark)m\"\(" ")desc", [("\(mark)m", true)]),
      // A name keeps the spaces in it.
      ("a  b desc, c  d", [("a  b", true), ("c  d", false)]),
      // The Kelvin sign is no letter of ASCII.
      ("des\u{212A} des\u{212A}", [("des\u{212A} des\u{212A}", false)]),
    ] as [(String, [(String, Bool)])])
  func `the keys of a sort`(text: String, keys: [(String, Bool)]) throws {
    let read = try ListRequest.sortKeys(text)
    #expect(read.map { Text($0.field) } == keys.map { Text($0.0) })
    #expect(read.map(\.isDescending) == keys.map(\.1))
  }

  private static let option = Option("name", short: "n", value: "V", group: .what, help: "")
  private static let pairs = Option(
    "pair", value: "NAME=VALUE", group: .what, help: "", isRepeatable: true)
  private static let declaration = Declaration(
    "sample", summary: "", positionals: [Positional("WORD", help: "", isRepeatable: true)],
    options: [option, pairs], examples: [])

  private func parse(_ words: [String]) throws -> Arguments {
    switch try ArgumentParser(declaration: Self.declaration).parse(words) {
    case .help: throw CommandError.usage("help")
    case .run(let arguments): return arguments
    }
  }

  @Test(arguments: [
    ["--name=\(mark)x", "w"], ["-n\(mark)x", "w"], ["-n=\(mark)x", "w"],
    ["--name", "\(mark)x", "w"],
  ])
  func `an option's value begins with a mark`(words: [String]) throws {
    let arguments = try parse(words)
    #expect(arguments.value(Self.option).map { Text($0) } == Text("\(Self.mark)x"))
    #expect(arguments.positionals == ["w"])
  }

  @Test func `a pair's value begins with a mark, and its name may look like another`() throws {
    let words = ["--pair", "\u{E9}=\(Self.mark)1", "--pair", "e\(Self.mark)=2", "w"]
    let pairs = try parse(words).pairs(Self.pairs)
    #expect(pairs.map { Text($0.name) } == ["\u{E9}", "e\u{301}"])
    #expect(pairs.map { Text($0.value) } == ["\u{301}1", "2"])
  }

  @Test(arguments: ["-\(mark)", "-\(mark)n", "--\(mark)name=x", "-\u{3C9}"])
  func `a dash before a mark begins an option`(word: String) {
    #expect(ArgumentParser.looksLikeOption(word))
    #expect(throws: CommandError.self) { try parse([word, "w"]) }
  }

  @Test func `fields that look the same are two, from the terminal to the answer`() async throws {
    let folder = try TemporaryFolder([
      "workspace.json": """
      {"database": "tables", "profiles": {"p": "p.json"}, "users": [{"id_user": 1, "profile": "p"}],
       "tables": {"t": {"fields": {"k": {"relation": {"table": "far", "field": "k"}}}}}}
      """,
      "p.json": #"{"tables_enabled": {"*": "*"}}"#,
      "tables/t.csv": "id,k,\u{E9},e\u{301}\n1,1,a,b\n2,2,b,a\n",
      "tables/far.csv": "k,m,\u{301}m\n1,x,y\n2,y,x\n",
    ])
    let service = try RecordService(workspace: .load(path: folder.path))
    let user = User(id: 1, profile: "p")
    for (condition, id) in [
      ("\u{E9} = a", 1), ("e\u{301} = a", 2), ("k.m = x", 1), ("k.\u{301}m = x", 2),
    ] as [(String, Value)] {
      let page = try await service.list(
        ListRequest(table: "t", filters: [Condition(text: condition)]), as: user)
      #expect(page.items.map { $0["id"] } == [id], "\(condition)")
    }
  }
}
