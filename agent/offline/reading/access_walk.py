"""Clauses about access, word by word: each verb goes to the actor who stands with it, or is withheld."""

from dataclasses import dataclass, field

from agent.offline import regex
from agent.offline.description import VERBS, Verb
from agent.offline.reading.access_words import ACTOR, ANYONE, DO, LEFT_TO, NOBODY, OWNERS, ROLES, SERVERS, VERB
from agent.offline.reading.ledger import Unclear
from agent.offline.words import wordset

OWN = r"(?<![^ ])(?:own|theirs?|his|hers?|my|mine|kids?|child|children)(?![^ ])"
NOT_THEY = rf" *(?:(?:and|but|so|,|also|the|all|any|it|is|are|by|for|to|not|never|cannot|may|can|must|should|be|able|do|so|that|this|{OWNERS}) ?)+ *"
""" "The backend creates them, parents may not"."""


@dataclass
class Said:
    """Grants as the request words them."""

    granted: set[Verb] = field(default_factory=set)
    withheld: set[Verb] = field(default_factory=set)
    named: set[Verb] = field(default_factory=set)
    """What somebody is granted word by word, not as part of everything."""
    everyone: bool = False
    own: bool = False
    """It is said whose the rows are that somebody may reach."""
    all_rows: bool = False
    """All rows are spoken of, whose they are or not."""
    append_only: bool = False
    roles: set[str] = field(default_factory=set)
    """Which members of a group may write, where that is said."""

    members: set[Verb] = field(default_factory=set)
    """What every member of a group may do, whatever the role."""
    group: bool = False
    """Members of a group are spoken of."""
    whose: set[str] = field(default_factory=set)
    """The child, where rows are spoken of as those of somebody's own children."""
    told: list[str] = field(default_factory=list)
    """What is said about access."""
    closed: bool = False
    """There is no more to what somebody may do than what is said."""

    @property
    def anything(self) -> bool:
        return bool(self.granted or self.withheld or self.everyone or self.closed)


def walk(text: str, said: Said) -> None:
    """Verbs go to the actor before them, or in a clause without one to who follows with "by" or "for"."""
    actor = ""
    verbs = rf"(?<![^ ])(?:the )?(?:{VERB})(?: (?:,|and|or|nor|{VERB}))*"
    text = regex.sub(r"(?:is|are) not(?= *(?:$|;|,))", "is not possible", text)
    text = regex.sub(
        rf"(?<=[,;] )(?:but )?((?:{VERB})(?: (?:,|and|or|nor) (?:{VERB}))*) (?:not|no|never)(?= *(?:$|;|,))",
        r"; \1 is not possible",
        text,
    )
    for match in regex.finditer(
        rf"{verbs}(?: (?!(?:{VERB}|{ACTOR}|can|may|is|are|but|and)(?![^ ]))[a-z]+){{0,3}} (?:is|are|be) (?:not|never) (?:(?:going to be|be) )?(?:possible|allowed|permitted|ok|okay|supported|wanted|needed|planned|foreseen)",
        text,
    ):
        if not regex.search(rf"(?<![^ ])(?:{ACTOR}) (?:(?:can|may|only) )?$", text[: match.start()]):
            said.withheld |= {v for verb in regex.findall(rf"(?<![^ ])(?:{VERB})(?![^ ])", match[0]) for v in DO[verb]}
            text = text.replace(match[0], " ")
    served = regex.search(rf"(?<![^ ])(?:{SERVERS}|{NOBODY})(?![^ ])", text) is not None
    passive = rf"(?<![^ ])({VERB})(?: (?:,|and|or|only|always|automatically|is|are|be|done|happens?|possible|go|goes|runs?|comes?|made|{VERB}))* (?:by|via|through) (?:the |our |an? )*(?:{SERVERS})(?![^ ])"
    for pattern in (passive, LEFT_TO):
        for match in reversed(list(regex.finditer(pattern, text))):
            # "parents may read , insert , delete stays with the backend": what is before the last comma is theirs
            led = regex.search(rf"(?<![^ ])(?:can|may|{OWNERS}|:|, (?:{VERB})) (?:, |and )*$", text[: match.start()])
            cut = (
                match[0].rfind(" , ") if led else max(match[0].rfind(f" {them} , ") for them in ("it", "them", "rows"))
            )
            start = match.start() + cut + 1
            for verb in regex.findall(rf"(?<![^ ])(?:{VERB})(?![^ ])", text[start : match.end()]):
                said.withheld |= set(DO[verb]) - {"select"}
            text = f"{text[:start]} {text[match.end() :]}"
    for clause in regex.split(r" (?:;|\.|but|except|besides|whereas|while) ", f" {text} "):
        tokens = clause.split()
        refused = _post_negated(clause)
        negated = False
        waiting: set[Verb] = set()
        here, signed, granted_here, unmet = "", False, False, False
        for place, token in enumerate(tokens):
            if token in ("not", "cannot", "never", "no", "nothing", "neither", "nor", "without"):
                if waiting and regex.match(rf"(?:the |any )?(?:{VERB})(?![^ ])", " ".join(tokens[place + 1 :])):
                    granted_here |= _grant(actor or "parent", waiting, said, negated=negated)  # "read , no delete"
                    waiting = set()
                negated = unmet = not (token == "nothing" and tokens[place + 1 : place + 2] in (["else"], ["more"]))
            elif token in ("can", "may", ":") and place and tokens[place - 1] != "not":
                if negated and waiting and not here:  # "no delete , may select"
                    said.withheld |= waiting
                    waiting, unmet = set(), False
                negated = negated and regex.fullmatch(NOBODY, here) is not None
            elif token == "signed-in":
                signed = True
            elif regex.fullmatch(ACTOR, token) and not _whose(tokens, place):
                if token in ("i", "they", "he", "she", "we") and (here or actor) and token != "we":
                    here = here or actor
                    continue
                if (
                    token in ("client", "clients", "api", "app", "application")
                    and place
                    and tokens[place - 1] in ("the", "from")
                ):
                    continue
                if regex.fullmatch(ANYONE, token) and tokens[place - 1 : place] == ["not"]:
                    continue
                if waiting and not here:
                    granted_here |= _grant(token, waiting, said, negated=negated)
                    waiting, unmet = set(), False
                here = token
                let = {"let", "have", "see"} & set(
                    tokens[max(place - 2, 0) : place]
                )  # "do not let the parents edit them"
                let |= {"nor", "neither"} & set(tokens[max(place - 2, 0) : place])  # "nor are they deleted"
                negated = negated and (bool(let) or tokens[place + 1 : place + 2] == ["to"])  # "want parents to edit"
                if regex.fullmatch(ANYONE, token) and regex.search(
                    r" (?:in|of) (?:the |an? |that )?(?:organi[sz]ation|team|family)", clause
                ):
                    here = "members"
            elif token in DO:
                if token in ("everything", "all") and tokens[place - 1] in DO:
                    continue  # "read everything in it"
                granted: set[Verb] = set(DO[token])
                if token in (
                    "list",
                    "make",
                    "makes",
                    "log",
                    "show",
                    "control",
                    "all",
                    "post",
                    "access",
                    "register",
                    "look",
                    "touch",
                ) and not _is_verb(tokens, place):
                    continue
                unmet = False
                if refused:
                    said.withheld |= granted
                elif here or (actor and not _behind(tokens, place)):
                    done = _grant(here or actor, granted, said, negated=negated)
                    said.named |= granted if done and len(granted) == 1 else set()
                    granted_here |= done
                else:
                    waiting |= granted
            elif token == ",":
                nxt = tokens[place + 1 : place + 2]
                if not negated and regex.match(_NEXT, " ".join(tokens[place + 1 :])):
                    actor, here = here or actor, ""
                if nxt and (regex.fullmatch(ACTOR, nxt[0])):
                    if negated:  # "no edits , parents may only read"
                        said.withheld |= waiting
                        waiting = set()
                    negated = False
        if waiting:
            unmet = False
            granted_here |= _grant(actor or "parent", waiting, said, negated=negated)
        if unmet and not ((served or said.withheld) and regex.fullmatch(NOT_THEY, clause)):
            raise Unclear(clause.strip())
        said.everyone = said.everyone or (signed and granted_here and not regex.search(OWN, clause))
        actor = here or actor


