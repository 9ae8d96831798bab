"""SQL expressions of a request read into what a Description can say: types, literals, CHECKs, an index's WHERE.

Nodes are the protobuf messages of libpg_query. Everything raises Unclear with the SQL's own words for the rest.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from agent.offline.description import Condition, Format, Special, Value
from agent.offline.reading.ledger import Unclear
from agent.offline.reading.traits import Traits

_TYPES = {
    "int2": "smallint",
    "int4": "integer",
    "int8": "bigint",
    "int": "integer",
    "bool": "boolean",
    "text": "text",
    "string": "text",
    "varchar": "text",
    "jsonb": "jsonb",
    "json": "jsonb",
    "uuid": "uuid",
    "date": "date",
    "timestamptz": "timestamptz",
    "timestamp": "timestamptz",
    "datetime": "timestamptz",
    "numeric": "numeric",
    "float4": "real",
    "float8": "double precision",
    "enum": "text",
}
_FORMATS: tuple[tuple[str, Format], ...] = (
    (r"\^https\?:\\?/\\?/.{0,3}", "url"),
    (r"\^\(?http\|https\)?:\\?/\\?/.{0,3}", "url"),
    (r"\^https:\\?/\\?/.{0,3}", "https"),
)
_FRACTIONS = r"numeric|real|double"
_NUMBERS = rf"smallint|integer|bigint|{_FRACTIONS}"
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "="}


def inner(node: Any) -> Any:
    """The message that a Node wraps."""
    which = node.WhichOneof("node") if hasattr(node, "WhichOneof") and type(node).__name__ == "Node" else None
    return getattr(node, which) if which else node


def kind(node: Any) -> str:
    return str(type(inner(node)).__name__)


def enum(message: Any, field: str) -> str:
    """The label of an enum field: CONSTR_CHECK."""
    values = message.DESCRIPTOR.fields_by_name[field].enum_type.values_by_number
    return str(values[getattr(message, field)].name)


def only(message: Any, *fields: str) -> None:
    """Raises Unclear where the message says more than the fields."""
    said = {field.name for field, _ in message.ListFields()} - {*fields, "location"}
    if said:
        raise Unclear(" and ".join(sorted(name.replace("_", " ") for name in said)))


def strings(nodes: Any) -> tuple[str, ...]:
    return tuple(str(inner(node).sval) for node in nodes)


def type_name(node: Any, traits: Traits) -> str:
    """A type as the Description names it; varchar(n) and enum('a', 'b') say something of the values too."""
    only(node, "names", "typmods", "typemod", "array_bounds")
    name = strings(node.names)[-1].lower()
    modifiers = [literal(modifier) for modifier in node.typmods]
    if name not in _TYPES:
        raise Unclear(f"the type {name}")
    found = _TYPES[name]
    if name == "varchar" and modifiers:
        traits.high, traits.of_length = int(str(modifiers[0])), True
    elif name == "enum":
        traits.choices = tuple(map(str, modifiers))
    elif name == "numeric" and modifiers:
        found = f"numeric({','.join(map(str, modifiers))})"
    elif modifiers and not name.startswith("timestamp"):
        raise Unclear(f"the type {name}({', '.join(map(str, modifiers))})")
    return f"{found}[]" if len(node.array_bounds) else found


def column_of(node: Any) -> str | None:
    """The column that a reference means, without its table."""
    if kind(node) != "ColumnRef":
        return None
    last = inner(node).fields[-1]
    return str(inner(last).sval) if kind(last) == "String" else None


def literal(node: Any) -> Value:
    """A constant; now() and today; a bare word is taken for a text, which is how it is often typed."""
    node = inner(node)
    match type(node).__name__:
        case "A_Const":
            return _constant(node)
        case "TypeCast":
            return literal(node.arg)
        case "ColumnRef" if word := column_of(node):
            return word
        case "FuncCall" if strings(node.funcname)[-1] in ("now", "transaction_timestamp") and not node.args:
            return Special.NOW
        case "FuncCall" if strings(node.funcname)[-1] == "timezone" and kind(node.args[-1]) == "FuncCall":
            return literal(node.args[-1])
        case "SQLValueFunction" if "CURRENT_TIMESTAMP" in str(node):
            return Special.NOW
        case "SQLValueFunction" if "CURRENT_DATE" in str(node):
            return Special.TODAY
        case "A_ArrayExpr" if not node.elements:
            return Special.EMPTY_ARRAY
        case "A_Expr" if strings(node.name) == ("-",) and not node.HasField("lexpr"):
            value = literal(node.rexpr)
            if isinstance(value, int | Decimal) and not isinstance(value, bool):
                return -value
    raise Unclear(f"the value {_told(node)}")


def _constant(node: Any) -> Value:
    match node.WhichOneof("val"):
        case "ival":
            return int(node.ival.ival)
        case "fval":
            return Decimal(node.fval.fval)
        case "boolval":
            return bool(node.boolval.boolval)
        case "sval":
            return str(node.sval.sval)
    raise Unclear("null as a value")


def default_of(node: Any, type_: str, choices: tuple[str, ...] = ()) -> Value:
    """A default in its column's type. Raises Unclear where it is none of the type."""
    value = literal(node)
    if choices:
        if value in choices:
            return value
    elif type_ == "boolean" and str(value).lower() in ("true", "false", "yes", "no", "t", "f", "0", "1"):
        return str(value).lower() in ("true", "yes", "t", "1")
    elif type_ == "jsonb" and value in ("{}", "[]"):
        return Special.EMPTY_OBJECT if value == "{}" else Special.EMPTY_LIST
    elif type_.endswith("[]") and value in ("{}", Special.EMPTY_ARRAY):
        return Special.EMPTY_ARRAY
    elif type_.startswith(("text", "character")) and type(value) is str and kind(node) != "ColumnRef":
        return value
    elif type_.startswith("timestamp") and value in (Special.NOW, "now"):
        return Special.NOW
    elif type_ == "date" and isinstance(value, Special):
        return Special.TODAY
    elif re.match(_NUMBERS if type(value) is int else _FRACTIONS, type_) and type(value) in (int, Decimal):
        return value
    raise Unclear(f"{value} as a default of the type {type_}")


