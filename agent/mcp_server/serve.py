"""The protocol: tools over standard input and output, for one client until its end of the pipe closes.

Nothing but protocol goes to standard output: while it is served, whatever else would be printed goes to stderr.
"""

import asyncio
import os
import signal
import sys
import time
import traceback
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import anyio
import psycopg
from mcp.server import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError
from mcp.types import (
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    ToolAnnotations,
)
from mcp.types import Tool as Listed
from pydantic import BaseModel, ValidationError

from agent.cli_output import say
from agent.mcp_server.desk import Answer, Call, Desk
from agent.mcp_server.inputs import misfit, schema
from agent.mcp_server.tools import INSTRUCTIONS, TOOLS, Tool
from agent.model import ModelError
from tools.config import ProjectError
from tools.history import HistoryError
from tools.postgres.binaries import ServerError
from tools.render.plain import harmless, one_line

_BEAT = 5.0
"""Seconds of silence after which a client that listens hears that the work goes on."""

Context = ServerRequestContext[Any, Any]


def run(folder: Path) -> int:
    """Serves until standard input ends; the project is looked for with every call."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # a read of standard input cannot be interrupted otherwise
    if sys.stdin.isatty():
        say("This speaks the Model Context Protocol on standard input: let your assistant start it (see README).")
    desk = Desk()
    try:
        anyio.run(_serve, folder, desk)
    finally:
        desk.close()
    return 0


async def _serve(folder: Path, desk: Desk) -> None:
    server = Server(
        "migration-agent",
        version=version("migration-agent"),
        title="Supabase migrations, checked",
        instructions=INSTRUCTIONS,
        on_list_tools=_list,
        on_call_tool=partial(_call, folder, desk),
    )
    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())


async def _list(_: Context, __: PaginatedRequestParams | None) -> ListToolsResult:
    return ListToolsResult(tools=[_listed(tool) for tool in TOOLS])


def _listed(tool: Tool) -> Listed:
    hints = ToolAnnotations(
        read_only_hint=tool.read_only,
        destructive_hint=False,
        idempotent_hint=tool.read_only,
        open_world_hint=tool.open_world,
    )
    return Listed(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=schema(tool.input),
        output_schema=schema(tool.output, "serialization") if tool.output else None,
        annotations=hints,
    )


async def _call(folder: Path, desk: Desk, context: Context, params: CallToolRequestParams) -> CallToolResult:
    tool = next((tool for tool in TOOLS if tool.name == params.name), None)
    if tool is None:
        raise MCPError(
            INVALID_PARAMS, f"There is no tool {params.name!r}; there are {', '.join(t.name for t in TOOLS)}."
        )
    answer = await _answered(folder, desk, context, tool, params.arguments or {})
    return CallToolResult(
        content=[TextContent(type="text", text=harmless(answer.text))],
        structured_content=answer.data,
        is_error=answer.is_error,
    )


async def _answered(folder: Path, desk: Desk, context: Context, tool: Tool, given: dict[str, Any]) -> Answer:
    """The tool's answer; what went wrong is one too. A call that is cancelled is dropped from the desk."""
    try:
        wanted = tool.input.model_validate(given)
    except ValidationError as error:
        return Answer(misfit(tool.name, error), is_error=True)
    steps: asyncio.Queue[str] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def hear(step: str) -> None:
        loop.call_soon_threadsafe(steps.put_nowait, step)

    call = desk.take(partial(_done, tool, folder, wanted), hear)
    telling = asyncio.create_task(_tell(context, steps))
    try:
        return await asyncio.wrap_future(call.future)
    except asyncio.CancelledError:
        desk.drop(call)
        raise
    except Exception as error:
        return _unforeseen(error)
    finally:
        telling.cancel()


async def _tell(context: Context, steps: "asyncio.Queue[str]") -> None:
    """Each step as a progress notification, and a sign of life where one takes long."""
    number, step, began = 0, "", time.monotonic()
    while True:
        try:
            step = await asyncio.wait_for(steps.get(), _BEAT)
            began = time.monotonic()
            told = one_line(step)
        except TimeoutError:
            told = f"{one_line(step)}, {time.monotonic() - began:.0f} s"
        number += 1
        await context.session.report_progress(number, message=told)


def _done(tool: Tool, folder: Path, wanted: BaseModel, call: Call) -> Answer:
    """The work, in the desk's thread; what a user can cause is an answer."""
    try:
        return tool.work(folder, wanted, call)
    except HistoryError as error:
        return Answer(f"{one_line(str(error))} Until it replays, nothing can be said of a new one.", is_error=True)
    except (ProjectError, ServerError, ModelError) as error:
        return Answer(one_line(str(error)), is_error=True)
    except OSError as error:
        place = f" ({error.filename})" if error.filename else ""
        return Answer(f"{error.strerror or error}{place}.", is_error=True)


def _unforeseen(error: Exception) -> Answer:
    if os.environ.get("MIGRATION_AGENT_DEBUG"):
        traceback.print_exception(error)
    if isinstance(error, psycopg.OperationalError):
        why = one_line(str(error)) or type(error).__name__
        return Answer(
            f"The throwaway Postgres broke off while this ran ({why}); a migration must not end other sessions. "
            "The next call gets a fresh one.",
            is_error=True,
        )
    return Answer(f"Internal error, please report it: {type(error).__name__}: {one_line(str(error))}", is_error=True)
