"""What the other files of the same change do already, so that nobody is told to write it once more."""

from collections.abc import Callable, Sequence

from tools.checks._statements import Piece, pieces
from tools.migration import Migration
from tools.observe import Observed


def later(seen: Observed, does: Callable[[Piece], bool]) -> str | None:
    """The first file after this one with such a statement."""
    return _first(seen.following, does)


def other(seen: Observed, does: Callable[[Piece], bool]) -> str | None:
    """The first file of the change, before or after this one, with such a statement."""
    return _first((*seen.earlier, *seen.following), does)


def _first(files: Sequence[Migration], does: Callable[[Piece], bool]) -> str | None:
    return next((file.file_name for file in files if any(map(does, pieces(file)))), None)
