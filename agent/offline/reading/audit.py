"""An audit trigger: which table's changes are written to which log."""

import re
from typing import Literal

from agent.offline.description import Audit, Verb
from agent.offline.reading.known import mentions
from agent.offline.reading.ledger import STRUCK, Ledger, Unclear, compiled
from agent.offline.schema import Schema

_CHANGE = r"(?:changes?|changed|modif(?:y|ied|ications?)|mutations?|inserts?|inserted|updates?|updated|edits?|edited|deletes?|deleted|deletions?|writes?|adds|removes|creates|touched)"
_KEPT = r"(?:log(?:s|ged|ging)?|record(?:s|ed|ing)?|track(?:s|ed|ing)?|captur(?:e|ed)|history|trail|journal|trace|written|writes?|write|saved?|stored?|store|end(?:s)? up|show(?:n|s)? up|appears?|entry|kept)"
WANTED = (
    r"audit(?:s|ed|ing)?(?! log)",
    rf"(?:{_KEPT})(?: [^ .]+){{0,8}}? {_CHANGE}",
    rf"{_CHANGE}(?: [^ .]+){{0,14}}? {_KEPT}",
    r"insert(?:s|ed)? (?:/|,) update(?:s|d)?(?: ,)? (?:/|or|and|,) delete[sd]?",
)
_VERBS: tuple[tuple[str, Verb], ...] = (
    (r"insert(?:s|ed|ions?|ing)?|adds|added|additions?|creat(?:ed|es|ions?)|new (?:rows|entries|records)", "insert"),
    (r"updat\w+|edit\w*|modif\w+|changes(?= or|,| a| the)|changed", "update"),
    (r"delet\w+|remov\w+", "delete"),
)
_SPENT = (
    r"audit(?:s|ed|ing)?|trigger|function|when|whenever|where|after|only|not|but|must|same|security|each|once|before|if"
)
_LIKE = (
    r"(?:,? ?(?:just |exactly |in )*(?:like|as|the same(?: way)?(?: as)?|same as|similar to|how)(?: (?:as|those|the|ones?|that|changes|it|is|we|do|did|done|already|for|of|on|with|to|in|case|way|made|have))* )"
    r"(?P<other>[a-z_]+)(?: (?:already|is|are|does|do|now|has|table))*"
)
_ROLES = {
    "table": ("table_name", "table", "entity", "entity_type", "relation", "target_table", "record_table", "resource_type"),
    "record": ("record_id", "row_id", "entity_id", "target_id", "resource_id"),
    "action": ("action", "operation", "op", "event", "verb", "change_type"),
    "user": ("user_id", "actor_id", "changed_by", "actor", "performed_by", "user"),
    "moment": ("timestamp", "occurred_at", "changed_at", "happened_at", "logged_at"),
}  # fmt: skip
Roles = tuple[tuple[str, Literal["table", "record", "action", "user", "moment"]], ...]


def is_wanted(ledger: Ledger, schema: Schema) -> bool:
    if any(ledger.find(pattern) for pattern in WANTED):
        logs = [t for t in schema.tables if log_columns(t, schema)]
        return bool(
            ledger.find(WANTED[0])
            or any(_log_name(t, ledger) for t in logs)
            or ledger.find(r"changes? (?:to|of|in|on|made)|who changed")
        )
    return False


def _log_name(table: str, ledger: Ledger) -> re.Match[str] | None:
    return ledger.find(table.split(".")[-1].replace("_", "[ _]"))


def read_audit(ledger: Ledger, schema: Schema) -> Audit:
    """Raises Unclear."""
    logs = [table for table in schema.tables if log_columns(table, schema)]
    if not logs:
        raise Unclear(
            "an audit trigger, as no table is there that could take its entries (table name, record, action, user)"
        )
    logs = [t for t in logs if _log_name(t, ledger)] or ([t for t in logs if "audit" in t] if len(logs) > 1 else logs)
    if len(logs) != 1:
        raise Unclear("which table takes the audit entries")
    log = logs[0]
    ledger.take_all(rf"(?:existing )?{log.split('.')[-1].replace('_', '[ _]')}s?(?: table)?")
    ledger.take_all(
        r"\(? ?(?:,? ?(?:the )?same|just|exactly|like) (?:as|like|to|how)?(?: (?:we|it|is|already|do|did|have|done|for|on|with|works?|children|that))+(?: \))?"
    )
    ledger.take_all(r"(?:create |a )*trigger (?!on|that|to|which|for|after|before)[a-z_]+")
    ledger.take_all(r"\(? ?(?:like|as|same as) [a-z_]+ (?:already )?(?:has|have|does|do)(?: already)?(?: \))?")
    for match in compiled(_LIKE).finditer(ledger.left):
        if schema.table(match["other"]) and mentions(ledger.left.replace(match["other"], STRUCK), schema, loose=True):
            ledger.strike(match.start(), match.end())
    found = mentions(ledger.left, schema) or mentions(ledger.left, schema, loose=True)
    found = [m for m in found if m.table != log]
    tables = list(dict.fromkeys(m.table for m in found))
    if len(tables) != 1:
        raise Unclear("which table to audit" + (f" ({', '.join(tables)})" if tables else ""))
    for mention in found:
        ledger.strike(mention.start, mention.end)
    table = tables[0]
    key = schema.primary_key(table)
    if len(key) != 1:
        raise Unclear(f"an audit of {table}, whose key is ({', '.join(key)})")
    refused = ledger.find(
        r"(?:\( )?(?P<verbs>[a-z]+(?: (?:and|or) [a-z]+)?) (?:do|need) not matter|(?:but |and )?not (?:the )?(?P<more>[^.;\n]+)"
    )
    withheld = {
        verb
        for pattern, verb in _VERBS
        if refused and re.search(rf"(?<![^ ])(?:{pattern})(?![^ ])", refused["verbs"] or refused["more"])
    }
    if refused and not withheld:
        raise Unclear(refused[0])
    text = ledger.left[: refused.start()] + ledger.left[refused.end() :] if refused else ledger.left
    actions = tuple(
        verb for pattern, verb in _VERBS if re.search(rf"(?<![^ ])(?:{pattern})(?![^ ])", text) and verb not in withheld
    )
    general = re.search(r"(?<![^ ])(?:changes|change|changed|writes)(?![^ ])", text) and not re.search(r" only ", text)
    if not withheld and (not actions or (general and len(actions) < 3)):
        actions = ("insert", "update", "delete")
    if not actions:
        raise Unclear("which changes to audit")
    ledger.take_all(_SPENT)
    ledger.take_all("|".join(pattern for pattern, _ in _VERBS))
    return Audit(table, log, log_columns(log, schema), key[0], actions)


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
