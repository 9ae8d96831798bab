"""`docs`: docs/DATABASE_SCHEMA.md from the database that the migrations make."""

import json as jsonlib
from pathlib import Path

from agent.cli_output import Progress, relative, stdout, write
from tools import document
from tools.config import ProjectError
from tools.project import Project
from tools.render.plain import one_line
from tools.workbench import Workbench


def run(folder: Path, check: bool, json: bool, quiet: bool) -> int:
    """0 where the document is in step or was written, 1 where `check` finds it out of date."""
    project = Project.find(folder)
    existing = read_document(project)
    with Progress(quiet=quiet) as progress, Workbench.open(project, progress=progress) as bench:
        progress("rendering the document")
        catalog = bench.catalog
        text = document.render(catalog, existing)
    changed = text != existing
    tables = [name for name in catalog.tables() if document.is_own(name)]
    stale = document.stale_sections(existing or "", catalog, tables)
    if changed and not check:
        project.write([(project.document, text)])
    path = relative(project.document, project)
    if json:
        said = {"document": path, "changed": changed, "written": changed and not check, "tables": stale}
        write(jsonlib.dumps(said, indent=2) + "\n")
    else:
        stdout().print(_words(path, changed, check, existing is None, stale), soft_wrap=True)
    return 1 if changed and check else 0


def read_document(project: Project) -> str | None:
    """The document as it stands, to the byte; None where there is none. Raises ProjectError where it cannot be read."""
    try:
        return project.document.read_bytes().decode()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ProjectError(f"Could not read {project.document}: {error.strerror}.") from None
    except UnicodeDecodeError as error:
        raise ProjectError(f"{project.document} is not UTF-8 text (byte {error.start}); save it as UTF-8.") from None


def _words(path: str, changed: bool, check: bool, missing: bool, stale: list[str]) -> str:
    if not changed:
        return f"{path} is in step."
    if not check:
        return f"Wrote {path}."
    if missing:
        return f"{path} is not there yet; run migration-agent docs."
    what = f": {one_line(', '.join(stale))}" if stale else ""
    return f"{path} is out of date{what}; run migration-agent docs."
