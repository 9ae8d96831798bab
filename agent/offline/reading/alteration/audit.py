"""An audit trigger: which table's changes are written to which log."""

import re
from dataclasses import replace
from typing import Literal

from agent.offline import regex
from agent.offline.description import Audit
from agent.offline.reading.alteration.clauses import Clause, only_heard
from agent.offline.reading.alteration.leftover import refuse_leftover
from agent.offline.reading.alteration.topic import columns_of
from agent.offline.reading.alteration.watched import (
    ACT,
    BACK,
    KEPT,
    OBLIGED,
    OPERATIONS,
    STRONG,
    UNWANTED,
    WANTED,
    watched,
)
from agent.offline.reading.known import Mention, mentions, owned, spoken_columns
from agent.offline.reading.ledger import STRUCK, Ledger, Unclear
from agent.offline.reading.lexicon import FILLERS
from agent.offline.reading.satisfied import writes_to
from agent.offline.schema import Schema
from agent.offline.words import singular

_ORDERED = rf"(?:log|record|track|trace|keep track of|write down|(?:history|trail|journal) of)(?: (?:all|every|any|each|the))* {ACT}"
_OTHER = r"index(?:es|ed)?|(?<!changed )(?<!other )(?<!which )(?<!what )(?<!of the )columns?(?! (?:are|is|changed?|that|which|were|was)| names)|fields?|unique|constraint|table (?:called|named)|bigint"
_SPENT = (
    r"audit(?:s|ed|ing|able)?|trigger|function|when|whenever|where|after|only|just|not|but|must|same|security|each|once|before|if|remov\w*|delet\w*|edit\w*|updat\w*|insert\w*|creat\w*|role|drop|automatically|instead|new table|status|plan|view|"
    r"table_name|record_id|id|user_id|action|timestamp|via|until"
)
_OLD = r"(?:what|as|how) it (?:was|were|had been) before|old (?:and|or|/) new|(?:old|previous|prior|former|earlier|original) (?!way|logs?|triggers?)[a-z_~]+|(?<!a )new (?:values?|contents?)|(?<!different )(?<!a new )(?<!other )(?<!another )values?|diff|payload|ip|before and after|snapshot|reasons?(?! (?:we|i|,|please|all|each|every|the) )|full row"
_AS_FOR = r" (?:same(?: way| thing)? as|like|as (?:for|with|in|on))(?: (?:for|with|we|have|it|the|do|on|in))* $"
_CHANGED = r"(?:changed|modified|altered|updated|touched|affected)"
_NAMES = (
    rf"(?:(?:and|also|please|just|only|but|note|list|lists|log|store|write|keep|with|contains?|holds?|saying|says?|shows?|the|details?|column|should|must|shall|as|which|in) )*"
    rf"(?:names? of (?:the )?(?:{_CHANGED} )?(?:columns?|fields?)|(?:{_CHANGED} )?(?:column|field) names?|(?:which|what) (?:columns?|fields?)(?: (?:were|was|have|has|been|are|is|got))* (?:{_CHANGED}|changes?)|{_CHANGED} (?:columns?|fields?))"
    r"(?: (?:only|that changed|(?:in|into|under) (?:the )?details?|for updates?))*"
)
"""The log's entries name the columns that an update changed."""
_NO_VALUES = r"(?:(?:and|but|with|the) )*(?:never|no|not|without|instead of|rather than)(?: (?:the|their|its|any|actual|log|store|write|of|column|be|with|include))* (?:values?|contents?|pii|personal data)(?: \( pii)?(?: (?:please|themselves|itself|in (?:it|there|the log)))*|(?:the )?values? (?:must|should|may|shall|can|do|are)(?: never| not)(?: (?:be|get|go|end up|belong))*(?: (?:logged|stored|written|copied|saved|recorded|in|into|there|it|the log))*"
_WHO = r"(?:user_id|user|actor)? ?(?:(?:=|is|:|from|to|should|be|comes|taken|being|the) )*auth ⋅ uid(?: \( \))?|(?:and |or )?(?:null|empty) (?:when|if|for|where|in case of)(?: (?:it|is|was|the|there|done|by|no|a))* (?:system|service role|jobs?|server|user|nobody|session|cron)(?: (?:itself|is|logged|in|did|it))*"
_QUIET = (
    r"(?:(?:an?|any|anything|it|but|and|no|for|entry|entries|log|skip|ignore|please|do|not|never|the|all|those|updates?|changes?|edits?|writes?|rows?|that|which|where|when|if|in|of) )*"
    r"(?:(?:nothing|no(?: other)?(?: columns?| fields?)?) (?:besides|but|except(?: for)?|other than|apart from|else than|beyond) (?:the )?updated_at|only (?:the )?updated_at (?:is|was|has|changes|changed|differs|moved?s?)|"
    r"(?:only|just|merely) (?:touch|change|set|bump|move|update)(?:es|s|d)? (?:the )?updated_at|(?:changes?|changed|changing) (?:nothing|no columns?)|nothing (?:really |actually )?(?:changed|changes|differs)|all that (?:has )?change[ds] (?:is|was) (?:the )?updated_at|no-?op updates?|only (?:when|if|where) (?:something|anything)(?: else)? (?:besides|but|other than|except|apart from|beyond) (?:the )?updated_at)"
    r"(?: (?:should|must|need|needs|do|does|is|are|can|may|not|never|be|to|an?|entry|changed|touched|logged|recorded|audited|ignored|skipped|left out|count|matter|written|there|point|in|changes|differs|skip|leave|out|it|them|then|,(?= (?:skip|ignore|leave|do|please))|please|ignore|log|no))*"
)
"""An update that changes nothing leaves no entry."""
_COUNTED = r"(?:(?:all|both|of|the|these|those|any) )*(?:2|3)(?: (?:kinds?|types?))?(?: of)?(?: (?:events?|operations?|ops|actions?|cases|verbs|changes|ones|of them))?"
_EVERYTHING = r"(?:all|every|any)(?: of)?(?: the)?(?: (?:2|3|kinds? of|types? of|sorts? of))* (?:operations?|ops|events?|actions?|dml)|everything(?! (?:but|except|other|apart|that|which|else))|all 3(?: of them)?"
_READS = r"(?:who|whoever|whenever|when|if|every|each|any|all|also|log|audit)(?: (?:the|an?|of|parents?|users?|somebody|someone|it|is|row))* (?:reads?(?! (?:need|do|are|is))|views?|looks? at|selects?|opens?|access(?:es)?|downloads?|logs in|logins?)"
"""No trigger sees them."""
_RUN = r"(?:(?:and|please|just) )*(?:re-?use|use|using|with|by|through|via|call|run|running|execute)(?: (?:the|our|existing|same|shared|generic))*(?: (?:(?:trigger )?function|{function}))+(?: (?:we have|there is|that is there|that exists|already|there))*"
"""How it is done for other tables already."""
_SCENE = r"[ .\n]*(?:given|when) "
_NOUNS = r" (?:things|changes|inserts?|insertions?|updates|deletes|deletions?|creations?|edits|removals?|additions?) "
_TODAY = r" (?:already|today|currently|so far|at the moment|last|yesterday|because|since) "
_INDIFFERENT = r"(?:(?:we|i|you|one|that|which) )?(?:do|does|need|are|is) not (?:really )?(?:care|bother|mind|interested|interesting|matter|count|relevant|important)(?: about| in| to us| for us)*"
Role = Literal["table", "record", "action", "user", "moment", "changed"]
_ROLES: dict[Role, tuple[str, ...]] = {
    "table": ("table_name", "table", "entity", "entity_type", "relation", "target_table", "record_table", "resource_type"),
    "record": ("record_id", "row_id", "entity_id", "target_id", "resource_id"),
    "action": ("action", "operation", "op", "event", "verb", "change_type"),
    "user": ("user_id", "actor_id", "changed_by", "actor", "performed_by", "user"),
    "moment": ("timestamp", "occurred_at", "changed_at", "happened_at", "logged_at"),
    "changed": ("details", "changes", "changed_columns", "diff"),
}  # fmt: skip
Roles = tuple[tuple[str, Role], ...]


