#!/usr/bin/env python3
"""Answers the questions of rowscope-benchmarks with a Python library.

usage: opponents.py sqlite3|duckdb|polars DATABASE CSV

Each line on standard input is a question: {"question": "q1-count", "times": 3}. Each line on
standard output is its answer: {"seconds": 0.004, "records": 612, "checksum": 0}, with the processor
seconds for all repetitions. The first line of output is {"ready": "duckdb 1.0"}, or
{"absent": "no module named duckdb"}.

Each library gets the data in the types that suit it best: short integers, dates as dates, and texts
with many duplicates as enumerations or categories. Each uses one thread.
"""

import json
import os
import struct
import sys
import time

OWNER = 7
PEOPLE = list(range(3, 1000, 5))
LOW, HIGH = 1000.0, 3000.0
NEEDLE = "needs version"
NINE = "id, title, owner, team, status, priority, client, amount, due_date"


def write_csv(database, path):
    """Writes the tasks as CSV, unless the file exists."""
    import csv
    import sqlite3

    if os.path.exists(path):
        return
    rows = sqlite3.connect(f"file:{database}?mode=ro", uri=True).execute("SELECT * FROM tasks")
    with open(path + ".unfinished", "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([column[0] for column in rows.description])
        writer.writerows(rows)
    os.rename(path + ".unfinished", path)


def checksum(rows):
    """The same checksum of the nine columns as in the other contenders."""
    total = 0
    for id, title, owner, team, status, priority, client, amount, due_date in rows:
        total += id + owner + team + priority + struct.unpack("<Q", struct.pack("<d", amount))[0]
        for text in (title, status, client, due_date):
            data = text.encode()
            total += len(data) + data[0]
    return total % 2**64


class SQLite:
    def __init__(self, database, _):
        import sqlite3

        self.name = f"Python {sys.version.split()[0]}, sqlite3 {sqlite3.sqlite_version}"
        self.database = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
        self.database.execute(f"PRAGMA mmap_size = {1 << 40}")

    def rows(self, where, values=()):
        return self.database.execute(f"SELECT {NINE} FROM tasks WHERE {where}", values).fetchall()

    def question(self, name):
        own = "owner = ? AND status <> 'Done'"
        if name == "own-count":
            query = f"SELECT count(*) FROM tasks WHERE {own}"
            return lambda: self.database.execute(query, (OWNER,)).fetchone()[0]
        if name == "own-fetch":
            return lambda: self.rows(own, (OWNER,))
        if name == "open-fetch":
            return lambda: self.rows("status <> 'Done'")


class DuckDB:
    def __init__(self, database, csv):
        import duckdb

        write_csv(database, csv)
        self.name = f"DuckDB {duckdb.__version__}"
        self.database = duckdb.connect()
        self.database.execute("SET threads = 1")
        source = (
            f"read_csv('{csv}', header = true, columns = {{'id': 'INTEGER', 'title': 'VARCHAR', "
            "'owner': 'SMALLINT', 'team': 'TINYINT', 'status': 'VARCHAR', 'priority': 'TINYINT', "
            "'client': 'VARCHAR', 'amount': 'DOUBLE', 'request_date': 'DATE', 'due_date': 'DATE', "
            "'note': 'VARCHAR'})"
        )
        for column in ("status", "client"):
            self.database.execute(
                f"CREATE TYPE {column}s AS ENUM (SELECT DISTINCT {column} FROM {source} ORDER BY 1)"
            )
        self.database.execute(
            "CREATE TABLE tasks AS SELECT id, title, owner, team, status::statuss AS status, "
            "priority, client::clients AS client, amount, request_date, due_date, note "
            f"FROM {source}"
        )

    def question(self, name):
        count = "SELECT count(*) FROM tasks WHERE "
        page = (
            "SELECT id, title, owner, team, status, priority, client, amount, due_date FROM tasks "
            "WHERE status <> 'Done' ORDER BY due_date, id LIMIT 50"
        )
        queries = {
            "own-count": f"{count} owner = {OWNER} AND status <> 'Done'",
            "group-count": f"{count} owner IN ({', '.join(map(str, PEOPLE))}) "
            f"AND amount BETWEEN {LOW} AND {HIGH}",
            "note-count": f"{count} contains(note, '{NEEDLE}')",
            "urgent-count": f"{count} status = 'Blocked' AND priority >= 4",
            "first-page": page,
            "deep-page": f"{page} OFFSET 10000",
        }
        if name in queries:
            query = queries[name]
            if name.endswith("count"):
                return lambda: self.database.execute(query).fetchone()[0]
            return lambda: self.database.execute(query).fetchall()


class Polars:
    def __init__(self, database, csv):
        os.environ["POLARS_MAX_THREADS"] = "1"
        import polars

        write_csv(database, csv)
        self.polars = polars
        self.name = f"polars {polars.__version__}"
        types = {
            "id": polars.Int32, "title": polars.String, "owner": polars.Int16, "team": polars.Int8,
            "status": polars.Categorical, "priority": polars.Int8, "client": polars.Categorical,
            "amount": polars.Float64, "request_date": polars.Date, "due_date": polars.Date,
            "note": polars.String,
        }
        self.tasks = polars.read_csv(csv, schema=types).rechunk()

    def question(self, name):
        column, tasks = self.polars.col, self.tasks
        people = self.polars.Series(PEOPLE, dtype=self.polars.Int16)
        filters = {
            "own-count": (column("owner") == OWNER) & (column("status") != "Done"),
            "group-count": column("owner").is_in(people.implode())
            & column("amount").is_between(LOW, HIGH),
            "note-count": column("note").str.contains(NEEDLE, literal=True),
            "urgent-count": (column("status") == "Blocked") & (column("priority") >= 4),
        }
        if name in filters:
            condition = filters[name]
            return lambda: tasks.lazy().select(condition.sum()).collect().item()
        nine = NINE.split(", ")
        opened = tasks.lazy().filter(column("status") != "Done")
        if name == "first-page":
            return lambda: opened.sort("due_date", "id").head(50).select(nine).collect().rows()
        if name == "deep-page":
            page = opened.sort("due_date", "id").slice(10000, 50).select(nine)
            return lambda: page.collect().rows()


def answer(result):
    if isinstance(result, int):
        return {"records": result}
    rows = [tuple(str(v) if hasattr(v, "isoformat") else v for v in row) for row in result]
    return {"records": len(rows), "checksum": checksum(rows)}


def main():
    library = {"sqlite3": SQLite, "duckdb": DuckDB, "polars": Polars}[sys.argv[1]]
    try:
        opponent = library(sys.argv[2], sys.argv[3])
    except ImportError as error:
        print(json.dumps({"absent": str(error)}), flush=True)
        return
    print(json.dumps({"ready": opponent.name}), flush=True)
    questions = {}
    for line in sys.stdin:
        request = json.loads(line)
        name, times = request["question"], request["times"]
        if name not in questions:
            run = opponent.question(name)
            # The result is converted once, outside the measured time.
            questions[name] = (run, answer(run()))
        run, found = questions[name]
        start = time.process_time()
        for _ in range(times):
            run()
        seconds = time.process_time() - start
        print(json.dumps({"seconds": seconds, **found}), flush=True)


if __name__ == "__main__":
    main()
