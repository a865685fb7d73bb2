import Foundation
import RowscopeModel
import TestSupport
import Testing

@testable import Rowscope

/// What Jestor's clients for Python and PHP send: arguments by position, filters with a type and
/// with values as text, and the primary key as `id_TABLE`.
@Suite struct JestorClientTests {
  static let tables = """
    CREATE TABLE orders (id INTEGER PRIMARY KEY, title TEXT, total REAL, client INTEGER REFERENCES clients (id), due TEXT);
    CREATE TABLE clients (id INTEGER PRIMARY KEY, name TEXT);
    CREATE TABLE parts (id INTEGER PRIMARY KEY, id_parts TEXT);
    CREATE TABLE pairs (a INTEGER, b INTEGER, PRIMARY KEY (a, b));
    INSERT INTO clients VALUES (1, 'Ada'), (2, 'Bo');
    INSERT INTO orders VALUES (1, 'desk', 10.5, 1, '2026-11-20'), (2, '', 60, 2, NULL),
      (3, NULL, 100, 1, '2026-11-01'), (4, 'lamp', 9, NULL, '2026-11-22');
    INSERT INTO parts VALUES (1, 'x');
    INSERT INTO pairs VALUES (1, 2);
    """

  private func answer(
    _ request: String, profile: String = #"{"tables_enabled": {"*": "*"}}"#
  ) async throws -> String {
    let service = try TemporaryDatabase(Self.tables).service(profile)
    let answer = await service.answer(json: request.utf8, as: .ana)
    return String(decoding: answer.json, as: UTF8.self)
  }

  private func ids(_ filter: String) async throws -> String {
    let answer = try await answer(
      #"{"arguments": ["orders", [\#(filter)], 100, 1, null, ["id_orders"], "single", "AND"]}"#)
    return answer.replacing(#"{"data":{"items":["#, with: "")
      .replacing(#"],"has_more":false}}"#, with: "").replacing(#"{"id_orders":"#, with: "")
      .replacing("}", with: "")
  }

  @Test func aWholeCall() async throws {
    #expect(
      try await answer(
        #"""
        {"arguments": ["orders",
          [{"field": "total", "type": "number", "value": "60", "operator": "É maior ou igual a"}],
          1, 1, "total desc", ["id_orders", "title"], "single", "AND"]}
        """#
      ).hasPrefix(
        #"{"data":{"items":[{"id_orders":3,"title":null}],"has_more":true,"next":""#
      ))
  }

  @Test func valuesAreTexts() async throws {
    func filter(_ field: String, _ value: String, _ operation: String, _ type: String = "string")
      -> String
    {
      #"{"field": "\#(field)", "type": "\#(type)", "value": \#(value), "operator": "\#(operation)"}"#
    }
    #expect(try await ids(filter("id_orders", #""3""#, "É igual a")) == "3")
    #expect(try await ids(filter("total", #""60,100""#, "Está no intervalo")) == "2,3")
    #expect(try await ids(filter("title", #""""#, "Está vazio")) == "2,3")
    #expect(try await ids(filter("title", "null", "Está preenchido")) == "1,4")
    #expect(try await ids(filter("id_orders", #""1, 4""#, "Na lista", "list")) == "1,4")
    #expect(try await ids(filter("client.id_clients", #""1""#, "==")) == "1,3")
  }

  /// A condition without a type is written by hand: a value where none belongs is a mistake.
  @Test func withoutATypeNothingIsGuessed() async throws {
    for filter in [
      #"{"field": "title", "value": "", "operator": "is empty"}"#,
      #"{"field": "total", "value": "60,100", "operator": "between"}"#,
      #"{"field": "title", "type": "string", "value": "x", "operator": "is empty"}"#,
    ] {
      let answer = try await answer(#"{"object_type": "orders", "filters": [\#(filter)]}"#)
      #expect(answer.contains(#""code":""#), "\(filter)")
    }
  }

  /// Through a relation too, once and with what else is shown there.
  @Test(arguments: [
    (#"["client.id_clients"]"#, #"{"client":{"id_clients":1}}"#),
    (#"["client.ID_clients", "client.id"]"#, #"{"client":{"ID_clients":1,"id":1}}"#),
    (#"["client", "client.id_clients"]"#, #"{"client":{"id_clients":1}}"#),
    (#"["client.id"]"#, #"{"client":{"id":1}}"#),
  ])
  func aRelatedKeyHasTheClientsName(select: String, item: String) async throws {
    let found = try await answer(
      "{\"object_type\": \"orders\", \"select\": \(select), \"size\": 1}")
    #expect(found.hasPrefix("{\"data\":{\"items\":[\(item)]"), "\(found)")
  }

  @Test func nineArgumentsAreTooMany() async throws {
    let found = try await answer(
      #"{"arguments": ["orders", null, null, null, null, null, null, null, 1]}"#)
    #expect(found.contains("expected up to 8 arguments, found 9; they are object_type, filters"))
  }

  @Test func theKeyHasTheClientsName() async throws {
    let both = try await answer(
      #"{"object_type": "orders", "select": ["id_orders", "id"], "size": 1, "sort": "id_orders"}"#)
    #expect(both.hasPrefix(#"{"data":{"items":[{"id_orders":1,"id":1}]"#))
    let other = try await answer(
      #"{"object_type": "orders", "select": ["id", "id_orders"], "size": 1}"#)
    #expect(other.hasPrefix(#"{"data":{"items":[{"id":1,"id_orders":1}]"#))
    // A field of that name comes first, and a key of two fields has no such name.
    let own = try await answer(#"{"object_type": "parts", "select": ["id_parts"]}"#)
    #expect(own.contains(#"[{"id_parts":"x"}]"#))
    let pair = try await answer(#"{"object_type": "pairs", "select": ["id_pairs"]}"#)
    #expect(pair.contains("unknown_field"))
    // Where the key is hidden, so is that name: byte for byte the error of a field that is not there.
    let profile = #"{"tables_enabled": {"orders": {"fields_excluded": ["id"]}}}"#
    let hidden = try await answer(
      #"{"object_type": "orders", "select": ["id_orders"]}"#, profile: profile)
    let missing = try await answer(
      #"{"object_type": "orders", "select": ["id_ordera"]}"#, profile: profile)
    #expect(hidden.replacing("id_orders", with: "id_ordera") == missing)
  }
}
