import Rowscope
import RowscopeModel
import Testing

@testable import AccessProfiles
@testable import RowscopeCLI

@Suite("Conditions of --where")
struct WhereParserTests {
  @Test(arguments: [
    ("priority >= 3", #"{"field":"priority","operator":">=","value":3}"#),
    ("priority>=3", #"{"field":"priority","operator":">=","value":3}"#),
    ("  priority  =  -1.5e3  ", #"{"field":"priority","operator":"=","value":-1.5e3}"#),
    ("a = true", #"{"field":"a","operator":"=","value":true}"#),
    ("a != null", #"{"field":"a","operator":"!=","value":null}"#),
    ("zip = 007", #"{"field":"zip","operator":"=","value":"007"}"#),
    ("zip = +1", #"{"field":"zip","operator":"=","value":"+1"}"#),
    ("status = In progress", #"{"field":"status","operator":"=","value":"In progress"}"#),
    ("status == Done", #"{"field":"status","operator":"==","value":"Done"}"#),
    (#"a = "x\n\"y""#, #"{"field":"a","operator":"=","value":"x\n\"y"}"#),
    ("a = 'it''s'", #"{"field":"a","operator":"=","value":"it's"}"#),
    ("a = ''", #"{"field":"a","operator":"=","value":""}"#),
    ("a = '3'", #"{"field":"a","operator":"=","value":"3"}"#),
    ("a = 'x and b = 2'", #"{"field":"a","operator":"=","value":"x and b = 2"}"#),
    ("a = 'Terms and conditions'", #"{"field":"a","operator":"=","value":"Terms and conditions"}"#),
    ("a = Oregon", #"{"field":"a","operator":"=","value":"Oregon"}"#),
    ("a = 'USA, Canada'", #"{"field":"a","operator":"=","value":"USA, Canada"}"#),
    ("a = [1, \"x\"]", #"{"field":"a","operator":"=","value":[1, "x"]}"#),
    ("a like [draft]", #"{"field":"a","operator":"like","value":"[draft]"}"#),
    ("a like 100%", #"{"field":"a","operator":"like","value":"100%"}"#),
    ("a > <b>", #"{"field":"a","operator":">","value":"<b>"}"#),
    ("a NOT   LIKE x", #"{"field":"a","operator":"not like","value":"x"}"#),
    ("a É IGUAL a 2", #"{"field":"a","operator":"É igual a","value":2}"#),
    ("a Maior ou igual que 2", #"{"field":"a","operator":"Maior ou igual que","value":2}"#),
    ("a is null", #"{"field":"a","operator":"is null"}"#),
    ("a Nulo", #"{"field":"a","operator":"Nulo"}"#),
    ("a Nulo ou vazio", #"{"field":"a","operator":"Nulo ou vazio"}"#),
    ("a last days 7", #"{"field":"a","operator":"last days","value":7}"#),
    ("client.region = south", #"{"field":"client.region","operator":"=","value":"south"}"#),
    (#""due date" < 3"#, #"{"field":"due date","operator":"<","value":3}"#),
    (#""a""b"=3"#, #"{"field":"a\"b","operator":"=","value":3}"#),
    ("`a b`in 1", #"{"field":"a b","operator":"in","value":[1]}"#),
    ("[a]]b] = 1", #"{"field":"a]b","operator":"=","value":1}"#),
    (#"client."sales region" = x"#, #"{"field":"client.sales region","operator":"=","value":"x"}"#),
    (#""a b".c = x"#, #"{"field":"a b.c","operator":"=","value":"x"}"#),
    (#""" = x"#, #"{"field":"","operator":"=","value":"x"}"#),
    ("is = is", #"{"field":"is","operator":"=","value":"is"}"#),
    ("タスク = 終わり", #"{"field":"タスク","operator":"=","value":"終わり"}"#),
  ])
  func `one value`(text: String, json: String) throws {
    #expect(try WhereParser.sample.parse(text).json == json)
  }

  @Test(arguments: [
    ("a in Open, Waiting", #"["Open","Waiting"]"#),
    ("a in 1,2 , 3", "[1,2,3]"),
    ("a in 'x, y', z", #"["x, y","z"]"#),
    (#"a in "x, y", null"#, #"["x, y",null]"#),
    ("a in it's, so", #"["it's","so"]"#),
    ("a in (1, 2)", "[1,2]"),
    ("a in ()", "[]"),
    ("a in []", "[]"),
    (#"a not in [1, "b,c", null]"#, #"[1,"b,c",null]"#),
    ("a in x", #"["x"]"#),
  ])
  func `a list`(text: String, json: String) throws {
    #expect(try WhereParser.sample.parse(text).test?.operand == .value(json))
  }

  @Test(arguments: [
    ("a between 1 and 3", "[1,3]"),
    ("a between 1..3", "[1,3]"),
    ("a between 1.5..3.5", "[1.5,3.5]"),
    ("a not between [1, 3]", "[1,3]"),
    ("a between 2026-01-01 AND 2026-01-31", #"["2026-01-01","2026-01-31"]"#),
    ("a between 'x and y' and z", #"["x and y","z"]"#),
    ("a between band and candle", #"["band","candle"]"#),
  ])
  func `a range`(text: String, json: String) throws {
    #expect(try WhereParser.sample.parse(text).test?.operand == .value(json))
  }

  /// What each text says, as the request format has it.
  @Test(arguments: [
    ("a = 1 and b = 2", "{a = 1 & b = 2}"),
    ("a >= 3 AND b = x y or c is null", "{{a >= 3 & b = x y} | c is null}"),
    ("a is null and b is null", "{a is null & b is null}"),
    ("a = 1 or b = 2 and c = 3", "{a = 1 | {b = 2 & c = 3}}"),
    ("(a = 1 or b = 2) and c = 3", "{{a = 1 | b = 2} & c = 3}"),
    ("not a = 1 and b = 2", "{!a = 1 & b = 2}"),
    ("not (a = 1 and b = 2)", "!{a = 1 & b = 2}"),
    ("not(a is null)or b=2", "{!a is null | b = 2}"),
    (
      "a in 1, 2 && b > 4 || c in (x, y) and d = 1", "{{a in [1,2] & b > 4} | {c in [x,y] & d = 1}}"
    ),
    ("a between 1 and 3 and b = 2", "{a between [1,3] & b = 2}"),
    ("a between 60, 100 and b = 2", "{a between [60,100] & b = 2}"),
    (
      "a between 1..3 or b between [1, 3] and c = 2",
      "{a between [1,3] | {b between [1,3] & c = 2}}"
    ),
    (
      "a = 'Terms and conditions' and b = 'rock or roll'",
      "{a = Terms and conditions & b = rock or roll}"
    ),
    ("a = 'x and b = 2' and c = 3", "{a = x and b = 2 & c = 3}"),
    ("(a = f(x) and b = (y))", "{a = f(x) & b = (y)}"),
    ("a = :-) and b = 2", "{a = :-) & b = 2}"),
    (
      "some members (user = @id_user and role = editor)",
      "some members [user = @id_user, role = editor]"
    ),
    (
      "NONE project.members(role = x or (ended is null)) and a = 1",
      "{none project.members [{role = x | ended is null}] & a = 1}"
    ),
    ("every a.b (some c (d = 1))", "every a.b [some c [d = 1]]"),
    ("not some m (a = 1)", "!some m [a = 1]"),
    ("a < `b` and c >= `d e`.f or g = `h`", "{{a < `b` & c >= `d e.f`} | g = `h`}"),
    ("not = 1 and some = 2 and every is null", "{not = 1 & some = 2 & every is null}"),
    (#""not" = 1 and "some" in a, b"#, "{not = 1 & some in [a,b]}"),
  ])
  func `conditions joined, negated and grouped`(text: String, meaning: String) throws {
    #expect(try WhereParser.sample.parse(text).meaning == meaning)
  }

  @Test(arguments: [
    ("folder is under 12", "12"), ("folder IS UNDER '12'", #""12""#),
    ("folder is not under 1, 2", "[1,2]"), ("folder is under [12]", "[12]"),
    ("folder is under (12)", "[12]"), ("folder is under []", "[]"),
    ("folder is under 'a, b'", #""a, b""#), ("folder is under north, 'a, b'", #"["north","a, b"]"#),
  ])
  func `a place in a tree is of one key or a list`(text: String, value: String) throws {
    #expect(try WhereParser.standard.parse(text).test?.operand == .value(value))
  }

  @Test func `nesting has a limit`() throws {
    let deep = String(repeating: "(", count: 70) + "a = 1" + String(repeating: ")", count: 70)
    let error = try #require(conditionTextError { _ = try WhereParser.sample.parse(deep) })
    #expect(error.message == "conditions are nested more than 64 deep")
  }

  @Test(arguments: [
    ("owner = @id_user", "id_user"), ("team in @teams", "teams"),
    ("region = @attributes.sales region", "attributes.sales region"),
  ])
  func `a reference`(text: String, name: String) throws {
    #expect(try WhereParser.sample.parse(text).test?.operand == .reference(name))
    #expect(try WhereParser.sample.parse(text).json.hasSuffix("\"reference\":\"\(name)\"}"))
  }

  /// The second line has the carets under the text; the third the help, where a test should pin it.
  @Test func `the operators are listed by their names, and contains among them`() throws {
    let error = try #require(conditionTextError { _ = try Condition(text: "a frobs x") })
    #expect(
      error.help
        == "the operators are ==, !=, >, >=, <, <=, in, not in, between, not between, like, contains, "
        + "not like, not contains, starts with, not starts with, ends with, not ends with, is null, "
        + "is not null, is empty, is not empty, last days, next days, is under, is not under")
  }

  @Test(arguments: [
    ("", "^", "a condition begins with a field"),
    (">= 3", "^^", "a condition begins with a field"),
    ("priority", "        ^", "an operator is missing after `priority`"),
    ("priority => 3", "         ^^", "unknown operator `=>`"),
    ("a is Open", "  ^^", "unknown operator `is`, did you mean `==`?"),
    ("a is not Open", "  ^^^^^^", "unknown operator `is not`, did you mean `!=`?"),
    ("a is nul", "  ^^^^^^", "unknown operator `is nul`, did you mean `is null`?"),
    ("a betwen 1 and 2", "  ^^^^^^", "unknown operator `betwen`, did you mean `between`?"),
    ("due date = x", "    ^^^^", "unknown operator `date`"),
    ("a frobs x", "  ^^^^^", "unknown operator `frobs`"),
    ("a inside 1", "  ^^^^^^", "unknown operator `inside`"),
    ("a is null 3", "          ^", "`is null` takes no value"),
    ("a =", "   ^", "a value is missing after `=`"),
    ("a = 'x", "    ^^", "the quoted text does not end where the value ends"),
    (#"a = "x" y"#, "    ^^^^^", "the quoted text does not end where the value ends"),
    (#"a = "\q""#, "    ^^^^", "the quoted text does not end where the value ends"),
    (#""a = 3"#, "^", "the quoted name does not end"),
    ("a in 1,,2", "       ^", "the list has an empty item"),
    ("a in [1, x]", "     ^^^^^^", "this is not a JSON list of plain values"),
    ("a in [[1]]", "     ^^^^^", "this is not a JSON list of plain values"),
    ("a between 3", "          ^", "`between` takes two values"),
    ("a between 1 and", "          ^^^^^", "`between` takes two values"),
    ("a between 1 and 2 and 3", "                      ^", "`between` takes two values"),
    ("a between [1]", "          ^^^", "`between` takes two values"),
    ("a = @id_usr", "    ^^^^^^^", "unknown reference `@id_usr`, did you mean `@id_user`?"),
    ("a like @example.com", "       ^^^^^^^^^^^^", "unknown reference `@example.com`"),
    ("a = @attributes.", "    ^^^^^^^^^^^^", "unknown reference `@attributes.`"),
    ("(a = 3", " ^^^^^", "a `)` is missing at the end"),
    ("(a is null", " ^^^^^^^^^", "a `)` is missing at the end"),
    ("a is null)", "         ^", "`is null` takes no value"),
    ("(a = 3))", "       ^", "there is no `(` that this closes"),
    ("(a = 3) b = 4", "        ^^^^^", "`and` or `or` is missing here"),
    ("a is null and", "             ^", "a condition begins with a field"),
    ("some members user = 3", "             ^^^^^^^^", "`some` takes conditions in parentheses"),
    ("a between 1 and b = 2", "          ^", "`between` takes two values"),
    ("a = `b` c", "    ^^^^^", "a name in backticks ends where the value ends"),
    ("not", "   ^", "a condition begins with a field"),
    ("a = USA or Canada", "        ^^", "`or` joins conditions, and no condition follows it"),
    ("a != USA and != Canada", "         ^^^", "a field is missing between `and` and `!=`"),
    ("a = 1 and in 2, 3", "      ^^^", "a field is missing between `and` and `in`"),
    ("a = USA and", "        ^^^", "a condition is missing after `and`"),
    ("(a = USA or)", "         ^^", "a condition is missing after `or`"),
    ("a in x, y AND z", "          ^^^", "`AND` joins conditions, and no condition follows it"),
    ("a = rock && roll", "         ^^", "`&&` joins conditions, and no condition follows it"),
    (
      "a between 1 and 2 or 3", "                  ^^",
      "`or` joins conditions, and no condition follows it"
    ),
    ("some b ()", "        ^", "a condition is missing between the parentheses"),
    ("a in 1, @id_user", "        ^^^^^^^^", "a reference stands alone, in no list or range"),
    (
      "a between 1 and @today", "                ^^^^^^",
      "a reference stands alone, in no list or range"
    ),
    ("a like `b`", "       ^^^", "`like` compares with no other field"),
    ("a in x, `b`", "        ^^^", "`in` compares with no other field"),
    ("a not in 1..58", "         ^^^^^", "`not in` takes a list"),
    ("a = USA, Canada", "    ^^^^^^^^^^^", "`=` takes one value"),
    ("a != 1, 2", "     ^^^^", "`!=` takes one value"),
    ("タスク => 3", "       ^^", "unknown operator `=>`"),
    ("a\tb => 3", "   ^", "unknown operator `b`"),
  ])
  func `mistakes are pointed at`(text: String, carets: String, message: String) throws {
    let error = try #require(conditionTextError { _ = try WhereParser.sample.parse(text) })
    #expect(error.message == message)
    let lines = error.excerpt.rendered(style: .plain).split(separator: "\n").map(String.init)
    #expect(lines == ["  " + Printable.text(text), "  " + carets])
  }

  @Test(arguments: [
    ("a => 3", "did you mean `>=`?"),
    ("a ~ x", "did you mean `like`?"),
    (
      "a > = 3",
      "write an operator without spaces, as >=; for the text itself, quote it: '= 3'"
    ),
    ("due date = x", "a name with a space is quoted: \"due date\""),
    ("a = @ana", "for the text itself, quote it: '@ana'"),
    ("a between 3", "`between 1 and 3`, `between 1..3` or `between [1, 3]`"),
  ])
  func `help says what would be right`(text: String, help: String) throws {
    let error = try #require(conditionTextError { _ = try WhereParser.sample.parse(text) })
    #expect(error.help == help)
  }

  @Test(
    arguments: [
      ("0", true), ("-0", true), ("10.25", true), ("1e5", true), ("1E-5", true), ("01", false),
      ("1.", false), (".5", false), ("1e", false), ("-", false), ("", false), ("١", false),
      ("1 ", false), ("0x1", false), ("Infinity", false),
    ])
  func `numbers are those of JSON`(text: String, isNumber: Bool) {
    #expect(JSONSyntax.isBareScalar(text) == isNumber)
  }
}

extension WhereExpression {
  fileprivate var test: WhereTest? { if case .test(let test) = self { test } else { nil } }

  /// The structure in short: `{a = 1 & !b is null}`.
  fileprivate var meaning: String {
    switch self {
    case .test(let test): test.meaning
    case .and(let parts): "{" + parts.map(\.meaning).joined(separator: " & ") + "}"
    case .or(let parts): "{" + parts.map(\.meaning).joined(separator: " | ") + "}"
    case .not(let part): "!" + part.meaning
    case .related(let path, let quantifier, .and(let parts)):
      "\(quantifier) \(path) [" + parts.map(\.meaning).joined(separator: ", ") + "]"
    case .related(let path, let quantifier, let part): "\(quantifier) \(path) [\(part.meaning)]"
    }
  }
}

extension WhereTest {
  fileprivate var meaning: String {
    switch operand {
    case .none: "\(field) \(name)"
    case .value(let json): "\(field) \(name) " + json.replacing("\"", with: "")
    case .reference(let reference): "\(field) \(name) @\(reference)"
    case .otherField(let other): "\(field) \(name) `\(other)`"
    }
  }
}
