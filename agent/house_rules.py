"""A project's house rules as the model reads them: what the checklist enforces in plain words, then the team's own."""

from tools.conventions import Conventions

_INSTEAD = (
    "{name} is any lower-case words joined with _, {table} the table's name, {columns} the columns' joined with _"
)
_PLURALS = {"index": "indexes", "policy": "policies"}


def house_rules(conventions: Conventions) -> str:
    """One sentence a line, in an order that does not change; empty where there are none."""
    lines = []
    if conventions.schemas:
        lines.append(f"New tables go to the schema {' or '.join(conventions.schemas)}.")
    if conventions.tenants:
        lines.append(
            f"Every new table reaches {' or '.join(conventions.tenants)} through foreign keys that are NOT NULL, "
            "directly or over several tables."
        )
    for column, definition in conventions.columns.items():
        lines.append(f"Every new table has the column `{column} {definition}`.")
    if conventions.uuid_default:
        lines.append(f"The uuid key of a new table has the default `{conventions.uuid_default}`.")
    lines += [f"Not wanted: {thing}." for thing in conventions.forbid]
    names = conventions.names.given
    for kind, pattern in names.items():
        lines.append(f"Names of {_PLURALS.get(kind, f'{kind}s')} match `{pattern}`.")
    if names:
        lines.append(f"In these, regular expressions for the whole name, {_INSTEAD}.")
    if lines:
        lines.append(
            "These are checked (`conventions/...`, `indexes/name`) and come before the general conventions. Where one "
            "cannot fit, allow its rule on that object with the reason."
        )
    if text := conventions.text.strip():
        lines += ["", text] if lines else [text]
    return "\n".join(lines)
