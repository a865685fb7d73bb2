#!/usr/bin/env python3
"""Tests of SampleData/rowscope.py, over a child process and over both kinds of sockets.

    ROWSCOPE=.build/debug/rowscope python3 Tests/Tools/Client/test_rowscope.py
"""

import datetime
import decimal
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import types
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "SampleData"))

from rowscope import ConnectionLost, Rowscope, RowscopeError  # noqa: E402

COMMAND = os.environ.get("ROWSCOPE", "rowscope")
WORKSPACE = ROOT / "SampleData"
BIA = "Bia Fontes"


class Service:
    """A `rowscope serve --listen` of a test."""

    def __init__(self, address, *options, workspace=WORKSPACE):
        self.process = subprocess.Popen(
            [COMMAND, "serve", "--workspace", str(workspace), "--listen", address, *options],
            stderr=subprocess.PIPE, text=True)
        line = self.process.stderr.readline()
        assert line.startswith("listening at "), line
        self.address = line[len("listening at "):].strip()
        # What it writes is not to fill the pipe.
        self.reader = threading.Thread(target=self.process.stderr.read, daemon=True)
        self.reader.start()

    def end(self, how=signal.SIGTERM):
        if self.process.returncode is not None:
            return
        self.process.send_signal(how)
        self.process.wait()
        self.reader.join()
        self.process.stderr.close()


class Reading:
    """What holds over every kind of connection; `self.desk` is Bia's."""

    def test_lists(self):
        page = self.desk.list(
            "tasks", select=["id", "priority"], sort="priority desc, id", size=2,
            filters=[{"field": "priority", "operator": ">=", "value": decimal.Decimal(4)}],
            count="exact", may=True, scope=True)
        self.assertEqual((len(page), page.count, page.count_is_exact), (2, 6, True))
        self.assertTrue(page.has_more and page.next and page.scope)
        self.assertEqual(page.may, [["edit"], ["edit"]])
        self.assertEqual([task["priority"] for task in page], [5, 5])
        due = [{"field": "due_date", "operator": "<", "value": datetime.date(2026, 6, 12)}]
        self.assertGreater(self.desk.count("tasks", filters=due), 0)

    def test_records_begin_with_the_first_page(self):
        for place in ({"page": 2}, {"after": "x"}):
            with self.assertRaises(ValueError):
                self.desk.records("tasks", **place)

    def test_records_are_all_pages(self):
        records = self.desk.records("tasks", select=["id"], size=5)
        ids = [task["id"] for task in records]
        self.assertEqual(len(ids), 17)
        self.assertEqual(ids, sorted(set(ids)))
        # Each iteration begins anew, and one may stop early.
        self.assertEqual([task["id"] for task in records], ids)
        self.assertEqual(next(iter(records))["id"], ids[0])
        self.assertEqual(self.desk.count("tasks"), 17)

    def test_single_records(self):
        self.assertEqual(
            self.desk.get("tasks", 35, select=["title"]), {"title": "Export for accountant"})
        self.assertEqual(self.desk.may("tasks", [35]), ["edit"])
        self.assertCode("not_found", self.desk.get, "tasks", 1)

    def test_summaries(self):
        page = self.desk.summarize(
            "tasks", group_by=["status"], aggregates=["count", {"function": "sum", "field": "amount"}])
        self.assertEqual(sum(group["count"] for group in page), 17)
        self.assertIn("sum_amount", page.items[0])

    def test_access_and_menu(self):
        tables = {table["name"]: table for table in self.desk.access()}
        self.assertIn("tasks", tables)
        self.assertNotIn("payables", tables)
        self.assertEqual(self.desk.access("tasks"), [tables["tasks"]])
        self.assertEqual(self.desk.menu()["pages"], ["handbook"])

    def test_errors(self):
        self.assertCode("unknown_field", self.desk.list, "tasks", select=["request_date"])
        self.assertCode("unknown_table", self.desk.list, "payables")
        self.assertCode("not_writable", self.desk.create, "tasks", {"title": "x"})
        # What is no JSON is known by its beginning.
        self.assertCode("lone_surrogate", self.desk.count, "tasks", search="\ud800")
        self.assertCode("number_out_of_range", self.desk.get, "tasks", 10 ** 400)
        with self.assertRaises(ValueError):
            self.desk.count("tasks", search=float("nan"))
        with self.assertRaises(ValueError):
            self.desk.count("tasks", search="x" * (9 << 20))
        with self.assertRaises(TypeError):
            self.desk.count("tasks", search=object())
        self.assertEqual(self.desk.count("tasks", search="\n"), 0)

    def test_threads_share_it(self):
        wrong = []

        def ask(number):
            for index in range(30):
                size = (number * 7 + index) % 17 + 1
                if len(self.desk.list("tasks", select=["id"], size=size)) != size:
                    wrong.append(size)

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(wrong, [])

    def test_frames(self):
        records = self.desk.records("tasks", select=["id"])
        pandas = types.ModuleType("pandas")
        pandas.DataFrame = types.SimpleNamespace(from_records=lambda records: records)
        polars = types.ModuleType("polars")
        polars.DataFrame = lambda records, infer_schema_length: records
        had = {name: sys.modules.get(name) for name in ("pandas", "polars")}
        try:
            sys.modules.update(pandas=pandas, polars=polars)
            self.assertEqual(len(records.to_pandas()), 17)
            self.assertEqual(len(records.to_polars()), 17)
            self.assertEqual(self.desk.list("tasks", size=2).to_pandas()[0]["id"], 35)
            # As where they are not installed.
            sys.modules.update(pandas=None, polars=None)
            for make in (records.to_pandas, records.to_polars):
                with self.assertRaisesRegex(ImportError, "pip install"):
                    make()
        finally:
            for name, module in had.items():
                sys.modules.pop(name)
                if module is not None:
                    sys.modules[name] = module

    def assertCode(self, code, ask, *words, **keys):
        with self.assertRaises(RowscopeError) as raised:
            ask(*words, **keys)
        self.assertEqual(raised.exception.code, code)
        self.assertTrue(raised.exception.message)


