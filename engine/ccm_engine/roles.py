"""The roles that SQL statements name, made on a shadow server that lacks them: `CREATE ROLE "app" NOLOGIN`.

Roles belong to the whole server. What is rolled back leaves none behind; what is committed is written down as ours, to
be dropped in the end, and roles that are not ours are neither made, nor altered, nor dropped by a script.
"""

import re
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

import asyncpg

from ccm_engine import errors, sql
from ccm_engine.kinds.role import MARK
from ccm_engine.value import value

if TYPE_CHECKING:
    from postgast import pg_query_pb2 as pb

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

# parsing takes time, and most statements say none of this
_MAY_NAME = re.compile(
    r"\b(?:grant|revoke|policy|authorization|role|owner\s+to|owned\s+by|(?:user|group)\s+[\w\"]+)\b", re.IGNORECASE
)


@value
class Mention:
    """What one statement says of roles."""

    named: frozenset[str] = frozenset()
    """The roles that it cannot do without."""
    made: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()
    """The roles that are others, or other roles' members, after it: those that it makes among them."""


async def prepare(connection: Connection, statements: Iterable[str], ours: set[str] | None = None) -> frozenset[str]:
    """Make the roles that the statements name, do not make, and the server lacks; the statements to be left out.

    `ours` takes in what is made here or by the statements, where that is committed; None where it is rolled back.

    Raises `errors.ShadowLacksRoles` where the shadow's own role may not make any.
    """
    mentions = {statement: mention(statement) for statement in statements if _MAY_NAME.search(statement)}
    named = set[str]().union(*(item.named for item in mentions.values()))
    made = set[str]().union(*(item.made for item in mentions.values()))
    changed = set[str]().union(*(item.changed for item in mentions.values()))
    if not named | made | changed:
        return frozenset()
    there = await _there(connection, named | made | changed)
    await _make(connection, sorted(named - made - there))
    if ours is None:
        return frozenset(statement for statement, item in mentions.items() if item.made & there)
    ours |= (named | made) - there
    theirs = there - ours
    return frozenset(statement for statement, item in mentions.items() if item.changed & theirs or item.made & there)


async def drop(connection: Connection, names: Iterable[str]) -> None:
    """Drop roles that we made, but for those that something still hangs on: another process needs them as well."""
    for name in sorted(names):
        with suppress(asyncpg.DependentObjectsStillExistError):
            await connection.execute(f"DROP ROLE IF EXISTS {sql.quote(name)}")


async def left_over(connection: Connection, older_than: int) -> list[str]:
    """The roles that a crash left behind: ours, made before that time."""
    rows = await connection.fetch(
        """select rolname from pg_roles where starts_with(shobj_description(oid, 'pg_authid'), $1)
        and substr(shobj_description(oid, 'pg_authid'), length($1) + 1)::bigint < $2
        and pg_has_role(oid, 'MEMBER')""",
        MARK,
        older_than,
    )
    return [str(row["rolname"]) for row in rows]


async def _there(connection: Connection, names: set[str]) -> set[str]:
    rows = await connection.fetch("select rolname from pg_roles where rolname = any($1::text[])", list(names))
    return {str(row["rolname"]) for row in rows}


async def _make(connection: Connection, names: list[str]) -> None:
    # who is no superuser gives away only what belongs to a role that it is a member of
    member = "" if connection.get_settings().is_superuser == "on" else " ROLE CURRENT_USER"
    for name in names:
        try:
            # another process may be making it at the same time
            with suppress(asyncpg.DuplicateObjectError, asyncpg.UniqueViolationError):
                async with connection.transaction():
                    await connection.execute(f"CREATE ROLE {sql.quote(name)} NOLOGIN{member}")
                    await connection.execute(f"COMMENT ON ROLE {sql.quote(name)} IS '{MARK}{int(time.time())}'")
        except asyncpg.InsufficientPrivilegeError as error:
            raise errors.ShadowLacksRoles(roles=", ".join(map(sql.quote, names)), reason=str(error)) from error


@lru_cache(maxsize=4096)
def mention(statement: str) -> Mention:
    """What a statement, or a text of several, says of roles."""
    nodes = sql.parse(statement)
    made = frozenset(name for node in nodes for name in _made(node))
    changed = frozenset(name for node in nodes for name in _changed(node))
    named = frozenset(name for node in nodes for name in _named(node))
    return Mention(named=frozenset(map(_stored, named)), made=made, changed=made | changed)


def _stored(name: str) -> str:
    """A name as Postgres stores it: of more than 63 bytes, the first 63."""
    return name.encode()[:63].decode(errors="ignore")


def _made(node: "pb.Node") -> Iterator[str]:
    if node.HasField("create_role_stmt"):
        yield node.create_role_stmt.role


def _changed(node: "pb.Node") -> Iterator[str]:
    match node.WhichOneof("node"):
        case "alter_role_stmt":
            yield node.alter_role_stmt.role.rolename
        case "alter_role_set_stmt":
            yield node.alter_role_set_stmt.role.rolename
        case "drop_role_stmt":
            yield from _specified(node)
        case "grant_role_stmt":
            yield from _named(node)
        case "rename_stmt" if _is_role(node.rename_stmt.rename_type):
            yield node.rename_stmt.subname
        case "comment_stmt" if _is_role(node.comment_stmt.objtype):
            yield node.comment_stmt.object.string.sval
        case _:
            return


def _is_role(type_: int) -> bool:
    from postgast import pg_query_pb2 as pb

    return bool(type_ == pb.OBJECT_ROLE)


def _named(node: "pb.Node") -> Iterator[str]:
    match node.WhichOneof("node"):
        case "drop_role_stmt":
            return
        case "grant_role_stmt":
            yield from (role.access_priv.priv_name for role in node.grant_role_stmt.granted_roles)
        case "variable_set_stmt" if node.variable_set_stmt.name in {"role", "session_authorization"}:
            yield from (value.a_const.sval.sval for value in node.variable_set_stmt.args if value.a_const.sval.sval)
        case _:
            pass
    yield from _specified(node)


def _specified(node: "pb.Node") -> Iterator[str]:
    from postgast import find_nodes
    from postgast import pg_query_pb2 as pb

    for role in find_nodes(node, pb.RoleSpec):
        if role.roletype == pb.ROLESPEC_CSTRING:
            yield role.rolename
