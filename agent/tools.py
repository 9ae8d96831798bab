"""The model's tools: their schemas, and what each answers.

check_draft judges, describe and find read the schema, try_sql asks the database itself. What comes out of the
database is text that others wrote, and stands between ``<database>`` marks.
"""

import difflib
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import psycopg
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from agent.digest import ranked, words
from agent.draft import Draft
from agent.feedback import feedback
from agent.model import UNREADABLE, Block
from agent.prompt import marked
from agent.schema import Schema, bare_name, one_line
from tools.migration import AppQuery, Migration
from tools.project import later
from tools.report import Report
from tools.rows.samples import SampleRow
from tools.sql import Script, SqlError, Statement
from tools.workbench import Workbench

ROWS = 20
"""How many rows of a result try_sql shows."""
SECONDS = 3
"""How long a statement of try_sql may run."""
ANSWER = 8_000
"""Characters of an answer of describe, find or try_sql."""


class Describe(BaseModel):
    model_config = ConfigDict(extra="forbid")
    names: list[Annotated[str, StringConstraints(min_length=1, max_length=200)]] = Field(
        min_length=1,
        max_length=12,
        description="Tables, views, functions or types; 'public' may be left out.",
    )


class Find(BaseModel):
    model_config = ConfigDict(extra="forbid")
    query: str = Field(min_length=2, max_length=200, description="Words that a name, column or comment may contain.")


class TrySql(BaseModel):
    model_config = ConfigDict(extra="forbid")
    sql: str = Field(min_length=1, max_length=20_000, description="One or more statements, no begin or commit.")
    role: Literal["postgres", "authenticated", "anon", "service_role"] = Field(
        "postgres", description="postgres runs migrations; the others are what the API uses."
    )
    user: str | None = Field(
        None,
        pattern=r"^[0-9a-fA-F-]{36}$",
        description="The uuid that auth.uid() returns, for the role authenticated.",
    )


_PURPOSES: dict[str, tuple[type[BaseModel], str]] = {
    "check_draft": (
        Draft,
        "Judge a complete draft: it is rendered to its files, run, run again, rolled back and run once more on a "
        "throwaway Postgres with this project's history, and every rule is checked. Returns what must be repaired. "
        "The last draft that passes is what gets written.",
    ),
    "describe": (
        Describe,
        "Show objects as the database has them, in full: columns, constraints, indexes, policies, triggers, grants, "
        "comments; the source of functions and views.",
    ),
    "find": (Find, "Search names, columns and comments of the whole schema."),
    "try_sql": (
        TrySql,
        f"Run SQL on a scratch copy of the database (history and seed rows, without the draft); everything is undone "
        f"afterwards. Shows up to {ROWS} rows a statement; {SECONDS} s a statement.",
    ),
}