_NEXT = rf"(?:and )?(?:{VERB})(?: (?:,|and|or|{VERB}))*(?: (?:is|are|only|just))* (?:for|by|to|:) (?:(?:the|our) )*{ACTOR}(?![^ ])"
""" "Reads for parents, writes for nobody"."""


def _post_negated(clause: str) -> bool:
    """ "Deleting it is not possible"."""
    return bool(
        regex.search(
            r"(?:is|are|be) (?:not|never) (?:(?:going to be|be) )?(?:possible|allowed|permitted|ok|okay|supported|wanted|needed|planned|foreseen)|(?:is|are) (?:forbidden|impossible|disallowed)|(?:^| , | and ) *[a-z]+ing(?: [a-z]+)? (?:is|are) not *$",
            clause,
        )
    ) and not regex.search(rf"(?<![^ ])(?:{OWNERS})(?![^ ])", clause)


def _behind(tokens: list[str], place: int) -> bool:
    """An actor follows with "by" or "for", or behind a colon."""
    rest = " ".join(tokens[place + 1 :])
    return bool(regex.search(rf"(?:^| )(?:by|for|to|through|via|from|:|only)(?: [a-z-]+){{0,3}} {ACTOR}(?: |$)", rest))


def _is_verb(tokens: list[str], place: int) -> bool:
    before = tokens[place - 1] if place else ""
    return (
        before
        in wordset(
            "can may to and or , : / only also not cannot never could should parents parent users user members + &"
        )
        or not before
    )


def _whose(tokens: list[str], place: int) -> bool:
    """ "quests of the parents": it says whose rows they are."""
    before = " ".join(tokens[max(0, place - 2) : place])
    return bool(
        regex.search(
            r"(?:^| )(?:of(?: (?:their|the|own|a|other|all|every))?|own|other|his|her|their|my|every child)$", before
        )
    ) and not (tokens[place] in ("parents", "parent") and regex.search(r"(?:every|kids|child|children)$", before))


def _grant(actor: str, verbs: set[Verb], said: Said, *, negated: bool) -> bool:
    """True where somebody who signs in may do it."""
    if regex.fullmatch(NOBODY, actor):
        said.withheld |= verbs
    elif regex.fullmatch(SERVERS, actor):
        if not negated and (verbs != set(VERBS) or not said.granted):  # that it may do all is no news
            said.withheld |= verbs - {"select"}
    elif negated:
        said.withheld |= verbs
    else:
        if regex.fullmatch(ANYONE, actor):
            said.everyone = True
        said.granted |= verbs
        if actor.startswith("member"):
            said.group = True
            said.members |= verbs
        if (verbs - {"select"} and regex.fullmatch(rf"owners?|members?|{ROLES}", actor)) or regex.fullmatch(
            ROLES, actor
        ):
            said.roles.add(actor.rstrip("s"))
        return True
    return False
