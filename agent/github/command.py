"""What a comment tells the agent to do: its first line, and nothing else of it.

    /migrate REQUEST            draft a migration, open a pull request
    /migrate revise CHANGE      on the agent's own pull request
    /migrate answer WORDS       to the agent's open question; whoever asked for the migration may simply reply
    /migrate explain [RULE]     the checklist of a pull request as it is now, or what a rule means
    /migrate help

Where the first line is no command, the comment is none: a command that stands in a quotation, a code block or a hidden
remark is somebody else's, or an example.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

Verb = Literal["new", "revise", "answer", "explain", "help"]

LONGEST = 20_000
"""Characters of a request, as on the command line."""
_COMMAND = re.compile(r"/migrate(?:[ \t]+(?P<words>.*))?", re.DOTALL)
_HIDDEN = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_JOINERS = "\u200c\u200d"


@dataclass(frozen=True)
class Command:
    verb: Verb
    words: str
    """The request, the change, the answer or the rule; one line."""
    rest: str
    """What else the comment says: material, not the command."""


def parse(body: str) -> Command | None:
    """The command of a comment; None where it has none."""
    first, _, rest = body.replace("\r\n", "\n").replace("\r", "\n").partition("\n")
    found = _COMMAND.fullmatch(first)
    if not found:
        return None
    said = " ".join(visible(found["words"] or "").split())
    rest = visible(rest).strip()
    head, _, tail = said.partition(" ")
    match head.lower():
        case "":
            return Command("help", "", rest)
        case "help" if not tail:
            return Command("help", "", rest)
        case "explain" if not tail or re.fullmatch(r"[\w-]+(/[\w-]+)?", tail):
            return Command("explain", tail, rest)
        case "revise" | "answer" as verb:
            return Command("revise" if verb == "revise" else "answer", tail, rest)
    return Command("new", said, rest)


def visible(text: str) -> str:
    """The text as GitHub shows it to people: without HTML comments and characters that nobody sees."""
    text = _HIDDEN.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))
    if text.isascii() and text.isprintable():
        return text
    return "".join(char for char in text if char in "\n\t" + _JOINERS or unicodedata.category(char)[0] != "C")
