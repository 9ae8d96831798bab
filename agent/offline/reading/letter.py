"""What makes a request a letter or a chat message: salutation, signature, signs of mood. It is taken off before reading.

People's names stand there, and a name that is read as a column is worse than one that is not read at all.
"""

import re
import unicodedata

from agent.offline import regex

_GREETING = re.compile(
    r"\s*(?:(?:hi+|hiya|hello|hallo|hey+a?|heya|yo|dear|greetings|good (?:morning|afternoon|evening|day)|morning|evening)\b(?:[ ]+there\b)?[ ,!.:-]*)+"
    r"(?P<whom>(?:[^\s,!.:;\n-]+[ ]+){0,3}?[^\s,!.:;\n]+[ ]*(?:[,!:]|\.(?=\s)|[–—-](?=\s)|\n)|(?:all|team|folks|everyone|everybody|guys|colleagues?)\b)?",
    re.IGNORECASE,
)
_INSTRUCTS = re.compile(
    r"[_`\d]|\b(?:table|column|field|index|add|create|need|want|can|could|please|let|us|we|i|new|is)\b", re.IGNORECASE
)
_WISH = r"(?:many|warm|kind|best|all|warmest|with)"
_CLOSING = (
    rf"(?:{_WISH}[ ]+)*(?:thank(?:s|[ ]you)|thanx|thx|tnx|ty|cheers|regards|greetings|greets|wishes|yours|sincerely|"
    r"best|bye|ciao|br|kr|ta)\b(?:[ ]+(?:a lot|a million|a bunch|so much|very much|in advance|again|truly|sincerely|faithfully|and[ ]+[a-z ]{3,20}|"
    r"for (?:your help|the help|helping|your time)|all|everyone|guys|team|folks))*"
)
_NAME = r"(?:(?!(?:table|column|default|index)\b)[(]?[A-Za-zÀ-ž][\w.'’)-]*[ ,]*){1,5}"
_SIGNED = re.compile(
    rf"(?:(?:^|\n)[ \t]*|(?<=[.!?)])[ ]+|,[ ]+|[ ]+[–—-]+[ ]*)(?:{_CLOSING})[ ]*[,.!:)~–—-]*[ ]*"
    rf"(?:\n[\s\S]{{0,3}}?(?:{_NAME}[ ]*\n?){{0,3}}|(?:[A-ZÀ-Ž][\w.'’-]*[ ]*){{1,4}})?[\s.!]*$",
    re.IGNORECASE,
)
_DASHED = re.compile(r"\n[ \t]*(?:--|[–—~])[ ]*[A-ZÀ-Ž][\w.'’-]*(?:[ ,]+[A-Za-zÀ-ž][\w.'’-]*){0,4}\s*$")
_SHORTCODE = re.compile(r"(?<![\w:]):(?:[a-z]+_?)+:(?![\w:])|(?<=\s)(?:[:;]-?[)DP]|[xX]D|\^\^)(?=[\s.!?]|$)")


def without_letter(request: str) -> str:
    """The request without salutation, signature, emoji and emoticons."""
    text = _SHORTCODE.sub(" ", "".join(map(_plain, request)))
    greeting = _GREETING.match(text)
    if greeting and greeting.end():
        whom = greeting["whom"] or ""
        text = text[greeting.start("whom") if _INSTRUCTS.search(whom) else greeting.end() :]
    before = None
    while before != text:
        before, text = text, _DASHED.sub("", _SIGNED.sub(_unsigned, text))
    return text if regex.search(r"\w", text) else request


def _unsigned(match: re.Match[str]) -> str:
    """Nothing, or the words themselves where they hold more than names."""
    return match[0] if regex.search(r"[\d_`:=]", match[0].rstrip(" :)")) else ""


def _plain(char: str) -> str:
    """A blank for an emoji; signs that are drawn as one before an item stay bullets."""
    if unicodedata.category(char) == "So" or char in "\u200d\ufe0f" or 0x1F3FB <= ord(char) <= 0x1F3FF:
        return char if char in "■□▪▫▸►◆◇○●☐☑☒✓✔→" else " "
    return char
