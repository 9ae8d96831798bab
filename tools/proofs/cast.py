"""Who takes part: the owner of the rows and fellow members, another user, a stranger, anon and service_role."""

import json
from dataclasses import dataclass

from tools.proofs.families import Family
from tools.proofs.links import USERS
from tools.proofs.ownership import Ownership


@dataclass(frozen=True)
class Actor:
    """Who calls the API."""

    name: str
    """owner, "member as viewer", other, stranger, anon or service_role"""
    role: str
    user: str = ""
    """The user's id; empty for those who are not signed in."""
    email: str = ""

    @property
    def claims(self) -> str:
        if not self.user:
            return json.dumps({"role": self.role})
        known = {"sub": self.user, "aud": "authenticated", "role": self.role, "aal": "aal1", "is_anonymous": False}
        return json.dumps(
            {**known, "email": self.email, "app_metadata": {}, "user_metadata": {}, "session_id": self.user}
        )

    @property
    def is_outside(self) -> bool:
        """The rows are somebody else's, and no key opens everything."""
        return not self.is_inside and self.role != "service_role"

    @property
    def is_inside(self) -> bool:
        """The rows are this user's, or the tenant's that the user belongs to."""
        return self.name == "owner" or self.name.startswith("member as ")


@dataclass(frozen=True)
class Cast:
    """Everybody who takes part."""

    ours: Family
    theirs: Family
    stranger: Family

    @property
    def ownership(self) -> Ownership:
        return self.ours.ownership

    @property
    def actors(self) -> tuple[Actor, ...]:
        members = [self._user(f"member as {role}", self.ours, user) for role, user in self.ours.others.items()]
        return (
            self._user("owner", self.ours, self.ours.user),
            *members,
            self._user("other", self.theirs, self.theirs.user),
            self._user("stranger", self.stranger, self.stranger.user),
            Actor("anon", "anon"),
            Actor("service_role", "service_role"),
        )

    @staticmethod
    def _user(name: str, family: Family, user: str) -> Actor:
        account = next((row for row in family.filler.rows.get(USERS, ()) if row["id"] == user), {})
        return Actor(name, "authenticated", user, account.get("email") or "")