def _schema(model: type[BaseModel]) -> Block:
    """The model's JSON schema with its definitions put in place, without titles and defaults: short and stable."""
    whole = model.model_json_schema()
    definitions = whole.pop("$defs", {})

    def plain(node: Any, is_names: bool = False) -> Any:
        if isinstance(node, list):
            return [plain(item) for item in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            return plain(definitions[node["$ref"].rsplit("/", 1)[-1]])
        kept = node.items() if is_names else ((k, v) for k, v in node.items() if k not in ("title", "default"))
        return {key: plain(value, is_names=key == "properties" and not is_names) for key, value in kept}

    return {key: value for key, value in plain(whole).items() if key != "description"}


SCHEMAS: list[Block] = [
    {"name": name, "description": purpose, "input_schema": _schema(model)}
    for name, (model, purpose) in _PURPOSES.items()
]
"""For the request; the same bytes in every run."""


@dataclass(frozen=True)
class Output:
    """What a tool answers."""

    text: str
    misuse: bool = False
    """The call could not be read: unknown tool, input that does not fit."""
    title: str = ""
    """One line for progress."""
    draft: Draft | None = None
    report: Report | None = None
    """Of check_draft."""


class Toolbox:
    """The tools over one workbench, for one run."""

    def __init__(self, bench: Workbench, created: str) -> None:
        self.bench, self.created = bench, created
        self.version = bench.project.next_version()
        self._judged = 0
        self._last: Report | None = None

    def call(self, name: str, given: Any) -> Output:
        """Never raises for what the model wrote."""
        if name not in _PURPOSES:
            return Output(f"There is no tool {name!r}; there are {', '.join(_PURPOSES)}.", misuse=True)
        if isinstance(given, dict) and UNREADABLE in given:
            return Output(
                f"The input of {name} was not a JSON object, so nothing was run. Send the call again, whole and with "
                "every quote and line break in its strings escaped.",
                misuse=True,
            )
        model, _ = _PURPOSES[name]
        try:
            wanted = model.model_validate(given)
        except ValidationError as error:
            return Output(f"The input of {name} does not fit. {_explain(error)}", misuse=True)
        match wanted:
            case Draft():
                return self.check_draft(wanted)
            case Describe():
                return self.describe(wanted.names)
            case Find():
                return self.find(wanted.query)
            case TrySql():
                return self.try_sql(wanted)
            case _:
                raise AssertionError(name)

    def migrations(self, draft: Draft) -> list[Migration]:
        """The draft's files, under the versions that they would get now."""
        return render(draft, self.created, self.version)

    def check_draft(self, draft: Draft) -> Output:
        migrations = self.migrations(draft)
        report = self.bench.judge(migrations)
        self._judged += 1
        text = feedback(self._judged, report, migrations, self._last)
        self._last = report
        title = "check_draft " + ", ".join(file.name for file in draft.files)
        return Output(text, title=title, draft=draft, report=report)

    def describe(self, names: Sequence[str]) -> Output:
        schema = Schema(self.bench.catalog, self.bench.project.config)
        text = "\n\n".join(self._described(schema, name) for name in names)
        return Output(marked("database", one_page(text)), title=f"describe {', '.join(names)}")

    def _described(self, schema: Schema, asked: str) -> str:
        kinds: dict[str, Callable[[str], str]] = {
            "table": lambda name: schema.table(name, comments=1_000),
            "view": lambda name: f"{schema.view(name)}\n{schema.catalog.get('view', name)['definition']}",
            "type": schema.type,
            "function": lambda name: f"{schema.function(name)}\n{self._source(name)}",
        }
        wanted = asked.split("(")[0].lower()
        known = {kind: [*schema.catalog.of(kind)] for kind in kinds}
        for matches in (
            lambda name: name.lower() == asked.lower(),
            lambda name: name.split("(")[0].lower() in (wanted, f"public.{wanted}"),
            lambda name: bare_name(name).lower() == wanted,
        ):
            found = [(kind, name) for kind, names in known.items() for name in names if matches(name)]
            if found:
                return "\n\n".join(kinds[kind](name) for kind, name in found[:5])
        everything = {bare_name(name): name for names in known.values() for name in names}
        near = difflib.get_close_matches(bare_name(asked), everything, n=3, cutoff=0.5)
        hint = f" Near: {', '.join(everything[name] for name in near)}." if near else " Try find."
        return f"There is no {asked!r}.{hint}"

    def _source(self, function: str) -> str:
        with self.bench.session() as session:
            try:
                row = session.conn.execute("select pg_get_functiondef(%s::regprocedure)", [function]).fetchone()
            except psycopg.Error as error:  # an aggregate has none
                return str(error).splitlines()[0]
        return str(row[0]) if row else ""

    def find(self, query: str) -> Output:
        schema = Schema(self.bench.catalog, self.bench.project.config)
        asked = set(words(query))
        lines = [schema.brief(name) for _, name in ranked(schema, query) if name in schema.tables][:10]
        lines += [schema.view(name) for _, name in ranked(schema, query) if name not in schema.tables][:5]
        for kind, line in (("function", schema.function), ("type", schema.type)):
            lines += [line(name) for name in schema.own(kind) if asked & set(words(bare_name(name)))][:10]
        named = {line.split(":")[0].split(" (")[0] for line in lines}
        for column, told in schema.catalog.of("column").items():
            if query.lower() in column.lower() and column not in named and len(lines) < 40:
                lines.append(f"column {column} {told['type']}")
        text = "\n".join(lines) or "Nothing has that in its name, columns or comment."
        return Output(marked("database", one_page(text)), title=f"find {query}")

    def try_sql(self, wanted: TrySql) -> Output:
        title = f"try_sql {one_line(wanted.sql, 60)}"
        try:
            statements = Script(wanted.sql).statements
        except SqlError as error:
            return Output(f"Line {error.line}: {error.message}", title=title)
        if any(statement.kind in ("TransactionStmt", "CopyStmt") for statement in statements):
            return Output("No begin, commit, savepoint or copy: everything is undone anyway.", title=title)
        answers = []
        with self.bench.session() as session, session.act_as(wanted.role, wanted.user) as conn:
            conn.execute(f"set local statement_timeout = '{SECONDS}s'")
            # a loop that catches its own cancellation goes on
            last = threading.Timer(3 * SECONDS, session.server.terminate, [conn.info.backend_pid])
            last.start()
            try:
                for statement in statements:
                    answers.append(_run(conn, statement))  # noqa: PERF401 - those before an error stay
            except psycopg.Error as error:
                answers.append(_words(error))
            finally:
                last.cancel()
        return Output(marked("database", one_page("\n\n".join(answers))), title=title)


def render(draft: Draft, created: str, version: str) -> list[Migration]:
    """The draft's files with consecutive versions from `version`; `created` is the date, ``YYYY-MM-DD``.

    The last one carries the queries of all: it leaves what they will find. Each carries all samples.
    """
    queries = tuple(AppQuery(query.sql, query.role) for file in draft.files for query in file.queries)
    samples = tuple(SampleRow.of(sample.table, sample.values) for file in draft.files for sample in file.samples)
    last = len(draft.files) - 1
    return [
        Migration(
            f"{later(version, number) if number else version}_{file.name}.sql",
            file.render(created),
            queries if number == last else (),
            samples,
        )
        for number, file in enumerate(draft.files)
    ]


def one_page(text: str) -> str:
    return text if len(text) <= ANSWER else f"{text[:ANSWER]}\n… cut here; ask for less at once."


def _explain(error: ValidationError) -> str:
    """Pydantic's errors in short words, at most six."""
    errors = error.errors(include_url=False, include_input=False, include_context=False)
    lines = [f"{'.'.join(map(str, e['loc'])) or 'input'}: {e['msg']}" for e in errors[:6]]
    more = f" (and {len(errors) - 6} more)" if len(errors) > 6 else ""
    return "; ".join(lines) + more


def _run(conn: psycopg.Connection[Any], statement: Statement) -> str:
    """One statement's rows as text; of a query no more are fetched than shown."""
    head = f"> {one_line(statement.text, 100)}\n"
    if statement.kind == "SelectStmt" and not _writes(statement):
        conn.execute(f"declare try_sql no scroll cursor for {statement.text}".encode())
        cursor = conn.execute(f"fetch {ROWS + 1} from try_sql")
        text = _table(cursor)
        conn.execute("close try_sql")
        return head + text
    cursor = conn.execute(statement.text.encode())
    return head + (_table(cursor) if cursor.description else cursor.statusmessage or "done")


def _writes(statement: Statement) -> bool:
    """What cannot be a cursor: SELECT INTO, and WITH that inserts, updates or deletes."""
    kinds = {type(node).__name__ for node in statement.walk()}
    return not kinds.isdisjoint({"IntoClause", "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt"})


def _table(cursor: psycopg.Cursor[Any]) -> str:
    """The result's text as the server sent it, the first rows of it."""
    result = cursor.pgresult
    if result is None or not cursor.description:
        return cursor.statusmessage or "done"
    columns = range(result.nfields)
    lines = [" | ".join(column.name for column in cursor.description)]
    for row in range(min(result.ntuples, ROWS)):
        cells = (result.get_value(row, column) for column in columns)
        lines.append(
            " | ".join("NULL" if cell is None else one_line(cell.decode("utf-8", "replace"), 120) for cell in cells)
        )
    more = f"first {ROWS} rows; there are more" if result.ntuples > ROWS else f"{result.ntuples} rows"
    return "\n".join([*lines, f"({more})"])


def _cell(value: bytes | None) -> str:
    return "NULL" if value is None else one_line(value.decode("utf-8", "replace"), 120)


def _words(error: psycopg.Error) -> str:
    """As Postgres words it."""
    told = error.diag
    if not told.message_primary:
        return f"ERROR: {' '.join(str(error).split())}"
    lines = [f"ERROR {error.sqlstate}: {told.message_primary}"]
    lines += [
        f"{name}: {text}" for name, text in (("DETAIL", told.message_detail), ("HINT", told.message_hint)) if text
    ]
    return "\n".join(lines)
