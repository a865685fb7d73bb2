#!/usr/bin/env python3
"""Measures how long `/ping` takes while clients of the same server search a million records.

    measure.py                 makes a database of a million tasks in a temporary folder, starts
                               the server, and measures for some 30 seconds
    measure.py --folder PATH   keeps the database there for the next time
    measure.py --clients 4 --seconds 10 --rows 100000

Build the server and the command first; with other paths, see --server and --rowscope:

    swift build -c release --product rowscope
    swift build -c release --package-path Benchmarks/Server

Exit 1 if the 99th percentile of `/ping` is 3 times that without clients, or more. Only the standard
library is used, and only the loopback device.
"""

import argparse
import http.client
import json
import multiprocessing
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
# Nothing serves this order, so every task is read and compared.
SEARCH = {"object_type": "tasks", "sort": "note desc", "size": 50}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def ask(connection, user, request):
    connection.request("POST", "/lists", json.dumps(request), {"X-User": str(user)})
    response = connection.getresponse()
    body = response.read()
    if response.status != 200:
        sys.exit(f"{response.status}: {body.decode()}")
    return json.loads(body)["data"]


def ping(port, seconds):
    """The times of pings, one after another, in seconds."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    times = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        start = time.perf_counter()
        connection.request("GET", "/ping")
        connection.getresponse().read()
        times.append(time.perf_counter() - start)
        time.sleep(0.002)
    return times


def search(port, user, clients, stop, answered):
    """Clients of which each asks as soon as it has its answer. They give way to all others, as
    clients of other machines would not use these cores at all."""
    os.nice(19)

    def client():
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        while not stop.is_set():
            ask(connection, user, SEARCH)
            with answered.get_lock():
                answered.value += 1

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def percentile(times, share):
    return sorted(times)[min(int(len(times) * share), len(times) - 1)] * 1000


def report(name, times):
    print(
        f"{name}: {len(times)} pings, median {percentile(times, 0.5):.2f} ms, "
        f"p99 {percentile(times, 0.99):.2f} ms, longest {max(times) * 1000:.1f} ms"
    )


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--folder")
    parser.add_argument("--user", default="1")
    parser.add_argument("--server", default=f"{HERE}/.build/release/HelpdeskServer")
    parser.add_argument("--rowscope", default=f"{ROOT}/.build/release/rowscope")
    options = parser.parse_args()

    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or temporary
        database = os.path.join(folder, "desk.sqlite")
        if not os.path.exists(database):
            subprocess.run(
                [options.rowscope, "generate", database, "--rows", str(options.rows)]
                + ["--with-workspace", "--quiet"],
                check=True,
            )
        port = free_port()
        server = subprocess.Popen(
            [options.server, folder, str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        try:
            return measure(port, options)
        finally:
            server.terminate()
            server.wait(timeout=60)


def measure(port, options):
    for _ in range(100):
        try:
            ping(port, 0.01)
            break
        except OSError:
            time.sleep(0.1)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    found = len(ask(connection, options.user, SEARCH)["items"])
    if found != SEARCH["size"]:
        sys.exit(f"user {options.user} sees {found} tasks, and should see all")
    ping(port, 1)
    idle = ping(port, options.seconds)
    report("idle", idle)

    # In a process of their own, so that Python's lock does not delay the pings.
    stop, answered = multiprocessing.Event(), multiprocessing.Value("i", 0)
    clients = multiprocessing.Process(
        target=search, args=(port, options.user, options.clients, stop, answered)
    )
    clients.start()
    time.sleep(1)
    busy = ping(port, options.seconds)
    before = answered.value
    stop.set()
    clients.join(timeout=120)
    report(f"{options.clients} clients search", busy)
    print(f"searches answered meanwhile: {before}")
    ratio = percentile(busy, 0.99) / percentile(idle, 0.99)
    print(f"p99 ÷ idle p99: {ratio:.2f}")
    return 0 if ratio < 3 and before > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
