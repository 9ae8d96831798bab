"""An audit trigger: which table's changes are written to which log."""

import re
from typing import Literal

from agent.offline.description import VERBS, Audit, Verb
from agent.offline.reading.alteration.clauses import Clause, only_heard
from agent.offline.reading.alteration.leftover import refuse_leftover
from agent.offline.reading.alteration.topic import columns_of
from agent.offline.reading.known import mentions, owned, spoken_columns
from agent.offline.reading.ledger import STRUCK, Ledger, Unclear
from agent.offline.reading.satisfied import writes_to
from agent.offline.schema import Schema

_VERBS: tuple[tuple[str, Verb], ...] = (
    (
        r"insert(?:s|ed|ions?|ing)?|add(?:s|ed|ing|itions?)?|creat(?:e|es|ed|ing|ions?)|(?:brand-)?new(?! (?:table|trigger|function|values?|data|contents?))|fresh",
        "insert",
    ),
    (
        r"updat\w+|edit(?:s|ed|ing)?|modif(?!ication)\w+|modifications?(?=.* (?:insert|delet|remov|add|creat))|(?<=and )modifications?|alter(?:s|ed|ing|ations?)|adjust(?:s|ed|ing|ments?)?|amend\w*|overwrit\w+|chang(?:es?|ing)(?= or|,| a| the| and (?:delet|remov))|changed",
        "update",
    ),
    (r"delet\w+|remov\w+|eras\w+|gone|vanish\w*|disappear\w*", "delete"),
)
_ACT = rf"(?:{'|'.join(pattern for pattern, _ in _VERBS)}|changes?|changing|modifications?|mutations?|writes?|touch(?:ed|es)?|happens?|fiddl\w+)"
_KEPT = r"(?:log(?:s|ged|ging)?|record(?:s|ed|ing)?|track(?:s|ed|ing)?|captur(?:e|ed)|history|trail|journal|trace|written|writes?|writing|notes?|noted|seen?|found|find|visible|prove|traceable|saved?|stored?|store|ends? up|lands?|show(?:n|s)? up|appears?|entry|entries|kept|goes|go|keep|protocol(?:s|ed)?|register(?:s|ed)?|know|gets?|receives?|hook\w*|->)"
_STRONG = r"audit(?:s|ed|ing|able)?(?! log)"
_ORDERED = rf"(?:log|record|track|trace|keep track of|write down|(?:history|trail|journal) of)(?: (?:all|every|any|each|the))* {_ACT}"
_WANTED = r"changes? (?:to|of|in|on|made)|who (?:changed|edited|touched|deleted|altered|created)|log (?:must|should|shall|has to|needs to) (?:contain|include|show|have|get)"
_OTHER = r"index(?:es|ed)?|(?<!changed )(?<!other )(?<!which )(?<!what )(?<!of the )columns?(?! (?:are|is|changed?|that|which|were|was)| names)|fields?|unique|constraint|table (?:called|named)|bigint"
_UNWANTED = (
    r"(?:do|does|need|needs|is|are|should|must|shall) not(?: [a-z]+){0,3}|not|need not|no need|no (?:other|more|further)|no(?= (?:(?:inserts?|insertions?|updates?|edits?|deletes?|deletions?|removals?|additions?|and|or|,|/) *)+(?:$|[.;\n]))|never mind|"
    r"without|except|apart from|other than|skip|ignore|leave out|irrelevant|unimportant|(?:documented|handled|logged|recorded|tracked) (?:elsewhere|already)|out of scope|(?:(?:can|may|could|should) be )?(?:ignored|skipped|left out|omitted|disregarded)"
)
_UNTRACED = r" (?:no|not|nobody|never|cannot|nothing|none) .*(?:unlogged|unrecorded|untracked|unnoticed|unaudited|without (?:us |an? |any |being |anybody |anyone |somebody )*(?:trace|log|entry|record|logged|recorded|audited|traced|noticing|knowing|seeing)) "
"""What must not go without a trace is to leave one."""
_SPENT = (
    r"audit(?:s|ed|ing|able)?|trigger|function|when|whenever|where|after|only|just|not|but|must|same|security|each|once|before|if|remov\w*|delet\w*|edit\w*|updat\w*|insert\w*|creat\w*|role|drop|automatically|instead|new table|status|plan|view|"
    r"table_name|record_id|user_id|action|timestamp|via|until"
)
_OLD = r"old (?:and|or|/) new|(?:old|previous|former) (?:values?|data|contents?|versions?|rows?)|(?<!a )new (?:values?|contents?)|(?<!different )(?<!a new )(?<!other )(?<!another )values?|diff|payload|ip|before and after|snapshot|reasons?|full row"
_AS_FOR = r" (?:same(?: way| thing)? as|like|as (?:for|with|in|on))(?: (?:for|with|we|have|it|the|do|on|in))* $"
_DETAILS = r"(?:(?:the |which |names? of |list of |also |should |must |list |the )*(?:changed|modified|altered|updated) (?:columns?|fields?)|(?:which|what) (?:columns?|fields?)(?: (?:were|was|have|has|been|are|is|got))* (?:changed|modified|altered|updated))"
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
    logs = [t for t in schema.tables if log_columns(t, schema)]
    if not logs or ledger.find(_OTHER) or ledger.find(r"back-?fill\w*"):
        return bool(not logs and ledger.find(_STRONG))
    named = any(_log_name(t, ledger) for t in logs) and ledger.find(_KEPT)
    named = named and ledger.find(rf"{_ACT}|hook\w*|wire\w*|connect\w*|same|like|way")
    return bool(named or ledger.find(_STRONG) or ledger.find(_ORDERED) or (ledger.find(_WANTED) and ledger.find(_KEPT)))


