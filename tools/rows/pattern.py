"""Text that a regular expression accepts, for the plain ones that CHECKs are made of.

What it cannot read (look-around, back references) it leaves out: what comes is a candidate, not a promise.
"""

import random
import string
from functools import lru_cache

_CLASSES = {
    "alnum": string.ascii_lowercase + string.digits, "alpha": string.ascii_lowercase, "digit": string.digits,
    "lower": string.ascii_lowercase, "upper": string.ascii_uppercase, "space": " ", "punct": "-._",
    "xdigit": "0123456789abcdef", "word": string.ascii_lowercase + string.digits + "_",
    "print": string.ascii_lowercase, "graph": string.ascii_lowercase, "blank": " ",
}  # fmt: skip
_ESCAPES = {"d": _CLASSES["digit"], "w": _CLASSES["alnum"], "s": " ", "S": _CLASSES["alnum"], "D": _CLASSES["alpha"],
            "W": "-"}  # fmt: skip
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v"}
_NOTHING_WIDE = "mMyYAZbB"
"""Escapes that stand for a place, not for a character."""
_PLAIN = string.ascii_lowercase + string.digits + string.ascii_uppercase + " -_.,@/:#+!?()"
_MOST = 1000


def matching(pattern: str, seed: int, *, long: int = 2) -> str:
    """A text that starts and ends where the pattern does; open repetitions are `long` more than they must be."""
    text = _Generator(pattern, random.Random(seed), long).alternatives()
    return "".join(text)


def like(pattern: str, filler: str) -> str:
    """A text that a LIKE pattern accepts."""
    found, escaped = [], False
    for character in pattern:
        if escaped or character not in "%_\\":
            found.append(character)
            escaped = False
        elif character == "\\":
            escaped = True
        else:
            found.append(filler if character == "%" else "a")
    return "".join(found)


class _Generator:
    def __init__(self, pattern: str, chance: random.Random, long: int) -> None:
        self.text, self.at, self.chance, self.long = pattern, 0, chance, long

    def peek(self, ahead: str = "") -> str:
        return self.text[self.at : self.at + (len(ahead) or 1)]

    def take(self) -> str:
        self.at += 1
        return self.text[self.at - 1 : self.at]

    def alternatives(self) -> list[str]:
        found = [self.sequence()]
        while self.peek() == "|":
            self.take()
            found.append(self.sequence())
        return self.chance.choice(found)

    def sequence(self) -> list[str]:
        parts: list[str] = []
        while self.peek() not in ("", "|", ")"):
            start = self.at
            atom = self.atom()
            low, high = self.repetition()
            times = max(low, min(low + self.long, high))
            for n in range(times):
                if n:
                    resume, self.at = self.at, start
                    atom = self.atom()
                    self.at = resume
                parts.extend(atom)
        return parts

    def atom(self) -> list[str]:
        character = self.take()
        if character == "(":
            return self.group()
        if character == "[":
            return [self.chance.choice(self.members())]
        if character == "\\":
            return self.escape()
        if character in "^$":
            return []
        return [self.chance.choice(_CLASSES["alnum"])] if character == "." else [character]

    def group(self) -> list[str]:
        around = self.peek("?=") in ("?=", "?!") or self.peek("?<=") in ("?<=", "?<!")
        while self.peek() in ("?", ":", "=", "!", "<"):
            self.take()
        inside = self.alternatives()
        self.take()
        return [] if around else inside

    def escape(self) -> list[str]:
        character = self.take()
        if character in _NOTHING_WIDE:
            return []
        if character in _ESCAPES:
            return [self.chance.choice(_ESCAPES[character])]
        return [_CONTROLS.get(character, character)]

    def members(self) -> str:
        found, self.at = _members(self.text, self.at)
        return found

    def read_members(self) -> str:
        """What is inside brackets; of a negated one, plain characters that it lets through."""
        negated = self.peek() == "^"
        if negated:
            self.take()
        found, first = "", True
        while self.peek() != "" and (first or self.peek() != "]"):
            first = False
            if self.peek("[:") == "[:":
                end = self.text.find(":]", self.at)
                found += _CLASSES.get(self.text[self.at + 2 : end], "a")
                self.at = end + 2
                continue
            character = self.take()
            if character == "\\":
                character = self.take()
                if character in _ESCAPES:
                    found += _ESCAPES[character]
                    continue
                character = _CONTROLS.get(character, character)
            if self.peek() == "-" and self.text[self.at + 1 : self.at + 2] not in ("]", ""):
                self.take()
                until = self.take()
                until = self.take() if until == "\\" else until
                found += "".join(map(chr, range(ord(character), min(ord(until), ord(character) + 255) + 1)))
            else:
                found += character
        self.take()
        if negated:
            return "".join(c for c in _PLAIN if c not in found) or "a"
        return "".join(c for c in found if c.isalnum()) or found or "a"

    def repetition(self) -> tuple[int, int]:
        low, high, sign = 1, 1, self.peek()
        if sign in ("*", "+", "?"):
            self.take()
            low, high = {"*": (0, _MOST), "+": (1, _MOST), "?": (0, 1)}[sign]
        elif sign == "{":
            end = self.text.find("}", self.at)
            least, comma, most = self.text[self.at + 1 : end].partition(",")
            if end > 0 and least.isdigit():
                self.at = end + 1
                low = int(least)
                high = int(most) if most.isdigit() else _MOST if comma else low
        if sign in ("*", "+", "?", "{") and self.peek() == "?":  # as few as possible
            self.take()
        return low, high


@lru_cache(maxsize=1024)
def _members(text: str, at: int) -> tuple[str, int]:
    """What the brackets let through that open before `at`, in plain characters, and where they end."""
    inside = _Generator(text, random.Random(0), 0)
    inside.at = at
    return inside.read_members(), inside.at
