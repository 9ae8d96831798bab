"""A machine on which something is wrong, as far as who runs the tests may make one."""

import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path

_ALONE = ["unshare", "--mount", "sh", "-c"]


@cache
def mounts() -> bool:
    """We may mount where nobody else sees it."""
    try:
        tried = subprocess.run([*_ALONE, "mount -t tmpfs tmpfs /mnt"], capture_output=True, check=False)
    except FileNotFoundError:
        return False
    return tried.returncode == 0


def under(command: Sequence[str], *, mounting: Sequence[str] = (), otherwise: str = ":") -> list[str]:
    """The command after these `mount` commands; where there are none, or we may not mount, after `otherwise`."""
    alone = bool(mounting) and mounts()
    before = " && ".join(f"mount {words}" for words in mounting) if alone else otherwise
    return [*(_ALONE if alone else ["sh", "-c"]), f'{before} && exec "$@"', "sh", *command]


def read_only(folder: Path) -> dict[str, object]:
    """As keywords for `under`: nothing can be written below the folder."""
    quoted = f"'{folder}'"
    return {
        "mounting": [f"--bind {quoted} {quoted}", f"-o remount,bind,ro {quoted}"],
        "otherwise": f"chmod -R a-w {quoted}",
    }


def parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def children(pid: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and parent(int(entry.name)) == pid:
                found.append(int(entry.name))
        except (OSError, IndexError):
            continue
    return found


def postmaster(folder: Path) -> int:
    """The server's first process."""
    return int((folder / "data" / "postmaster.pid").read_text().split()[0])


def backends(folder: Path) -> list[int]:
    """Processes that serve somebody."""
    served = []
    for pid in children(postmaster(folder)):
        try:
            if "[local]" in Path(f"/proc/{pid}/cmdline").read_text():
                served.append(pid)
        except OSError:
            continue
    return served


def folder_of(owner: int) -> Path | None:
    """Of the server that this process started, once it runs."""
    for folder in (found for base in ("/dev/shm", "/tmp") for found in Path(base).glob("migration-agent-*")):
        try:
            if parent(parent(postmaster(folder))) == owner:
                return folder
        except (OSError, IndexError, ValueError):
            continue
    return None
