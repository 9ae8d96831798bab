"""House rules of a project, as ``[conventions]`` in its `migration-agent.toml` gives them: read and validated here.

    [conventions]
    tenants = ["organizations"]
    [conventions.names]
    index = "{table}_{columns}_idx"
    [conventions.columns]
    organization_id = "uuid not null references public.organizations (id)"

`tools.checks.conventions` says what each of them means and holds migrations to it.
"""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from postgast import pg_query_pb2
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from tools.sql import Script, SqlError, identifier

LONGEST = 63
"""Bytes of an identifier."""

Forbidden = Literal["on delete cascade", "enum", "security definer"]
FORBIDDEN: tuple[Forbidden, ...] = get_args(Forbidden)

PLACEHOLDERS: dict[str, tuple[str, ...]] = {
    "table": (),
    "column": ("table",),
    "index": ("table", "columns", "kind"),
    "constraint": ("table", "columns", "kind"),
    "policy": ("table", "kind"),
    "trigger": ("table",),
    "function": (),
    "type": (),
    "view": (),
}
"""What a pattern may hold, by the kind of object; ``{name}`` besides, everywhere."""
_PLACEHOLDER = re.compile(r"\{([A-Za-z_]+)\}")
_SNAKE = "[a-z][a-z0-9]*(?:_[a-z0-9]+)*"
_OPTIONAL = re.compile(r"\((?:\?:)?([^()]*)\)\?")


