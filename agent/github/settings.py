"""What the workflow, or whoever runs the agent, decides."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Settings:
    where: str = ""
    """The project's folder in the repository; empty where it has one project."""
    model: str | None = None
    """A model's name, ``builtin``, or what is configured."""
    limits: Mapping[str, Any] = field(default_factory=dict)
    tests: bool = False
    login: str = ""
    """The account that the agent writes as; empty for that of GITHUB_TOKEN (`status.LOGIN`)."""
    run_url: str = ""
    """Where the log of this job can be read."""
