"""What is said of rights to a new table's rows, and is no grant that can be written: refused before or after the reading."""

import re

from agent.offline.reading.access import speaks_of_access
from agent.offline.reading.ledger import Unclear

_REACHES = re.compile(
    r" (?:view(?:s|ed|ing|able)?|sees?|seeing|visible|read(?:s|ing|-only|able)?|look(?:s|ing)?|access(?:es|ible)?|writ(?:es?|ing)|"
    r"edit(?:s|ing)?|manag(?:e|es|ing)|select(?:s|ing)?|insert(?:s|ing)?) "
)
_PERSONS = re.compile(
    r" (?:parents?|mums?|moms?|dads?|own|owners?|members?|users?|everyone|everybody|anyone|nobody|famil(?:y|ies)) "
)
_POLICIES = frozenset({"rls", "policy", "policies"})
_OF_PERSON = re.compile(
    r"(?:when|whenever|once|if|unless|until|while|after|before|as soon as|only when) (?:(?:an?|the|each|any|their|its|that) )*(?:parents?|users?|members?|owners?|famil(?:y|ies)) "
)


def refuse_other_rights(words: list[str], rows: frozenset[str]) -> None:
    """Raises Unclear for policies that are to be otherwise: "without RLS", "when a parent is an admin, they ..."."""
    text = " ".join(words)
    if _OF_PERSON.match(text) and "," in words and speaks_of_access(words[words.index(",") + 1 :], rows):
        raise Unclear(text)
    if not rows & _POLICIES and _POLICIES & set(words) and "without" in words:
        raise Unclear(text)


def refuse_lost_rights(told: str, table: str) -> None:
    """Raises Unclear where people and what they do with rows are told of in a request that was read to grant nothing."""
    if _REACHES.search(told) and _PERSONS.search(told):
        raise Unclear(f"who may do what with {table}")
