"""A client of `rowscope serve`. Python 3.9 or later, standard library only: copy this one file.

    from rowscope import Rowscope

    with Rowscope.start("SampleData", user="Bia Fontes") as desk:
        for task in desk.records("tasks", select=["id", "title"]):
            print(task["title"])

`Rowscope.start` runs a `rowscope serve` of its own, `Rowscope.connect` uses one that listens. A
client may be used by any number of threads at once. Where the connection is lost it makes another,
and asks again what only reads.
"""

from __future__ import annotations

import datetime
import decimal
import itertools
import json
import pathlib
import socket
import subprocess
import threading
import time
import uuid
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass
from typing import Any, BinaryIO, Callable, Dict, Iterator, List, Mapping, Optional, Sequence, Union

Value = Union[None, bool, int, float, str]
Record = Dict[str, Any]
# The primary key: its value, or a value for each of its fields.
Key = Union[int, str, float, Sequence[Union[int, str, float, None]]]
# {"field": "priority", "operator": ">=", "value": 3}, or a group such as {"or": [...]}
Condition = Mapping[str, Any]
# A field, a path to one, or a list of related records: {"path": "comments", "select": ["text"]}
Selection = Union[str, Mapping[str, Any]]

_LONGEST_LINE = 8 << 20


class RowscopeError(Exception):
    """An answer that is an error. `code` is for programs, `message` for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class ConnectionLost(ConnectionError):
    """The service is gone. A change that was under way was made or was not: `was_sent`."""

    def __init__(self, message: str, was_sent: bool = True) -> None:
        super().__init__(message)
        self.was_sent = was_sent


@dataclass(frozen=True)
class Page:
    """Records or groups, and what the answer says beside them."""

    items: List[Record]
    has_more: bool = False
    # The cursor of the page after this one, where there is more.
    next: Optional[str] = None
    # How many there are in all, where that was asked for, and whether that is exact.
    count: Optional[int] = None
    count_is_exact: bool = True
    # For each item, where that was asked for: ["edit", "delete"].
    may: Optional[List[List[str]]] = None
    # For each item, the fields that are not written in it, where that differs.
    readonly: Optional[List[List[str]]] = None
    # For each item, the fields that it does not show, where one shows less than another.
    hidden: Optional[List[List[str]]] = None
    scope: Optional[str] = None
    # Of a summary: how many values each column left out.
    skipped: Any = None

    def __iter__(self) -> Iterator[Record]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def to_pandas(self) -> Any:
        """A `pandas.DataFrame`."""
        return _pandas(self.items)

    def to_polars(self) -> Any:
        """A `polars.DataFrame`."""
        return _polars(self.items)


class Records:
    """The records of a list, page by page, each iteration from the beginning."""

    def __init__(self, page: Callable[[Optional[str]], Page]) -> None:
        self._page = page

    def __iter__(self) -> Iterator[Record]:
        after: Optional[str] = None
        while True:
            page = self._page(after)
            yield from page.items
            if not page.has_more:
                return
            after = page.next

    def to_list(self) -> List[Record]:
        return list(self)

    def to_pandas(self) -> Any:
        """A `pandas.DataFrame` of all records."""
        return _pandas(self.to_list())

    def to_polars(self) -> Any:
        """A `polars.DataFrame` of all records."""
        return _polars(self.to_list())


class Rowscope:
    """What one user may see and do. Made by `start` or `connect`."""

    def __init__(self, link: _Link, user: Optional[Union[int, str]] = None) -> None:
        self._link = link
        self._user = user

    @classmethod
    def start(
        cls, workspace: Union[str, pathlib.Path], *, user: Optional[Union[int, str]] = None,
        command: str = "rowscope", writable: bool = False, options: Sequence[str] = (),
        timeout: Optional[float] = 60,
    ) -> Rowscope:
        """Runs `rowscope serve` for a workspace, until `close`.

        `user` is the id or the whole name of one of its users; `as_user` gives other users the same
        process. A request that takes longer than `timeout` seconds is a `TimeoutError`.
        """
        words = [command, "serve", "--workspace", str(workspace), "--quiet", *options]
        if writable:
            words.append("--writable")
        link = _Link(lambda _: _start(words), timeout)
        link.open()
        return cls(link, user)

    @classmethod
    def connect(
        cls, address: str, *, user: Optional[Union[int, str]] = None,
        secret: Optional[str] = None, secret_file: Union[None, str, pathlib.Path] = None,
        narrowed_by: Union[None, str, Sequence[str]] = None, timeout: Optional[float] = 60,
    ) -> Rowscope:
        """Connects to `rowscope serve --listen`, at unix:PATH or tcp:127.0.0.1:PORT.

        Without `user`, requests are made by `as_user`, which `--trust naming` allows.
        """

        def first_line() -> Dict[str, Any]:
            line: Dict[str, Any] = {} if user is None else {"as": user}
            if narrowed_by is not None:
                line["narrowed_by"] = narrowed_by
            if secret_file is not None:
                line["secret"] = pathlib.Path(secret_file).read_text("utf-8").rstrip("\r\n")
            elif secret is not None:
                line["secret"] = secret
            return line

        link = _Link(lambda seconds: _connect(address, first_line(), seconds), timeout)
        client = cls(link)
        link.open()
        return client

    def as_user(self, user: Union[int, str]) -> Rowscope:
        """The same connection for another user. Closing one closes both."""
        return Rowscope(self._link, user)

    def close(self) -> None:
        self._link.close()

    def __enter__(self) -> Rowscope:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Reading

    def list(
        self, table: str, *, select: Optional[Sequence[Selection]] = None,
        filters: Optional[Sequence[Condition]] = None, operator: Optional[str] = None,
        search: Optional[str] = None, sort: Optional[str] = None, size: Optional[int] = None,
        page: Optional[int] = None, after: Optional[str] = None, count: Optional[str] = None,
        may: bool = False, scope: bool = False,
    ) -> Page:
        """One page of records."""
        return _page(self._ask("list", object_type=table, select=select, filters=filters,
                               operator=operator, search=search, sort=sort, size=size, page=page,
                               after=after, count=count, may=may or None, scope=scope or None))

    def records(self, table: str, *, size: int = 500, **request: Any) -> Records:
        """All records, fetched in pages of `size`. The keywords are those of `list`."""
        if "page" in request or "after" in request:
            raise ValueError("records() begins with the first page; list() takes page and after")
        return Records(lambda after: self.list(table, size=size, after=after, **request))

    def get(self, table: str, key: Key, *, select: Optional[Sequence[Selection]] = None) -> Record:
        """One record; `not_found` where the user does not reach it."""
        record: Record = self._ask("get", object_type=table, key=key, select=select)["item"]
        return record

    def count(
        self, table: str, *, filters: Optional[Sequence[Condition]] = None,
        operator: Optional[str] = None, search: Optional[str] = None,
    ) -> int:
        """How many records there are. Exact."""
        value: int = self._ask("count", object_type=table, filters=filters, operator=operator,
                               search=search)["count"]["value"]
        return value

    def summarize(
        self, table: str, *, group_by: Sequence[Selection] = (),
        aggregates: Optional[Sequence[Selection]] = None,
        filters: Optional[Sequence[Condition]] = None, operator: Optional[str] = None,
        search: Optional[str] = None, sort: Optional[str] = None, size: Optional[int] = None,
        page: Optional[int] = None, after: Optional[str] = None,
    ) -> Page:
        """Groups of records: group_by=["status"], aggregates=["count", {"function": "sum", …}]."""
        return _page(self._ask("summarize", object_type=table, group_by=[*group_by],
                               aggregates=aggregates, filters=filters, operator=operator,
                               search=search, sort=sort, size=size, page=page, after=after))

    def may(self, table: str, key: Key) -> List[str]:
        """What the user may do with a record beyond seeing it: "edit", "delete"."""
        acts: List[str] = self._ask("may", object_type=table, key=key)["may"]
        return acts

    def access(self, table: Optional[str] = None) -> List[Record]:
        """The tables that the user sees, or one, with their fields and the user's rights."""
        tables: List[Record] = self._ask("access", object_type=table)["tables"]
        return tables

    def menu(self) -> Record:
        """The menu, the pages and the dashboards that the user can open."""
        return self._ask("menu")

    # Writing

    def create(
        self, table: str, values: Mapping[str, Any], *, select: Optional[Sequence[str]] = None,
    ) -> Optional[Record]:
        """Adds a record; None where the user does not reach the new record."""
        record: Optional[Record] = self._ask("create", object_type=table, values=values,
                                             select=select)["item"]
        return record

    def update(
        self, table: str, key: Key, values: Mapping[str, Any], *,
        if_unchanged: Optional[Mapping[str, Any]] = None, select: Optional[Sequence[str]] = None,
    ) -> Optional[Record]:
        """Changes a record; None where the user does not reach it any more."""
        record: Optional[Record] = self._ask("update", object_type=table, key=key, values=values,
                                             if_unchanged=if_unchanged, select=select)["item"]
        return record

    def update_all(
        self, table: str, values: Mapping[str, Any], *,
        filters: Optional[Sequence[Condition]] = None, operator: Optional[str] = None,
        search: Optional[str] = None, everything: bool = False,
        if_unchanged: Optional[Mapping[str, Any]] = None, select: Optional[Sequence[str]] = None,
    ) -> Page:
        """Changes the records that match, or `everything`; `count` says how many."""
        return _page(self._ask("update", object_type=table, values=values, filters=filters,
                               operator=operator, search=search, all=everything or None,
                               if_unchanged=if_unchanged, select=select))

    def delete(
        self, table: str, key: Key, *, if_unchanged: Optional[Mapping[str, Any]] = None,
    ) -> int:
        """Deletes a record. 0 where a trigger of the database kept it."""
        deleted: int = self._ask("delete", object_type=table, key=key,
                                 if_unchanged=if_unchanged)["deleted"]
        return deleted

    def delete_all(
        self, table: str, *, filters: Optional[Sequence[Condition]] = None,
        operator: Optional[str] = None, search: Optional[str] = None, everything: bool = False,
        if_unchanged: Optional[Mapping[str, Any]] = None,
    ) -> int:
        """Deletes the records that match, or `everything`, and says how many."""
        deleted: int = self._ask("delete", object_type=table, filters=filters, operator=operator,
                                 search=search, all=everything or None,
                                 if_unchanged=if_unchanged)["deleted"]
        return deleted

    def _ask(self, act: str, **keys: Any) -> Dict[str, Any]:
        request = {"do": act, **{key: value for key, value in keys.items() if value is not None}}
        if self._user is not None:
            request["as"] = self._user
        return self._link.ask(request, is_read=act not in ("create", "update", "delete"))