class ChildTests(Reading, unittest.TestCase):
    def setUp(self):
        self.desk = Rowscope.start(WORKSPACE, user=BIA, command=COMMAND)
        self.addCleanup(self.desk.close)

    def test_other_users_share_the_process(self):
        self.assertNotEqual(self.desk.as_user(2).count("tasks"), 17)
        self.assertEqual(self.desk.count("tasks"), 17)

    def test_a_dead_process_is_replaced(self):
        process = self.desk._link._connection._end.__closure__
        child = next(cell.cell_contents for cell in process
                     if isinstance(cell.cell_contents, subprocess.Popen))
        child.kill()
        child.wait()
        self.assertEqual(self.desk.count("tasks"), 17)

    def test_a_workspace_that_is_not_there_is_said_at_once(self):
        with self.assertRaisesRegex(ConnectionLost, "ended with 4"):
            with open(os.devnull, "w") as nowhere:
                former = os.dup(2)
                os.dup2(nowhere.fileno(), 2)
                try:
                    Rowscope.start("/nowhere", user=1, command=COMMAND)
                finally:
                    os.dup2(former, 2)
                    os.close(former)


class UnixTests(Reading, unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="rowscope-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.address = f"unix:{self.folder}/s"
        self.service = Service(self.address)
        self.addCleanup(lambda: self.service.end())
        self.desk = Rowscope.connect(self.address, user=BIA, timeout=20)
        self.addCleanup(self.desk.close)

    def test_reading_goes_on_when_the_service_is_restarted(self):
        for how in (signal.SIGTERM, signal.SIGKILL):
            self.service.end(how)

            def restart():
                self.service = Service(self.address)

            restarting = threading.Timer(0.3, restart)
            restarting.start()
            self.assertEqual(self.desk.count("tasks"), 17)
            restarting.join()

    def test_a_closed_client_asks_nothing(self):
        self.desk.close()
        with self.assertRaises(ConnectionLost):
            self.desk.count("tasks")

    def test_a_service_that_is_not_there_is_said_at_once(self):
        for address in (f"unix:{self.folder}/none", "tcp:127.0.0.1:1"):
            with self.assertRaises(OSError):
                Rowscope.connect(address, user=1)
        with self.assertRaises(ValueError):
            Rowscope.connect("http://127.0.0.1", user=1)
        self.assertCode("unknown_user", Rowscope.connect, self.address, user=99)

    def test_a_request_takes_no_longer_than_its_timeout(self):
        self.service.process.send_signal(signal.SIGSTOP)
        try:
            hasty = Rowscope(self.desk._link)
            hasty._link._timeout = 0.2
            with self.assertRaises(TimeoutError):
                hasty.count("tasks")
        finally:
            self.service.process.send_signal(signal.SIGCONT)
        hasty._link._timeout = 20
        self.assertEqual(hasty.count("tasks"), 17)


class TCPTests(Reading, unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="rowscope-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.secret = self.folder / "secret"
        self.secret.write_text("a secret of the tests\n")
        service = Service(
            "tcp:127.0.0.1:0", "--secret-file", str(self.secret), "--trust", "naming",
            "--trust", "narrowing")
        self.addCleanup(service.end)
        self.address = service.address
        self.desk = Rowscope.connect(self.address, user=BIA, secret_file=self.secret)
        self.addCleanup(self.desk.close)

    def test_who_may_connect(self):
        self.assertCode("denied", Rowscope.connect, self.address, user=BIA)
        self.assertCode("denied", Rowscope.connect, self.address, user=BIA, secret="no")
        with Rowscope.connect(self.address, secret="a secret of the tests") as everyone:
            self.assertEqual(everyone.as_user(BIA).count("tasks"), 17)
            self.assertCode("required_key", everyone.count, "tasks")
        with Rowscope.connect(self.address, user=BIA, secret_file=self.secret,
                              narrowed_by="finance") as narrow:
            self.assertEqual(narrow.count("tasks"), 14)


class WritingTests(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="rowscope-"))
        self.addCleanup(shutil.rmtree, self.folder)
        subprocess.run([COMMAND, "generate", "--rows", "100", str(self.folder / "desk.sqlite"),
                        "--quiet"], check=True)
        (self.folder / "workspace.json").write_text(
            '{"database": "desk.sqlite", "profiles": {"all": "all.json"},'
            ' "users": [{"id_user": 1, "profile": "all"}]}')
        (self.folder / "all.json").write_text(
            '{"tables_enabled": {"tasks": {"can_create": 1, "can_delete": 1}}}')
        self.desk = Rowscope.start(self.folder, user=1, command=COMMAND, writable=True)
        self.addCleanup(self.desk.close)

    def test_records_are_written(self):
        task = self.desk.create("tasks", {"title": "new", "due_date": datetime.date(2026, 1, 2)},
                                select=["id", "title", "due_date"])
        self.assertEqual(task["due_date"], "2026-01-02")
        key = task["id"]
        changed = self.desk.update("tasks", key, {"title": "old"}, select=["title"],
                                   if_unchanged={"title": "new"})
        self.assertEqual(changed, {"title": "old"})
        with self.assertRaises(RowscopeError) as raised:
            self.desk.update("tasks", key, {"title": "x"}, if_unchanged={"title": "new"})
        self.assertEqual(raised.exception.code, "conflict")
        same = [{"field": "id", "value": key}]
        page = self.desk.update_all("tasks", {"note": "seen"}, filters=same, select=["id", "note"])
        self.assertEqual((page.items, page.count), ([{"id": key, "note": "seen"}], 1))
        self.assertEqual(self.desk.delete("tasks", key), 1)
        with self.assertRaises(RowscopeError):
            self.desk.delete_all("tasks")
        self.assertEqual(self.desk.delete_all("tasks", everything=True), 100)
        self.assertEqual(self.desk.count("tasks"), 0)

    def test_a_change_is_not_asked_twice(self):
        link = self.desk._link
        connection = link._connection
        send, connection._send = connection._send, lambda line: None

        def lose():
            connection._send = send
            connection.close()

        threading.Timer(0.2, lose).start()
        with self.assertRaises(ConnectionLost) as raised:
            self.desk.create("tasks", {"title": "new"})
        self.assertTrue(raised.exception.was_sent)
        # It was not asked of a connection that was known to be lost.
        connection = link._current(None)
        connection.close()
        while not connection.is_lost:
            pass
        link._connection = connection
        self.assertIsNotNone(self.desk.create("tasks", {"title": "new"}))
        self.assertEqual(self.desk.count("tasks"), 101)


if __name__ == "__main__":
    unittest.main()
