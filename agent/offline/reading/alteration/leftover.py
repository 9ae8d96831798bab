"""What must not be left over in a clause that is no talk: material that would have changed the draft.

Unexplained words are no reason to refuse. Numbers, quoted texts, names, values of other columns, verbs for what is not
done here, exceptions and conditions are.
"""

import re
from collections.abc import Iterable, Mapping

from agent.offline import regex
from agent.offline.reading.alteration.clauses import Clause
from agent.offline.reading.alteration.conditions import is_verb
from agent.offline.reading.known import mentions
from agent.offline.reading.ledger import STRUCK, Ledger, Unclear
from agent.offline.reading.lexicon import FILLERS
from agent.offline.reading.material import holds, is_idle, is_wished, nouns_of
from agent.offline.schema import Schema
from agent.offline.words import wordset

_BEYOND = (
    r"send|sends|mails?(?= (?:the|them|him|her|an?|us|parents?|users?|everyone|people|when|if|every|to))|e-?mails? (?:to|the|them)|notify|notifies|schedule|rename|move|copy|copied|copies|merge|split|archive|compute[ds]?|calculated?|derived?|sync|export|encrypt|hash|locks?|"
    r"freeze|multiples?|divisible|regex|match(?:es)? the|depends?|depending|based on|according to|average|sum|median|same as|formula|generated|translate|replace|swap|"
    r"gist|brin|spgist|lower\b|case-insensitive|ignoring|at night|on weekends?|during|accents?|opposite|inverse|removing|(?<!without )deleting|merging|cleaning|keeping|concatenat\w+|hidden from|visible to|only admins|parents can|members can|users can|policy|policies|rls|permissions?|"
    r"view|function|webhook|trigger|cron|job that|partition\w*|shard\w*|compress|vacuum|cluster|cascade|grant|revoke|duplicate the|another table|new table|each other|both columns|reset|recalculate|"
    r"youtube|vimeo|first (?:letter|character|word)|(?:starts?|ends?|begins?) with|before/after|before and after|old and new|lower|upper|random|sequence|serial|identity|expire[sd]? after|automatically|raise|in (?:german|english|french|spanish|dutch|italian|portuguese)|relax|loosen|reasonable|sensible"
)
_CONDITIONS = r"except|excepting|exception|unless|only (?:if|when|for|by|in|admins?|editors?)|but (?:not|only)|other than|if|when|until|depending|while|after|before|as long as|whenever|provided that|outside|instead"
_NAMED = re.compile(
    r"(?:idx|uq|uniq|unique|chk|check|ck|fk|ix|pk|trg|trigger|audit)_\w+|\w+_(?:idx|key|check|fkey|trigger|unique|uq|constraint)"
)
_GIVEN = (
    r"(?:if|when|where|whenever|as soon as|in case)(?: (?:it|there|that|one|they|a|the|any|we|has|have|do|does|value|url|link|address|field|column))* "
    r"(?:is|are|has|have|set|given|present|filled(?: in| out)?|not (?:null|empty|missing)|there|provided|something|value|any|one|known|available|it)(?: (?:a|any|one|value|set|given|present|there|in it|in|not null|something))*"
)
_LOOSE_COLUMNS = wordset("name title description context timestamp notes role plan status body")


