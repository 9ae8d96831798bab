"""Choices in running text: "easy, medium or hard", "(daily | weekly)", "one of open and closed" become ``a/b/c``.

Later steps cut sentences at commas, so lists of values are joined first.
"""

import re

_TOKEN = re.compile(r"[\w.'<>=~+%$#@-]+|[^\w\s]")
_SEPARATORS = {",", "/", "|"}
_ANNOUNCED = re.compile(
    r"(\b(?:one of|either|any of|among|(?:allowed |possible |valid )?(?:values|options|choices)(?: are)?:?|limited to|restricted to)(?: the following| these| the values)?:? )"
    r"((?!default)[a-z_]\w*(?:\s*,\s*(?!default|which|and|or|with|required|optional|nullable|not|it|starting)[a-z_]\w*)+)(?=\s*(?:[,;.)]|$|and\b|with\b|where\b|by\b|default))(?!\s*,?\s*(?:or|and) (?!it\b|which|default|with|must|is\b|has|should|starts))"
)
_MARKED = re.compile(r"(\w+) ⟦default⟧([^()]*?(?=\)|$))")
_STRONG = {
    "of", "either", "among", "values", "options", "choices", "between", "labels", "states", "levels", "kinds", "types",
    "statuses", "categories", "stages", ":", "=",
}  # fmt: skip
CHOICE_NOUNS = {
    "type", "kind", "status", "state", "category", "level", "difficulty", "priority", "role", "tier", "mood", "stage",
    "phase", "mode", "colour", "color", "size", "frequency", "visibility", "rarity", "severity", "plan", "grade", "class",
    "format", "source", "channel", "gender", "scope", "cadence", "outcome", "result", "reaction", "rank", "language",
    "sentiment", "audience", "method", "unit", "types", "kinds", "statuses", "levels", "values", "options", "choices",
    "rating", "theme", "enum", "label", "value",
}  # fmt: skip
_NOT_A_LABEL = {
    "a", "an", "the", "is", "are", "be", "been", "being", "was", "of", "as", "either", "to", "from", "with", "has", "have",
    "having", "can", "could", "may", "might", "must", "should", "in", "on", "for", "that", "which", "called", "named", "it",
    "its", "one", "each", "every", "per", "by", "via", "and", "or", "text", "integer", "number", "null", "optional",
    "required", "between", "among", "only", "exactly", "any", "default", "defaults", "defaulting", "add", "set", "whose",
    "where", "when", "if", "so", "than", "at", "more", "less", "greater", "fewer", "higher", "lower", "above", "below",
    "equal", "later", "nothing", "empty", "not", "column", "field", "allowed", "allow", "new", "their", "will", "need",
    "needs", "starting", "starts", "unless", "until", "while", "but", "nullable", "unique", "boolean", "over", "under",
    "possible", "valid", "available_values", "http", "https", "json", "jsonb", "zero", "max", "min", "list",
    "array", "ones", "we", "they", "there", "who", "falls", "falling", "fall", "depending", "meaning", "such",
    "initially", "please", "describing", "saying", "showing", "telling", "using", "says",
}  # fmt: skip
_SEVERAL = {
    ("not", "started"),
    ("in", "progress"),
    ("on", "hold"),
    ("to", "do"),
    ("at", "risk"),
    ("in", "review"),
    ("not", "set"),
}
MULTI = {"_".join(words): " ".join(words) for words in _SEVERAL}


def join_choices(text: str) -> str:
    """The text with every list of values written as ``a/b/c``; labels of several words get underscores."""
    for label, spoken in MULTI.items():
        text = re.sub(rf"(?<=[,/|(:] ){spoken}\b|\b{spoken}(?=\s*(?:[,/|)]|or\b|and\b))", label, text)
        text = re.sub(rf"(?<=or ){spoken}\b|(?<=[,/|(]){spoken}\b", label, text)
    text = re.sub(r"(?<=\w)\s*\(\s*(?:the |our |is the |as )?default\s*\)", " ⟦default⟧", text)
    tokens = [(m[0], m.start(), m.end()) for m in _TOKEN.finditer(text)]
    words = [token for token, _, _ in tokens]
    position = 0
    edits: list[tuple[int, int, str]] = []
    while position < len(words):
        found = _list_around(words, position)
        if found:
            first, last, labels, marked = found
            joined = "/".join(labels) + (f" default {marked}" if marked else "")
            edits.append((tokens[first][1], tokens[last][2], joined))
            position = last
        position += 1
    for start, end, joined in reversed(edits):
        text = text[:start] + joined + text[end:]
    text = _ANNOUNCED.sub(
        lambda m: m[1] + "/".join("_".join(label.split()) for label in re.split(r"\s*,\s*", m[2])), text
    )
    return _MARKED.sub(lambda m: f"{m[1]}{m[2]}, default {m[1]}", text)


