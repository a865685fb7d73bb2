package import RowscopeModel

/// The columns of a PostgreSQL schema by their types.
package struct PostgreSQLColumns: Sendable, Hashable {
  /// The schema that the tables are in.
  package let schema: String
  /// By the names of tables and columns.
  package let types: [Name: [Name: PostgreSQLType]]

  package init(schema: String, types: [Name: [Name: PostgreSQLType]]) {
    self.schema = schema
    self.types = types
  }

  /// A table that the catalog lacks, and a column, have no type that a condition could compare.
  package func type(of field: Field, in table: Table) -> PostgreSQLType {
    types[table.name]?[field.name] ?? .other
  }
}