def is_wanted(ledger: Ledger, schema: Schema) -> bool:
    """Changes are to be written down, in a log that is there."""
    logs = _logs(schema)
    heard = Ledger(ledger.left, ledger.quoted)
    heard.take_all(f"{_NO_VALUES}|{_NAMES}|{_QUIET}")
    ledger = heard
    if not logs or ledger.find(_OTHER) or ledger.find(r"back-?fill\w*(?! [^.;,\n]*not )"):
        return bool(not logs and ledger.find(STRONG))
    named = names_log(ledger, schema) and ledger.find(KEPT)
    named = named and ledger.find(rf"{ACT}|hook\w*|wire\w*|connect\w*|same|like|way|triggers?|ops|operations?|events?")
    return bool(
        named
        or ledger.find(STRONG)
        or ledger.find(f"{_ORDERED}|{OBLIGED}")
        or (ledger.find(WANTED) and ledger.find(KEPT))
    )


def names_log(ledger: Ledger, schema: Schema) -> bool:
    return any(_log_name(t, ledger) for t in _logs(schema))


def _logs(schema: Schema) -> list[str]:
    """Tables that take entries: from a trigger that can be made, or from one that does so for other tables."""
    return [t for t in schema.tables if log_columns(t, schema) or (_entries(t, schema) and schema.shared_audit(t))]


