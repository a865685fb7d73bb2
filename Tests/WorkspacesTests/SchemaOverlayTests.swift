import AccessProfiles
import Documents
import FoundationEssentials
import RecordFilter
import RecordStore
import RowscopeModel
import TestSupport
import Testing
import Workspaces

@Suite struct SchemaOverlayTests {
  private func field(_ name: Name, _ type: String = "INTEGER") -> Field {
    Field(name: name, declaredType: type, affinity: Affinity(declaredType: type))
  }

  /// tasks → clients, tasks → people (owner), people → people (boss); watchers and lines by
  /// composite keys.
  private var base: Schema {
    func key(_ near: Int, _ far: Int) -> [ColumnPair] {
      [ColumnPair(near: FieldID(near), far: FieldID(far))]
    }
    let tasks = Table(
      name: "tasks",
      fields: [
        field("id"), field("title", "TEXT"), field("owner"), field("client"), field("due", "TEXT"),
        field("made", "INTEGER"), field("tags", "TEXT"), field("meta", "JSON"),
      ], primaryKey: [FieldID(0)],
      relations: [
        Relation(name: "client", table: TableID(1), direction: .toParent, pairs: key(3, 0))
      ])
    let clients = Table(
      name: "clients", fields: [field("id"), field("name", "TEXT")], primaryKey: [FieldID(0)],
      relations: [
        Relation(name: "tasks", table: TableID(0), direction: .toChildren, pairs: key(0, 3))
      ])
    let people = Table(
      name: "people", fields: [field("id"), field("boss"), field("deputy")],
      primaryKey: [FieldID(0)],
      relations: [
        Relation(name: "boss", table: TableID(2), direction: .toParent, pairs: key(1, 0)),
        Relation(name: "people", table: TableID(2), direction: .toChildren, pairs: key(0, 1)),
      ])
    let watchers = Table(
      name: "watchers", fields: [field("task"), field("user"), field("note", "TEXT")])
    let parts = Table(
      name: "parts", fields: [field("order"), field("line"), field("other")],
      primaryKey: [FieldID(0), FieldID(1)])
    let partTags = Table(
      name: "part_tags", fields: [field("o"), field("l"), field("tag", "TEXT")])
    return Schema(tables: [tasks, clients, people, watchers, parts, partTags])
  }

  private func apply(_ tables: String, to schema: Schema? = nil) throws(Diagnostics) -> Schema {
    let source = SourceDocument(
      name: "workspace.json", text: "{\"database\": \"a\", \"tables\": {\(tables)}}")
    let declared = try (schema ?? base).applying(WorkspaceDocument(document: source))
    if !declared.problems.isEmpty { throw Diagnostics(declared.problems, in: source) }
    return declared.schema
  }

  // MARK: What only CSV files need

  @Test(arguments: [
    #""tasks": {"primary_key": ["ID"]}"#, #""parts": {"primary_key": ["order", "line"]}"#,
    #""watchers": {"primary_key": []}"#,
    #""tasks": {"fields": {"title": {"column": "VARCHAR(20)"}, "id": {"column": "INT"}}}"#,
    #""tasks": {"null": ["NA"], "delimiter": ";"}"#,
  ])
  func `a key and a type that the database has are accepted`(tables: String) throws {
    #expect(try apply(tables) == base)
  }

