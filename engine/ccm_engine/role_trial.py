"""Roles tried out on a shadow server, whatever roles it has of its own: `ALTER ROLE "app" RENAME TO …`, rolled back."""

from collections.abc import Iterable
from secrets import token_hex

from ccm_engine import roles, sql
from ccm_engine.catalog import Catalog
from ccm_engine.kinds.role import Role
from ccm_engine.plan import plan
from ccm_engine.read import read


async def make_way(
    connection: roles.Connection, include: frozenset[str], head: Catalog, statements: Iterable[str]
) -> frozenset[str]:
    """Make the server's roles those of `head`, and free the names that the statements take: whom to leave out then.

    To be rolled back. Nobody where roles are not of interest.
    """
    if Role.KIND not in include:
        return frozenset()
    await _become(connection, head)
    await _hide(connection, {name for statement in statements for name in roles.mention(statement).made})
    return await _there(connection) - {role.name for role in head.all(Role)}


async def _there(connection: roles.Connection) -> frozenset[str]:
    return frozenset(str(row["rolname"]) for row in await connection.fetch("select rolname from pg_roles"))


async def _hide(connection: roles.Connection, names: Iterable[str]) -> None:
    for name in await _there(connection) & frozenset(names):
        await connection.execute(f"ALTER ROLE {sql.quote(name)} RENAME TO ccm_hidden_{token_hex(8)}")


async def _become(connection: roles.Connection, head: Catalog) -> None:
    known = frozenset(role.name for role in head.all(Role))
    for name in known & await _there(connection):  # what `ccm_engine.roles` made bears its mark, and is not read
        await connection.execute(f"COMMENT ON ROLE {sql.quote(name)} IS NULL")
    there = await read(connection, frozenset({Role.KIND}))
    now = Catalog.of(role for role in there.all(Role) if role.name in known)
    for statement in plan(now, Catalog.of(head.all(Role))).statements:
        await connection.execute(statement.sql)


def without(catalog: Catalog, names: frozenset[str] | None = None) -> Catalog:
    """The catalog without the roles of these names, or without any."""
    if next(catalog.all(Role), None) is None:
        return catalog
    kept = (item for item in catalog.objects.values() if not isinstance(item, Role) or _kept(item, names))
    return Catalog.of(kept, needs=catalog.needs, unmodelled=catalog.unmodelled, major=catalog.major)


def _kept(role: Role, names: frozenset[str] | None) -> bool:
    return names is not None and role.name not in names
