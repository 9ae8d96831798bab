"""From what was said of a column to the column: its type, default and bounds where the request left them open."""

from dataclasses import dataclass, replace
from decimal import Decimal

from agent.offline.description import Column, Later, Number, Range, Reference, Special, Value
from agent.offline.reading.conventions import Named, is_participle
from agent.offline.reading.ledger import Unclear
from agent.offline.reading.traits import Traits
from agent.offline.schema import Schema
from agent.offline.vocabulary import type_for
from agent.offline.words import singular, wordset

STATUSES = ("pending", "active", "completed", "failed")
_AT_ONCE = wordset(
    "available unlocked earned awarded granted logged recorded occurred assigned joined achieved obtained "
    "received issued submitted happened posted registered requested collected measured added saved bookmarked linked marked"
)
_OPTIONAL_BY_NATURE = wordset("url notes note bio nickname remark remarks feedback reason comment summary")
_STARTS_AT_ZERO = wordset("count progress points streak xp attempts tries votes likes views coins bonus")
_MAY_BE_NEGATIVE = wordset("balance difference delta offset change adjustment")
_TEXTUAL = wordset(
    "title name description body notes note comment summary bio slug code label text message content nickname "
    "feedback reason caption headline subtitle domain topic subject question answer email phone address location "
    "city street key token term word quote query hint instruction instructions explanation prompt tip advice emoji motto remark remarks details directions "
    "story observation greeting wish dream place venue school class hobby narrator recipient sender author nick surname"
)
_PERSONS = wordset("owner teacher author creator student customer assignee manager editor admin reviewer")
_FORMS = wordset("format form type kind shape structure representation encoding notation value values contents")
_KINDS = wordset("type kind category difficulty priority severity visibility frequency mood tier stage phase rarity")


@dataclass(frozen=True)
class Built:
    column: Column
    assumed: tuple[str, ...] = ()


def build(named: Named, traits: Traits, schema: Schema, *, existing: bool) -> Built:
    """The column; `existing` when its table may hold rows. Raises Unclear where nothing sensible can be assumed."""
    if (
        named.user
        and replace(traits, required=None, unique=False, type=None) == Traits()
        and traits.type in (None, "uuid")
    ):
        must = bool(traits.required)
        users = Reference("auth.users", "id", "cascade" if must else "set null")
        return Built(Column(named.name, "uuid", must, references=users, unique=traits.unique))
    if reference := _reference(named, traits, schema, existing):
        return Built(reference)
    assumed: list[str] = []
    if named.name in _PERSONS and replace(traits, required=None) == Traits():
        raise Unclear(f"who {named.name} is (a reference to which table, or a text)")
    if traits.enum and not traits.choices:
        raise Unclear(f"an enum for {named.name} without its values")
    name, kind, choices = named.name, _type(named, traits), traits.choices
    last = name.split("_")[-1]
    untold = kind == "integer" and not (traits.type or named.type or traits.of_length) and type_for(name) == "text"
    if untold and traits.low is None and (traits.high or 0) > 12:
        raise Unclear(f"whether {name} is a number or a text of at most {traits.high} characters")
    bare = kind == "text" and traits in (Traits(), Traits(required=traits.required))
    if bare and last != name and last == singular(last) and schema.table(last):
        raise Unclear(f"whether {name} is a text or a reference")
    if (bare or kind.startswith("json")) and is_participle(name):
        raise Unclear(f"what {name} is")
    if kind.startswith("json") and name in _FORMS:
        raise Unclear(f"whether {name} is a column or says what one is")
    if kind == "text" and not choices and name.split("_")[-1] in ("status", "state"):
        if existing:
            raise Unclear(f"which values {name} may take")
        choices, traits = STATUSES, replace(traits, default=traits.default or STATUSES[0])
        assumed.append(
            f"{name} may be {', '.join(STATUSES[:-1])} or {STATUSES[-1]} and starts as {STATUSES[0]}; no values were given."
        )
    elif (
        kind == "text"
        and not choices
        and not traits.format
        and not traits.shape
        and traits.type is None
        and name.split("_")[-1] in _KINDS
    ):
        raise Unclear(f"which values {name} may take")
    if traits.range and (
        choices
        or (
            kind not in ("text", "integer", "bigint", "smallint", "double precision") and not kind.startswith("numeric")
        )
    ):
        raise Unclear(f"bounds of {name}, which is {'one of ' + ', '.join(choices) if choices else kind}")
    if (traits.format or traits.shape) and kind != "text":
        raise Unclear(f"the form of {name}, which is {kind}")
    if traits.type == "text" and isinstance(traits.default, int) and not isinstance(traits.default, bool):
        raise Unclear(f"{traits.default} as the default of {name}, which is text")
    if choices and kind != "text":
        raise Unclear(f"values of {name}, which is {kind}")
    default = _as(kind, traits.default)
    if traits.no_default and default is not None:
        raise Unclear(f"whether {name} has a default")
    if isinstance(default, Later) and (kind, default.unit) == ("date", "hour"):
        raise Unclear(f"hours for {name}, which is a date")
    if kind == "boolean" and isinstance(default, str):
        default = _flag_value(name, default)
    if default is not None and not _fits(kind, default):
        raise Unclear(f"{default} as the default of {name}, which is {kind}")
    if choices and isinstance(default, str) and default not in choices:
        raise Unclear(f"{default} as the default of {name}, which may be {', '.join(choices)}")
    if kind in ("jsonb", "json list") or kind.endswith("[]"):
        empty = {"jsonb": Special.EMPTY_OBJECT, "json list": Special.EMPTY_LIST}.get(kind, Special.EMPTY_ARRAY)
        required = traits.required is not False
        if traits.default in (Special.EMPTY_LIST, Special.EMPTY_OBJECT) and kind.startswith("json"):
            empty = Special(str(traits.default))
        if (
            traits.holds
            and kind.startswith("json")
            and empty != {"array": Special.EMPTY_LIST, "object": Special.EMPTY_OBJECT}[traits.holds]
        ):
            raise Unclear(f"{empty} as the default of {name}, which holds an {traits.holds}")
        if traits.no_default and existing:
            if traits.required:
                raise Unclear(f"what the rows that are there get for the required {name} (give it a default)")
            required = False
        begun = empty if required and not traits.no_default else None
        kind = "jsonb" if kind.startswith("json") else kind
        return Built(Column(name, kind, required, begun, holds=traits.holds if kind == "jsonb" else None))
    bounds = _bounds(name, kind, traits, assumed)
    if bounds and isinstance(default, int | Decimal) and not holds(bounds, default):
        raise Unclear(f"{default} as the default of {name}, which is out of its bounds")
    if kind == "boolean" and default is None and traits.required is not False and not traits.no_default:
        default = False
    required = _required(name, kind, traits, default, existing, chosen=bool(choices))
    if default is None and required and not traits.no_default:
        default = _implied_default(name, kind, bounds, existing)
    if existing and required and default is None:
        if traits.required:
            raise Unclear(f"what the rows that are there get for the required {name} (give it a default)")
        required = False
    if traits.required is False and kind == "boolean":
        required = False
    column = Column(
        name,
        kind,
        required,
        default,
        choices,
        traits.enum,
        bounds,
        traits.format,
        traits.shape,
        None,
        traits.unique,
        traits.signed,
    )
    return Built(column, tuple(assumed))


