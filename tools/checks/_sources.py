"""The bodies of a database's own functions, and which of them ask who is calling."""

import re
from dataclasses import dataclass, field
from functools import cached_property

from tools.observe import Observed

_ASKS = re.compile(
    r"""\bauth\s*\.\s*"?(?:uid|jwt|role|email)"?\s*\(|request\.(?:jwt|header)|\bcurrent_setting\s*\(\s*'role'""",
    re.IGNORECASE,
)
"""Who is signed in, which key came with the request, or which role the API took on."""
_FUNCTIONS = """
select p.oid::regproc::text, p.oid::regprocedure::text, coalesce(pg_get_function_sqlbody(p.oid), p.prosrc, ''),
       coalesce(pg_get_expr(p.proargdefaults, 0), '')
from pg_catalog.pg_proc p
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
join pg_catalog.pg_language l on l.oid = p.prolang
where p.prokind in ('f', 'p') and l.lanname not in ('c', 'internal')
  and n.nspname not in ('pg_catalog', 'information_schema', '_throwaway', 'auth', 'extensions', 'graphql',
                        'graphql_public', 'net', 'realtime', 'storage', 'supabase_functions', 'vault')
"""


@dataclass(frozen=True)
class Sources:
    """Functions in SQL and procedural languages, without those of Supabase itself."""

    bodies: dict[str, str]
    """By ``schema.name(types)``, as facts name a function."""
    names: dict[str, str]
    """``schema.name`` of each."""
    by_default: frozenset[str] = frozenset()
    """``schema.name`` of those that take the caller for an argument that is left out: others may be named instead."""
    _matching: dict[str, frozenset[str]] = field(default_factory=dict, compare=False)

    @classmethod
    def read(cls, seen: Observed) -> "Sources":
        """As they are after the migration."""
        with seen.live.savepoint() as conn:
            conn.execute("set local search_path = ''")
            rows = [tuple(map(str, row)) for row in conn.execute(_FUNCTIONS).fetchall()]
        names = {signature: name for name, signature, _, _ in rows}
        defaults = frozenset(name for name, _, _, default in rows if _ASKS.search(default))
        return cls({signature: body for _, signature, body, _ in rows}, names, defaults)

    @cached_property
    def callers(self) -> frozenset[str]:
        """``schema.name`` of those that ask who is calling, themselves or through another of them."""
        found = {self.names[s] for s, body in self.bodies.items() if _ASKS.search(body)}
        while more := {self.names[s] for s in self.bodies if self.names[s] not in found and self._calls_one(s, found)}:
            found |= more
        return frozenset(found)

    @property
    def helpers(self) -> frozenset[str]:
        """Those whose answer, in a policy, depends on who is calling."""
        return self.callers | self.by_default

    def asks_caller(self, signature: str) -> bool:
        """This one, and not merely another of the same name."""
        return bool(_ASKS.search(self.bodies.get(signature, ""))) or self._calls_one(signature, set(self.callers))

    def matching(self, pattern: str) -> frozenset[str]:
        """``schema.name`` of those whose bodies match."""
        if pattern not in self._matching:
            found = (self.names[s] for s, body in self.bodies.items() if re.search(pattern, body, re.IGNORECASE))
            self._matching[pattern] = frozenset(found)
        return self._matching[pattern]

    def _calls_one(self, signature: str, names: set[str]) -> bool:
        words = "|".join(re.escape(name.rpartition(".")[2]) for name in names)
        return bool(words) and bool(re.search(rf"\b(?:{words})\s*\(", self.bodies.get(signature, "")))