def _log_name(table: str, ledger: Ledger) -> re.Match[str] | None:
    return ledger.find(rf"{table.split('.')[-1].replace('_', '[ _]')}s?")


def read_audit(ledger: Ledger, clauses: list[Clause], schema: Schema) -> Audit:
    """Raises Unclear."""
    log = _log(ledger, schema)
    name = rf"(?:existing )?{log.split('.')[-1].replace('_', '[ _]')}s?(?: table)?"
    wishes = only_heard(ledger, clauses, rf"{name}|{_STRONG}|{_ORDERED}", rf"{_ACT}|{_UNWANTED}|only|just|{_KEPT}")
    ledger.take_all(name)
    table = _table(ledger, clauses, log, schema)
    key = schema.primary_key(table)
    if len(key) != 1:
        raise Unclear(f"an audit of {table}, whose key is ({', '.join(key)})")
    if "changed" in dict(log_columns(log, schema)).values():
        ledger.take_all(
            rf"(?:details?(?: column)? (?:(?:should|must|shall|then) )*(?:list|lists|hold|holds|name|names|say|says|show|shows|contain|contains) )?{_DETAILS}(?: for updates?)?(?: in details)?"
        )
    ledger.take_all(
        r"(?:just |exactly |in )*(?:the )?(?:same )?(?:as|like|way|format|same as)(?: (?:as|that|we|have|it|is|for|done|with|the))* [a-z]+(?:_[a-z_]+)?(?: (?:does|do|is|works|function|trigger|already|has|are|for))*(?= |$)"
    )
    ledger.take_all(
        r"(?:with|including|containing|together with)(?: (?:the|its|an?|and|,|of|row|record|id|action|user|who|did|it|time|timestamp|date|when|what|table|name|was|done|changed|operation|affected))+"
    )
    if ledger.find(r"(?:new|own|separate) (?:table|log|history)") or ledger.find(_OLD):
        raise Unclear(ledger.text)
    columns = _columns(ledger, wishes, table, schema)
    for mention in (*mentions(ledger.left, schema), *mentions(ledger.left, schema, loose=True)):
        ledger.strike(mention.start, mention.end)
    actions = _actions(ledger, wishes)
    if columns and actions == ("insert", "update", "delete"):
        actions = ("update",)
    if columns and actions != ("update",):
        raise Unclear(f"which changes of {', '.join(columns)} to audit")
    for pattern, _ in _VERBS:
        ledger.take_all(rf"but (?:only|just)(?: the| for| on)*(?= (?:{pattern})(?: |$))")
    refuse_leftover(ledger, wishes, table, schema, spare=_SPENT, loose=False, narrow=False)
    return Audit(table, log, log_columns(log, schema), key[0], actions, columns)


def _log(ledger: Ledger, schema: Schema) -> str:
    logs = [table for table in schema.tables if log_columns(table, schema)]
    if not logs:
        raise Unclear(
            "an audit trigger, as no table is there that could take its entries (table name, record, action, user)"
        )
    logs = [t for t in logs if _log_name(t, ledger)] or [t for t in logs if "audit" in t] or logs
    if len(logs) != 1:
        raise Unclear("which table takes the audit entries")
    return logs[0]


