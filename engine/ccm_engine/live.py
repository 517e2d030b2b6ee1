"""Databases, by URL → what their servers say of their schemas."""

from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

import asyncpg
from anyio import Event

from ccm_engine import errors, url
from ccm_engine.kinds import KINDS
from ccm_engine.observed import Observed, Row, Rows
from ccm_engine.read import complete, observe, rows
from ccm_engine.together import together

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from ccm_engine.read import Connection

OPT_IN = frozenset(kind.name for kind in KINDS if kind.opt_in)


async def observed(source: str, include: frozenset[str]) -> Observed:
    """What the database says, as of one moment. Raises `errors.SourceUnreachable`."""
    async with _session(source) as connection:
        return await observe(connection, include)


class Asking:
    """Two databases that are asked at the same time, of opt-in kinds as well."""

    def __init__(self, one: str, other: str) -> None:
        self.different = Event()
        """Set once it is known that the two do not say the same, long before they have said all."""
        self._sources = (one, other)
        self._rows: list[Rows] = []
        self._said: list[tuple[Observed, Observed]] = []
        self._complete = Event()

    async def ask(self) -> None:
        """Raises `errors.SourceUnreachable`."""
        one, other = self._sources
        self._said.append(await together(partial(self._ask, one), partial(self._ask, other)))
        self._complete.set()

    async def said(self) -> tuple[Observed, Observed]:
        """What both say, once `ask`, which somebody else runs, is through."""
        await self._complete.wait()
        return self._said[0]

    @property
    def examples(self) -> tuple[Row, ...]:
        """A row of each kind that was found so far."""
        return tuple({row[0]: row for rows in self._rows for row in rows.told}.values())

    async def _ask(self, source: str) -> Observed:
        async with _session(source) as connection:
            found = await rows(connection, OPT_IN)
            self._rows.append(found)
            if len({item.told for item in self._rows}) > 1:
                self.different.set()
            return await complete(connection, found)


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