def _reference(named: Named, traits: Traits, schema: Schema, existing: bool) -> Column | None:
    """A column named after another table, in the singular or with _id, that says nothing else of itself."""
    if traits.choices or traits.format or traits.shape or traits.range or traits.type not in (None, "uuid"):
        return None
    stem = named.name.removesuffix("_id")
    if stem != singular(stem) and named.name == stem:
        return None
    table = schema.table(stem)
    target = "id"
    if table is None and (key := schema.role_noun(stem)):
        table, target = key.table, key.target
    if table is None and named.name != stem:
        table = schema.table(stem.split("_")[-1])
        if table is None:
            raise Unclear(f"which table {named.name} refers to")
    if table is None:
        return None
    return referencing(stem, table, schema, required=traits.required, existing=existing, target=target)


def referencing(
    noun: str,
    table: str,
    schema: Schema,
    *,
    required: bool | None = None,
    existing: bool = False,
    target: str | None = None,
) -> Column:
    """``child_id`` for the noun "child"."""
    key = schema.primary_key(table)
    if len(key) != 1:
        raise Unclear(f"a reference to {table}, whose key is ({', '.join(key)})")
    must = (required is not False) and not (existing and required is None)
    column = target or key[0]
    kind = schema.type_of(table, column) if column in schema.columns(table) else "uuid"
    return Column(
        noun if noun.endswith(("_by", "_to")) else f"{singular(noun)}_id",
        kind,
        must,
        references=Reference(table, column, "cascade" if must else "set null"),
    )


def _type(named: Named, traits: Traits) -> str:
    if traits.holds:
        kind = _type(named, replace(traits, holds=None))
        if not (kind.startswith("json") or kind.endswith("[]") or kind == "text"):
            raise Unclear(f"a list or object in {named.name}, which is {kind}")
        lists = kind if kind.endswith("[]") else "text[]" if kind == "text" else "json list"
        return "jsonb" if traits.holds == "object" else lists
    if traits.type:
        return traits.type
    if named.type:
        return named.type
    last = named.name.split("_")[-1]
    if traits.choices or traits.format or traits.shape or traits.of_length:
        return "text"
    guess = type_for(named.name)
    if isinstance(traits.default, bool) and guess in ("text", "boolean"):
        return "boolean"
    if traits.range:
        if guess in ("integer", "numeric(10,2)"):
            kind = guess
        elif last in _TEXTUAL:
            return "text"
        else:
            kind = "integer"
        numbers = (traits.low, traits.high)
        return "numeric(10,2)" if any(isinstance(number, Decimal) for number in numbers) else kind
    if isinstance(traits.default, int) and guess == "text":
        return "integer"
    return guess


