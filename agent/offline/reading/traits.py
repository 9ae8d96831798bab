"""What is said of one column: its type, bounds, choices, default, and whether it may be empty.

`read_traits` takes out of a text all that it understands; what is left is the column's name, or was not understood.
Only what carries meaning is taken: "must", "be" and their like stay behind as fillers.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from agent.offline.description import Format, Number, Range, Special, Value
from agent.offline.reading.bounds import NOT, read_bounds
from agent.offline.reading.naming import Unclear

_TYPES: tuple[tuple[str, str], ...] = (
    (r"jsonb? ?(?:list|array)s?|jsonb? (?:list|array) of (?:objects|items|strings)|(?:list|array) (?:as|in|of) jsonb?(?: objects)?|list stored (?:as|in) jsonb?|(?:list|array) \(jsonb?\)|jsonb?,? as an? (?:list|array)", "json list"),
    (r"(?:(?<=\w )|(?<=¦ ))(?:json )?(?:object|blob)|jsonb?(?: object| blob| data| document| map)?|key[ -]value(?: data| pairs)?|free-?form (?:data|object)|flexible (?:data|object)", "jsonb"),
    (r"(?:array|list|set|collection) of (?:text|strings?|words|texts|short texts)|text ?\[ ?\]|(?:text|string) (?:array|list)s?|string ?\[ ?\]", "text[]"),
    (r"(?:array|list) of (?:integers?|numbers|ints)|(?:integer|int) ?\[ ?\]|(?:integer|int) arrays?", "integer[]"),
    (r"(?:array|list) of uuids?|uuid ?\[ ?\]", "uuid[]"),
    (r"big ?-?int(?:eger)?|int8|64[ -]?bits?(?: integers?| ints?| numbers?)?|long integer|bigger integer|larger integer", "bigint"),
    (r"small ?-?int(?:eger)?|int2", "smallint"),
    (r"whole numbers?|integers?|ints?|int4|numeric integer", "integer"),
    (r"(?:numeric|decimal) ?\( ?(?P<p>\d+) ?, ?(?P<s>\d+) ?\)", "numeric"),
    (r"decimals?(?: numbers?)?|numeric|currency|monetary(?: amount)?", "numeric(10,2)"),
    (r"floats?|floating point(?: number)?|real number|double precision", "double precision"),
    (r"booleans?(?: flag)?|bools?(?: flag)?|flags?|checkbox|toggle|switch", "boolean"),
    (r"(?:varchar|character varying) ?\( ?(?P<n>\d+) ?\)", "varchar"),
    (r"varchar|strings?|free text|plain text|(?:short |long |longer )?texts?|markdown", "text"),
    (r"timestamps? with(?:out)? time ?zone|timestamptz|date ?time|date and time|point in time", "timestamptz"),
    (r"uuids?|guid", "uuid"),
)  # fmt: skip
_BARE_TYPES: tuple[tuple[str, str], ...] = (
    (r"date", "date"),
    (r"timestamps?|time stamp|time", "timestamptz"),
    (r"number|num", "integer"),
    (r"array|list", "text[]"),
    (r"money", "numeric(10,2)"),
    (r"percent|percentage", "percent"),
    (r"url|link|web address", "url"),
    (r"e-?mail(?: address)?", "email"),
)
"""Words that are a type only where nothing else can be meant: alone in brackets, after "as a" or a colon."""

_ELSE = r"(?:(?:never|nothing|anything|everything|other|than|else|but|except|that|is|are|not|which|only|all|values?|links?|urls?|ones|entries) )*"
_FORMATS: tuple[tuple[str, Format], ...] = (
    (
        rf"{_ELSE}(?:(?:start|starts|starting|begin|begins|beginning|prefixed) with (?:an? |either )?|match(?:es|ing)?(?: the)?(?: pattern| regex| regular expression)? )?\^?https? ?(?:or|and|/|,|\|) ?https?(?: (?:links?|urls?|address(?:es)?|uris?|schemes?|prefix|protocols?))*",
        "url",
    ),
    (r"https(?: (?:links?|urls?|address(?:es)?|only))*", "https"),
    (r"(?:valid|proper|real|well-formed|web|http) (?:http )?(?:urls?|web address(?:es)?|links?|uris?)|http", "url"),
    (r"valid e-?mail(?: address)?", "email"),
    (r"hex(?:adecimal)? colou?r(?: code)?|colou?r in hex|#rrggbb", "color"),
)

_OPTIONAL = (
    r"(?:on delete )?set (?:to )?null(?: on delete| (?:when|if|once) (?:the |its |that )?\w+ (?:is|gets|are|was) (?:deleted|removed|gone))?|"
    r"optional(?:ly)?|(?:maybe|perhaps|possibly)(?= )|nullable|(?:may|can|could|might|allowed to) (?:also )?be (?:left )?(?:null|empty|blank|missing|omitted|unset|absent)|not required|not mandatory|null allowed|not needed|"
    r"nulls? (?:is |are )?(?:ok|okay|fine|allowed)|(?:if|where)(?: (?:it|they|one|there))?(?: is| are)? (?:any|one|known|available|present|given|set|wanted|applicable|provided|there|filled in)|when(?: (?:it|they|one))?(?: is| are)? (?:given|set|present|provided|there|filled in)|when (?:available|known|applicable)|"
    r"left empty|left blank|allow(?:s|ing)? (?:nulls?|empty)|null by default|not (?:(?:every|all|each) (?:[\w¤¦]+ )?|[¤¦] )(?:needs?|has|have|will have|must have)(?: one| it)?|can be skipped|or (?:null|nothing|none|empty)|(?<!not )(?<!be )(?<!is )(?<!non-)(?<!to )(?<!never )(?<!are )(?<!allow )(?<!no )null(?= |$|,|\))|do(?:es)? not have to (?:be set|have one|exist)"
)
_REQUIRED = (
    rf"required|mandatory|obligatory|compulsory|non-nullable|not optional|{NOT}(?: longer| more)? (?:ever |be |stay |remain |left |allow |contain |have |any |accept )*(?:null(?:able|s)?|empty|blank|missing|left out|omitted|unset)(?: values?)?(?: any ?more)?|"
    r"(?:must|has to|have to|should|needs to|need to) (?:always |never )?(?:be )?(?:set|present|given|filled(?: in| out)?|provided|exist|there)|always (?:set|present|given|filled(?: in)?|there|provided)|(?:without|disallow|forbid|prevent|reject) (?:nulls?|empty values?)"
)
_UNIQUE = r"unique|no duplicates?|no duplicate(?: \w+)?|not repeat(?:ed)?|distinct"
_END = r"(?=\s*(?:[,;()¦]|$|\b(?:and|with|but|if|when|unless|until|so|for|because|or|that|which|as|in|on|to|where|otherwise|by)\b))"
_VALUE = rf"(\[\]|\{{\}}|[\w.+#%-]+(?:\(\))?(?: [\w.+#-]+){{0,2}}?){_END}"
_LINK = r"(?: should| must| will| shall)?(?: be| being| is| are| to| of| as| at| set to|:|=)*"
_WORD = r"((?!be\b|is\b|are\b|but\b|and\b|or\b|only\b|it\b|link\b|url\b|value\b|empty\b|which\b|that\b|set\b|null\b|optional\b|present\b)[\w.+-]+)"
_UNSAID = r"(?:specified|stated|set|given|chosen|told|provided|mentioned|said|defined|picked|selected|missing|omitted|unset|left out|else)"
_DEFAULTS = (
    r"(?:is|are|be|starts?|starting)(?: as)? ([\w.+-]+) (?:at the (?:beginning|start|outset)|in the beginning|at first|to begin with|to start with|initially|when created|on creation)",
    rf"(?:with )?(?:an? |the |its )?(?:default(?:s|ed|ing)?|fallback|initial(?:ly)?)(?: values?| state| status| option)?{_LINK} (?!but\b|and\b|or\b|never\b|values?\b|choice\b|option\b|one\b|state\b)(?:the (?:value )?)?{_VALUE}",
    rf"(?:start(?:s|ing|ed)?|begin(?:s|ning)?|initiali[sz]ed?)(?: out| off)?(?: at| as| from| to| in| with(?= (?:\d|empty|an empty)))+ (?:the )?{_VALUE}",
    r"([\w.+-]+)(?: being| is| as| for| should be| be| by| to be)* (?:the |its |our |a |an )?default(?: value| choice| one| option)?(?! (?:is|to|of|:))",
    rf"{_WORD} unless(?: it| they| the| a| value| no| one| someone| we| are?| i?s| was| has| been| there| not| otherwise| anything| something| else)* {_UNSAID}(?: otherwise| else)?",
    rf"{_WORD} (?:(?:is |are |being )?(?:used|assumed|taken|applied|meant|chosen) )?(?:if|when|where|whenever)(?: it| they| the| a| value| are?| i?s| was| has| been| there)* (?:(?:not|nothing|none|no|no one|nobody)(?: value| one| is| was| has| been| are| else| \w+)*? (?:specified|stated|set|given|chosen|told|provided|mentioned|said|defined|picked|selected|else|there)|unspecified|missing|omitted|unset|left out|left empty|absent)(?: otherwise| else)?",
    rf"fall(?:s|ing)? back (?:to|on) {_VALUE}",
    rf"(?:(?:if|when|where)(?: it| they| a| the| value| is| are)* (?:(?:nothing|none|not|no|nobody)(?: \w+)*? (?:given|set|specified|provided|chosen|else|there|said)|(?:is |are )?(?:omitted|missing|unspecified|unset|left out|left empty))|unless(?: \w+)*? (?:given|set|specified|provided|chosen|else|told|stated|said|noted)(?: otherwise| else)?),? (?:then |it |is |use |assume |treat |as |should |must |be |will |shall |they |are |we |set to |set |counts )*{_VALUE}",
    rf"(?:(?:all |the )*(?:existing|current|old|present|other)(?: [\w¦]+)?|everything else|everything|the rest|all others) (?:get |gets |become |becomes |are |should |be |start |as |set |to |count |will |stay |remain |is |treated |considered )+{_VALUE}",
)  # fmt: skip
_NOW = re.compile(r"^(?:the_)?(?:current_)?(?:now(?:\(\))?|time|timestamp|moment|time_of_(?:creation|insertion))$")
_LABELS = r"(?:(?:with |has |having |the |possible |allowed |valid |these |following )*(?:options|values|choices|possibilities|labels)(?: are| of|:)? (?:the )?)?(?P<labels>[a-z_][\w.+-]*(?:/[a-z0-9_][\w.+-]*)+)"


_REORDERED = (
    (
        r"\b(?:begin|start)(?:s|ing)? (?:out )?(?:as|at|with) ([a-z_]+) (?:and|but),? (?:can|may|will|might)(?: later| then| also| afterwards)* (?:be|become|turn|change to) ([a-z_]+(?:/[a-z_]+)+)",
        r"\1/\2 default \1",
    ),
    (
        r"\b(?:cap|limit|restrict)(?:ped|ed|s)? ((?:[\w¦¤]+ ){1,5}?)(?:at|to) (?=-?\d+(?:\s*$|[ ,.;]))(?!-?\d+ ?(?:-|to|\.\.|and))",
        r"\1 at most ",
    ),
    (
        r"\b(?:(?:set|change|make|update) )?(?:the |a )?default(?: value)? (?:of|for|on) ((?:[¤¦] )*[a-z_]+(?: (?!to\b|is\b|as\b|at\b|be\b|should\b)[a-z_]+)?)(?: in| on| of)?(?: ¦| ¤)* (?:(?:should|must|to|is|be|as|at|=) )+",
        r"\1 default ",
    ),
)
"""What is said the other way round than the patterns expect."""


class Rest:
    """A text of which patterns take their parts; a part taken leaves a bar, so that its neighbours do not join."""

    def __init__(self, text: str) -> None:
        self.text = text

    def take(self, pattern: str, leave: str = " ¦ ") -> re.Match[str] | None:
        match = re.search(rf"(?<![\w-])(?:{pattern})(?![\w])", self.text)
        if match:
            self.text = self.text[: match.start()] + leave + self.text[match.end() :]
        return match


@dataclass
class Traits:
    """What was said; None and empty where nothing was."""

    type: str | None = None
    required: bool | None = None
    default: Value | None = None
    choices: tuple[str, ...] = ()
    enum: bool = False
    low: Number | None = None
    high: Number | None = None
    low_open: bool = False
    high_open: bool = False
    of_length: bool = False
    percent: bool = False
    format: Format | None = None
    signed: bool = False
    """It may be negative, in so many words."""
    unique: bool = False
    unique_per: str | None = None
    """The words for what it is unique within: "child"."""
    set_when: tuple[Literal["exactly", "only", "always"], str] | None = None
    """How being set hangs together with a status: ("exactly", "completed")."""
    after: str | None = None
    """The words for the moment that it must be later than."""
    or_equal: bool = False
    """It may also be that moment."""

    @property
    def range(self) -> Range | None:
        if self.low is None and self.high is None:
            return None
        return Range(self.low, self.high, self.low_open, self.high_open)

    def __bool__(self) -> bool:
        return self != Traits()

    def merge(self, other: "Traits") -> None:
        """Adds what another part of the request said of the same column."""
        silent = Traits()
        for name, value in vars(other).items():
            if (value, type(value)) != (unsaid := getattr(silent, name), type(unsaid)):
                if name == "default" and self.default is not None and self.default != value:
                    raise Unclear(f"{self.default} and {value} as the default")
                setattr(self, name, value)


def read_traits(rest: Rest, verbatim: dict[str, str] | None = None) -> Traits:
    """Takes the traits out of `rest`; `verbatim` knows how quoted labels were written."""
    traits = Traits()
    for pattern, into in _REORDERED:
        rest.text = re.sub(pattern, into, rest.text)
    _read_rules(rest, traits)
    for pattern, form in _FORMATS:
        if rest.take(pattern, leave=" color ¦ " if form == "color" else " ¦ "):
            traits.format = form
            break
    labels = _labels(rest.text)
    for pattern in _DEFAULTS:
        if (match := rest.take(pattern)) and traits.default is None:
            traits.default = _default(match[match.lastindex or 1], rest, match, labels)
    if rest.take(r"enum(?:erated|eration)?(?: type)?"):
        traits.enum = True
    if match := rest.take(_LABELS):
        written = verbatim or {}
        traits.choices = tuple(dict.fromkeys(written.get(label, label) for label in match["labels"].split("/")))
        if isinstance(traits.default, str):
            traits.default = written.get(traits.default, traits.default)
    if (
        match := rest.take(
            r"(?:measured |given |counted |stored )?in (?:whole |full )?(minutes|seconds|hours|days|weeks|cents|points|percent|meters|metres|pages|bytes|kilometers|grams)"
        )
    ) and match[1] != "percent":
        traits.type = "integer"
    _read_type(rest, traits)
    read_bounds(rest, traits)
    _read_bare_type(rest, traits)
    if rest.take(_OPTIONAL):
        traits.required = False
        rest.take(_OPTIONAL)
    elif rest.take(_REQUIRED):
        traits.required = True
        rest.take(_REQUIRED)
    if match := rest.take(
        rf"(?:{_UNIQUE}) (?:per|within|for each|for every|in each|among) (?:an? |the |one |each )?([a-z_]+)"
    ):
        traits.unique_per = match[match.lastindex or 1]
    elif rest.take(_UNIQUE):
        traits.unique = True
    return traits


def _read_rules(rest: Rest, traits: Traits) -> None:
    when = r"(?:(?:\w+ ){0,3}?(?:is|was|has been|have been|gets|got|becomes|equals|reaches|=)(?: marked| set| as| to| in| ¦)* )?(?:the )?(?:status |state )?(?P<state>\w+)"
    rules: tuple[tuple[str, Literal["exactly", "only", "always"]], ...] = (
        (rf"(?:set |filled |filled in |present |not null |given |there |has a value |exists |required )?(?:(?:only and exactly|exactly and only|exactly|precisely|just|if and only|then and only then) (?:when|if|for|while|then when)|iff) {when}(?: and (?:only then|never otherwise|not otherwise|empty otherwise|null otherwise))?", "exactly"),
        (rf"(?:set|filled in|filled|present|given|required|there|not null) (?:when|if|once|as soon as) {when},? (?:and |but )?(?:only then|never otherwise|not otherwise|(?:is |be |must be |stays? )?(?:empty|null|unset|blank|missing) (?:otherwise|if not|until then|before|before that|in all other cases)|otherwise (?:empty|null|unset|not))", "exactly"),
        (rf"(?:may |can |must |should )?(?:be )?(?:set |filled |filled in |present |given )?only (?:be )?(?:set |filled |filled in |present |given )?(?:when|if|once|for|after) {when}", "only"),
        (rf"(?:must be |is |be |gets |should be )?(?:set|filled in|filled|present|required|recorded|stamped) (?:when|if|once|as soon as) {when}", "always"),
    )  # fmt: skip
    for pattern, mode in rules:
        if match := rest.take(pattern):
            traits.set_when = (mode, match["state"])
            break
    after = r"(?:must |should |has to )?(?:always )?(?:be |come |lie )?(?:after|later than|past|greater than|not before|follow(?:s|ing)?|(?:cannot|may not|must not|never|not)(?: be| come| lie)* (?:before|earlier than)|> ?=?) (?:the |its |it )?((?:becomes |is )?(?!or\b|equal|zero|than\b|all\b|any\b)[a-z_]+(?: (?:time|date|at|timestamp|moment))?)(?! ?\d)"
    if match := rest.take(after):
        traits.after = match[1]
        traits.or_equal = bool(re.search(r">\s?=|\bbefore\b|\bearlier\b", match[0]))


def _labels(text: str) -> tuple[str, ...]:
    match = re.search(_LABELS, text)
    return tuple(match["labels"].split("/")) if match else ()


def _default(words: str, rest: Rest, match: re.Match[str], labels: tuple[str, ...]) -> Value | None:
    """The value; words that belong to what follows go back into the text."""
    word = "_".join(words.split())
    if labels and word not in labels:
        for count in range(len(words.split()), 0, -1):
            head = "_".join(words.split()[:count])
            if head in labels:
                rest.text += " ¦ " + " ".join(words.split()[count:])
                return head
    return value_of(word)


def value_of(word: str) -> Value | None:
    """A word as a value: a number, true and false, now, empty; anything else is text."""
    if re.fullmatch(r"-?\d+", word):
        return int(word)
    if re.fullmatch(r"-?\d+\.\d+", word):
        return Decimal(word)
    if word in ("true", "yes", "on", "enabled"):
        return True
    if word in ("false", "no", "off", "disabled"):
        return False
    if _NOW.match(word):
        return Special.NOW
    if word in ("today", "current_date", "the_current_date"):
        return Special.TODAY
    if word in ("null", "none", "nothing"):
        return None
    if word in ("empty", "an_empty_string", "empty_string"):
        return ""
    if word in ("{}", "empty_object", "an_empty_object"):
        return Special.EMPTY_OBJECT
    if word in ("[]", "empty_list", "an_empty_list", "empty_array", "an_empty_array"):
        return Special.EMPTY_LIST
    return word


def _read_type(rest: Rest, traits: Traits) -> None:
    for pattern, name in _TYPES:
        if not (
            match := rest.take(
                rf"(?:of type |as |type )?(?:an? )?(?:{pattern})(?: columns?| fields?| values?| types?)?"
            )
        ):
            continue
        if name == "numeric" and match["p"]:
            name = f"numeric({match['p']},{match['s']})"
        if name == "varchar":
            traits.high, traits.of_length, name = int(match["n"]), True, "text"
        traits.type = name
        break


def _read_bare_type(rest: Rest, traits: Traits) -> None:
    if re.search(r"\b\w+_(?:at|on)\b", rest.text) and (match := rest.take(r"timestamps?|time stamp|date")):
        if match[0] == "date" and re.search(r"\b\w+_on\b", rest.text):
            traits.type = traits.type or "date"
        return
    for pattern, name in _BARE_TYPES:
        if match := re.search(
            rf"(?:[(:¦,]\s*|^\s*)(?:as |of type |type )?(?:an? )?(?:{pattern})\s*(?:$|[),¦])|\b(?:as|of type)(?: an?)? (?:{pattern})\b",
            rest.text,
        ):
            if not re.search(r"[a-z]", rest.text[: match.start()] + rest.text[match.end() :]):
                return  # the only word there: it is the name
            rest.text = rest.text[: match.start()] + " ¦ " + rest.text[match.end() :]
            if name in ("url", "email"):
                traits.format = traits.format or ("url" if name == "url" else "email")
            elif name == "percent":
                traits.percent = True
            else:
                traits.type = traits.type or name
            return
    if re.search(r"\w+ (?:percent(?:age)?|%)|(?:percent(?:age)?|%) (?:of )?\w+", rest.text) and rest.take(
        r"percent(?:age)?|%"
    ):
        traits.percent = True
