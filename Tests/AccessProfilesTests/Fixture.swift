import RecordFilter
import RowscopeModel
import Testing

@testable import AccessProfiles
@testable import Documents

/// A schema with a view, a generated column and a two-way relation.
enum Fixture {
  static let people = TableID(0)
  static let pay = TableID(1)
  static let directory = TableID(2)

  static let schema = Schema(tables: [
    Table(
      name: "people",
      fields: [
        Field(name: "id", affinity: .integer, isNullable: false),
        Field(name: "name", affinity: .text),
        Field(name: "team", affinity: .integer),
        Field(name: "salary", affinity: .real),
        Field(
          name: "monthly", affinity: .real, storage: .generatedColumn,
          origins: [FieldReference(people, FieldID(3))]),
        Field(name: "tags", affinity: .text, kind: .tags, storage: .jsonArray),
        Field(name: "born", affinity: .text, kind: .date(.iso)),
      ], primaryKey: [FieldID(0)],
      relations: [
        Relation(
          name: "pay", table: pay, direction: .toChildren,
          pairs: [ColumnPair(near: FieldID(0), far: FieldID(1))])
      ], ownerField: FieldID(0), teamField: FieldID(2)),
    Table(
      name: "pay",
      fields: [
        Field(name: "id", affinity: .integer, isNullable: false),
        Field(name: "person", affinity: .integer), Field(name: "amount", affinity: .real),
      ], primaryKey: [FieldID(0)],
      relations: [
        Relation(
          name: "person", table: people, direction: .toParent,
          pairs: [ColumnPair(near: FieldID(1), far: FieldID(0))])
      ]),
    Table(
      name: "directory", kind: .view,
      fields: [
        Field(name: "who", affinity: .text, origins: [FieldReference(people, FieldID(1))]),
        Field(
          name: "earns", affinity: .real,
          origins: [FieldReference(people, FieldID(4)), FieldReference(people, FieldID(3))]),
      ]),
  ])

  static func prepared(_ text: String) throws -> PreparedProfile {
    PreparedProfile(
      try Profile(document: SourceDocument(name: "profile.json", text: text)), schema: schema)
  }

  static func context(_ user: User = User(id: 7)) -> ReferenceContext {
    ReferenceContext(user: user, clock: RequestClock(now: 1_795_338_000))
  }

  /// The filter for one condition on people.
  static func rows(_ condition: String, _ user: User = User(id: 7)) throws -> RowAccess {
    let profile = try prepared(#"{"tables_enabled": {"people": {"data": [\#(condition)]}}}"#)
    #expect(profile.problems == [])
    return try #require(try profile.access(to: people, for: context(user))).rows
  }
}
