import RecordFilter
import RecordStore
import RowscopeModel

/// A database's tables with a sample of each, for guessing what its columns mean.
struct SampledDatabase {
  /// The most records of a table that are looked at.
  static let sampleSize = 1_000

  let schema: Schema
  /// By table and field; empty for views.
  private(set) var samples: [[ColumnSample]]
  /// A record of the table of people, if there is one: the first user.
  private(set) var person: (id: Value, name: String?)?
  /// The fields whose sampled values are all keys of another table, by what they refer to.
  private(set) var references: [FieldReference: FieldReference] = [:]

  /// - Throws: errors of the database.
  init(_ connection: borrowing Connection) throws(StoreError) {
    schema = try connection.readSchema().schema
    samples = []
    for table in schema.tables {
      samples.append(table.kind == .table ? try Self.sample(table, connection) : [])
    }
    try findReferences(connection)
    try findPerson(connection)
  }

  private static func sample(
    _ table: Table, _ connection: borrowing Connection
  ) throws(StoreError) -> [ColumnSample] {
    var samples = Array(repeating: ColumnSample(), count: table.fields.count)
    let columns = table.fields.map { quoted($0.name.string) }.joined(separator: ", ")
    let statement = try connection.temporaryStatement(
      "SELECT \(columns) FROM \(quoted(table.name.string)) LIMIT \(sampleSize)", as: .unrestricted)
    for row in try statement.rows() {
      for (index, value) in row.enumerated() { samples[index].observe(value) }
    }
    return samples
  }

  /// Looks for the sampled values of fields in the keys that their names speak of.
  private mutating func findReferences(_ connection: borrowing Connection) throws(StoreError) {
    for (index, table) in schema.tables.enumerated() where table.kind == .table {
      let id = TableID(index)
      for field in table.fieldIndices {
        let isKey = table.relations.contains {
          $0.direction == .toParent && $0.pairs.contains { $0.near == field }
        }
        guard !isKey, samples[index][field.index].count > 0,
          let target = schema.likelyTarget(of: field, in: id)
        else { continue }
        let (near, far) = (Self.quoted(table[field].name.string), schema[target.table])
        let statement = try connection.temporaryStatement(
          """
          SELECT count(*) FROM (SELECT \(near) AS "value" FROM \(Self.quoted(table.name.string)) \
          LIMIT \(Self.sampleSize)) WHERE "value" NOT IN (SELECT \
          \(Self.quoted(far[target.field].name.string)) FROM \(Self.quoted(far.name.string)))
          """, as: .unrestricted)
        if try statement.rows().first?.first == 0 {
          references[FieldReference(id, field)] = target
        }
      }
    }
  }

  private mutating func findPerson(_ connection: borrowing Connection) throws(StoreError) {
    guard let people, let key = schema[people].primaryKey.first else { return }
    let table = schema[people]
    let words: [Name] = ["name", "full_name", "fullname", "username", "login", "email"]
    let name = words.lazy.compactMap { table.fieldID(named: $0.string) }.first
    let columns = [key, name ?? key].map { Self.quoted(table[$0].name.string) }
    let statement = try connection.temporaryStatement(
      "SELECT \(columns.joined(separator: ", ")) FROM \(Self.quoted(table.name.string)) "
        + "ORDER BY 1 LIMIT 1", as: .unrestricted)
    guard let row = try statement.rows().first else { return }
    switch row[0] {
    case .integer, .text: person = (row[0], name == nil ? nil : row[1].text)
    case .null, .real, .blob: break
    }
  }

  /// The table of people, by its name.
  var people: TableID? {
    let words: Set<String> = [
      "user", "users", "employee", "employees", "people", "person", "members", "member", "staff",
    ]
    return schema.tables.indices.map { TableID($0) }.first { id in
      let table = schema[id]
      return table.kind == .table && table.primaryKey.count == 1
        && table.name.string.nameWords.last.map(words.contains) == true
    }
  }

  /// What a field refers to: by a foreign key, or by its values.
  func target(of field: FieldID, in table: TableID) -> FieldReference? {
    let key = schema[table].relations.first {
      $0.direction == .toParent && $0.pairs.count == 1 && $0.pairs[0].near == field
    }
    if let key { return FieldReference(key.table, key.pairs[0].far) }
    return references[FieldReference(table, field)]
  }

  private static func quoted(_ name: String) -> String {
    name.quoted(by: "\"")
  }
}