@dataclass(frozen=True)
class Pattern:
    """A regular expression that a whole name must match; placeholders stand for what the object belongs to."""

    text: str

    def allows(self, name: str, values: Mapping[str, str | None] | None = None) -> bool:
        """`values` are what the placeholders stand for, None where any words will do.

        A name that the pattern would make longer than Postgres allows is everybody's own business.
        """
        if len(name.encode()) >= LONGEST or re.fullmatch(self.expression(values or {}), name):
            return True
        return any(len(plain.encode()) > LONGEST for plain in self._plain(values or {}))

    def proposal(self, name: str, values: Mapping[str, str | None] | None = None) -> str | None:
        """A name that fits, in place of `name`; None where the pattern leaves too much open to say one."""
        words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
        snake = re.sub(r"[^a-z0-9]+", "_", words).strip("_")
        given = dict(values or {})
        if set(_PLACEHOLDER.findall(self.text)) == {"name"} and not re.search(r"\{name\}[a-z]", self.text):
            given["name"] = snake
        candidates = [*self._plain(given), snake]
        return next(
            (c for c in candidates if c not in ("", name) and len(c) < LONGEST and self.allows(c, values)), None
        )

    def expression(self, values: Mapping[str, str | None]) -> str:
        """The regular expression, with the placeholders filled in."""

        def filled(found: re.Match[str]) -> str:
            value = values.get(found[1])
            return f"(?:{_SNAKE})" if value is None else re.escape(value)

        return _PLACEHOLDER.sub(filled, self.text)

    def _plain(self, values: Mapping[str, str | None]) -> list[str]:
        """The names that the pattern spells out when what is optional in it, but for the columns, is left out."""
        short = _OPTIONAL.sub(
            lambda found: found[1] if "{columns}" in found[1] and values.get("columns") else "", self.text
        )
        spelt = [_PLACEHOLDER.sub(lambda found: values.get(found[1]) or found[0], part) for part in short.split("|")]
        return [plain for plain in spelt if re.fullmatch(r"[A-Za-z0-9_ ]+", plain)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Names(_Table):
    """Patterns by kind of object."""

    table: str | None = None
    column: str | None = None
    index: str | None = None
    constraint: str | None = None
    policy: str | None = None
    trigger: str | None = None
    function: str | None = None
    type: str | None = None
    view: str | None = None

    def pattern(self, kind: str) -> Pattern | None:
        text: str | None = getattr(self, kind)
        return None if text is None else Pattern(text)

    @property
    def given(self) -> dict[str, str]:
        """The patterns that are there, by kind."""
        return {kind: text for kind in PLACEHOLDERS if (text := getattr(self, kind)) is not None}

    @model_validator(mode="after")
    def _readable(self) -> "Names":
        for kind, text in self.given.items():
            if not text.strip():
                raise ValueError(f"the pattern of {kind} is empty.")
            known = [*PLACEHOLDERS[kind], "name"]
            for word in _PLACEHOLDER.findall(text):
                if word not in known:
                    listed = ", ".join(f"{{{each}}}" for each in known)
                    raise ValueError(f"{kind} = {text!r}: {{{word}}} means nothing here; known are {listed}.")
            try:
                re.compile(Pattern(text).expression({}))
            except re.error as error:
                raise ValueError(f"{kind} = {text!r} is no regular expression: {error}.") from None
        return self


@dataclass(frozen=True)
class Definition:
    """A column as SQL defines it."""

    references: str | None
    """``schema.table`` of the foreign key that it asks for."""
    not_null: bool
    null: bool
    """It says NULL in so many words: rows must be able to leave it empty."""
    default: bool
    on_delete: bool
    """What a deletion does is part of it."""


def read_definition(column: str, text: str) -> Definition:
    """Raises ValueError for what is no type with NOT NULL, NULL, DEFAULT and REFERENCES at most."""
    try:
        statements = Script(f"create table t ({identifier(column)} {text}\n)").statements
    except SqlError as error:
        raise ValueError(f"{column} = {text!r} is no column definition: {error.message}.") from None
    elements = statements[0].node.table_elts if len(statements) == 1 and statements[0].kind == "CreateStmt" else []
    if len(elements) != 1 or statements[0].node.inh_relations or statements[0].node.options:
        raise ValueError(f"{column} = {text!r} is more than one column's definition.")
    given = {node.constraint.contype: node.constraint for node in elements[0].column_def.constraints}
    kinds = {
        pg_query_pb2.CONSTR_NOTNULL,
        pg_query_pb2.CONSTR_NULL,
        pg_query_pb2.CONSTR_DEFAULT,
        pg_query_pb2.CONSTR_FOREIGN,
    }
    if not given.keys() <= kinds:
        raise ValueError(f"{column} = {text!r}: only a type, NOT NULL, NULL, DEFAULT and REFERENCES are understood.")
    key = given.get(pg_query_pb2.CONSTR_FOREIGN)
    target = key.pktable if key else None
    return Definition(
        references=f"{identifier(target.schemaname or 'public')}.{identifier(target.relname)}" if target else None,
        not_null=pg_query_pb2.CONSTR_NOTNULL in given,
        null=pg_query_pb2.CONSTR_NULL in given,
        default=pg_query_pb2.CONSTR_DEFAULT in given,
        on_delete=bool(re.search(r"\bon\s+delete\b", text, re.IGNORECASE)),
    )


def _qualified(name: str) -> str:
    """``schema.table`` as facts print it; ``public`` may be left out."""
    parts = [part.strip('"') for part in name.split(".")]
    if len(parts) > 2 or not all(parts):
        raise ValueError(f"{name!r} is no schema.table.")
    return ".".join(identifier(part) for part in (parts if len(parts) == 2 else ["public", *parts]))


def _definition(columns: dict[str, str]) -> dict[str, str]:
    for column, text in columns.items():
        read_definition(column, text)
    return columns


def _default(expression: str) -> str:
    if not read_definition("uuid_default", f"uuid default {expression}").default:
        raise ValueError(f"{expression!r} is no expression.")
    return expression


def _closest(things: tuple[str, ...]) -> tuple[str, ...]:
    for thing in things:
        if thing not in FORBIDDEN:
            near = difflib.get_close_matches(thing, FORBIDDEN, n=1, cutoff=0.4)
            known = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(map(repr, FORBIDDEN))}."
            raise ValueError(f"{thing!r} is nothing that can be forbidden here; {known}")
    return things


class Conventions(_Table):
    """How this team likes it; reaches the prompt, and all but the text the checklist too."""

    text: str = ""
    """In the team's own words; the prompt only."""
    tenants: tuple[Annotated[str, AfterValidator(_qualified)], ...] = ()
    """Tables, one of which every new table must reach through NOT NULL foreign keys."""
    schemas: tuple[str, ...] = ()
    """Where new tables go."""
    uuid_default: Annotated[str, AfterValidator(_default)] | None = None
    """What makes the uuid of a new row, e.g. ``gen_random_uuid()``."""
    forbid: Annotated[tuple[str, ...], AfterValidator(_closest)] = ()
    """Some of FORBIDDEN."""
    names: Names = Names()
    columns: Annotated[dict[str, str], AfterValidator(_definition)] = Field(default={})
    """Columns that every new table has, as SQL defines them."""

    @property
    def enforceable(self) -> bool:
        """Something in it is for the checklist."""
        return self != Conventions(text=self.text)
