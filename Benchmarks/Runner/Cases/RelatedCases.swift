import Foundation
import RowscopeModel

extension Suite {
  /// Related records, in rules and in answers, compared with the best SQL by hand.
  static let related: [Entry] = [
    Entry(name: "related-answer", length: 0.02) { suite in
      let database = try suite.relatedDatabase()
      let request = #"""
        {"object_type": "tasks", "sort": "due desc", "size": 50, "select": ["id", "title",
          "client.name", "client.region.name", "owner.name",
          {"path": "comments", "select": ["text"], "sort": "id desc", "size": 3}]}
        """#
      let page = "FROM tasks ORDER BY due DESC, id LIMIT 51"
      // The keys of the page are at hand here, where an answer reads them from its first statement.
      let keys = try database.floor.text("SELECT json_group_array(id) FROM (SELECT id \(page))")
      let clients = try database.floor.text(
        "SELECT json_group_array(client) FROM (SELECT client \(page))")
      let owners = try database.floor.text(
        "SELECT json_group_array(owner) FROM (SELECT owner \(page))")
      let statements = [
        try database.floor.prepare("SELECT id, title, client, owner \(page)"),
        try database.floor.prepare(
          """
          SELECT clients.id, clients.name, regions.name FROM clients
          LEFT JOIN regions ON regions.id = clients.region
          WHERE clients.id IN (SELECT value FROM json_each(?))
          """, [.text(Text(clients))]),
        try database.floor.prepare(
          "SELECT id, name FROM people WHERE id IN (SELECT value FROM json_each(?))",
          [.text(Text(owners))]),
        try database.floor.prepare(
          """
          SELECT task, text FROM (SELECT task, text, id,
            row_number() OVER (PARTITION BY task ORDER BY id DESC) AS place FROM comments
            WHERE task IN (SELECT value FROM json_each(?))) WHERE place <= 4
          """, [.text(Text(keys))]),
      ]
      return Comparison(
        name: "related-answer",
        title: "50 tasks with their client, its region, their owner and the last three comments",
        contenders: [
          Contender("Rowscope", once: try database.answer(request, records: 50)),
          Contender("four statements by hand") {
            for statement in statements { _ = statement.read() }
            return Answer(records: 50)
          },
        ],
        goals: [
          .ratio(
            "whole answer in JSON ÷ four statements by hand", "Rowscope",
            by: "four statements by hand", must: 1.3, aim: 1.1)
        ])
    },
    Entry(name: "related-members", length: 0.05) { suite in
      try suite.rule(
        "related-members", "Count the projects of which I am an editor", "projects",
        #"""
        {"field": "members", "operator": "some", "where": [
          {"field": "person", "reference": "id_user"}, {"field": "role", "value": "editor"},
          {"field": "ended", "operator": "is null"}]}
        """#,
        """
        id IN (SELECT project FROM members WHERE person = 7 AND role = 'editor' AND ended IS NULL)
        """)
    },
    Entry(name: "related-comments", length: 0.05) { suite in
      try suite.rule(
        "related-comments", "Count the comments of my tasks", "comments",
        #"{"field": "task.owner", "reference": "id_user"}"#,
        "task IN (SELECT id FROM tasks WHERE owner = 7)")
    },
    Entry(name: "related-attributes", length: 0.05) { suite in
      try suite.rule(
        "related-attributes", "Count the tasks with an attribute of a value", "tasks",
        #"""
        {"field": "attributes", "operator": "some", "where": [
          {"field": "name", "value": "colour"}, {"field": "value", "value": "v7"}]}
        """#,
        "id IN (SELECT task FROM attributes WHERE name = 'colour' AND value = 'v7')")
    },
    Entry(name: "related-folders", length: 0.05) { suite in
      try suite.rule(
        "related-folders", "Count the documents in my folders and all below them", "documents",
        #"{"field": "folder", "operator": "is under", "reference": "attributes.folders"}"#,
        """
        folder IN (WITH RECURSIVE below (id) AS (VALUES (55), (705) UNION
          SELECT folders.id FROM below JOIN folders ON folders.parent = below.id)
          SELECT id FROM below)
        """)
    },
    Entry(name: "related-administrators", length: 0.05) { suite in
      try suite.rule(
        "related-administrators", "Count the accounts of organisations that I administer",
        "accounts", #"{"field": "organisation.administrators.person", "reference": "id_user"}"#,
        """
        organisation IN (SELECT id FROM organisations WHERE id IN
          (SELECT organisation FROM administrators WHERE person = 7))
        """)
    },
  ]

  /// The most tasks of these comparisons.
  static let relatedRows = 100_000

  private func relatedDatabase() throws -> RelatedDatabase {
    try RelatedDatabase(
      path: files.database(rows: min(rows, Self.relatedRows), .related).path)
  }

  private func rule(
    _ name: String, _ title: String, _ table: String, _ data: String, _ predicate: String
  ) throws -> Comparison {
    let database = try relatedDatabase()
    let floor = try database.floor.prepare("SELECT count(*) FROM \(table) WHERE \(predicate)")
    return Comparison(
      name: name, title: title,
      contenders: [
        Contender("Rowscope", once: try database.count(of: table, under: data)),
        Contender("SQL by hand") { floor.count() },
      ],
      goals: [
        .ratio("whole request ÷ SQL by hand", "Rowscope", by: "SQL by hand", must: 1.2, aim: 1.05)
      ])
  }
}
