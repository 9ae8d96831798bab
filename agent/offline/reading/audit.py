"""An audit trigger: which table's changes are written to which log."""

import re

from agent.offline.description import Audit, Verb
from agent.offline.reading.naming import Unclear, content
from agent.offline.reading.target import mentions
from agent.offline.schema import Schema

WANTED = re.compile(
    r"\b(?:inserts?|updates?|deletes?|edits?|modifications?)\b.{0,80}\b(?:written|logged|recorded|stored|saved|audited|tracked)\b|\bwho (?:creates|edits|deletes|updates|adds|removes)\b|\bchanges?\b.{0,60}\b(?:trace|audit)|"
    r"\baudit(?:s|ed|ing)?\b|\b(?:writes?|log|record|insert|add|store|end up|save)\w*\b.{0,60}\baudit[ _]log|\bchanges?\b.{0,60}\b(?:logged|recorded|tracked|audited|written)\b|trigger.{0,100}(?:audit|log)|\b(?:log|record|track|capture|trace|store|keep|write|save|history|trail|journal)\w*\b.{0,40}\b(?:changes?|modifications?|inserts?|updates?|edits?|deletes?|deletions?|mutations?|writes?|changed|modified|edited)\b|"
    r"\bchange (?:log|history|tracking)\b|\b(?:whenever|every time|each time|when(?:ever)?)\b.{0,60}\b(?:inserted|updated|changed|deleted|added|modified|changes|adds|edits|removes|deletes|updates|inserts)\b.{0,80}\b(?:log|record|audit|write|entry)\b|\bwho (?:has )?(?:changed|edited|modified|touched|changes)\b"
)
_WORDS = re.compile(
    r"\b(?:audit(?:s|ed|ing)?|log(?:s|ged|ging)?|record(?:s|ed|ing)?|track(?:s|ed|ing)?|captur(?:e|es|ed|ing)|trac(?:e|ing)|stor(?:e|ed|ing)|keep(?:s|ing)?|writ(?:e|es|ten|ing)|sav(?:e|ed|ing)|histor(?:y|ical)|trail|journal|changes?|changed|changing|modif(?:y|ied|ications?)|"
    r"mutations?|inserts?|inserted|inserting|insertions?|updat(?:e|es|ed|ing)|edit(?:s|ed|ing)?|delet(?:e|es|ed|ing|ions?)|remov(?:e|ed|als?|es|ing)|creat(?:e|es|ed|ing|ions?)|add(?:s|ed|ing|itions?)?|writes?|whenever|every time|each time|when|row|rows|entry|entries|line|"
    r"trigger(?:s|ed)?|triggered|automatic(?:ally)?|database|who|what|which|did|does|it|user|happens?|happened|made|by|set up|build|attach|put|fire|fires|via|using|function|something|someone|somebody|anyone|gets?|is|was|time|full|complete|proper|able|later|see|know|table|action|operation|"
    r"all|any|every|each|kind|kinds|type|types|of|trace|traceable|accountability|review|must|never|lose|keep|security|definer|new|old|there|ends? up|land|lands|go|goes|note|notes|noted|touch(?:es|ed)?|leaves?|a|an)\b"
)
_VERBS: tuple[tuple[str, Verb], ...] = (
    (r"\binsert\w*|\badded\b|\badditions?\b|\bcreat(?:ed|es|ions?)\b|\bnew (?:rows|entries|records|logs)\b", "insert"),
    (r"\bupdat\w+|\bedit\w*|\bmodif\w+", "update"),
    (r"\bdelet\w+|\bremov\w+", "delete"),
)  # fmt: skip
_ALIKE = re.compile(
    r"\(?,? ?\b(?:same|just|exactly|like|similar)(?: as| like| to)?(?: how| what)?(?: we| is| it)?(?: already| currently)?(?: we| it)?"
    r"(?: do| did| have| done| does| works?)+(?: it)? (?:for|on|with) \w+\)?|\(same *\)?$"
)
"""The example of another table."""
_ROLES = {
    "table": (
        "table_name",
        "table",
        "entity",
        "entity_type",
        "relation",
        "target_table",
        "record_table",
        "resource_type",
    ),
    "record": ("record_id", "row_id", "entity_id", "target_id", "resource_id"),
    "action": ("action", "operation", "op", "event", "verb", "change_type"),
    "user": ("user_id", "actor_id", "changed_by", "actor", "performed_by", "user"),
    "moment": ("timestamp", "occurred_at", "changed_at", "happened_at", "logged_at"),
}


def read_audit(text: str, schema: Schema) -> Audit:
    """Raises Unclear."""
    logs = [table for table in schema.tables if _columns(table, schema)]
    if not logs:
        raise Unclear(
            "an audit trigger, as no table is there that could take its entries (table name, record, action, user)"
        )
    if len(logs) > 1 and not (
        logs := [t for t in logs if t in {m for *_, m, _ in mentions(text, schema)}]
        or [t for t in logs if "audit" in t]
    ):
        raise Unclear("which table takes the audit entries")
    log = logs[0]
    text = re.sub(r"\bcreate (?:an? )?trigger (?!on\b|that\b|to\b|which\b|for\b|after\b)\w+", "create trigger", text)
    text = _ALIKE.sub(" ", re.sub(r"\b(?:after|before) (?=(?:insert|update|delete|every|each|any)\b)", " ", text))
    named = _leave_log(text, log)
    audited = [table for *_, table, _ in mentions(named, schema) if table != log]
    if not audited:
        audited = [table for *_, table, _ in mentions(named, schema, loose=True) if table != log]
    audited = list(dict.fromkeys(audited))
    if len(audited) != 1:
        raise Unclear("which table to audit" + (f" ({', '.join(audited)})" if audited else ""))
    table = audited[0]
    key = schema.primary_key(table)
    if len(key) != 1:
        raise Unclear(f"an audit of {table}, whose key is ({', '.join(key)})")
    left = named
    for start, end, found, _ in reversed(mentions(left, schema, loose=True)):
        if found in (table, log):
            left = left[:start] + " " + left[end:]
    if words := content(_WORDS.sub(" ", left)):
        raise Unclear(" ".join(words))
    actions = tuple(verb for pattern, verb in _VERBS if re.search(pattern, left))
    general = re.search(
        r"\bchanges\b|\bchanged\b|\bany change\b|\bevery change\b|\beach change\b|\ball (?:changes|writes)\b", left
    )
    if not actions or (general and len(actions) < 3 and not re.search(r"\bonly\b", left)):
        actions = ("insert", "update", "delete")
    return Audit(table, log, _columns(log, schema), key[0], actions)


def _leave_log(text: str, log: str) -> str:
    """The text without the name of the log, so that "audit" in it is no table."""
    words = log.split(".")[-1].replace("_", "[ _]")
    return re.sub(
        rf"\b(?:(?:in|into|to|with|via|on) )?(?:the |our |an? )?(?:existing )?{words}s?\b(?: table)?", " ", text
    )


def _columns(table: str, schema: Schema):  # type: ignore[no-untyped-def]
    """What each column of a log receives; empty where the table is none, or needs values that a trigger cannot know."""
    columns = schema.columns(table)
    found = []
    for role, names in _ROLES.items():
        if name := next((name for name in names if name in columns), None):
            found.append((name, role))
    roles = {role for _, role in found}
    if not {"table", "record", "action"} <= roles:
        return ()
    known = {name for name, _ in found}
    if any(
        schema.is_required(table, name) and schema.default(table, name) is None and name not in known
        for name in columns
    ):
        return ()
    return tuple(item for item in found if item[1] != "moment" or schema.default(table, item[0]) is None)
