"""An audit trigger: which table's changes are written to which log."""

import re
from typing import Literal

from agent.offline.description import Audit, Verb
from agent.offline.reading.alteration.clauses import Clause
from agent.offline.reading.alteration.leftover import refuse_leftover
from agent.offline.reading.known import mentions
from agent.offline.reading.ledger import Ledger, Unclear
from agent.offline.reading.satisfied import writes_to
from agent.offline.schema import Schema

_CHANGE = r"(?:changes?|changed|changing|modif(?:y|ied|ications?)|mutations?|inserts?|inserted|updates?|updated|edits?|edited|deletes?|deleted|deletions?|removals?|writes?|adds|removes?|removed|creates|touched|touches)"
_KEPT = r"(?:log(?:s|ged|ging)?|record(?:s|ed|ing)?|track(?:s|ed|ing)?|captur(?:e|ed)|history|trail|journal|trace|written|writes?|write|saved?|stored?|store|ends? up|lands?|show(?:n|s)? up|appears?|entry|kept|goes|go|keep|protocol(?:s|ed)?|register(?:s|ed)?|(?:gets?|receives?) an? (?:row|entry|line|record))"
_STRONG = r"audit(?:s|ed|ing|able)?(?! log)"
_WANTED = (
    rf"{_KEPT}(?: [^ .]+){{0,14}}? {_CHANGE}",
    rf"{_CHANGE}(?: [^ .]+){{0,14}}? {_KEPT}",
    rf"created (?:,|or|and)(?: [^ .]+){{0,14}}? {_KEPT}",
    rf"{_CHANGE}(?: [^ .]+){{0,8}}? (?:in|into|to) (?:the )?[a-z]+[ _]log",
    r"log (?:must|should|shall|has to|needs to) (?:contain|include|show|have|get)",
    r"who (?:changed|edited|touched|deleted)",
)
_VERBS: tuple[tuple[str, Verb], ...] = (
    (
        r"insert(?:s|ed|ions?|ing)?|adds|added|add(?= ,| or| and|s)|additions?|creat(?:ed|es|ions?)|new (?:rows?|entries|records|ones?|~+)|new",
        "insert",
    ),
    (r"updat\w+|edit(?:s|ed|ing)?|modif\w+|changes(?= or|,| a| the| and (?:delet|remov))|changed", "update"),
    (r"delet\w+|remov\w+|gone", "delete"),
)
_UNWANTED = r"(?:do|does|need|needs|is|are) not(?: [a-z]+){0,3}|not|no need|no (?:other|more|further)|no(?= (?:(?:inserts?|insertions?|updates?|edits?|deletes?|deletions?|removals?|additions?|and|or|,|/) *)+(?:$|[.;\n]))|never mind|without|except|skip|ignore|leave out|irrelevant"
_UNTRACED = r" (?:no|not|nobody|never|cannot|nothing|none) .*(?:unlogged|unrecorded|untracked|unnoticed|unaudited|without (?:an? |any |being )?(?:trace|log|entry|record|logged|recorded|audited|traced)) "
"""What must not go without a trace is to leave one."""
_SPENT = (
    r"audit(?:s|ed|ing)?|trigger|function|when|whenever|where|after|only|not|but|must|same|security|each|once|before|if|remov\w*|delet\w*|edit\w*|updat\w*|insert\w*|role|drop|automatically|instead|new table|status|plan|"
    r"table_name|record_id|user_id|action"
)
_MORE = r"old (?:and|or|/) new|(?:old|previous|new|former) (?:values?|data|contents?|versions?)|values?|diff|payload|ip|before and after|snapshot|reasons?|details|full row|columns?"
_ROLES = {
    "table": ("table_name", "table", "entity", "entity_type", "relation", "target_table", "record_table", "resource_type"),
    "record": ("record_id", "row_id", "entity_id", "target_id", "resource_id"),
    "action": ("action", "operation", "op", "event", "verb", "change_type"),
    "user": ("user_id", "actor_id", "changed_by", "actor", "performed_by", "user"),
    "moment": ("timestamp", "occurred_at", "changed_at", "happened_at", "logged_at"),
}  # fmt: skip
Roles = tuple[tuple[str, Literal["table", "record", "action", "user", "moment"]], ...]


def is_wanted(ledger: Ledger, schema: Schema) -> bool:
    """Changes are to be written down, in a log that is there."""
    if ledger.find(_STRONG):
        return True
    logs = [t for t in schema.tables if log_columns(t, schema)]
    told = any(ledger.find(pattern) for pattern in _WANTED)
    return told and bool(
        any(_log_name(t, ledger) for t in logs) or ledger.find(r"changes? (?:to|of|in|on|made)|who changed")
    )


def _log_name(table: str, ledger: Ledger) -> re.Match[str] | None:
    return ledger.find(rf"{table.split('.')[-1].replace('_', '[ _]')}s?")


