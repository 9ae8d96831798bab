"""A small git repository with a Supabase project in it, made commit by commit."""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.project import Project

_WHO = ("-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")


@dataclass(frozen=True)
class Made:
    top: Path
    folder: str = "apps/db"

    @property
    def project(self) -> Project:
        return Project.find(self.top / self.folder)

    def git(self, *words: str, given: bytes | None = None) -> str:
        done = subprocess.run(["git", *_WHO, *words], cwd=self.top, input=given, check=True, capture_output=True)
        return done.stdout.decode("utf-8", "replace").strip()

    def migration(self, name: str) -> str:
        return f"{self.folder}/supabase/migrations/{name}"

    def commit(self, message: str | bytes, files: Mapping[str, str | None] | None = None) -> str:
        """Writes these files, by path from the project; None takes one away. The commit's id."""
        for path, text in (files or {}).items():
            target = self.top / self.folder / path
            if text is None:
                target.unlink()
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
        self.git("add", "--all")
        told = message if isinstance(message, bytes) else message.encode()
        self.git(
            "commit", "--quiet", "--allow-empty", "--allow-empty-message", "--cleanup=verbatim", "--file=-", given=told
        )
        return self.git("rev-parse", "HEAD")
