import TestSupport

/// A small database in which everything that can be hidden is hidden, and the profile that hides
/// it.
enum Helpdesk {
  /// Ana (7) reaches tasks 2, 3 and 5, without their `secret` and what derives from it, and clients
  /// outside the north.
  static let tables = """
    CREATE TABLE clients (id INTEGER PRIMARY KEY, name TEXT, region TEXT, secret TEXT);
    INSERT INTO clients VALUES (1, 'Ada', 'south', 's1'), (2, 'Bo', 'north', 's2'),
      (3, 'Cy', NULL, 's3');
    CREATE TABLE tasks (id INTEGER PRIMARY KEY, title TEXT, owner INTEGER, status TEXT,
      client INTEGER REFERENCES clients (id), secret TEXT,
      loud TEXT AS (upper(secret)), louder TEXT AS (loud || '!') STORED, due TEXT, tags TEXT);
    INSERT INTO tasks (id, title, owner, status, client, secret, due, tags) VALUES
      (1, 'one', 7, 'Done', 1, 'a', '2026-11-20', '[1,2]'),
      (2, 'two', 7, 'Doing', 2, 'b', NULL, '[2]'),
      (3, 'three', 7, NULL, 3, 'c', '2026-11-22T23:30:00-05:00', 'no array'),
      (4, 'four', 8, 'Doing', 1, 'd', '2026-11-22', NULL),
      (5, 'five 50%_', 7, 'Doing', NULL, 'e', '2026-11-23', '[]');
    CREATE TABLE payables (id INTEGER PRIMARY KEY, amount INTEGER);
    INSERT INTO payables VALUES (1, 100), (2, 200);
    """

  static let profile = """
    {"tables_enabled": {
       "tasks": {"data": [{"field": "owner", "reference": "id_user"},
         {"field": "status", "operator": "!=", "value": "Done"}],
         "fields_excluded": ["secret"]},
       "clients": {"data": [{"field": "region", "operator": "!=", "value": "north"}],
         "fields_excluded": ["secret"]},
       "payables": "*"},
     "tables_disabled": ["payables"]}
    """

  static func database() throws -> TemporaryDatabase { try TemporaryDatabase(tables) }
}
