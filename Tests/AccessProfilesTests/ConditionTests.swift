import AccessProfiles
import Documents
import RecordFilter
import RowscopeModel
import Testing

/// Parses one condition; also returns the codes of the diagnostics.
private func parse(
  _ text: String, _ context: ConditionParser.Context = .profile
) throws -> (condition: Condition?, codes: [String]) {
  let source = SourceDocument(name: "test", text: text)
  let tree = try JSONReader.read(source, as: .strict)
  var diagnostics = DiagnosticCollector()
  let condition = ConditionParser(context).condition(tree, reporting: &diagnostics)
  #expect((condition == nil) == diagnostics.hasErrors, "a condition, or what is wrong with it")
  return (condition, diagnostics.list.map(\.code.rawValue))
}

extension Condition {
  fileprivate var test: ConditionTest? {
    if case .test(let test) = content { test } else { nil }
  }

  /// Its groups and fields, in a form to compare.
  fileprivate var outline: String {
    switch content {
    case .test(let test): test.field.value
    case .and(let parts): "and(" + parts.map(\.outline).joined(separator: " ") + ")"
    case .or(let parts): "or(" + parts.map(\.outline).joined(separator: " ") + ")"
    case .not(let part): "not(\(part.outline))"
    case .named(let name): "named(\(name))"
    case .related(let related):
      "\(related.quantifier.value)(\(related.path.value): "
        + related.conditions.map(\.outline).joined(separator: " ") + ")"
    }
  }
}

@Suite struct ConditionTests {
  typealias Operand = ConditionTest.Operand