def refuse_leftover(
    ledger: Ledger,
    clauses: Iterable[Clause],
    table: str,
    schema: Schema,
    *,
    spare: str = "",
    numbers: frozenset[str] = frozenset(),
    conditions: bool = True,
    whole: bool = False,
    loose: bool = True,
    narrow: bool = True,
    about: Iterable[str] | None = None,
) -> None:
    """Raises Unclear. `spare` are words that this kind of request explains, `numbers` those that it has used.

    Where `about` are the words of what is asked for, a clause that orders nothing and has none of them is a story.

    With `whole` the wish is about all rows, so what narrows the table's noun down matters.
    """
    spared = re.compile(rf"(?:{spare})") if spare else None
    bare = table.split(".")[-1]
    labels = {
        label.lower()
        for name in schema.columns(table)
        for label in schema.choices(table, name)
        if len(label) > 3 or "_" in label
    }
    nouns = nouns_of(schema)
    ledger.take_all(_GIVEN)
    asked = "|".join(map(re.escape, about or ())) or "(?!)"
    for clause in clauses:
        if clause.talk:
            continue
        low, high = clause.low, clause.high
        said = ledger.text[low:high]
        idle = STRUCK not in ledger.left[low:high] and is_idle(said, nouns)
        if idle or (about is not None and _is_beside(said, about, ledger.quoted, schema)):
            continue
        for token in ledger.tokens(low, high):
            word = token[0]
            if is_verb(word, ledger.text[token.end() :]):
                continue
            if (spared and spared.fullmatch(word)) or word == bare:
                continue
            if regex.search(r"\d|^#", word) and word not in numbers:
                raise Unclear(said)
            if (
                word in ledger.quoted
                and word not in (about or ())
                and not schema.table(word)
                and not _NAMED.fullmatch(word)
            ):
                raise Unclear(said)
            if (
                regex.fullmatch(r"[a-z0-9]+(?:_[a-z0-9]+)+", word)
                and not _NAMED.fullmatch(word)
                and schema.table(word) != table
            ):
                raise Unclear(said)
            if word in labels or (word in schema.columns(table) and not (loose and word in _LOOSE_COLUMNS)):
                raise Unclear(said)
        patterns = [_BEYOND, *([_CONDITIONS] if conditions else [])]
        for pattern in patterns:
            for match in regex.finditer(rf"(?<![^ ])(?:{pattern})(?![^ ])", ledger.left[low:high]):
                if not (spared and spared.fullmatch(match[0])):
                    raise Unclear(said)
        _refuse_other_tables(ledger, clause, table, schema)
        held = regex.search(
            r" (?:rule|check|constraint|guarantee|guard) (?:on|for) ", said
        )  # "a rule on x that no ..."
        if (
            narrow
            and not held
            and regex.search(
                rf" (?:for|of|on) (?:the |all |any |those )?{bare} (?:that|which|whose|where|(?:above|below)(?! -?\d)|who) (?!(?:is|are|can be|may be) (?:either |one of )?(?:{asked}) |(?:already |also |we |are |is |have |has )*(?:exist|have|there|now|no|existing|none|here|must|should|has|can|may|needs?|stores?|says?|tells?|holds?|shows?|only|takes?|accepts?)\b)",
                said,
            )
        ):
            raise Unclear(said)
        qualified = (
            ledger.find(rf"(?:for|of|in|on) (?P<kind>[a-z-]+) (?:{bare}|{STRUCK}+)", low, high) if whole else None
        )
        if qualified and qualified["kind"] not in FILLERS | wordset("table existing current normal column"):
            raise Unclear(said)


_OF_VALUES = re.compile(
    r" (?:true|false|yes|no|not|off|null|empty|none|nothing|once|always|never|cannot|unless|otherwise|only|everyone|everybody|both|except|values?|rows?|it|them|(?:all|every|each|new|existing|old)(?= (?:[a-z_]+s|one) )) |^ (?:they|this|these|those|if|when|whenever|until|while|for) "
)


def _is_beside(said: str, about: Iterable[str], quoted: Mapping[str, str], schema: Schema) -> bool:
    """It orders nothing, holds no fact, and speaks neither of what is asked for nor of values and rows."""
    padded = regex.sub(
        r"[a-z]+(?:_[a-z]+)+", lambda m: "~" if " " in quoted.get(m[0], "") else m[0], f" {said.strip(' .;,•:-')} "
    )
    padded = padded.replace(" as it is ", " as is ")
    return not (
        is_wished(said)
        or holds(padded, nouns_of(schema))
        or _OF_VALUES.search(padded)
        or any(regex.search(rf" {re.escape(word)}s? ", padded) for word in about)
    )


def _refuse_other_tables(ledger: Ledger, clause: Clause, table: str, schema: Schema) -> None:
    """Two tables side by side, or one that has nothing to do with the table: the wish is for both."""
    related = {k.table for k in schema.foreign_keys(table)} | {
        t for t in schema.tables if any(k.table == table for k in schema.foreign_keys(t))
    }
    for mention in mentions(ledger.left, schema, clause.low, clause.high):
        if mention.table == table:
            continue
        around = ledger.text[max(clause.low, mention.start - 24) : mention.end + 24]
        noun = re.escape(mention.words)
        own = rf"(?:{re.escape(table.split('.')[-1])}|{re.escape(table.split('.')[-1].rstrip('s'))})"
        paired = regex.search(
            rf" {own} (?:,|and|or|/|\+) (?:the )?{noun} | {noun} (?:,|and|or|/|\+) (?:the )?{own} ", f" {around} "
        )
        if paired or mention.table not in related:
            raise Unclear(ledger.text[clause.low : clause.high])
