#!/usr/bin/env python3
"""Ask `rowscope serve` for lists of records: an example client. Python 3.8, standard library only.

    python3 SampleData/serve_client.py [the rowscope command]
"""

import json
import pathlib
import subprocess
import sys


class Rowscope:
    """One `rowscope serve` process, for one thread: requests and answers are lines, in order."""

    def __init__(self, workspace, command="rowscope"):
        self._process = subprocess.Popen(
            [command, "serve", "--workspace", str(workspace), "--timeout", "10"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # The process ends when its input ends.
        self._process.stdin.close()
        self._process.wait()

    def list(self, user, table, **request):
        """One page: {"items": […], "has_more": …}. `user` is an id or a whole name."""
        request = {"as": user, "object_type": table, **request}
        # json.dumps writes a line feed in a text as \n, so a request is always one line.
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise ConnectionError("rowscope serve has ended; its standard error says why")
        data = json.loads(line)["data"]
        if "code" in data:
            raise LookupError(f"{data['code']}: {data['message']}")
        return data

    def records(self, user, table, **request):
        """All records, page by page."""
        while True:
            page = self.list(user, table, **request)
            yield from page["items"]
            if not page["has_more"]:
                return
            request["after"] = page["next"]


def main():
    command = sys.argv[1] if len(sys.argv) > 1 else "rowscope"
    with Rowscope(pathlib.Path(__file__).parent, command) as rowscope:
        urgent = [{"field": "priority", "operator": ">=", "value": 4}]
        page = rowscope.list("Bia Fontes", "tasks", select=["title", "priority"], filters=urgent,
                             sort="priority desc, title", size=3, count="exact")
        print(f"{page['count']['value']} urgent tasks of Bia's, first:")
        for task in page["items"]:
            print(f"  {task['priority']} {task['title']}")

        tasks = rowscope.records("Bia Fontes", "tasks", select=["id"], size=5)
        print(f"{sum(1 for _ in tasks)} tasks of Bia's in all, in pages of five")

        for table, field in [("tasks", "request_date"), ("payables", "id")]:
            try:
                rowscope.list("Bia Fontes", table, select=[field])
            except LookupError as error:
                print(error)


if __name__ == "__main__":
    main()