def _log_name(table: str, ledger: Ledger) -> re.Match[str] | None:
    return ledger.find(rf"{table.split('.')[-1].replace('_', '[ _]')}s?")


def read_audit(ledger: Ledger, parts: list[Clause], schema: Schema) -> tuple[Audit, ...]:
    """One for each table that is watched. Raises Unclear."""
    log = _log(ledger, schema)
    name = rf"(?:existing )?{log.split('.')[-1].replace('_', '[ _]')}s?(?: table)?"
    for place, clause in enumerate(parts):
        said = ledger.text[clause.low : clause.high] + " "
        told = (
            regex.search(rf" (?:{name}) ", said)
            and regex.search(rf" (?:{ACT}) ", said)
            and not regex.search(_TODAY, said)
        )
        left_out = (regex.search(_NOUNS, said) and regex.search(rf" (?:{UNWANTED}) ", said)) or regex.search(BACK, said)
        if (
            clause.talk
            and regex.search(r" (?:only|worth|except|unless|nothing but) ", said)
            and any(
                f" {column.replace('_', ' ')} " in said.replace("_", " ")
                for column in schema.columns(_tables(ledger, parts, log, schema)[0])
            )
        ):
            raise Unclear(said)
        if clause.talk and (told or left_out or regex.match(_SCENE, said)):
            parts[place] = replace(clause, talk=False)
            ledger.left = ledger.left[: clause.low] + ledger.text[clause.low : clause.high] + ledger.left[clause.high :]
    wishes = only_heard(ledger, parts, rf"{name}|{STRONG}|{_ORDERED}|{OBLIGED}", rf"{ACT}|{UNWANTED}|only|just|{KEPT}")
    ledger.take_all(name)
    tables = _tables(ledger, parts, log, schema)
    table = tables[0]
    keys = {one: schema.primary_key(one) for one in tables}
    if wide := next((one for one, key in keys.items() if len(key) != 1), None):
        raise Unclear(f"an audit of {wide}, whose key is ({', '.join(keys[wide])})")
    quiet = bool(ledger.take_all(_QUIET))
    every = bool(ledger.take_all(_EVERYTHING))
    ledger.take_all("|".join([re.escape(w) for w, said in ledger.quoted.items() if schema.table(said)] or ["(?!)"]))
    ledger.take_all(rf"{_COUNTED}|[a-z]{{2,}}-\d+")
    ledger.take_all(f"{_NO_VALUES}|{_WHO}")
    if "changed" in dict(log_columns(log, schema)).values():
        ledger.take_all(_NAMES)
    ledger.take_all(
        r"(?:just |exactly |in )*(?:the )?(?:same )?(?:as|like|way|format|same as)(?: (?:as|that|we|have|it|is|for|done|with|the))* [a-z]+(?:_[a-z_]+)?(?: (?:does|do|is|works|function|trigger|already|has|are|for))*(?= |$)"
    )
    ledger.take_all(
        rf"(?:with|including|containing|together with|saying|showing|\(|:)(?: (?:the|its|an?|and|,|of|row|record|id|action(?: (?:=|is))?(?: (?:insert|update|delete))?|user|who|did|it|time|timestamp|date|when|what|table|name|was|done|changed|operation|affected|goes|go|to|{singular(table.split('.')[-1]).replace('_', ' ')}))+(?: \))?"
    )
    if shared := schema.shared_audit(log):
        schema_name, _, name = shared[0].removesuffix("()").rpartition(".")
        ledger.take_all(_RUN.format(function=rf"(?:{schema_name} ⋅ )?{name}(?: \( \))?"))
    if ledger.find(_READS):
        raise Unclear(ledger.text)
    if ledger.find(r"(?:new|own|separate) (?:table|log|history)") or ledger.find(_OLD):
        raise Unclear(ledger.text)
    for mention in mentions(ledger.left, schema):
        _refuse_some(ledger, mention)
    columns = _columns(ledger, wishes, table, schema) if len(tables) == 1 else ()
    for mention in (*mentions(ledger.left, schema), *mentions(ledger.left, schema, loose=True)):
        ledger.strike(mention.start, mention.end)
    actions = watched(ledger, wishes, every=every)
    if columns and actions == ("insert", "update", "delete"):
        actions = ("update",)
    if columns and actions != ("update",):
        raise Unclear(f"which changes of {', '.join(columns)} to audit")
    for pattern, _ in OPERATIONS:
        ledger.take_all(rf"but (?:only|just|not)(?: the| for| on)*(?= (?:{pattern}|{STRUCK}+)(?: |$))")
    for one in tables:
        refuse_leftover(ledger, wishes, one, schema, spare=_SPENT, loose=False, narrow=False)
    function = _shared(tables, log, schema, quiet=quiet)
    written = () if function else log_columns(log, schema)
    return tuple(Audit(one, log, written, key[0], actions, columns, quiet, function) for one, key in keys.items())


