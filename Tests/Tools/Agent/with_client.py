#!/usr/bin/env python3
"""Asks `rowscope mcp` with the client of the Model Context Protocol's own package.

    python3 -m venv /tmp/agent && /tmp/agent/bin/pip install mcp
    /tmp/agent/bin/python Tests/Tools/Agent/with_client.py --rowscope .build/debug/rowscope

Each request is made twice: over the revision of the protocol that the client prefers, and over one
that begins with `initialize`.
"""

import argparse
import asyncio
import json
import pathlib
import sys

from mcp import Client
from mcp.client.stdio import StdioServerParameters

SAMPLE = pathlib.Path(__file__).resolve().parents[3] / "SampleData"


def server(rowscope, *options):
    return StdioServerParameters(
        command=rowscope, args=["mcp", "--workspace", str(SAMPLE), "--quiet", *options])


async def ask(rowscope, mode):
    said = []

    async def call(client, name, is_error=False, **arguments):
        result = await client.call_tool(name, arguments)
        text = result.content[0].text
        said.append(text)
        assert bool(result.is_error) == is_error, (name, arguments, text)
        return text if is_error else json.loads(text)

    async with Client(server(rowscope, "--as", "Bia Fontes"), mode=mode) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        said.append(str(tools))
        assert list(tools) == ["schema", "list", "get", "count", "summarize"], tools
        assert all(tool.description and tool.annotations.read_only_hint for tool in tools.values())
        assert "tasks" in tools["list"].input_schema["properties"]["table"]["enum"]

        tables = await call(client, "schema")
        assert "tasks" in [table["name"] for table in tables["tables"]]
        table = await call(client, "schema", table="tasks")
        assert table["tables"][0]["rights"] == ["edit", "comment"]
        page = await call(client, "list", table="tasks", select=["id"], size=2)
        assert [task["id"] for task in page["items"]] == [35, 50] and page["has_more"]
        rest = await call(client, "list", table="tasks", select=["id"], after=page["next"])
        assert len(rest["items"]) == 15 and not rest["has_more"]
        assert (await call(client, "count", table="tasks"))["count"]["value"] == 17
        assert (await call(client, "get", table="tasks", key=35))["item"]["id"] == 35
        groups = await call(client, "summarize", table="tasks", group_by=["status"])
        assert sum(group["count"] for group in groups["items"]) == 17

        assert await call(client, "count", True, tabel="tasks") == (
            'unknown argument "tabel"; did you mean "table"?')
        assert await call(client, "get", True, table="tasks", key=1) == (
            'no such record in table "tasks"')
        assert "at most 100" in await call(client, "list", True, table="tasks", size=101)
        hidden = "\n".join(said)
        assert "request_date" not in hidden and "payables" not in hidden
        assert await call(client, "list", True, table="tasks", select=["request_date"]) == (
            'unknown field "request_date" in table "tasks"')
        assert await call(client, "count", True, table="payables") == 'unknown table "payables"'

    narrowed = server(rowscope, "--as", "Bia Fontes", "--narrowed-by", "finance")
    async with Client(narrowed, mode=mode) as client:
        assert (await call(client, "count", table="tasks"))["count"]["value"] == 14
    return len(said)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rowscope", required=True, help="the command")
    rowscope = parser.parse_args().rowscope
    for mode in ("auto", "legacy"):
        calls = asyncio.run(asyncio.wait_for(ask(rowscope, mode), 60))
        print(f"{mode}: {calls} answers")


if __name__ == "__main__":
    sys.exit(main())