def read_audit(ledger: Ledger, clauses: list[Clause], schema: Schema) -> Audit:
    """Raises Unclear."""
    logs = [table for table in schema.tables if log_columns(table, schema)]
    if not logs:
        raise Unclear(
            "an audit trigger, as no table is there that could take its entries (table name, record, action, user)"
        )
    logs = [t for t in logs if _log_name(t, ledger)] or (
        [t for t in logs if "audit" in t] or logs if len(logs) > 1 else logs
    )
    if len(logs) != 1:
        raise Unclear("which table takes the audit entries")
    log = logs[0]
    ledger.take_all(rf"(?:existing )?{log.split('.')[-1].replace('_', '[ _]')}s?(?: table)?")
    if ledger.find(r"(?:new|own|separate) (?:table|log|history)") or ledger.find(_MORE):
        raise Unclear(ledger.text)
    wishes = [c for c in clauses if not c.talk]
    table = _table(ledger, clauses, log, schema)
    key = schema.primary_key(table)
    if len(key) != 1:
        raise Unclear(f"an audit of {table}, whose key is ({', '.join(key)})")
    ledger.take_all(
        r"(?:just |exactly )?(?:as|like|same as) [a-z]+_[a-z_]+(?: (?:does|do|is|works|function|trigger|already))*"
    )
    for mention in (*mentions(ledger.left, schema), *mentions(ledger.left, schema, loose=True)):
        ledger.strike(mention.start, mention.end)
    actions = _actions(ledger, wishes)
    for pattern, _ in _VERBS:
        ledger.take_all(rf"but (?:only|just)(?: the| for| on)*(?= (?:{pattern})(?: |$))")
    refuse_leftover(ledger, wishes, table, schema, spare=_SPENT, loose=False, narrow=False)
    return Audit(table, log, log_columns(log, schema), key[0], actions)


def _table(ledger: Ledger, clauses: list[Clause], log: str, schema: Schema) -> str:
    """The one that is watched: not the log, and not one that is audited already and named as the example."""
    for loose in (False, True):
        for talk in (False, True):
            found = [
                mention.table
                for clause in clauses
                if clause.talk <= talk
                for mention in mentions(
                    ledger.text if clause.talk else ledger.left, schema, clause.low, clause.high, loose=loose
                )
                if mention.table != log
            ]
            tables = list(dict.fromkeys(found))
            if len(tables) > 1:
                tables = [t for t in tables if not writes_to(t, log, schema)]
            if len(tables) == 1:
                return tables[0]
            if tables:
                raise Unclear(f"which table to audit ({', '.join(tables)})")
    raise Unclear("which table to audit")


def _actions(ledger: Ledger, wishes: list[Clause]) -> tuple[Verb, ...]:
    """What is watched: the verbs that are named, without those that do not matter; all where none is named."""
    named: set[Verb] = set()
    withheld: set[Verb] = set()
    general = False
    for clause in wishes:
        text = re.sub(r" without (?:any )?exceptions? ", " ", ledger.left[clause.low : clause.high] + " ")
        if re.search(_UNTRACED, text):
            general = True
            continue
        refused = re.search(rf" (?:{_UNWANTED}) ", text)
        verbs = {verb for pattern, verb in _VERBS if re.search(rf"(?<![^ ])(?:{pattern})(?![^ ])", text)}
        if refused and verbs:
            before = {
                v for pattern, v in _VERBS if re.search(rf"(?<![^ ])(?:{pattern})(?![^ ])", text[: refused.start() + 1])
            }
            late = {
                v for pattern, v in _VERBS if re.search(rf"(?<![^ ])(?:{pattern})(?![^ ])", text[refused.end() - 1 :])
            }
            withheld |= late or before
            named |= before if late else set()
            continue
        named |= verbs
        wanted = re.sub(r" (?:the |any )?other changes? ", " ", text[: refused.start()] + " ") if refused else text
        general = general or bool(
            re.search(
                r" (?:changes?|changed|writes|(?:like|as|same) (?:for|as|with|we|in)|any|everything|all changes) ",
                wanted,
            )
            and not re.search(r" (?:only|just) ", text)
        )
    general = general or bool(ledger.find(r"(?:rows|ones|entries|inserts|records) (?:too|as well|also)"))
    general = general and named != {"update", "delete"}
    if not named or (general and len(named) < 3):
        named = {"insert", "update", "delete"}
    order: tuple[Verb, ...] = ("insert", "update", "delete")
    actions = tuple(verb for verb in order if verb in named - withheld)
    if not actions:
        raise Unclear("which changes to audit")
    return actions


def log_columns(table: str, schema: Schema) -> Roles:
    """What each column of a log receives; empty where the table is none, or needs values that a trigger cannot know."""
    columns = schema.columns(table)
    found = [(name, role) for role, names in _ROLES.items() if (name := next((n for n in names if n in columns), None))]
    known = {name for name, _ in found}
    if not {"table", "record", "action"} <= {role for _, role in found}:
        return ()
    if any(
        schema.is_required(table, name) and schema.default(table, name) is None and name not in known
        for name in columns
    ):
        return ()
    return tuple(item for item in found if item[1] != "moment" or schema.default(table, item[0]) is None)  # type: ignore[misc]
