"""A column of a new table while it is read."""

from dataclasses import dataclass, field

from agent.offline.reading.conventions import Named
from agent.offline.reading.traits import Traits


@dataclass
class Entry:
    """One column as far as it was read."""

    named: Named
    traits: Traits = field(default_factory=Traits)
    tied: str | None = None
    """The table it references, where it was named by a tie ("belongs to a child")."""

    @property
    def may_be_flag(self) -> bool:
        """Nothing was said of it that a flag cannot be."""
        return not self.traits.range and (self.named.type or self.traits.type) in (None, "boolean")
