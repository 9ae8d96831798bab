"""A row level security policy, as the catalog has it."""

import re
from dataclasses import dataclass

from tools.facts import names
from tools.sql import identifier

VERBS = ("SELECT", "INSERT", "UPDATE", "DELETE")
_PRIVATE = re.compile(
    r"\b(own|owns|owned|owners?|their|his|her|my|mine|private|self|himself|themselves)\b", re.IGNORECASE
)
_PUBLIC = re.compile(
    r"\b(public(ly)?|every(one|body)|any(one|body)|world|visitors?|guests?|open|shared"
    r"|(all|any|authenticated|signed[- ]?in|logged[- ]?in|app) users)\b"
    r"|\b(all|any|every)\b[\w ]*\b(authenticated|signed[- ]?in|logged[- ]?in)\b"
    r"|^(users|people|members) can (view|read|see|select) all\b|\b(read|view|select) all$"
    r"|^(enable |allow )?(read|select)( access)? (for|to) (all|authenticated)( users)?$",
    re.IGNORECASE,
)

_MAY = re.compile(r"\b(?:can|may)\b", re.IGNORECASE)
_AND = re.compile(r"\b(?:and|or|but)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Policy:
    """A row level security policy as it stands after the migration."""

    object: str
    """``schema.table/name``"""
    command: str
    """SELECT, INSERT, UPDATE, DELETE or ALL."""
    roles: tuple[str, ...]
    permissive: bool
    using: str | None
    check: str | None

    @classmethod
    def of(cls, name: str, facts: dict[str, str]) -> "Policy":
        return cls(
            name,
            facts["command"],
            tuple(names(facts["roles"])),
            facts["permissive"] == "true",
            facts.get("using"),
            facts.get("check"),
        )

    @property
    def table(self) -> str:
        return self.object.partition("/")[0]

    @property
    def name(self) -> str:
        return self.object.partition("/")[2]

    @property
    def words(self) -> str:
        """Its name as words: profiles_public_read is "profiles public read"."""
        return re.sub(r"[_\W]+", " ", self.name)

    @property
    def subjects(self) -> frozenset[str]:
        """Whom its name speaks of, in the singular: "Authors and admins can delete comments" is author, and, admin.

        All its words, where nobody "can" or "may" do something in it.
        """
        said = _MAY.split(self.words)
        later = [_AND.split(part)[-1] for part in said[1:-1]]
        words = " ".join([said[0], *later]).lower().split()
        return frozenset(word.removesuffix("s") for word in words)

    @property
    def says_private(self) -> bool:
        """Its name promises rows to those who own them."""
        return bool(_PRIVATE.search(self.words))

    @property
    def says_public(self) -> bool:
        """Its name says that the rows are for everybody."""
        return bool(_PUBLIC.search(self.words)) and not self.says_private

    @property
    def clauses(self) -> dict[str, str]:
        """Those that are there, by their keywords."""
        both = {"USING": self.using, "WITH CHECK": self.check}
        return {word: text for word, text in both.items() if text is not None}

    @property
    def is_closed(self) -> bool:
        """It lets nobody in: no expression, or FALSE."""
        return not self.clauses or "false" in self.clauses.values()

    @property
    def commands(self) -> tuple[str, ...]:
        return VERBS if self.command == "ALL" else (self.command,)

    def holds_for(self, role: str) -> bool:
        return role in self.roles or "public" in self.roles

    def sql(self, *, using: str | None, check: str | None, roles: tuple[str, ...] = ()) -> str:
        """The policy with other expressions, as it would be written."""
        name = identifier(self.name)
        lines = [f"drop policy if exists {name} on {self.table};", f"create policy {name}"]
        restrictive = "" if self.permissive else " as restrictive"
        to = ", ".join(identifier(role) for role in roles or self.roles)
        lines.append(f"on {self.table}{restrictive} for {self.command.lower()} to {to}")
        lines += [f"{word} {_enclosed(text)}" for word, text in (("using", using), ("with check", check)) if text]
        return "\n".join(lines) + ";"


def _enclosed(text: str) -> str:
    return text if text.startswith("(") and text.endswith(")") and _is_one(text) else f"({text})"


def _is_one(text: str) -> bool:
    """The first parenthesis closes at the end."""
    depth = 0
    for offset, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if depth == 0:
            return offset == len(text) - 1
    return False
