"""Privileges: who may try."""

import copy
from collections.abc import Iterator
from typing import Any

from postgast import pg_query_pb2

from evals.mutants.base import Mutant, Original, below, deparse, function_name, inner, operator, relation
from tools.checks._statements import Piece


def grants(good: Original, *, kind: str = "OBJECT_TABLE", grant: bool = True, to: str = "") -> list[Piece]:
    """GRANTs (or REVOKEs) on objects of a kind to a role, or to any."""
    return [
        piece
        for piece in good.pieces("GrantStmt")
        if piece.node.is_grant == grant
        and pg_query_pb2.ObjectType.Name(piece.node.objtype) == kind
        and (not to or any(grantee.role_spec.rolename == to for grantee in piece.node.grantees))
    ]


def functions(piece: Piece) -> list[str]:
    return [".".join(p.string.sval for p in o.object_with_args.objname) for o in piece.node.objects]


def trigger_functions(good: Original) -> set[str]:
    made = good.pieces("CreateFunctionStmt")
    return {_made(p) for p in made if p.node.return_type.names[-1].string.sval == "trigger"}


def _made(piece: Piece) -> str:
    return ".".join(part.string.sval for part in piece.node.funcname)


@operator("grants/missing")
def grant_forgotten(good: Original) -> Iterator[Mutant]:
    """Signed-in users get no privilege on what has policies for them."""
    for piece in grants(good, to="authenticated"):
        if not _view(good, piece):  # a view that nobody may read is an internal one
            yield good.without(piece)


@operator("grants/missing")
def verb_forgotten(good: Original) -> Iterator[Mutant]:
    """A verb that has a policy is not granted to signed-in users."""
    verbs = {policy.node.cmd_name for policy in good.pieces("CreatePolicyStmt")}
    for piece in grants(good, to="authenticated"):
        for number, privilege in enumerate(piece.node.privileges):
            if len(piece.node.privileges) > 1 and privilege.access_priv.priv_name in verbs:
                node = copy.deepcopy(piece.node)
                del node.privileges[number]
                yield good.put(piece, deparse(node))


@operator("grants/missing")
def server_forgotten(good: Original) -> Iterator[Mutant]:
    """service_role gets no privilege on a table that the app uses."""
    for piece in grants(good, to="service_role"):
        others = [grantee for grantee in piece.node.grantees if grantee.role_spec.rolename != "service_role"]
        if not others and good.pieces("CreatePolicyStmt"):
            yield good.without(piece)


def _to(piece: Piece, role: Any) -> str:
    """The same privileges for another role."""
    node = copy.deepcopy(piece.node)
    del node.grantees[:]
    node.grantees.add().role_spec.CopyFrom(role)
    return deparse(node)


ANON = pg_query_pb2.RoleSpec(roletype=pg_query_pb2.ROLESPEC_CSTRING, rolename="anon")
PUBLIC = pg_query_pb2.RoleSpec(roletype=pg_query_pb2.ROLESPEC_PUBLIC)


def _meant(good: Original, rule: str) -> bool:
    """The file allows it, with a reason."""
    return any(waiver.rule == rule for waiver in good.migration.waivers)


@operator("grants/anon")
def grant_to_anon(good: Original) -> Iterator[Mutant]:
    """What signed-in users get, anon gets as well."""
    if not _meant(good, "grants/anon"):
        for piece in grants(good, to="authenticated"):
            yield good.after(piece, _to(piece, ANON))


@operator("grants/anon")
def grant_to_public(good: Original) -> Iterator[Mutant]:
    """What signed-in users should get, everybody gets."""
    if not _meant(good, "grants/anon"):
        for piece in grants(good, to="authenticated"):
            yield good.put(piece, _to(piece, PUBLIC))


@operator("grants/excess")
def grant_all(good: Original) -> Iterator[Mutant]:
    """Signed-in users get every privilege, TRUNCATE among them, which no policy stops."""

    def change(node: Any) -> None:
        del node.privileges[:]

    for piece in grants(good, to="authenticated"):
        if not any(privilege.access_priv.cols for privilege in piece.node.privileges) and not _view(good, piece):
            yield good.changed(piece, change)


def _view(good: Original, piece: Piece) -> bool:
    views = {relation(view.node.view) for view in good.pieces("ViewStmt")}
    return any(relation(inner(o)) in views for o in piece.node.objects)


@operator("grants/anon grants/missing rls/locked-out")
def revoke_forgotten(good: Original) -> Iterator[Mutant]:
    """What the default gives to the API roles is not taken away."""
    if not _meant(good, "grants/anon"):
        for piece in grants(good, grant=False):
            yield good.without(piece)


@operator("grants/public-execute")
def execute_left_to_public(good: Original) -> Iterator[Mutant]:
    """Everybody may call a function of the API."""
    if _meant(good, "grants/public-execute"):
        return
    for piece in grants(good, kind="OBJECT_FUNCTION", grant=False):
        names = functions(piece)
        if all(name.startswith("public.") and name not in trigger_functions(good) for name in names):
            yield good.without(piece)


@operator("grants/public-execute")
def execute_to_anon(good: Original) -> Iterator[Mutant]:
    """Those who have not signed in may call a function of the API."""
    if _meant(good, "grants/public-execute"):
        return
    for piece in grants(good, kind="OBJECT_FUNCTION", to="authenticated"):
        if all(name.startswith("public.") for name in functions(piece)):
            yield good.after(piece, _to(piece, ANON))


@operator("grants/missing rls/locked-out")
def execute_forgotten(good: Original) -> Iterator[Mutant]:
    """Signed-in users may not call a function that a policy calls."""
    called = {
        function_name(node)
        for policy in good.pieces("CreatePolicyStmt")
        for node in below(policy.node)
        if isinstance(node, pg_query_pb2.FuncCall)
    }
    for piece in grants(good, kind="OBJECT_FUNCTION", to="authenticated"):
        if all(name in called for name in functions(piece)):
            yield good.without(piece)


@operator("rls/bypass", goldens=6)
def users_act_as_the_server(good: Original) -> Iterator[Mutant]:
    """Signed-in users are made members of the role that passes row level security by."""
    for piece in grants(good, to="authenticated")[:1]:
        yield good.after(piece, "grant service_role to authenticated;")


@operator("rls/bypass", goldens=6)
def users_pass_policies_by(good: Original) -> Iterator[Mutant]:
    """Row level security does not hold for signed-in users any more."""
    for piece in grants(good, to="authenticated")[:1]:
        yield good.after(piece, "alter role authenticated bypassrls;")


@operator("grants/api-settings", goldens=6)
def schemas_opened(good: Original) -> Iterator[Mutant]:
    """The API is told to serve schemas that were not meant to be seen."""
    for piece in grants(good, to="authenticated")[:1]:
        yield good.after(piece, "alter role authenticator set pgrst.db_schemas = 'public, graphql_public, private';")
