"""HTML that cannot be broken by what it shows: text is escaped unless it is `Html` already."""

import html
from collections.abc import Iterable

from tools.render.plain import harmless


class Html(str):
    """Finished markup."""

    __slots__ = ()


Child = str | None | Iterable["Child"]
"""Text, markup, nothing, or several of these."""


def tag(name: str, *children: Child, **attributes: str | bool | None) -> Html:
    """``tag("p", "a < b", class_="note")``; an attribute that is None or False is left out."""
    given = "".join(_attribute(key, value) for key, value in attributes.items())
    return Html(f"<{name}{given}>{join(*children)}</{name}>")


def join(*children: Child) -> Html:
    return Html("".join(_shown(child) for child in children))


def _shown(child: Child) -> str:
    if child is None:
        return ""
    if isinstance(child, Html):
        return child
    return html.escape(harmless(child)) if isinstance(child, str) else join(*child)


def _attribute(key: str, value: str | bool | None) -> str:
    key = key.rstrip("_").replace("_", "-")
    if value is None or value is False:
        return ""
    return f" {key}" if value is True else f' {key}="{html.escape(harmless(value))}"'