def _page(data: Dict[str, Any]) -> Page:
    count = data.get("count") or {}
    names = ("next", "may", "readonly", "hidden", "scope", "skipped")
    return Page(items=data["items"], has_more=data.get("has_more", False),
                count=count.get("value"), count_is_exact=count.get("exact", True),
                **{name: data.get(name) for name in names})


def _pandas(records: List[Record]) -> Any:
    try:
        import pandas
    except ImportError:
        raise ImportError("to_pandas needs pandas: pip install pandas") from None
    return pandas.DataFrame.from_records(records)


def _polars(records: List[Record]) -> Any:
    try:
        import polars
    except ImportError:
        raise ImportError("to_polars needs polars: pip install polars") from None
    # The type of a column is that of all its values, not of the first hundred.
    return polars.DataFrame(records, infer_schema_length=None)


def _plain(value: Any) -> Any:
    """Values of the standard library as Rowscope takes them."""
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ")
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, (decimal.Decimal, uuid.UUID)):
        return str(value)
    raise TypeError(f"a request cannot hold a {type(value).__name__}")


# Connections


class _Link:
    """The connection of a client, made anew where it is lost."""

    def __init__(self, make: Callable[[Optional[float]], _Connection],
                 timeout: Optional[float]) -> None:
        self._make = make
        self._timeout = timeout
        self._lock = threading.Lock()
        self._connection: Optional[_Connection] = None
        self._was_open = False
        self._is_closed = False

    def open(self) -> None:
        self._current(self._deadline())

    def close(self) -> None:
        with self._lock:
            self._is_closed = True
            connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def ask(self, request: Dict[str, Any], is_read: bool) -> Dict[str, Any]:
        deadline = self._deadline()
        for attempt in itertools.count(1):
            connection = self._current(deadline)
            try:
                return connection.ask(request, _left(deadline))
            except ConnectionLost as lost:
                with self._lock:
                    if self._connection is connection:
                        self._connection = None
                    is_closed = self._is_closed
                connection.close()
                # A change that was sent may have been made.
                if is_closed or attempt == 3 or lost.was_sent and not is_read:
                    raise
        raise AssertionError

    def _deadline(self) -> Optional[float]:
        return None if self._timeout is None else time.monotonic() + self._timeout

    def _current(self, deadline: Optional[float]) -> _Connection:
        pause = 0.01
        with self._lock:
            while True:
                if self._is_closed:
                    raise ConnectionLost("the client is closed")
                if self._connection is not None and not self._connection.is_lost:
                    return self._connection
                if self._connection is not None:
                    self._connection.close()
                    self._connection = None
                try:
                    self._connection = self._make(_left(deadline))
                    self._was_open = True
                    return self._connection
                except OSError:
                    # A service that was there may be starting again.
                    if not self._was_open or _left(deadline) == 0:
                        raise
                time.sleep(pause)
                pause = min(2 * pause, 0.5)