def _list_around(words: list[str], at: int) -> tuple[int, int, list[str], str | None] | None:
    """The list whose last separator ("or", "and", "/", "|") stands at `at`: its first and last token, its labels."""
    word = words[at]
    if word not in ("or", "and", "/", "|") or at + 1 >= len(words):
        return None
    if word in ("/", "|"):
        last_bar = at
        index = at + 1
        while index < len(words) and words[index] not in (",", "(", ")", ";", "or", "and", ":"):
            if words[index] == word:
                last_bar = index
            index += 1
        if last_bar != at:
            return None  # the scan reaches the last bar later
    right = _label_right(words, at + 1)
    if right is None:
        return None
    last, final = right
    labels, first, strong = _labels_left(words, at - 1, {word} if word in ("/", "|") else _SEPARATORS)
    if not labels:
        return None
    if word == "and" and not (
        strong and len(labels) >= 1 and (len(labels) > 1 or words[first - 1] in ("either", "between"))
    ):
        return None
    if word == "or" and len(labels) < 2 and not strong:
        return None
    single = all(label.count(" ") == 0 for label in labels[1:])
    if single and " " in labels[0] and not strong:
        extra = labels[0].count(" ")
        first += extra
        labels[0] = labels[0].split(" ")[-1]
    if single and " " in final and labels[0].count(" ") == 0 and len(labels) > 0:
        extra = final.count(" ")
        last -= extra
        final = final.split(" ")[0]
    marked = None
    labels.append(final)
    if last + 1 < len(words) and words[last + 1] == "⟦":
        last += 3
        marked = final
    for index in range(first, last):
        if words[index] == "default" and words[index - 1] == "⟦":
            marked = words[index - 2]
    return first, last, ["_".join(label.split()) for label in labels], marked and "_".join(marked.split())


def _is_label(word: str) -> bool:
    return bool(re.match(r"^[a-z_]\w*(?:[-.+]\w+)*$", word)) and word not in _NOT_A_LABEL


def _label_right(words: list[str], at: int) -> tuple[int, str] | None:
    last = at
    while (
        last < len(words) and last < at + 3 and _is_label(words[last]) and words[last] not in CHOICE_NOUNS - {"level"}
    ):
        last += 1
    return (last - 1, " ".join(words[at:last])) if last > at else None


def _labels_left(words: list[str], at: int, separators: set[str]) -> tuple[list[str], int, bool]:
    """Labels before `at` in order, the first one's token, and whether something announces a list there."""
    labels: list[str] = []
    index = at
    if index >= 0 and words[index] == ",":
        index -= 1
    first = at + 1
    while index >= 0:
        if words[index] == "⟧":
            index -= 3
            continue
        end = index
        while (
            index >= 0
            and end - index < 3
            and _is_label(words[index])
            and not (words[index] in CHOICE_NOUNS and end > index)
        ):
            index -= 1
        if end == index:
            break
        labels.insert(0, " ".join(words[index + 1 : end + 1]))
        first = index + 1
        if index < 0 or words[index] not in separators:
            break
        index -= 1
    before = words[first - 1] if first > 0 else ""
    two_before = words[first - 2] if first > 1 else ""
    three_before = words[first - 3] if first > 2 else ""
    if before == "," and (two_before in CHOICE_NOUNS or (two_before == "¦" and three_before in CHOICE_NOUNS)):
        before = two_before if two_before != "¦" else three_before
    strong = (
        before in _STRONG | CHOICE_NOUNS
        or before in ("be", "is", "are", "being", "as", "(")
        or two_before in ("one", "values")
    )
    return labels, first, strong
