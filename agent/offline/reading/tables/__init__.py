"""New tables: one principle instead of phrases.

A request is cut into sentences, items and chunks (`outline`). A chunk names a column where columns are listed or where
it says so (`subjects`); what else it says are facts about that column, read by their meaning wherever they stand
(`facts`). What is unique together and which indexes are wished for (`keys`), whose the rows are (`ties`) and who may do
what (`reading.access`) is said of the table. Prose is no reason to refuse; a number, a name, a condition or an order
that became part of nothing is (`leftovers`).
"""

from agent.offline.reading.tables.asked import read_table

__all__ = ["read_table"]