  @Test(arguments: [
    (#""parts": {"primary_key": ["line", "order"]}"#, #"of the table "parts" is "order", "line""#),
    (#""tasks": {"primary_key": []}"#, #"of the table "tasks" is "id""#),
    (#""watchers": {"primary_key": ["task"]}"#, #""watchers" is declared nowhere"#),
    (#""tasks": {"fields": {"title": {"column": "INTEGER"}}}"#, #"the column "title" is TEXT"#),
    (#""tasks": {"fields": {"title": {"column": "TEXT COLLATE NOCASE"}}}"#, "is TEXT"),
  ])
  func `others are errors`(tables: String, message: String) throws {
    let error = try #require(throws: Diagnostics.self) { try apply(tables) }
    #expect(error.list.map(\.code.rawValue) == ["mismatched_field"])
    #expect(error.list[0].message.contains(message), "\(error.list[0].message)")
  }

  @Test func `a key with an unknown column is reported once`() throws {
    let error = try #require(throws: Diagnostics.self) {
      try apply(#""tasks": {"primary_key": ["idd"]}"#)
    }
    #expect(error.list.map(\.code.rawValue) == ["unknown_field"])
  }

  // MARK: Hints

  @Test func `a relation to no table gets the form that would be right`() throws {
    let error = try #require(throws: Diagnostics.self) {
      try apply(#""tasks": {"fields": {"owner": {"type": "relation"}, "made": {"relation": "x"}}}"#)
    }
    #expect(
      error.list.map(\.hint) == [
        #"name the field of "x" that this one equals as well: "#
          + #"{"relation": {"table": "x", "field": "FIELD"}}"#
      ])
    let other = try #require(throws: Diagnostics.self) {
      try apply(#""tasks": {"fields": {"owner": {"type": "relation"}}}"#)
    }
    #expect(
      other.list.map(\.hint) == [
        "the database declares no foreign key; add the table and its field: "
          + #"{"relation": {"table": "people", "field": "id"}}"#
      ])
  }

  private func text(_ value: Value) -> String {
    if case .text(let text) = value { text.string } else { "" }
  }

  private func integer(_ value: Value) -> Int64 {
    if case .integer(let integer) = value { integer } else { 0 }
  }

  private func relations(_ schema: Schema, _ table: String) -> [String] {
    (schema.table(named: table)?.relations ?? []).map {
      "\($0.name) \($0.direction == .toParent ? "→" : "←") \(schema[$0.table].name)"
    }
  }

  @Test func `without declarations nothing changes`() throws {
    #expect(try apply("") == base)
  }

  @Test func `labels, owners, types and flags`() throws {
    let schema = try apply(
      """
      "Tasks": {"label": "To do", "owner_field": "Owner", "team_field": "watchers", "fields": {
        "owner": {"type": "user"}, "due": {"type": "date"},
        "made": {"type": "datetime", "encoding": "unix"}, "tags": {"type": "tags"},
        "meta": {"type": "multi"}, "title": {"developer": true},
        "watchers": {"type": "users", "link": {"table": "watchers", "record": "task",
          "member": "user"}}
      }}
      """)
    let tasks = try #require(schema.table(named: "tasks"))
    #expect(tasks.name.string == "tasks")
    #expect(tasks.label == "To do")
    #expect(tasks.ownerField == FieldID(2))
    #expect(tasks.teamField == FieldID(8))
    #expect(
      tasks.fields.map(\.kind) == [
        .unspecified, .unspecified, .user, .unspecified, .date(.iso), .datetime(.unix), .tags,
        .multi, .users,
      ])
    #expect(tasks.fields.map(\.isManyValued).suffix(4) == [false, true, true, true])
    #expect(tasks.fields.map(\.isDeveloper).prefix(3) == [false, true, false])
    #expect(tasks.fields[1].declaredType == "TEXT")
  }

  @Test func `a link names the record by its primary key`() throws {
    let schema = try apply(
      """
      "parts": {"fields": {
        "tags": {"link": {"table": "part_tags", "record": ["o", "l"], "member": "tag"}}}}
      """)
    let tags = try #require(schema.table(named: "parts")?.fields.last)
    #expect(tags.name == "tags")
    #expect(tags.kind == .multi)
    #expect(tags.affinity == .text)
    #expect(
      tags.storage
        == .link(
          Link(
            table: TableID(5),
            pairs: [
              ColumnPair(near: FieldID(0), far: FieldID(0)),
              ColumnPair(near: FieldID(1), far: FieldID(1)),
            ], member: FieldID(2))))
    #expect(tags.origins == Set((0...2).map { FieldReference(TableID(5), FieldID($0)) }))
  }

  @Test func `the sample's declarations fit its tables`() throws {
    let workspace = try WorkspaceContents.load(path: Checkout.sampleData)
    let connection = try Connection(.image(workspace.readCSVFolder()))
    let columns = try connection.statement(
      """
      SELECT t.name, c.name, c.type, c.pk
      FROM pragma_table_list AS t JOIN pragma_table_xinfo(t.name) AS c
      WHERE t.name NOT LIKE 'sqlite_%' ORDER BY t.name, c.cid
      """, as: .unrestricted
    ).rows()
    let tables = Dictionary(grouping: columns) { text($0[0]) }.map { name, columns in
      Table(
        name: Name(name), fields: columns.map { field(Name(text($0[1])), text($0[2])) },
        primaryKey: columns.indices.filter { columns[$0][3] != 0 }
          .sorted { integer(columns[$0][3]) < integer(columns[$1][3]) }.map { FieldID($0) })
    }
    let schema = try Schema(tables: tables.sorted { $0.name.string < $1.name.string })
      .applying(workspace.document).schema
    #expect(schema.tables.allSatisfy { $0.label != $0.name.string })
    let tasks = try #require(schema.table(named: "tasks"))
    #expect(tasks.fields.last?.name == "watchers")
    #expect(
      relations(schema, "tasks") == [
        "owner → employees", "team → teams", "client → clients", "comments ← comments",
        "reminders ← reminders", "task_watchers ← task_watchers",
      ])
    #expect(
      relations(schema, "employees").filter { $0.contains("on-call rota") } == [
        "on-call rota(1st) ← on-call rota", "on-call rota(2nd \"backup\") ← on-call rota",
      ])
  }

  // MARK: Relations

  @Test func `relations are named in both directions`() throws {
    let schema = try apply(
      """
      "tasks": {"fields": {"owner": {"relation": {"table": "people", "field": "id"}}}},
      "people": {"fields": {"deputy": {"relation": {"table": "people", "field": "id"}}}}
      """)
    #expect(relations(schema, "tasks") == ["owner → people", "client → clients"])
    #expect(relations(schema, "clients") == ["tasks ← tasks"])
    #expect(
      relations(schema, "people") == [
        "boss → people", "deputy → people", "tasks ← tasks", "people(boss) ← people",
        "people(deputy) ← people",
      ])
    let tasks = try #require(schema.table(named: "people")?.relations[2])
    #expect(tasks.pairs == [ColumnPair(near: FieldID(0), far: FieldID(2), key: .near)])
    #expect(schema.table(named: "tasks")?.fields[2].kind == .relation)
  }

  @Test func `a declared relation replaces the field's foreign key`() throws {
    let same = try apply(
      #""tasks": {"fields": {"client": {"relation": {"table": "clients", "field": "id"}}}}"#)
    #expect(relations(same, "tasks") == ["client → clients"])
    #expect(relations(same, "clients") == ["tasks ← tasks"])

    let other = try apply(
      #""tasks": {"fields": {"client": {"relation": {"table": "people", "field": "id"}}}}"#)
    #expect(relations(other, "tasks") == ["client → people"])
    #expect(relations(other, "clients") == [])
    #expect(relations(other, "people").contains("tasks ← tasks"))
  }

  @Test func `a composite relation has each of its fields that is in no other relation`() throws {
    let schema = try apply(
      """
      "part_tags": {"fields": {
        "o": {"relation": {"table": "parts", "fields": {"o": "order", "l": "line"}}},
        "l": {"relation": {"table": "tasks", "field": "id"}}}}
      """)
    #expect(relations(schema, "part_tags") == ["o → parts", "l → tasks"])
    #expect(relations(schema, "parts") == ["part_tags ← part_tags"])
    // Applying the declarations again changes nothing.
    #expect(try apply("", to: schema) == schema)

    let alone = try apply(
      """
      "part_tags": {"fields": {
        "o": {"relation": {"table": "parts", "fields": {"o": "order", "l": "line"}}},
        "l": {"relation": {"table": "parts", "fields": {"o": "order", "l": "line"}}}}}
      """)
    #expect(relations(alone, "part_tags") == ["o → parts", "l → parts"])
    #expect(relations(alone, "parts") == ["part_tags ← part_tags"])
  }

  @Test func `a relation's name comes before that of a table`() throws {
    let schema = Schema(tables: [
      Table(name: "orders", fields: [field("id"), field("invoices")]),
      Table(name: "invoices", fields: [field("id"), field("order")]),
    ])
    let declared = try apply(
      """
      "orders": {"fields": {"invoices": {"relation": {"table": "invoices", "field": "id"}}}},
      "invoices": {"fields": {"order": {"relation": {"table": "orders", "field": "id"}}}}
      """, to: schema)
    #expect(
      relations(declared, "orders") == ["invoices → invoices", "invoices(order) ← invoices"])
    #expect(relations(declared, "invoices") == ["order → orders", "orders ← orders"])
  }

  // MARK: Mistakes

  @Test func `all mistakes are reported at once`() throws {
    let error = try #require(throws: Diagnostics.self) {
      try apply(
        """

        "taks": {},
        "tasks": {"owner_field": "ownr", "primary_key": ["nr"], "fields": {
          "titel": {"relation": {"table": "clients", "field": "id"}},
          "owner": {"relation": {"table": "client", "field": "id"}},
          "client": {"relation": {"table": "clients", "field": "nr"}},
          "due": {"type": "date", "encoding": "unix"},
          "made": {"type": "date"},
          "id": {"type": "tags"},
          "title": {"type": "number"},
          "tags": {"type": "tags", "relation": {"table": "clients", "field": "id"}},
          "meta": {"link": {"table": "watchers", "record": "task", "member": "user"}},
          "w": {"link": {"table": "watchers", "record": "tsk", "member": "usr"}},
          "x": {"link": {"table": "watchers", "record": ["task", "note"], "member": "user"}}
        }},
        "watchers": {"fields": {
          "y": {"link": {"table": "part_tags", "record": "o", "member": "tag"}},
          "task": {"type": "relation"}
        }}
        """)
    }
    #expect(
      error.list.map { "\(error.source.position(of: $0.range.lowerBound).line) \($0.code)" } == [
        "2 unknown_table", "3 unknown_field", "3 unknown_field", "4 unknown_field",
        "5 unknown_table", "6 unknown_field", "7 mismatched_field", "8 mismatched_field",
        "9 mismatched_field", "12 field_exists",
        "13 unknown_field", "13 unknown_field", "14 mismatched_relation",
        "17 mismatched_relation", "18 mismatched_field",
      ])
    #expect(error.list[0].hint == "did you mean \"tasks\"?")
    #expect(error.list[1].hint == "did you mean \"owner\"?")
    #expect(
      error.description.contains(
        """
        workspace.json:7:39: error: the column "due" is TEXT, and this encoding is of numbers
            "due": {"type": "date", "encoding": "unix"},
                                                ^^^^^^
          leave it out where the column holds ISO text
        """))
  }

  @Test func `a computed column cannot hold a list`() throws {
    let schema = Schema(tables: [
      Table(
        name: "t",
        fields: [
          Field(
            name: "g", declaredType: "TEXT", affinity: .text, storage: .generatedColumn)
        ])
    ])
    let error = try #require(throws: Diagnostics.self) {
      try apply(#""t": {"fields": {"g": {"type": "tags"}}}"#, to: schema)
    }
    #expect(error.list.map(\.code.rawValue) == ["mismatched_field"])
    let text = try apply(#""t": {"fields": {"g": {"type": "date"}}}"#, to: schema)
    #expect(text.tables[0].fields[0].storage == .generatedColumn)
  }
}