def conjuncts(node: Any) -> Iterator[Any]:
    """What an expression demands, one by one."""
    node = inner(node)
    if type(node).__name__ == "BoolExpr" and enum(node, "boolop") == "AND_EXPR":
        for part in node.args:
            yield from conjuncts(part)
    else:
        yield node


def check(node: Any) -> tuple[str, Traits]:
    """The column that a CHECK is about, and what it demands of it; several columns are refused, but for an order."""
    found: dict[str, Traits] = {}
    for part in conjuncts(node):
        column, traits = _demand(_unless_null(part))
        known = found.setdefault(column, Traits())
        if any(
            getattr(known, name) not in (None, False, ())
            and getattr(known, name) != getattr(traits, name)
            and getattr(traits, name) not in (None, False, ())
            for name in ("low", "high", "choices", "format")
        ):
            raise Unclear(f"two rules for {column}")
        known.merge(traits)
    if len(found) != 1:
        raise Unclear(f"one check of {' and '.join(found)}")
    return next(iter(found.items()))


def _unless_null(node: Any) -> Any:
    """``x is null or ...`` demands nothing more than ``...``: a CHECK lets null pass."""
    node = inner(node)
    if type(node).__name__ == "BoolExpr" and enum(node, "boolop") == "OR_EXPR" and len(node.args) == 2:
        for null, other in (node.args, tuple(reversed(node.args))):
            if kind(null) == "NullTest" and "IS_NULL" in str(inner(null)):
                column, _ = _demand(other)
                if column_of(inner(null).arg) == column:
                    return inner(other)
    return node


def _demand(node: Any) -> tuple[str, Traits]:
    node = inner(node)
    match type(node).__name__:
        case "A_Expr":
            return _comparison(node)
        case "BoolExpr" if enum(node, "boolop") == "OR_EXPR":
            return _alternatives(node)
    raise Unclear(f"the check {_told(node)}")


