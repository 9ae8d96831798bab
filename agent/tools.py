"""The model's tools: their schemas, and what each answers.

check_draft and edit_draft judge, describe and find read the schema, try_sql asks the database itself, ask asks the
person, nothing_to_do ends the run. What comes out of the database is text that others wrote, and stands between
``<database>`` marks.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from agent.consent import standing, withheld, without_leave
from agent.draft import Draft
from agent.edits import EditDraft, EditError, edited
from agent.feedback import feedback
from agent.lookup import described, found, shown
from agent.model import UNREADABLE, Block
from agent.prompt import marked
from agent.schema import one_line
from agent.scratch import ROWS, SECONDS, Role, tried
from agent.seed_edits import seeded
from tools.migration import AppQuery, Migration
from tools.project import later
from tools.report import Report
from tools.rows.samples import SampleRow
from tools.sql import Statement
from tools.verdict import untried
from tools.workbench import Workbench

ANSWER = 8_000
"""Characters of an answer of describe, find or try_sql."""
IDLE = (
    "It runs and passes, but it changes nothing: all that it makes is there already, by name. Compare with "
    "describe. If the schema has what is asked, call nothing_to_do; otherwise draft what differs. If you are sure that "
    "it does change something, send it once more."
)


UNTRIED = (
    "But nobody could try who reaches {}: no row was found that it takes. Send one in samples, with edit_draft. If you "
    "know none either, end your turn, and the draft is written as it is."
)


class Describe(BaseModel):
    model_config = ConfigDict(extra="forbid")
    names: list[Annotated[str, StringConstraints(min_length=1, max_length=200)]] = Field(
        min_length=1,
        max_length=12,
        description="Tables, views, functions or types; 'public' may be left out. A seed file, or lines of it: "
        "supabase/seed.sql:80-120.",
    )


class Find(BaseModel):
    model_config = ConfigDict(extra="forbid")
    query: str = Field(min_length=2, max_length=200, description="One or more words; what has any of them is shown.")


class TrySql(BaseModel):
    model_config = ConfigDict(extra="forbid")
    sql: str = Field(min_length=1, max_length=20_000, description="One or more statements, no begin or commit.")
    role: Role = Field("postgres", description="postgres runs migrations; the others are what the API uses.")
    user: str | None = Field(
        None,
        pattern=r"^[0-9a-fA-F-]{36}$",
        description="The uuid that auth.uid() returns, for the role authenticated.",
    )


class Ask(BaseModel):
    model_config = ConfigDict(extra="forbid")
    question: str = Field(min_length=10, max_length=800, description="One question, in words a product person follows.")
    options: list[Annotated[str, StringConstraints(min_length=1, max_length=200)]] = Field(
        [], max_length=5, description="Answers to choose from; they may also write their own."
    )
    reason: Literal["ambiguous", "destroys", "opens"] = Field(
        description="ambiguous: two readings give different schemas. destroys: data would be lost. opens: more people "
        "would reach data."
    )


class NothingToDo(BaseModel):
    model_config = ConfigDict(extra="forbid")
    reason: str = Field(min_length=10, max_length=400, description="What is there already, in one or two sentences.")
    evidence: list[Annotated[str, StringConstraints(min_length=1, max_length=200)]] = Field(
        min_length=1,
        max_length=12,
        description="The objects that show it: public.lessons.difficulty, public.lessons/lessons_points_check, "
        "public.idx_lessons_points.",
    )


_PURPOSES: dict[str, tuple[type[BaseModel], str]] = {
    "check_draft": (
        Draft,
        "Judge a complete draft: it is rendered to its files, run, run again, rolled back and run once more on a "
        "throwaway Postgres with this project's history, and every rule is checked. Returns what must be repaired. "
        "The last draft that passes is what gets written.",
    ),
    "edit_draft": (
        EditDraft,
        "Repair the last draft by sending only what changes; the whole is judged again as by check_draft.",
    ),
    "describe": (
        Describe,
        "Show objects as the database has them: columns, constraints, indexes, policies, triggers, grants, comments; "
        f"the source of functions and views. {ANSWER:,} characters at most, so few names at once.",
    ),
    "find": (Find, "Search names, columns and comments of the whole schema, and the lines of the seed."),
    "try_sql": (
        TrySql,
        f"Run SQL on a scratch copy of the database (history and seed rows, without the draft, whose SQL may be "
        f"part of it); everything is undone afterwards. Shows up to {ROWS} rows a statement, from any offset, and "
        f"long texts only where they come alone; {SECONDS} s a statement. For the source of a function: describe.",
    ),
    "ask": (
        Ask,
        "Ask the person what only they can decide. Rarely: a sensible reading that the summary states is better. The "
        "run waits for the answer.",
    ),
    "nothing_to_do": (NothingToDo, "End the run: the schema already has all that the request asks for."),
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
    draft: Draft | None = None
    report: Report | None = None
    """Of check_draft and edit_draft."""
    question: Ask | None = None
    """For the person, who answers in place of the tool."""
    more: bool = False
    """The draft passes, and something is asked before it is taken."""
    satisfied: str = ""
    """Nothing is to be done: why, and the objects that show it."""


def doing(name: str, given: Any) -> str:
    """What a call does, in a few words for who watches; `given` is what the model wrote."""
    told = given if isinstance(given, dict) else {}
    match name:
        case "check_draft" | "edit_draft":
            return "checking the draft" if name == "check_draft" else "checking the repaired draft"
        case "describe":
            return one_line(f"looking up {', '.join(map(str, told.get('names') or ()))}", 80)
        case "find":
            return one_line(f"searching the schema for {told.get('query')}", 80)
        case "try_sql":
            return one_line(f"trying {told.get('sql')}", 80)
        case "ask":
            return "asking you"
        case _:
            return name.replace("_", " ")


class Toolbox:
    """The tools over one workbench, for one run."""

    def __init__(self, bench: Workbench, created: str, revised: Migration | None = None, version: str = "") -> None:
        """A draft gets the version of the file that it revises, else the one that is given or the project's next."""
        self.bench, self.created, self.revised = bench, created, revised
        self.version = revised.version if revised else version or bench.project.next_version()
        self.said = ""
        """The person's own words so far."""
        self.agreed: frozenset[tuple[str, str]] | None = None
        """(rule, object) of what the file that is revised does already; None until somebody asked."""
        self.judged = 0
        """How many drafts were judged, so that they are counted on in a run that is taken up again."""
        self.draft: Draft | None = None
        """The last one."""
        self._last: Report | None = None
        self._rows_asked_for = False

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
            case EditDraft():
                return self.edit_draft(wanted)
            case Describe():
                text = described(self.bench, wanted.names)
                return Output(marked("database", one_page(text)))
            case Find():
                text = found(self.bench, wanted.query)
                return Output(marked("database", one_page(text)))
            case TrySql():
                text = tried(self.bench, wanted.sql, wanted.role, wanted.user)
                return Output(marked("database", one_page(text)))
            case Ask():
                return Output("", question=wanted)
            case NothingToDo():
                return self.nothing_to_do(wanted)
            case _:
                raise AssertionError(name)

    def migrations(self, draft: Draft) -> list[Migration]:
        """The draft's files, under the versions that they would get now."""
        return render(draft, self.created, self.version)

    def judge(self, draft: Draft) -> Report:
        """The verdict, with every waiver taken back that the person has not asked for.

        Raises EditError where the seed's edits do not fit.
        """
        bench = replace(self.bench, project=seeded(self.bench.project, draft.seed)) if draft.seed else self.bench
        migrations = self.migrations(draft)
        report = bench.judge(migrations)
        held = self._held(report, migrations)
        if self.revised and self.agreed is None and withheld(held):
            self.agreed = standing(self.bench.judge([self.revised]), [self.revised], self.bench.catalog)
            held = self._held(report, migrations)
        return held

    def _held(self, report: Report, migrations: Sequence[Migration]) -> Report:
        return without_leave(report, self.said, migrations, self.bench.catalog, self.agreed or ())

    def check_draft(self, draft: Draft) -> Output:
        try:
            report = self.judge(draft)
        except EditError as error:
            return Output(f"Nothing was judged: {error}", misuse=True)
        if report.verdict == "pass" and draft != self.draft and changes_nothing(report, self.migrations(draft)):
            self.draft = draft
            return Output(IDLE)
        self.judged += 1
        text = feedback(self.judged, report, self.migrations(draft), self._last)
        self.draft, self._last = draft, report
        blind = sorted({table for part in (report, *report.parts) for table in untried(part)})
        if report.clean and blind and not self._rows_asked_for:
            self._rows_asked_for = True
            return Output(f"{text}\n{UNTRIED.format(', '.join(blind))}", draft=draft, report=report, more=True)
        return Output(text, draft=draft, report=report)

    def edit_draft(self, change: EditDraft) -> Output:
        if self.draft is None:
            return Output("There is no draft to change yet: send it whole with check_draft.", misuse=True)
        try:
            changed = edited(self.draft, change)
        except EditError as error:
            return Output(f"Nothing was changed or judged: {error}", misuse=True)
        return self.check_draft(changed)

    def nothing_to_do(self, wanted: NothingToDo) -> Output:
        """Believed only on evidence: every object that is named must be there."""
        lines = {name: list(shown(self.bench, name)) for name in wanted.evidence}
        if missing := [name for name, told in lines.items() if not told]:
            return Output(f"Not so: there is no {', '.join(missing)}. Draft what is missing.", misuse=True)
        told = "\n".join(dict.fromkeys(line for told in lines.values() for line in told[:6]))
        return Output("The run ends here.", satisfied=f"{wanted.reason}\n{told}")


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