def _left(deadline: Optional[float]) -> Optional[float]:
    return None if deadline is None else max(0, deadline - time.monotonic())


class _Connection:
    """Requests by their ids, and a thread that reads the answers."""

    def __init__(self, answers: BinaryIO, send: Callable[[bytes], object],
                 end: Callable[[], object]) -> None:
        self._answers = answers
        self._send = send
        self._end = end
        self._ids = itertools.count(1)
        self._lock = threading.Lock()
        self._sending = threading.Lock()
        self._waiting: Dict[int, Future[Dict[str, Any]]] = {}
        self.is_lost = False
        threading.Thread(target=self._read, daemon=True, name="rowscope").start()

    def ask(self, request: Dict[str, Any], seconds: Optional[float]) -> Dict[str, Any]:
        answer: Future[Dict[str, Any]] = Future()
        number = next(self._ids)
        # json.dumps writes a line feed in a text as \n, so a request is always one line.
        line = json.dumps({"id": number, **request}, allow_nan=False, default=_plain).encode()
        if len(line) > _LONGEST_LINE:
            raise ValueError(f"a request of {len(line)} bytes is longer than {_LONGEST_LINE}")
        with self._lock:
            if self.is_lost:
                raise ConnectionLost("the connection to rowscope is lost", was_sent=False)
            self._waiting[number] = answer
        try:
            with self._sending:
                self._send(line + b"\n")
            data = answer.result(seconds)
        except FutureTimeout:
            raise TimeoutError(f"no answer within {seconds:.0f} seconds") from None
        except (OSError, ValueError) as error:
            if isinstance(error, ConnectionLost):
                raise
            raise ConnectionLost("the connection to rowscope is lost") from error
        finally:
            with self._lock:
                self._waiting.pop(number, None)
        if "code" in data:
            raise RowscopeError(data["code"], data["message"])
        return data

    def _read(self) -> None:
        try:
            for line in self._answers:
                if not line.endswith(b"\n"):
                    break
                answer = json.loads(line)
                with self._lock:
                    waiting = self._waiting.get(answer.get("id"))
                if waiting is not None:
                    waiting.set_result(answer["data"])
        except (OSError, ValueError):
            pass
        self._answers.close()
        with self._lock:
            self.is_lost = True
            lost = list(self._waiting.values())
        for waiting in lost:
            if not waiting.done():
                waiting.set_exception(ConnectionLost("the connection to rowscope is lost"))

    def close(self) -> None:
        self._end()


