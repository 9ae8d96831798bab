"""The last question to a reading: is a word left over that carries an instruction?"""

import re

from agent.offline.reading.ledger import STRUCK, Ledger, Unclear
from agent.offline.reading.lexicon import ACCESS_VERBS, CHARGED, FILLERS, LOOSE
from agent.offline.schema import Schema

_DESTROYS = re.compile(
    r" (?:(?:drop(?:ping)?|(?<!or )(?<!, )(?<!/ )dropped)(?! (?:below|under|to |down))|truncate|wipe|purge|erase|destroy|get rid of|throw(?:ing)? away|rename[ds]?(?! folders| them)|merge|split|(?<!too )narrow|shrink|downsize|partition|encrypt|anonymi[sz]e|"
    r"disable|turn off|switch off|bypass|without (?:rls|policies|row level security|protection)|no (?:rls|policies)(?! (?:are |will be |is |need |should )*(?:change[ds]?|changing|touched|affected|to change|be changed|for now))|anon(?! (?:: )?(?:nothing|none|no|never|not|gets nothing|has no|cannot))|anonymous|unauthenticated|superuser|bypassrls|materialized|pg_cron|"
    r"copy|archive|grant (?:all|select|insert)|revoke) "
)
_DELETES = re.compile(
    r"(?:^ ?|\n |(?: and| then| also| please| to| could you| can you| should| must| we| i| first| finally| ,| \.) )(?:delete|remove|clear|clean up)(?= (?!cascad|otherwise|until|if|when|it |them|their|rows |by |or |only|,|\.|the (?:rows|link)|own|and|bookmarks|favorites|those|quests|goals))[^.;\n]*"
)
_ORDERED_AWAY = re.compile(
    r"(?:^ ?|\n |\. |• |; |please |first |then |(?<!edits|dates|nsert|pdate|reate) and )(?:delete|remove|clear|clean up)(?= (?!/|or |and |,)[a-z_]+ )[^.;\n]*"
)
_PUBLIC = re.compile(
    r" (?:make|made|making|be|is|are|become|becomes|open|expose|exposed|available|accessible|visible|readable) [^.\n]{0,30}(?:public|publicly|world|internet|visitors|guests|everyone) | public (?:read|access|api) | world-readable "
)


_HARD = (
    r"(?:starts?|begins?|starting|ends?|ending) with|followed by|multiple of|match(?:es)?|depends? on|equal to|sum of|"
    r"(?:belongs? to|belonging to|linked to|references?)(?= (?:an?|the|its|another) )|first (?:letter|character|word)|"
    r"copied|computed|starts?(?= (?:as|at|out))|starting(?= (?:as|at))|in (?:upper|lower) ?case|capital letters?"
)
HARD = re.compile(rf"(?<![^ ])(?:{_HARD})(?![^ ])")


def refuse_alarming(words: str, *, watched: bool = False) -> None:
    """Raises Unclear for what asks to destroy, to rename, or to let strangers in.

    Where changes are to be `watched`, "remove" and "delete" are among what happens, but for an order of their own.
    """
    verbs = "|".join(sorted(ACCESS_VERBS, key=len, reverse=True))
    text = re.sub(
        rf" (?:(?:{verbs})(?:ing)? (?:(?:,|/|and|or|them|it) )+)+(?:delet|remov)(?:es?|ed|ing|ions?|e) ", " ", words
    )
    text = re.sub(
        r" (?:delete|remove)d? (?:the |its |their |all )?[a-z]* ?(?:too |also |along )?(?:when|if|once|together with|along with) ",
        " ",
        text,
    )
    text = re.sub(r"[a-z_]+(?: / [a-z_]+)+", " ", text)
    for pattern in (_DESTROYS, _ORDERED_AWAY if watched else _DELETES, _PUBLIC):
        if match := pattern.search(text):
            raise Unclear(match[0])


def settle(ledger: Ledger, schema: Schema, *, spare: frozenset[str] = frozenset(), tables: bool = False) -> None:
    """Raises Unclear with the first piece that carries an instruction and became part of no fact.

    `spare` are words that this kind of request uses freely; with `tables` a table that is there may be named in passing.
    """
    for low, high in ledger.sentences():
        touched = STRUCK in ledger.left[low:high]
        for token in ledger.tokens(low, high):
            word = token[0]
            if word in spare or not _is_charged(word, ledger, schema, tables):
                continue
            if word in LOOSE and not touched:
                continue
            raise Unclear(_around(ledger, low, high, token.start(), token.end()))
        if loose := ledger.find(r"[:(] [a-z_]+(?: \( [a-z ]+ \))? (?:,|/|\|) [a-z_]+", low, high):
            words = re.findall(r"[a-z_]+", loose[0])
            if touched and words and not set(words) & FILLERS:
                raise Unclear(loose[0])
        if hard := ledger.find(_HARD, low, high):
            raise Unclear(_around(ledger, low, high, hard.start(), hard.end()))


def _is_charged(word: str, ledger: Ledger, schema: Schema, tables: bool) -> bool:
    if re.search(r"\d", word) or word in CHARGED or word in ledger.quoted:
        return True
    if re.fullmatch(r"[a-z0-9]+(?:_[a-z0-9]+)+", word):
        return True
    return not tables and len(word) > 3 and schema.table(word) is not None


def _around(ledger: Ledger, low: int, high: int, start: int, end: int) -> str:
    """The clause of a word, as it was written."""
    cuts = [low, *(m.start() for m in re.compile(r" [,;()] ").finditer(ledger.text, low, high)), high]
    left = max(cut for cut in cuts if cut <= start)
    right = min(cut for cut in cuts if cut >= end)
    return ledger.text[left:right]