def _shared(tables: list[str], log: str, schema: Schema, *, quiet: bool) -> str | None:
    """The function that does it for other tables already. Raises Unclear where it cannot for these."""
    shared = schema.shared_audit(log)
    if shared is None:
        return None
    function, held = shared
    needed = set.intersection(*({c for c in schema.columns(t) if c.endswith("_id")} for t, _ in held)) | {"id"}
    for table in tables:
        if lost := needed - set(schema.columns(table)):
            raise Unclear(f"an audit of {table} by {function}, which has no {' and no '.join(sorted(lost))}")
    if quiet:
        raise Unclear(f"{function} for updates that change something alone")
    return function


def _log(ledger: Ledger, schema: Schema) -> str:
    logs = _logs(schema)
    if not logs:
        raise Unclear(
            "an audit trigger, as no table is there that could take its entries (table name, record, action, user)"
        )
    logs = [t for t in logs if _log_name(t, ledger)] or [t for t in logs if "audit" in t] or logs
    if len(logs) != 1:
        raise Unclear("which table takes the audit entries")
    return logs[0]


def _tables(ledger: Ledger, parts: list[Clause], log: str, schema: Schema) -> list[str]:
    """Those that are watched: not the log, and not one that is audited already and named as the example."""
    for loose in (False, True):
        for talk in (False, True):
            found = [
                owned(ledger.text, mention, schema) or _part_of(ledger.text, mention, schema) or mention.table
                for clause in parts
                if clause.talk <= talk
                for mention in mentions(
                    ledger.text if talk else ledger.left, schema, clause.low, clause.high, loose=loose
                )
                if mention.table != log and not regex.search(_AS_FOR, ledger.text[: mention.start])
            ]
            tables = list(dict.fromkeys(found))
            if len(tables) > 1:
                tables = [t for t in tables if not writes_to(t, log, schema)]
            if len(tables) > 1:  # "a child's progress"
                below = [t for t in tables if set(tables) - {t} <= {key.table for key in schema.foreign_keys(t)}]
                tables = below if len(below) == 1 else tables
            nouns = "|".join(m.words for m in mentions(ledger.text, schema) if m.table in tables)
            if len(tables) == 1 or (
                tables
                and ledger.find(rf"(?:{nouns})(?: (?:,|and|&|\+|/|also|as well as|the|on|to|of|table) )+(?:{nouns})")
                and not talk
            ):
                return tables
            if tables:
                raise Unclear(f"which table to audit ({', '.join(tables)})")
    raise Unclear("which table to audit")


