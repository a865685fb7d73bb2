import RecordFilter
import RowscopeModel
import Testing

/// Which table a field's name speaks of.
@Suite struct LikelyTargetTests {
  private static func table(_ name: Name, key: String = "id", _ affinity: Affinity = .integer)
    -> Table
  {
    Table(
      name: name, fields: [Field(name: Name(key), affinity: affinity)], primaryKey: [FieldID(0)])
  }

  private func target(
    _ field: String, _ affinity: Affinity = .integer, among tables: [Table]
  ) -> String? {
    let own = Table(
      name: "tasks",
      fields: [
        Field(name: "id", affinity: .integer), Field(name: Name(field), affinity: affinity),
      ],
      primaryKey: [FieldID(0)])
    let schema = Schema(tables: [own] + tables)
    return schema.likelyTarget(of: FieldID(1), in: TableID(0)).map { found in
      "\(schema[found.table].name).\(schema[found.table][found.field].name)"
    }
  }

  @Test(
    arguments: [
      ("client", "clients.id"), ("client_id", "clients.id"), ("clientId", "clients.id"),
      ("ClientID", "clients.id"), ("id_client", "clients.id"), ("clientid", "clients.id"),
      ("main_client_id", "clients.id"), ("category", "shop_categories.id"),
      ("category_id", "shop_categories.id"), ("box", "boxes.id"),
      ("owner", "auth_user.id"), ("created_by", "auth_user.id"), ("user_id", "auth_user.id"),
      ("account_manager", "auth_user.id"), ("amount", nil), ("identity", nil), ("status", nil),
    ] as [(String, String?)])
  func `a name speaks of a table`(field: String, expected: String?) {
    let tables = [
      Self.table("clients"), Self.table("shop_categories"), Self.table("boxes"),
      Self.table("auth_user"),
    ]
    #expect(target(field, among: tables) == expected)
  }

  @Test func `a text does not refer to a number`() {
    #expect(target("client", .text, among: [Self.table("clients")]) == nil)
    #expect(
      target("client", .text, among: [Self.table("clients", key: "code", .text)]) == "clients.code")
  }

  @Test func `a table's own key refers to nothing`() {
    let schema = Schema(tables: [Self.table("users", key: "user_id"), Self.table("user")])
    #expect(schema.likelyTarget(of: FieldID(0), in: TableID(0)) == nil)
  }
}
