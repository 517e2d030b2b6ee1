"""Databases, by URL → what their servers say of their schemas."""

import asyncpg
from anyio import create_task_group

from ccm_engine import errors, url
from ccm_engine.kinds import KINDS
from ccm_engine.observed import Observed
from ccm_engine.read import observe

OPT_IN = frozenset(kind.name for kind in KINDS if kind.opt_in)


async def observed(source: str, include: frozenset[str] = OPT_IN) -> Observed:
    """What the database says, as of one moment. Raises `errors.SourceUnreachable`."""
    given = url.read(url.Given(variable="the source", value=source))
    try:
        connection = await asyncpg.connect(given.dsn)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise errors.SourceUnreachable(source=str(given), reason=str(error)) from error
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            return await observe(connection, include)
    finally:
        await connection.close()


async def both(one: str, other: str) -> tuple[Observed, Observed]:
    """What two databases say, asked at the same time. Raises `errors.SourceUnreachable`."""
    found: dict[str, Observed] = {}

    async def ask(source: str) -> None:
        found[source] = await observed(source)

    try:
        async with create_task_group() as asking:
            for source in {one, other}:
                asking.start_soon(ask, source)
    except ExceptionGroup as group:
        raise group.exceptions[0] from None
    return found[one], found[other]