def _refuse_some(ledger: Ledger, mention: Mention) -> None:
    """Only some of the rows: "all archived lessons", "lessons that are free". Raises Unclear."""
    known = FILLERS | {"row", "record", "table", "single", "user", "parent", "family", "customer", "touch", "trace"}
    before = regex.search(
        rf" (?:{ACT}|{STRONG}|log|track|record|only|all|every|each|any|the|our) (?:(?:to|of|on|in|for|the|our|all|only) )*([a-z-]+) $",
        ledger.left[: mention.start],
    )
    kind = before[1] if before else "the"
    if kind not in known and not regex.fullmatch(rf"{ACT}|{KEPT}|{STRONG}", kind):
        raise Unclear(f"{kind} {mention.words}")
    behind = regex.match(
        r" (?:rows? |entries )?(?:that|which|who|whose|where|with|from|older|younger|belonging) [^.;,\n]+",
        ledger.left[mention.end :],
    )
    told = behind and regex.search(rf" (?:{ACT}|{KEPT}|have|there|same|list|id|names?) ", f"{behind[0]} ")
    if behind and not told and any(w not in known for w in regex.findall(r"[a-z]+", behind[0])):
        raise Unclear(mention.words + behind[0])


def _part_of(text: str, mention: Mention, schema: Schema) -> str | None:
    """ "The progress of a child"."""
    before = regex.search(r" ([a-z_]+) of (?:(?:an?|the|our|each|every|their|any) )*$", text[: mention.start])
    own = schema.table(before[1], loose=True) if before else None
    return own if own and any(k.table == mention.table for k in schema.foreign_keys(own)) else None


def _columns(ledger: Ledger, wishes: list[Clause], table: str, schema: Schema) -> tuple[str, ...]:
    """Columns of which alone the changes count: "whenever is_published is changed". Struck out."""
    resolve = columns_of(table, schema)
    act = r"(?:chang\w+|alter\w*|modif\w+|updat\w+|edit\w*|touch\w*|adjust\w*|set|gets? (?:an? )?(?:different|new|other|another) values?)"
    found: list[str] = []
    for mention in mentions(ledger.left, schema):
        if mention.words not in schema.columns(table):
            ledger.strike(mention.start, mention.end)
    for clause in wishes:
        named = spoken_columns(ledger, resolve, clause.low, clause.high)
        spoken = [s for s in named if s.column not in ("id", "created_at", "updated_at")]
        said = ledger.left[clause.low : clause.high] + " "
        if not spoken or regex.search(rf" {UNWANTED} ", said):
            literal = any(s.column in ledger.text[s.start : s.end] for s in named)
            if (
                (spoken or literal)
                and regex.search(rf" {UNWANTED} ", said)
                and not regex.search(r" (?:others?|else) ", said)
            ):
                raise Unclear(ledger.text[clause.low : clause.high])
            continue
        before, after = ledger.left[clause.low : spoken[0].start], ledger.left[spoken[-1].end : clause.high] + " "
        changed = regex.match(
            rf" (?:(?:of|on|in|for|a|an|the|⋅|{STRUCK}+|[a-z]+s?) )*?(?:(?:is|are|was|were|gets?|got|has|have|been|being|actually) )*{act} ",
            after,
        )
        led = regex.search(
            rf" {act} (?:(?:to|of|in|on|made|the|a|an|its|their|only|just|column|columns|⋅|{STRUCK}+) )*$", before
        )
        if changed or led:
            found += [s.column for s in spoken]
            for one in spoken:
                ledger.strike(one.start, one.end)
    return tuple(dict.fromkeys(found))


def _entries(table: str, schema: Schema) -> Roles:
    """What each column of a log is for; empty where the table holds no entries about rows of others."""
    columns = schema.columns(table)
    found = [(name, role) for role, names in _ROLES.items() if (name := next((n for n in names if n in columns), None))]
    return tuple(found) if {"table", "record", "action"} <= {role for _, role in found} else ()


def log_columns(table: str, schema: Schema) -> Roles:
    """What each column of a log receives; empty where the table is none, or needs values that a trigger cannot know."""
    found = _entries(table, schema)
    known = {name for name, _ in found}
    if any(
        schema.is_required(table, name) and schema.default(table, name) is None and name not in known
        for name in schema.columns(table)
    ):
        return ()
    return tuple(
        (name, role)
        for name, role in found
        if (role != "moment" or schema.default(table, name) is None)
        and (role != "changed" or _takes_names(table, name, schema))
    )


def _takes_names(table: str, name: str, schema: Schema) -> bool:
    """A jsonb column whose comment shows that it takes ``{"changed": [names of columns]}``."""
    facts = schema.columns(table)[name]
    return facts["type"] == "jsonb" and bool(regex.search(r'\{"changed": \["', str(facts.get("comment", ""))))
