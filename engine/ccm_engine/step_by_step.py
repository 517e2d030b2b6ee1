"""Migration files, run one after the other in a database that keeps its rows → the schema after each of them."""

from collections.abc import Iterable

import asyncpg

from ccm_engine import blame, errors, replaying, roles, throwaway
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
    try:
        await replaying.run(connection, migration, made)
    except errors.ReplayFailed as failed:
        cause = failed.__cause__
        if isinstance(cause, asyncpg.PostgresError) and blame.lacks(cause):
            raise errors.ShadowLacksExtension(message=failed.message, sqlstate=failed.sqlstate) from cause
        raise
    async with connection.transaction():
        return await read(connection, shadow.include)
