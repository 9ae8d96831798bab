"""Which new table is asked for, and by which of the two readers its request is read."""

from dataclasses import replace

from agent.offline import regex
from agent.offline.description import NewTable
from agent.offline.reading.headline import headline
from agent.offline.reading.ledger import Ledger, Unclear
from agent.offline.reading.tables.freely import Freely
from agent.offline.reading.tables.labels import NO_TABLES
from agent.offline.reading.tables.read import Reading
from agent.offline.schema import Schema
from agent.offline.words import plural


def read_table(ledger: Ledger, schema: Schema, *, freely: bool = False) -> tuple[NewTable, tuple[str, ...]] | None:
    """None where no new table is asked for; `freely` by the reader of sentences in any build. Raises Unclear."""
    head = headline(ledger, schema)
    if head is None or regex.match("(?:is|has|can|was)_", head.name):
        return None
    if regex.fullmatch("[a-z]+ing", head.name) and head.name not in ledger.quoted:
        raise Unclear(f"which table is to be made, if it is not {head.name}")  # "a table hanging off children"
    if head.name in NO_TABLES and not regex.search(
        rf" (?:table|model) (?:called |named )?{head.name} | {head.name} table ", ledger.text
    ):
        raise Unclear(f"which table is to be made, if it is not {head.name}")
    one = head.name.replace("_", "[ _]")
    if f" {plural(head.name)} " in ledger.text or (
        head.name not in ledger.quoted
        and "_" not in ledger.text[head.start : head.end]
        and regex.search(
            rf"(?<![^ ])(?:each|every|an?|the|one|model|entity) (?:{one}|{one.split('_')[-1]})(?! table)(?![^ ])",
            ledger.text,
        )
    ):
        head = replace(head, name=plural(head.name))
    return (Freely if freely else Reading)(ledger, schema, head).read()
