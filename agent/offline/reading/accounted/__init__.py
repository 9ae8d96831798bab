"""Whether what a request says is in what was read: the last look, at the description alone.

The readers strike out what they take, and what they take can still get lost. Here nothing is read again: each number
that bounds something, each value of a list, each default, kind of address, uniqueness and restriction that stands in a
wish has to be found in the typed changes. A wrong migration is worse than a refusal.
"""

from collections.abc import Iterable

from agent.offline import regex
from agent.offline.description import Audit, Change, ChangeType
from agent.offline.reading.access_words import DO
from agent.offline.reading.accounted.behaviour import lost_behaviour, lost_locks, lost_tables_named
from agent.offline.reading.accounted.demands import (
    lost_access,
    lost_exempt,
    lost_keys,
    lost_kinds,
    lost_parts,
    lost_spared,
)
from agent.offline.reading.accounted.names import lost_names, lost_rows, lost_tables
from agent.offline.reading.accounted.rules import lost_rules
from agent.offline.reading.accounted.values import (
    lost_defaults,
    lost_json,
    lost_numbers,
    lost_orders,
    lost_states,
    lost_subjects,
    lost_values,
)
from agent.offline.reading.alteration import retype
from agent.offline.reading.alteration.clauses import clauses, spelled_out, told_in
from agent.offline.reading.finish import OPEN_TO_ALL, OPEN_TO_OWNERS
from agent.offline.reading.ledger import Unclear
from agent.offline.reading.material import nouns_of
from agent.offline.reading.text import Text
from agent.offline.schema import Schema

__all__ = ["refuse_unaccounted"]

_WHO = r"(?:parents?|famil(?:y|ies)|users?|mums?|dads?|guardians?)"
_SEES = rf"(?:{'|'.join(sorted(DO))}|rights?|permissions?|rls|polic(?:y|ies))"
_MAY = rf" (?:{_WHO} (?:[^.;\n]* )?(?:{_SEES}|own (?:children|kids|child))|own (?:children|kids|child) (?:[^.;\n]* )?{_WHO}|(?:rls|polic(?:y|ies)) (?:[^.;\n]* )?{_SEES}|(?:view|read|see|look) (?:[^.;\n]* )?own (?:children|kids|child)|(?:[a-z]+ing|select|view|read|insert|rights?|permissions?|access) (?:[^.;\n]* )?{_WHO}|(?:view|read|look|see|select)-?(?:ing)?[- ]only) "


def refuse_unaccounted(changes: Iterable[Change], text: Text, schema: Schema, assumed: Iterable[str] = ()) -> None:
    """Raises Unclear with the words that would have made another migration; `text` is the request."""
    made, told = tuple(changes), tuple(assumed)
    nouns = nouns_of(schema) | told_in(text.quoted)
    spelled = spelled_out(text.words)
    words = ruled = text.words
    kept = [clause for clause in clauses(spelled, nouns) if not clause.talk]
    wishes = " ; ".join(spelled[clause.low : clause.high] for clause in kept)
    behind = spelled[kept[0].low :] if kept else words  # what precedes the first wish is a story
    if all(isinstance(change, ChangeType) for change in made):
        words, wishes = retype.heard(spelled)
        behind = ruled = words
    for untold, heard in ((OPEN_TO_OWNERS, _MAY), (OPEN_TO_ALL, rf"{_MAY}[^.;\n]*\bown\b")):
        if untold in told and (said := regex.search(heard, words)):
            raise Unclear(said[0])
    audited = all(isinstance(change, Audit) for change in made)  # its reader leaves nothing over
    checks = (
        lost_tables(made, wishes, words, schema),
        lost_rows(made, words, schema),
        lost_numbers(made, wishes, schema),
        lost_subjects(made, wishes),
        lost_values(made, words),
        lost_orders(made, words),
        lost_json(made, words),
        lost_states(made, words),
        lost_defaults(made, wishes),
        lost_kinds(made, wishes, words),
        lost_names(made, wishes, schema, text.quoted),
        lost_keys(made, wishes),
        lost_exempt(made, words),
        lost_parts(made, wishes),
        lost_access(made, wishes, words),
        lost_tables_named(made, words),
        lost_behaviour(made, behind, schema),
        lost_locks(text.words),
        lost_rules(made, ruled, schema, nouns),
    )
    for lost in (lost_kinds(made, wishes, wishes), lost_spared(words)) if audited else checks:
        if unheard := next(lost, None):
            raise Unclear(unheard)
