"""Databases, by URL → what their servers say of their schemas.

The kinds are imported while the servers say what has nothing to do with them.
"""

from contextlib import asynccontextmanager
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

import asyncpg
from anyio import Event, to_thread

from ccm_engine import beside, errors, url
from ccm_engine.together import together

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from ccm_engine.beside import Connection
    from ccm_engine.observed import Observed


async def observed(source: str, include: frozenset[str]) -> "Observed":
    """What the database says, as of one moment. Raises `errors.SourceUnreachable`."""
    from ccm_engine.read import observe

    async with _session(source) as connection:
        return await observe(connection, include)


class Asking:
    """Two databases that are asked at the same time, of opt-in kinds as well."""

    def __init__(self, one: str, other: str) -> None:
        self._sources = (one, other)
        self._said: list[tuple[Observed, Observed]] = []
        self._complete = Event()

    async def ask(self) -> None:
        """Raises `errors.SourceUnreachable`."""
        one, other = self._sources
        self._said.append(await together(partial(self._ask, one), partial(self._ask, other)))
        self._complete.set()

    async def said(self) -> "tuple[Observed, Observed]":
        """What both say, once `ask`, which somebody else runs, is through."""
        await self._complete.wait()
        return self._said[0]

    async def _ask(self, source: str) -> "Observed":
        async with _session(source) as connection:
            about = await beside.ask(connection)
            await to_thread.run_sync(import_module, "ccm_engine.read")
            from ccm_engine.kinds import OPT_IN
            from ccm_engine.read import complete

            return await complete(connection, about, OPT_IN)


@asynccontextmanager
async def _session(source: str) -> "AsyncGenerator[Connection]":
    given = url.read(url.Given(variable="the source", value=source))
    try:
        connection = await asyncpg.connect(given.dsn)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise errors.SourceUnreachable(source=str(given), reason=str(error)) from error
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            yield connection
    finally:
        await connection.close()