def _as(kind: str, value: Value | None) -> Value | None:
    """The default in the column's type."""
    if kind == "text" and isinstance(value, bool):
        return "true" if value else "false"
    if kind == "boolean" and value in (0, 1):
        return bool(value)
    if kind == "text" and isinstance(value, int | Decimal):
        return str(value)
    return value


def _flag_value(name: str, word: str) -> Value:
    """ "not premium" and "free" of is_premium; the word itself where it says neither."""
    flag = name.removeprefix("is_").removeprefix("has_")
    no = ("unset", "free", "normal", "regular", "standard", "unchecked", f"not_{flag}", f"un{flag}", f"non_{flag}")
    if word in no or word.endswith("_not"):
        return False
    return True if word == flag else word


def _fits(kind: str, value: Value) -> bool:
    """The value is one of the type."""
    match kind:
        case "boolean":
            return isinstance(value, bool)
        case "integer" | "bigint" | "smallint":
            return isinstance(value, int) and not isinstance(value, bool)
        case "text":
            return isinstance(value, str) and not isinstance(value, Special)
        case "timestamptz" | "date":
            return isinstance(value, Later) or value in (Special.NOW, Special.TODAY)
        case "jsonb" | "json list":
            return value in ("", Special.EMPTY_OBJECT, Special.EMPTY_LIST, Special.EMPTY_ARRAY)
        case _ if kind.endswith("[]"):
            return value in ("", Special.EMPTY_OBJECT, Special.EMPTY_LIST, Special.EMPTY_ARRAY)
        case _ if kind.startswith("numeric") or kind == "double precision":
            return isinstance(value, int | Decimal) and not isinstance(value, bool)
        case _:
            return False


def sound(bounds: Range, name: str) -> Range:
    """Raises Unclear for bounds that nothing lies between."""
    if bounds.low is not None and bounds.high is not None and bounds.low > bounds.high:
        raise Unclear(f"{name} from {bounds.low} to {bounds.high}")
    return bounds


def holds(bounds: Range, value: Number) -> bool:
    low, high = bounds.low, bounds.high
    above = low is None or value > low or (value == low and not bounds.low_open)
    return above and (high is None or value < high or (value == high and not bounds.high_open))


def _bounds(name: str, kind: str, traits: Traits, assumed: list[str]) -> Range | None:
    if traits.range:
        percent = traits.percent or name.split("_")[-1] in ("progress", "percent", "percentage")
        from_zero = percent and traits.low is None and traits.high == 100
        return sound(replace(traits.range, low=0) if from_zero else traits.range, name)
    if kind not in ("integer", "bigint", "smallint") and not kind.startswith("numeric"):
        return None
    last = name.split("_")[-1]
    if traits.percent or last in ("progress", "percent", "percentage"):
        assumed.append(f"{name} is a percentage, 0 to 100.")
        return Range(0, 100)
    if last in ("rating", "stars") or name == "rating":
        assumed.append(f"{name} goes from 1 to 5.")
        return Range(1, 5)
    if not traits.signed and type_for(name) in ("integer", "numeric(10,2)") and last not in _MAY_BE_NEGATIVE:
        assumed.append(f"{name} is never negative.")
        return Range(0)
    return None


def _required(name: str, kind: str, traits: Traits, default: Value | None, existing: bool, *, chosen: bool) -> bool:
    if traits.required is not None:
        return traits.required
    if traits.set_when is not None:
        return False
    if default is not None:
        return True
    if kind == "timestamptz":
        return not existing and name.removesuffix("_at") in _AT_ONCE and traits.set_when is None
    if kind == "date":
        return False
    if existing:
        return kind == "boolean" or name.split("_")[-1] == "count"
    return chosen or name == "url" or name.split("_")[-1] not in _OPTIONAL_BY_NATURE


def _implied_default(name: str, kind: str, bounds: Range | None, existing: bool) -> Value | None:
    if kind == "timestamptz" and name.removesuffix("_at") in _AT_ONCE:
        return Special.NOW
    if bounds is None or kind == "text":
        return None
    low: Number | None = bounds.low
    if low == 0 and not bounds.low_open and any(part in _STARTS_AT_ZERO for part in name.split("_")):
        return 0
    if low == 1 and not bounds.low_open and name.split("_")[-1] == "level":
        return 1
    return None
