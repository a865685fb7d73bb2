package import RecordFilter
package import RowscopeModel

/// The rows of link tables: one for each member of a many-valued field.
///
/// A link table may have further columns that are not part of the field. So the row of a member
/// that stays is not touched. Rows whose value cannot be a member (NULL, a blob) are not touched
/// either.
extension MutationCompiler {
  /// The key of the record whose members are changed: one value for each of the link's pairs.
  package typealias RecordKey = [Value]

  /// Adds a member unless the record already has it.
  ///
  /// `INSERT INTO "watchers" ("task", "user") SELECT ?, ? WHERE NOT EXISTS (SELECT 1 FROM
  /// "watchers" WHERE …)`
  package func insert(member: Value, of record: RecordKey, into link: Link) -> SQLStatement {
    var writer = SQLWriter()
    begin("INSERT", " INTO ", link.table, &writer)
    writer.write(" (")
    for column in link.pairs.map(\.far) {
      writer.identifier(schema[link.table][column].name.string)
      writer.write(", ")
    }
    writer.identifier(schema[link.table][link.member].name.string)
    writer.write(") SELECT ")
    for value in record {
      writer.bind(value)
      writer.write(", ")
    }
    writer.bind(member)
    writer.write(" WHERE NOT EXISTS (SELECT 1 FROM ")
    writer.identifier(schema[link.table].name.string)
    belongs(to: record, link, &writer)
    writer.write(" AND ")
    column(link.member, of: link, &writer)
    writer.write(" = ")
    writer.bind(member)
    writer.write(")")
    return writer.statement
  }

  /// Deletes the record's members that are not among these.
  package func deleteMembers(
    of record: RecordKey, except kept: [Value], from link: Link
  ) -> SQLStatement {
    var writer = SQLWriter()
    writer.write("DELETE FROM ")
    writer.identifier(schema[link.table].name.string)
    belongs(to: record, link, &writer)
    writer.write(" AND typeof(")
    column(link.member, of: link, &writer)
    writer.write(") NOT IN ('null', 'blob')")
    if !kept.isEmpty {
      writer.write(" AND ")
      column(link.member, of: link, &writer)
      writer.write(" NOT IN ")
      writer.bind(list: kept, in: schema[link.table][link.member].affinity)
    }
    return writer.statement
  }

  /// Deletes all of the record's rows, for a record that is deleted.
  package func deleteRows(of record: RecordKey, from link: Link) -> SQLStatement {
    var writer = SQLWriter()
    writer.write("DELETE FROM ")
    writer.identifier(schema[link.table].name.string)
    belongs(to: record, link, &writer)
    return writer.statement
  }

  /// Updates the key in the record's rows, for a record whose key changes.
  package func moveRows(
    of record: RecordKey, to key: RecordKey, in link: Link
  ) -> SQLStatement {
    var writer = SQLWriter()
    begin("UPDATE", " ", link.table, &writer)
    writer.write(" SET ")
    for (index, pair) in link.pairs.enumerated() {
      if index > 0 { writer.write(", ") }
      writer.identifier(schema[link.table][pair.far].name.string)
      writer.write(" = ")
      writer.bind(key[index])
    }
    belongs(to: record, link, &writer)
    return writer.statement
  }

  /// The record's members, without duplicates.
  package func members(of record: RecordKey, in link: Link) -> SQLStatement {
    var writer = SQLWriter()
    writer.write("SELECT DISTINCT ")
    column(link.member, of: link, &writer)
    writer.write(" FROM ")
    writer.identifier(schema[link.table].name.string)
    belongs(to: record, link, &writer)
    return writer.statement
  }

  private func belongs(to record: RecordKey, _ link: Link, _ writer: inout SQLWriter) {
    writer.write(" WHERE ")
    for (index, pair) in link.pairs.enumerated() {
      if index > 0 { writer.write(" AND ") }
      column(pair.far, of: link, &writer)
      writer.write(" = ")
      writer.bind(record[index])
    }
  }

  private func column(_ field: FieldID, of link: Link, _ writer: inout SQLWriter) {
    writer.identifier(schema[link.table].name.string)
    writer.write(".")
    writer.identifier(schema[link.table][field].name.string)
  }
}