def _table(ledger: Ledger, clauses: list[Clause], log: str, schema: Schema) -> str:
    """The one that is watched: not the log, and not one that is audited already and named as the example."""
    for loose in (False, True):
        for talk in (False, True):
            found = [
                owned(ledger.text, mention, schema) or mention.table
                for clause in clauses
                if clause.talk <= talk
                for mention in mentions(
                    ledger.text if clause.talk else ledger.left, schema, clause.low, clause.high, loose=loose
                )
                if mention.table != log and not re.search(_AS_FOR, ledger.text[: mention.start])
            ]
            tables = list(dict.fromkeys(found))
            if len(tables) > 1:
                tables = [t for t in tables if not writes_to(t, log, schema)]
            if len(tables) > 1:  # "a child's progress"
                below = [t for t in tables if set(tables) - {t} <= {key.table for key in schema.foreign_keys(t)}]
                tables = below if len(below) == 1 else tables
            if len(tables) == 1:
                return tables[0]
            if tables:
                raise Unclear(f"which table to audit ({', '.join(tables)})")
    raise Unclear("which table to audit")


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
        if not spoken or re.search(rf" {_UNWANTED} ", said):
            literal = any(s.column in ledger.text[s.start : s.end] for s in named)
            if (
                (spoken or literal)
                and re.search(rf" {_UNWANTED} ", said)
                and not re.search(r" (?:others?|else) ", said)
            ):
                raise Unclear(ledger.text[clause.low : clause.high])
            continue
        before, after = ledger.left[clause.low : spoken[0].start], ledger.left[spoken[-1].end : clause.high] + " "
        changed = re.match(
            rf" (?:(?:of|on|in|for|a|an|the|⋅|{STRUCK}+|[a-z]+s?) )*?(?:(?:is|are|was|were|gets?|got|has|have|been|being|actually) )*{act} ",
            after,
        )
        led = re.search(
            rf" {act} (?:(?:to|of|in|on|made|the|a|an|its|their|only|just|column|columns|⋅|{STRUCK}+) )*$", before
        )
        if changed or led:
            found += [s.column for s in spoken]
            for one in spoken:
                ledger.strike(one.start, one.end)
    return tuple(dict.fromkeys(found))


def _actions(ledger: Ledger, wishes: list[Clause]) -> tuple[Verb, ...]:
    """What is watched: the verbs that are named, without those that do not matter; all where none is named."""
    act = "|".join(pattern for pattern, _ in _VERBS)
    only = rf"(?:only|just|solely)(?: (?:log|record|audit|track|on|for|about|the|when|it|is))* (?:{act})(?:(?: , (?:{act}))* (?:, )?(?:and|or|/) (?:{act}))?"
    if said := re.search(rf"(?<![^ ]){only}(?![^ ])", ledger.text):
        verbs = _verbs(f" {said[0]} ")
        return tuple(verb for verb in VERBS if verb in verbs)
    named: set[Verb] = set()
    withheld: set[Verb] = set()
    general = False
    for clause in wishes:
        text = re.sub(r" without (?:any )?exceptions? ", " ", ledger.left[clause.low : clause.high] + " ")
        if re.search(_UNTRACED, text):
            named |= _verbs(text)
            general = general or not _verbs(text)
            continue
        refused = re.search(rf" (?:{_UNWANTED}) ", text)
        if refused and re.search(r" other (?:columns?|fields?|attributes?|properties|values?) ", text):
            continue
        if refused and _verbs(text):
            before, late = _verbs(text[: refused.start() + 1]), _verbs(text[refused.end() - 1 :])
            withheld |= late or before
            named |= before if late else set()
            ledger.take_all(r"except(?: for)?|but not|apart from|other than", clause.low, clause.high)
            general = general or bool(re.search(rf" (?:{_STRONG}|everything|all|any) ", text[: refused.start() + 1]))
            continue
        apart = re.match(
            r" ?(?:\.|\n)(?! (?:if|when|whenever|as soon as|each|every) )", ledger.text[clause.low :]
        ) and re.search(r" (?:can|may|could|is|are) ", text)
        heard = rf" (?:{_KEPT}|{_STRONG}|only|just|{_WANTED}|too|also|relevant|interesting|enough) "
        if _verbs(text) and apart and not re.search(heard, text):  # what becomes of them was not understood
            raise Unclear(ledger.text[clause.low : clause.high])
        named |= _verbs(text)
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


def _verbs(text: str) -> set[Verb]:
    """Those that a text names; "add a trigger" and "create an entry" do not."""
    said = re.sub(
        rf" (?:add(?:s|ing)?|creat(?:e|es|ing)|insert(?:s|ing)?|new) (?:an? |the |another |one |new |{STRUCK}+ )*(?:triggers?|audit\w*|entry|entries|log|logs|logging|history|trail|row in|record in|function)(?= )",
        " ",
        text,
    )
    return {verb for pattern, verb in _VERBS if re.search(rf"(?<![^ ])(?:{pattern})(?![^ ])", said)}


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
    return tuple(
        (name, role)
        for name, role in found
        if (role != "moment" or schema.default(table, name) is None)
        and (role != "changed" or _takes_names(table, name, schema))
    )


def _takes_names(table: str, name: str, schema: Schema) -> bool:
    """A jsonb column whose comment shows that it takes ``{"changed": [names of columns]}``."""
    facts = schema.columns(table)[name]
    return facts["type"] == "jsonb" and bool(re.search(r'\{"changed": \["', str(facts.get("comment", ""))))
