import Workspaces

extension JSONSchema {
  static let catalog = object(
    [
      ("catalog", choice(CatalogKind.allCases.map(\.rawValue))), ("statements", list(of: text)),
      ("schema", text), ("encoding", text), ("tables", list(of: table)),
    ], required: ["catalog"], topic: .catalogs, "A catalog")

  private static let nothing = type("null")

  private static let table = object(
    [
      ("name", text), ("kind", choice(["table", "view", "parent"])), ("columns", list(of: column)),
      ("primary_key", either([list(of: text), nothing])), ("foreign_keys", list(of: foreignKey)),
      ("indexed", list(of: text)),
    ], required: ["name", "kind", "columns"], topic: .catalogs, "A table of a catalog")

  private static let column = object(
    [
      ("name", text), ("type", text), ("not_null", flag), ("collation", either([text, nothing])),
      ("deterministic", flag), ("by_bytes", flag), ("enumeration", either([enumeration, nothing])),
      ("generated_from", either([list(of: text), nothing])),
    ], required: ["name", "type"], topic: .catalogs, "A column of a catalog")

  private static let enumeration = object(
    [("schema", text), ("name", text), ("labels", list(of: text))],
    required: ["schema", "name", "labels"], topic: .catalogs, "A column of a catalog")

  private static let foreignKey = object(
    [("columns", list(of: text)), ("table", text), ("references", list(of: text))],
    required: ["columns", "table", "references"], topic: .catalogs, "A foreign key of a catalog")
}
