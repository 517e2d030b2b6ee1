"""Migration files, run one after the other in a database that keeps its rows → the schema after each of them."""

from collections.abc import Iterable

import asyncpg

from ccm_engine import blame, errors, roles, sql, throwaway
from ccm_engine.catalog import Catalog
from ccm_engine.folder import Migration
from ccm_engine.read import read
from ccm_engine.shadow import Shadow
from ccm_engine.throwaway import Connection


async def catalogs(shadow: Shadow, migrations: Iterable[Migration]) -> tuple[Catalog, ...]:
    """From an empty database on the shadow's server, which is dropped in the end.

    Raises `errors.ShadowLacksExtension`, and `errors.ReplayFailed` as `Shadow.replay` does, which only tells where it
    all leads.
    """
    made: set[str] = set()
    try:
        async with throwaway.database(shadow.url, throwaway.name(), "template0") as connection:
            return tuple([await _after(connection, shadow, migration, made) for migration in migrations])
    finally:
        if made:
            async with throwaway.administering(shadow.url) as administering:
                await roles.drop(administering, made)


async def _after(connection: Connection, shadow: Shadow, migration: Migration, made: set[str]) -> Catalog:
    await _run(connection, migration, made)
    async with connection.transaction():
        return await read(connection, shadow.include)


async def _run(connection: Connection, migration: Migration, made: set[str]) -> None:
    statements = sql.statements(migration.sql)
    without = await roles.prepare(connection, (item.sql for item in statements), made)
    for statement in statements:
        if statement.sql in without:
            continue
        try:
            await connection.execute(statement.sql)
        except asyncpg.PostgresError as error:
            if blame.lacks(error):
                said, sqlstate = blame.message(error), error.sqlstate or ""
                raise errors.ShadowLacksExtension(message=said, sqlstate=sqlstate) from error
            raise errors.ReplayFailed(
                path=str(migration.path),
                line=statement.line,
                column=statement.column,
                message=blame.message(error),
                sqlstate=error.sqlstate or "",
                detail=blame.detail(error),
            ) from error