def _start(words: Sequence[str]) -> _Connection:
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None and process.stdout is not None
    given = process.stdin

    def send(line: bytes) -> None:
        given.write(line)
        given.flush()

    def end() -> None:
        try:
            # The process ends when its input ends.
            given.close()
        except OSError:
            pass
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    try:
        # Its answer, an error, says that the service is there.
        send(b"{}\n")
        is_there = process.stdout.readline().endswith(b"\n")
    except OSError:
        is_there = False
    if not is_there:
        end()
        process.stdout.close()
        raise ConnectionLost(
            f"rowscope ended with {process.returncode}; its standard error says why")
    return _Connection(process.stdout, send, end)  # type: ignore[arg-type]


def _reach(connection: socket.socket, target: Any, seconds: Optional[float]) -> None:
    """Connects. A Unix socket says at once that its queue is full, where others wait."""
    end = None if seconds is None else time.monotonic() + seconds
    while True:
        try:
            return connection.connect(target)
        except BlockingIOError:
            if end is not None and time.monotonic() >= end:
                raise
            time.sleep(0.01)


def _connect(address: str, first: Dict[str, Any], seconds: Optional[float]) -> _Connection:
    kind, _, place = address.partition(":")
    if kind == "unix":
        connection = socket.socket(socket.AF_UNIX)
        target: Any = place
    elif kind == "tcp":
        connection = socket.socket(socket.AF_INET)
        host, _, port = place.rpartition(":")
        target = (host, int(port))
    else:
        raise ValueError(f"{address!r} is neither unix:PATH nor tcp:127.0.0.1:PORT")
    try:
        connection.settimeout(seconds)
        _reach(connection, target, seconds)
        connection.sendall(json.dumps(first).encode() + b"\n")
        answers = connection.makefile("rb")
        line = answers.readline()
        if not line:
            raise ConnectionLost("rowscope closed the connection at its first line")
        data = json.loads(line)["data"]
        if "code" in data:
            raise RowscopeError(data["code"], data["message"])
        connection.settimeout(None)
    except BaseException:
        connection.close()
        raise

    def end() -> None:
        try:
            # The thread that reads ends.
            connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        connection.close()

    return _Connection(answers, connection.sendall, end)