def changes_nothing(report: Report, migrations: Sequence[Migration]) -> bool:
    """No fact changed, and no statement is of a kind that writes rows."""
    if any(part.facts.added or part.facts.removed for part in (report, *report.parts)):
        return False
    return not any(_writes_rows(statement) for migration in migrations for statement in migration.statements)


def _writes_rows(statement: Statement) -> bool:
    if statement.kind == "DoStmt":
        return _DML.search(statement.text) is not None
    return statement.kind in ("InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt", "SelectStmt", "CallStmt")


_DML = re.compile(
    r"\b(?:insert\s+into|update\s+(?:only\s+)?[\w.\"]+\s+(?:as\s+\w+\s+)?set|delete\s+from|merge\s+into|truncate|"
    r"perform|call|execute)\b",
    re.IGNORECASE,
)


def one_page(text: str) -> str:
    return text if len(text) <= ANSWER else f"{text[:ANSWER]}\n… cut here; ask for less at once."


def _explain(error: ValidationError) -> str:
    """Pydantic's errors in short words, at most six."""
    errors = error.errors(include_url=False, include_input=False, include_context=False)
    lines = [f"{'.'.join(map(str, e['loc'])) or 'input'}: {e['msg']}" for e in errors[:6]]
    more = f" (and {len(errors) - 6} more)" if len(errors) > 6 else ""
    return "; ".join(lines) + more
