/// The databases whose tables a catalog can describe.
package enum CatalogKind: String, Sendable, Hashable, CaseIterable {
  case sqlite, postgresql
}

extension CatalogKind {
  /// The statement that gives the catalog of a database: one row with one text.
  package var statement: String {
    switch self {
    case .sqlite: Self.sqliteStatement
    case .postgresql: Self.postgreSQLStatement
    }
  }

  // What virtual tables keep their data in would otherwise be tables like any other.
  private static let sqliteStatement = """
    SELECT json_object('catalog', 'sqlite', 'statements', json_group_array(sql)) FROM (
      SELECT s.sql FROM sqlite_master AS s
      JOIN pragma_table_list AS l ON l.schema = 'main' AND l.name = s.tbl_name
      WHERE s.type IN ('table', 'view', 'index') AND s.sql IS NOT NULL
        AND l.type IN ('table', 'view') AND s.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
      ORDER BY s.rowid);

    """

  // The partitions of a table are not tables by themselves.
  private static let postgreSQLStatement = """
    SELECT json_build_object(
      'catalog', 'postgresql', 'schema', current_schema(),
      'encoding', current_setting('server_encoding'),
      'tables', (SELECT coalesce(json_agg(json_build_object(
        'name', t.relname,
        'kind', CASE WHEN t.relkind IN ('v', 'm') THEN 'view'
          WHEN t.relkind <> 'p' AND EXISTS (SELECT 1 FROM pg_inherits AS h
            WHERE h.inhparent = t.oid) THEN 'parent' ELSE 'table' END,
        'columns', (SELECT coalesce(json_agg(json_build_object(
          'name', a.attname, 'type', format_type(y.oid, NULL), 'not_null', a.attnotnull,
          'collation', c.collname, 'deterministic', coalesce(c.collisdeterministic, true),
          'by_bytes', coalesce(c.collcollate IN ('C', 'POSIX') OR c.collname = 'default'
            AND d.datlocprovider = 'c' AND d.datcollate IN ('C', 'POSIX'), false),
          'enumeration', CASE y.typtype WHEN 'e' THEN (
            SELECT json_build_object('schema', n.nspname, 'name', y.typname,
              'labels', coalesce(json_agg(e.enumlabel ORDER BY e.enumsortorder)
                FILTER (WHERE e.oid IS NOT NULL), '[]'))
            FROM pg_namespace AS n LEFT JOIN pg_enum AS e ON e.enumtypid = y.oid
            WHERE n.oid = y.typnamespace GROUP BY n.nspname) END,
          'generated_from', CASE WHEN a.attgenerated <> '' THEN (
            SELECT coalesce(json_agg(DISTINCT s.attname), '[]') FROM pg_attrdef AS f
            JOIN pg_depend AS p ON p.classid = 'pg_attrdef'::regclass AND p.objid = f.oid
              AND p.refclassid = 'pg_class'::regclass AND p.refobjid = t.oid
              AND p.refobjsubid <> a.attnum
            JOIN pg_attribute AS s ON s.attrelid = t.oid AND s.attnum = p.refobjsubid
              AND s.attnum > 0
            WHERE f.adrelid = t.oid AND f.adnum = a.attnum) END) ORDER BY a.attnum), '[]')
          FROM pg_attribute AS a
          JOIN pg_type AS b ON b.oid = a.atttypid
          JOIN pg_type AS y ON y.oid = CASE b.typtype WHEN 'd' THEN b.typbasetype ELSE b.oid END
          LEFT JOIN pg_collation AS c ON c.oid = a.attcollation
          WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped),
        'primary_key', (SELECT json_agg(a.attname ORDER BY k.place)
          FROM pg_constraint AS o, unnest(o.conkey) WITH ORDINALITY AS k (number, place)
          JOIN pg_attribute AS a ON a.attnum = k.number
          WHERE o.conrelid = t.oid AND o.contype = 'p' AND a.attrelid = t.oid),
        'foreign_keys', (SELECT coalesce(json_agg(json_build_object(
          'columns', (SELECT json_agg(a.attname ORDER BY k.place)
            FROM unnest(o.conkey) WITH ORDINALITY AS k (number, place)
            JOIN pg_attribute AS a ON a.attnum = k.number AND a.attrelid = t.oid),
          'table', far.relname,
          'references', (SELECT json_agg(a.attname ORDER BY k.place)
            FROM unnest(o.confkey) WITH ORDINALITY AS k (number, place)
            JOIN pg_attribute AS a ON a.attnum = k.number AND a.attrelid = far.oid))
            ORDER BY o.conname), '[]')
          FROM pg_constraint AS o JOIN pg_class AS far ON far.oid = o.confrelid
          WHERE o.conrelid = t.oid AND o.contype = 'f' AND o.conparentid = 0
            AND far.relnamespace = t.relnamespace AND NOT far.relispartition),
        'indexed', (SELECT coalesce(json_agg(DISTINCT a.attname), '[]') FROM pg_index AS i
          JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = i.indkey[0]
          JOIN pg_class AS x ON x.oid = i.indexrelid JOIN pg_am AS m ON m.oid = x.relam
          WHERE i.indrelid = t.oid AND i.indpred IS NULL AND i.indisvalid AND m.amname = 'btree')
        ) ORDER BY t.relname), '[]')
        FROM pg_class AS t JOIN pg_database AS d ON d.datname = current_database()
        WHERE t.relnamespace = quote_ident(current_schema())::regnamespace AND NOT t.relispartition
          AND t.relkind IN ('r', 'p', 'f', 'v', 'm')));

    """
}