  static let operands: [(String, Operator, Operand)] = [
    (#""value":1"#, .equal, .value(1)),
    (#""operator":"==","value":1.0"#, .equal, .value(1.0)),
    (#""operator":"=","value":null"#, .equal, .value(.null)),
    (#""operator":"!=","value":true"#, .notEqual, .value(1)),
    (#""operator":"é igual a","value":false"#, .equal, .value(0)),
    (#""operator":">","value":"a""#, .greater, .value("a")),
    (#""operator":"gte","value":-9223372036854775808"#, .greaterOrEqual, .value(.integer(.min))),
    (#""operator":"==","value":9223372036854775808"#, .equal, .value(.real(9223372036854775808))),
    (#""operator":"==","value":"1,2""#, .equal, .value("1,2")),
    (#""operator":"in","value":[1,"a",null,true,2.5]"#, .oneOf, .list([1, "a", .null, 1, 2.5])),
    (#""operator":"in","value":[]"#, .oneOf, .list([])),
    (#""operator":"in","value":"1, a b ,c""#, .oneOf, .list(["1", "a b", "c"])),
    (#""operator":"not in","value":"""#, .noneOf, .list([])),
    (#""operator":"in","value":"  ""#, .oneOf, .list([])),
    (#""operator":"in","value":"a,,b,""#, .oneOf, .list(["a", "", "b", ""])),
    (#""operator":"between","value":[1,"b"]"#, .between, .range(1, "b")),
    (#""operator":"like","value":"50%""#, .contains, .value("50%")),
    (#""operator":"starts with","value":"""#, .startsWith, .value("")),
    (#""operator":"is null""#, .isNull, .none),
    (#""operator":"Está preenchido""#, .isNotEmpty, .none),
    (#""operator":"last days","value":0"#, .lastDays, .days(0)),
    (#""operator":"next days","value":365000"#, .nextDays, .days(365_000)),
    (#""operator":"Está nos últimos 30 dias""#, .lastDays, .days(30)),
    (#""reference":"id_user""#, .equal, .reference(.idUser)),
    (#""operator":"!=","reference":"teams""#, .notEqual, .reference(.teams)),
    (#""operator":"in","reference":"teams""#, .oneOf, .reference(.teams)),
    (#""operator":">=","reference":"now""#, .greaterOrEqual, .reference(.now)),
    (#""operator":"<","reference":"today""#, .less, .reference(.today)),
    (#""operator":"like","reference":"email""#, .contains, .reference(.email)),
    (#""operator":"in","reference":"attributes.region""#, .oneOf, .reference(.attribute("region"))),
    (
      #""operator":"between","reference":"attributes.a.b""#, .between, .reference(.attribute("a.b"))
    ),
    (#""operator":"last days","reference":"attributes.é""#, .lastDays, .reference(.attribute("é"))),
  ]

  @Test(arguments: operands)
  func `operands of the right shape`(text: String, operation: Operator, operand: Operand) throws {
    for context in [ConditionParser.Context.profile, .request] {
      let result = try parse(#"{"field":"f","# + text + "}", context)
      #expect(result.codes == [])
      let test = try #require(result.condition?.test)
      #expect(test.field.value == "f")
      #expect(test.operator.value == operation)
      #expect(test.operand.value == operand)
    }
  }

  static let wrongOperands: [(String, String)] = [
    (#""value":[1]"#, "wrong_operand"), (#""value":{}"#, "wrong_operand"),
    (#""operator":"!=","value":[]"#, "wrong_operand"),
    (#""operator":">","value":null"#, "wrong_operand"),
    (#""operator":">","value":[1]"#, "wrong_operand"),
    (#""operator":"in","value":1"#, "wrong_operand"),
    (#""operator":"in","value":null"#, "wrong_operand"),
    (#""operator":"in","value":{}"#, "wrong_operand"),
    (#""operator":"in","value":[[1],{}]"#, "wrong_operand,wrong_operand"),
    (#""operator":"between","value":[1]"#, "wrong_operand"),
    (#""operator":"between","value":[1,2,3]"#, "wrong_operand"),
    (#""operator":"between","value":[null,2]"#, "wrong_operand"),
    (#""operator":"between","value":"1,2""#, "wrong_operand"),
    (#""operator":"between","value":1"#, "wrong_operand"),
    (#""operator":"like","value":5"#, "wrong_operand"),
    (#""operator":"like","value":null"#, "wrong_operand"),
    (#""operator":"ends with","value":true"#, "wrong_operand"),
    (#""operator":"like","value":["a"]"#, "wrong_operand"),
    (#""operator":"last days","value":-1"#, "wrong_operand"),
    (#""operator":"last days","value":1.5"#, "wrong_operand"),
    (#""operator":"last days","value":"7""#, "wrong_operand"),
    (#""operator":"last days","value":null"#, "wrong_operand"),
    (#""operator":"last days","value":365001"#, "days_limit"),
    (#""operator":"is null","value":null"#, "unexpected_operand"),
    (#""operator":"is empty","reference":"name""#, "unexpected_operand"),
    (#""operator":"Está nos últimos 7 dias","value":7"#, "unexpected_operand"),
    (#""value":1,"reference":"name""#, "unexpected_operand"),
    (#""operator":"==""#, "missing_operand"), (#""operator":"in""#, "missing_operand"),
    (#""operator":"last days""#, "missing_operand"),
    (#""operator":"~","value":1"#, "unknown_operator"), (#""operator":1,"value":1"#, "wrong_type"),
    (#""reference":"user_id""#, "unknown_reference"),
    (#""reference":"ID_USER""#, "unknown_reference"),
    (#""reference":"attributes.""#, "unknown_reference"),
    (#""reference":"attributes""#, "unknown_reference"), (#""reference":1"#, "wrong_type"),
    (#""operator":"in","reference":"id_user""#, "wrong_operand"),
    (#""operator":"not in","reference":"today""#, "wrong_operand"),
    (#""operator":">","reference":"teams""#, "wrong_operand"),
    (#""operator":"like","reference":"teams""#, "wrong_operand"),
    (#""operator":"between","reference":"now""#, "wrong_operand"),
    (#""vlaue":1"#, "unknown_key"), (#""value":1,"or":[]"#, "mixed_group"),
  ]

  @Test(arguments: wrongOperands)
  func `operands of the wrong shape`(text: String, codes: String) throws {
    for context in [ConditionParser.Context.profile, .request] {
      let result = try parse(#"{"field":"f","# + text + "}", context)
      #expect(result.codes.joined(separator: ",") == codes)
    }
  }

  @Test(arguments: [
    ("1", "wrong_type"), ("[]", "wrong_type"), ("{}", "required_key,missing_operand"),
    (#"{"value":1}"#, "required_key"), (#"{"field":1,"value":1}"#, "wrong_type"),
    (#"{"feild":"a","value":1}"#, "unknown_key"),
    (#"{"or":{}}"#, "wrong_type"), (#"{"not":[]}"#, "wrong_type"),
    (#"{"not":{}}"#, "required_key,missing_operand"),
    (#"{"and":[1,2]}"#, "wrong_type,wrong_type"),
    (#"{"or":[],"and":[]}"#, "mixed_group"),
    (#"{"not":{"field":"a","value":1},"x":1}"#, "unknown_key"),
  ])
  func `things that are not conditions`(text: String, codes: String) throws {
    for context in [ConditionParser.Context.profile, .request] {
      #expect(try parse(text, context).codes.joined(separator: ",") == codes)
    }
  }

  @Test func `groups nest`() throws {
    let text = #"""
      {"or":[{"field":"a","value":1},{"and":[{"not":{"field":"b","value":2}},{"field":"c","operator":"is null"}]}]}
      """#
    #expect(try parse(text).condition?.outline == "or(a and(not(b) c))")
  }

  @Test(arguments: [("or", "or()"), ("and", "and()")])
  func `an empty group is a mistake in a profile and a value in a request`(
    key: String, outline: String
  ) throws {
    #expect(try parse("{\"\(key)\":[]}", .profile).codes == ["empty_group"])
    #expect(try parse("{\"\(key)\":[]}", .request).condition?.outline == outline)
  }

  @Test func `the key type is for requests`() throws {
    func type(_ rest: String, _ context: ConditionParser.Context) throws -> (Operand?, [String]) {
      let result = try parse(#"{"field":"f",\#(rest)}"#, context)
      return (result.condition?.test?.operand.value, result.codes)
    }
    let list = #""operator":"in","value":"1,2","type":"list""#
    #expect(try type(list, .request).0 == .list(["1", "2"]))
    #expect(try type(list, .profile).1 == ["unknown_key"])
    #expect(try type(#""value":"1,2","type":"string""#, .request).0 == .value("1,2"))
    #expect(try type(#""value":"1,2","type":"list""#, .request).1 == ["wrong_operand"])
    #expect(
      try type(#""operator":"between","value":"1,2","type":"list""#, .request).0 == .range("1", "2")
    )
    #expect(try type(#""operator":"in","value":[1],"type":"list""#, .request).0 == .list([1]))
    #expect(try type(#""value":1,"type":1"#, .request).1 == ["wrong_type"])
  }

  @Test func `each limit has its own error`() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: #"{"not":"#, count: depth) + #"{"field":"a","value":1}"#
        + String(repeating: "}", count: depth)
    }
    #expect(try parse(nested(Condition.nestingLimit)).codes == [])
    #expect(try parse(nested(Condition.nestingLimit + 1)).codes == ["nesting_limit"])
    func list(_ count: Int) -> String {
      let values = Array(repeating: "1", count: count).joined(separator: ",")
      return #"{"field":"a","operator":"in","value":[\#(values)]}"#
    }
    #expect(try parse(list(Condition.listLimit)).codes == [])
    #expect(try parse(list(Condition.listLimit + 1)).codes == ["list_limit"])
  }

  @Test func `every part knows its place`() throws {
    let text = #"{"not":{"field":"a","operator":"in","value":[1]}}"#
    let condition = try #require(try parse(text).condition)
    guard case .not(let inner) = condition.content else { throw IsNotNot() }
    func written(_ range: Range<Int>?) -> String? {
      range.map { String(decoding: Array(text.utf8)[$0], as: UTF8.self) }
    }
    #expect(written(condition.range) == text)
    #expect(written(inner.range) == #"{"field":"a","operator":"in","value":[1]}"#)
    #expect(written(inner.test?.field.range) == "\"a\"")
    #expect(written(inner.test?.operator.range) == "\"in\"")
    #expect(written(inner.test?.operand.range) == "[1]")
  }

  private struct IsNotNot: Error {}

  @Test(arguments: [
    (#"{"field":"a","operator":"betwen","value":[1,2]}"#, #"did you mean "between"?"#),
    (#"{"field":"a","reference":"id_usr"}"#, #"did you mean "id_user"?"#),
    (#"{"feild":"a","value":1}"#, #"did you mean "field"?"#),
    (#"{"field":"a","value":[1]}"#, #"for one of several, use "in""#),
    (#"{"field":"a","operator":"like","value":5}"#, #"write "5""#),
    (#"{"field":"a","operator":"in","reference":"id_user"}"#, #"use "==""#),
  ])
  func `hints say what would be right`(text: String, hint: String) throws {
    let tree = try JSONReader.read(SourceDocument(name: "test", text: text), as: .strict)
    var diagnostics = DiagnosticCollector()
    _ = ConditionParser(.profile).condition(tree, reporting: &diagnostics)
    #expect(diagnostics.list.map(\.hint) == [hint])
  }

  @Test(arguments: Reference.names + ["attributes.region", "attributes.\u{301}x", "attributes. "])
  func `a reference's name can be parsed again`(name: String) throws {
    let reference = try #require(Reference(named: name))
    #expect(Array(reference.description.utf8) == Array(name.utf8))
  }
}
