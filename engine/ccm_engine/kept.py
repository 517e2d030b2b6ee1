"""The empty database that embedded Postgres keeps from one start to the next, for whoever claims it first.

To make one takes a tenth of a second and more. All that is done in it is rolled back.
"""

from contextlib import suppress
from typing import TYPE_CHECKING

import asyncpg

from ccm_engine import throwaway

if TYPE_CHECKING:
    from ccm_engine.throwaway import Connection

_NAME = "ccm_empty"
_CLAIM = 0x63636D  # the number of the advisory lock that its user holds
_WORN = 8 * 2**20  # bytes of pg_attribute: what was rolled back leaves dead rows behind, which are read over each time


async def claim(url: str) -> "Connection | None":
    """A connection to it, for nobody else until it is closed; None where somebody else has it."""
    connection = await _claim(url)
    if connection is None or not await connection.fetchval("select pg_relation_size('pg_attribute') > $1", _WORN):
        return connection
    await connection.close()
    with suppress(asyncpg.ObjectInUseError):
        await throwaway.administer(url, f"DROP DATABASE IF EXISTS {_NAME}")
    return await _claim(url)


async def _claim(url: str) -> "Connection | None":
    try:
        connection = await throwaway.connect(url, _NAME)
    except asyncpg.InvalidCatalogNameError:
        with suppress(asyncpg.DuplicateDatabaseError, asyncpg.UniqueViolationError):
            await throwaway.create(url, _NAME, "template0")
        connection = await throwaway.connect(url, _NAME)
    if await connection.fetchval("select pg_try_advisory_lock($1)", _CLAIM):
        return connection
    await connection.close()
    return None
