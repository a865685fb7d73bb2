// MARK: - Catalogs

extension HelpTopic {
  static let catalogKeys: [Section] = [
    Section(
      heading: "A catalog",
      text: "`rowscope catalog sqlite` and `rowscope catalog postgresql` print statements whose "
        + "answer is one.",
      rows: [
        ("catalog", "sqlite or postgresql; required"),
        ("statements", "of SQLite: [TEXT]: the statements that create tables, indexes and views"),
        ("schema", "of PostgreSQL: the schema that the tables are in"),
        ("encoding", "of PostgreSQL: that of the database, which must be UTF8"),
        ("tables", "of PostgreSQL: [TABLE]"),
      ]),
    Section(
      heading: "A table of a catalog",
      rows: [
        ("name", "its name"),
        ("kind", "table, view or parent, which others inherit from; only tables are used"),
        ("columns", "[COLUMN]"),
        ("primary_key", "[NAME]: the columns of the primary key; null for none"),
        ("foreign_keys", "[FOREIGN KEY]"),
        ("indexed", "[NAME]: the columns that an index begins with"),
      ]),
    Section(
      heading: "A column of a catalog",
      rows: [
        ("name", "its name"),
        ("type", "as PostgreSQL calls it, such as bigint or text"),
        ("not_null", "flag: it is never null; absent: it may be"),
        ("collation", "the name of its collation; null for none"),
        ("deterministic", "flag: the collation calls only the same bytes equal; absent: no"),
        ("by_bytes", "flag: the collation orders by bytes; absent: no"),
        ("enumeration", "where the type is one: its schema, name and labels"),
        ("schema", "in \"enumeration\": the type's schema"),
        ("labels", "in \"enumeration\": [TEXT]: the type's values"),
        ("generated_from", "[NAME]: the columns that a generated one is computed from"),
      ]),
    Section(
      heading: "A foreign key of a catalog",
      rows: [
        ("columns", "[NAME]: the columns that refer to the other table"),
        ("table", "the name of that table"),
        ("references", "[NAME]: its columns, in the same order"),
      ]),
  ]
}
