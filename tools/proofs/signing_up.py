"""Signing up: whether the project's triggers on auth.users let the Auth service put somebody in."""

from dataclasses import dataclass

from tools.postgres.server import Connection
from tools.proofs.answers import Question, ask
from tools.proofs.families import Family
from tools.proofs.links import USERS
from tools.rows.write import literal

ROLE = "supabase_auth_admin"
"""As which the Auth service writes; its search_path is its own schema, and it may use nothing of the project's."""
_WRONG = "42"
"""Class of the SQLSTATEs of a trigger that cannot work for anybody: no privilege, no such table, column or function."""


@dataclass(frozen=True)
class SignUp:
    """What became of a new user."""

    broken: str = ""
    """Postgres's words, where no one can sign up."""
    why: str = ""
    """Why that could not be seen, else."""


def sign_up(conn: Connection, family: Family) -> SignUp:
    """Somebody signs up; taken back."""
    values = family.another(USERS) or {"id": "gen_random_uuid()", "email": "'somebody@example.com'"}
    told = ", ".join(f"{literal(name)}, ({value})::text" for name, value in values.items())
    (answer,) = ask(conn, [Question(f"select _throwaway.sign_up(jsonb_build_object({told}))")])
    if answer.ok:
        return SignUp()
    return SignUp(broken=answer.said) if answer.state.startswith(_WRONG) else SignUp(why=answer.said)
