"""What the model is told before it starts: the conventions (`prompts/*.md`), then the request and the project.

The system prompt is the same bytes in every run, so that it can be cached; all that differs from run to run stands
in the first user message. Text from outside goes into marked blocks that it cannot close.
"""

import re
from functools import cache
from importlib.resources import files

from agent.digest import digest
from agent.house_rules import house_rules
from agent.model import Block
from tools.document import is_own
from tools.facts import Catalog
from tools.migration import Migration
from tools.project import Project

REVISE = (
    "The migration in the block `file` has not been applied anywhere yet; the schema is as it was before it. Change it "
    "as the request at the end says, with edit_draft, or with check_draft where the file's form does not allow that. "
    "What the request does not touch stays as it is."
)
_TAG = r"\s*/?\s*(?:project|schema|house_rules|file|context|request|database|report)(?:\s[^<>]*)?\s*/?\s*"
_MARK = re.compile(rf"<(\\*{_TAG})>", re.IGNORECASE)
_ESCAPED = r"<\\\1>"
_ESCAPED_MARK = re.compile(rf"<\\(\\*{_TAG})>", re.IGNORECASE)


@cache
def _text() -> str:
    parts = sorted((p for p in files("prompts").iterdir() if p.name.endswith(".md")), key=lambda part: part.name)
    return "\n\n".join(part.read_text(encoding="utf-8").strip() for part in parts)


def system() -> list[Block]:
    """The parts of the prompt in the order of their file names, as one block."""
    return [{"type": "text", "text": _text()}]


def first_message(
    project: Project,
    catalog: Catalog,
    request: str,
    created: str,
    revised: Migration | None = None,
    context: str = "",
) -> str:
    """Project, schema, house rules, the file to revise, what was said around the request, and the request.

    Each in its block; `created` is a date.
    """
    wanted = REVISE if revised else "Write the migration that the request at the end asks for."
    parts = [
        f"Today is {created}. {wanted}",
        marked("project", "\n".join(_project(project, catalog))),
        marked("schema", digest(catalog, project.config, request)),
    ]
    if rules := house_rules(project.config.conventions):
        parts.append(marked("house_rules", rules))
    if revised:
        parts.append(marked("file", f"{revised.file_name}\n\n{revised.text.strip()}"))
    if context:
        parts.append(marked("context", context.strip()))
    parts.append(marked("request", request.strip()))
    return "\n\n".join(parts)


def marked(tag: str, text: str) -> str:
    """`text` between ``<tag>`` and ``</tag>``. Whatever in it looks like one of our marks gets a backslash."""
    text = text.encode("utf-8", "replace").decode()
    return f"<{tag}>\n{_MARK.sub(_ESCAPED, text)}\n</{tag}>"


def unmarked(tag: str, message: str) -> str | None:
    """The text of the last block of that tag, as it was before `marked`; None where there is none."""
    found = re.findall(rf"^<{tag}>\n(.*?)\n</{tag}>$", message, flags=re.DOTALL | re.MULTILINE)
    return _ESCAPED_MARK.sub(r"<\1>", found[-1]) if found else None


def _project(project: Project, catalog: Catalog) -> list[str]:
    config = project.config
    return [
        *_habits(project, catalog),
        f"Postgres in production: {project.major_version}. The throwaway one may be newer.",
        f"Newest migration: {project.migrations[-1].file_name if project.migrations else 'none yet'}",
        f"A table with fewer than {config.small_rows:,} rows is small: it may be locked or read whole for a moment. "
        "Every other table that exists, and one of unknown size, is large. A table made in the draft itself is empty.",
    ]


def _habits(project: Project, catalog: Catalog) -> list[str]:
    """Names that the project's own objects have, where they differ from the conventions."""
    own = [
        name.split("/")[1] for name, told in catalog.of("index").items() if is_own(name) and "constraint" not in told
    ]
    at_the_end = sum(name.endswith("_idx") for name in own) > sum(name.startswith("idx_") for name in own)
    if project.config.conventions.names.pattern("index") or not at_the_end:
        return []
    return ["Indexes are called TABLE_COLUMNS_idx in this project; name yours so."]