def _comparison(node: Any) -> tuple[str, Traits]:
    operator, left, right = strings(node.name)[-1], node.lexpr, node.rexpr
    form = enum(node, "kind")
    column, of_length = _subject(left)
    if form == "AEXPR_IN" and operator == "=" and column and not of_length:
        return column, Traits(choices=tuple(str(literal(item)) for item in inner(right).items))
    if form == "AEXPR_OP_ANY" and operator == "=" and column and not of_length:
        right = inner(right).arg if kind(right) == "TypeCast" else right
        return column, Traits(choices=tuple(str(literal(item)) for item in inner(right).elements))
    if form == "AEXPR_BETWEEN" and column:
        low, high = (_number(item) for item in inner(right).items)
        return column, Traits(low=low, high=high, of_length=of_length)
    if form == "AEXPR_LIKE" and operator == "~~" and column:
        if literal(right) == "https://%":
            return column, Traits(format="https")
        raise Unclear(f"like {literal(right)}")
    if form != "AEXPR_OP":
        raise Unclear(f"the check {_told(node)}")
    if column is None:
        (column, of_length), operator, right = _subject(right), _FLIPPED.get(operator, operator), left
    if column is None:
        raise Unclear(f"the check {_told(node)}")
    if operator in ("~", "~*") and not of_length:
        pattern = str(literal(right))
        for known, form_ in _FORMATS:
            if re.fullmatch(known, pattern, re.IGNORECASE):
                return column, Traits(format=form_)
        raise Unclear(f"the pattern {pattern}")
    if operator in ("<>", "!=") and kind(right) == "A_Const" and literal(right) == "":
        return column, Traits(low=1, of_length=True)
    if (other := column_of(right)) and operator in (">", "<") and not of_length:
        return (column, Traits(after=other)) if operator == ">" else (other, Traits(after=column))
    match operator:
        case ">" | ">=":
            return column, Traits(low=_number(right), low_open=operator == ">", of_length=of_length)
        case "<" | "<=":
            return column, Traits(high=_number(right), high_open=operator == "<", of_length=of_length)
    raise Unclear(f"the check {column} {operator} ...")


def _alternatives(node: Any) -> tuple[str, Traits]:
    """``url like 'http://%' or url like 'https://%'``."""
    subjects, patterns = set(), set()
    for part in node.args:
        like = inner(part)
        if type(like).__name__ != "A_Expr" or strings(like.name) != ("~~",):
            raise Unclear("a check of alternatives")
        subjects.add(column_of(like.lexpr))
        patterns.add(str(literal(like.rexpr)))
    column = subjects.pop() if len(subjects) == 1 else None
    if column and patterns == {"http://%", "https://%"}:
        return column, Traits(format="url")
    raise Unclear("a check of alternatives")


def _subject(node: Any) -> tuple[str | None, bool]:
    """A column, or the length of one."""
    call = inner(node)
    if type(call).__name__ == "FuncCall" and len(call.args) == 1:
        name = strings(call.funcname)[-1]
        if name in ("length", "char_length", "character_length"):
            argument = inner(call.args[0])
            if type(argument).__name__ == "FuncCall" and strings(argument.funcname)[-1] in ("trim", "btrim"):
                raise Unclear("the length of a trimmed text")
            return column_of(argument), True
    return column_of(node), False


def _number(node: Any) -> int | Decimal:
    if kind(node) == "ColumnRef":
        raise Unclear(f"a comparison with {column_of(node)}")
    value = literal(node)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise Unclear(f"{value} as a number")
    return value


def condition(node: Any) -> Condition:
    """One condition of a partial index."""
    node = inner(node)
    name = type(node).__name__
    if column := column_of(node):
        return Condition(column, "is true")
    if name == "BoolExpr" and enum(node, "boolop") == "NOT_EXPR" and (column := column_of(node.args[0])):
        return Condition(column, "is false")
    if name == "NullTest" and (column := column_of(node.arg)):
        return Condition(column, "is null" if "IS_NULL" in str(node) else "is not null")
    if name == "BooleanTest" and (column := column_of(node.arg)):
        test = re.search(r"booltesttype: (IS_TRUE|IS_FALSE)\b", str(node))
        if test:
            return Condition(column, "is true" if test[1] == "IS_TRUE" else "is false")
    if name == "A_Expr" and enum(node, "kind") == "AEXPR_OP" and strings(node.name) == ("=",):
        column, value = column_of(node.lexpr), literal(node.rexpr)
        if column and isinstance(value, bool):
            return Condition(column, "is true" if value else "is false")
        if column:
            return Condition(column, "equals", value)
    raise Unclear(f"the condition {_told(node)}")


def _told(node: Any) -> str:
    """The names and constants of an expression, in order."""
    return " ".join(a or b for a, b in re.findall(r'[sf]val: "([^"]*)"|ival: (\d+)', str(node)))[:80]
