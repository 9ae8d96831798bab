"""A new table from sentences in any build: columns wherever they are mentioned, facts to the mention that they stand with.

The reader of `tables.read` knows how lists of columns are built, and refuses what is built otherwise; then this one is
asked. Nothing here depends on the build: a stretch between two joints is about the column that it mentions
(`mentions`), or about the one before (`columns`). Every word has to be part of a mention, of a fact, or of common speech
(`speech`); what is neither is a reason to refuse.
"""

from agent.offline.reading.tables.freely.read import Freely

__all__ = ["Freely"]
