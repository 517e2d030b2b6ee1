"""A shadow on each server, the cases as catalogs, and a database in which migrations are really run."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from typing import TypeAlias

import asyncpg
import pytest

import postgres
from ccm_engine import roles, sql
from ccm_engine import shadow as shadows
from ccm_engine.catalog import Catalog
from ccm_engine.read import read
from ccm_engine.shadow import Shadow

from .cases import CASES, Case

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

_numbers = count()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out the pairs of a case, or a test, and a server that do not go together."""
    items[:] = [item for item in items if _go_together(item)]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "since(major): the first version of Postgres that knows what the test is about")
    config.addinivalue_line("markers", "whatever_the_server: once for each case, on the newest that knows it")
    config.addinivalue_line("markers", "on_request: on the newest alone where --servers names no others")


def _go_together(item: pytest.Item) -> bool:
    params = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    if "server" not in params:
        return True
    case, server = CASES.get(str(params.get("pair"))), params["server"]
    since = item.get_closest_marker("since")
    fits = (case is None or case.fits(server)) and (since is None or server >= since.args[0])
    asked = item.config.getoption("servers") is not None
    once = item.get_closest_marker("whatever_the_server") or (item.get_closest_marker("on_request") and not asked)
    newest = max(major for major in postgres.BINARIES if case is None or case.fits(major))
    return fits and (not once or server == newest)


@pytest.fixture(scope="session")
async def shadow(server: postgres.Server) -> AsyncIterator[Shadow]:
    """A shadow on each server, one after the other."""
    async with shadows.opened(server.url()) as shadow:
        yield shadow


@pytest.fixture(scope="session")
async def shadow15(server15: postgres.Server) -> AsyncIterator[Shadow]:
    """The one with the extensions of contrib."""
    async with shadows.opened(server15.url()) as shadow:
        yield shadow


@pytest.fixture(scope="session")
async def shadow18(server18: postgres.Server) -> AsyncIterator[Shadow]:
    async with shadows.opened(server18.url()) as shadow:
        yield shadow


async def materialise(shadow: Shadow, script: str) -> Catalog:
    """What a database holds after a SQL script."""
    return await shadow.materialise([statement.sql for statement in sql.statements(script)])


@dataclass(frozen=True, slots=True)
class Pair:
    """A case, and its two schemas as a server has them."""

    case: Case
    before: Catalog
    after: Catalog


@pytest.fixture(scope="session")
def _pairs() -> dict[tuple[int, str], Pair]:
    return {}


@pytest.fixture(params=CASES)
async def pair(request: pytest.FixtureRequest, shadow: Shadow, _pairs: dict[tuple[int, str], Pair]) -> Pair:
    """Every case on every server; each is materialised once."""
    case = CASES[request.param]
    known = _pairs.get((shadow.major, request.param))
    if known is None:
        known = Pair(case, await materialise(shadow, case.before), await materialise(shadow, case.after))
        _pairs[shadow.major, request.param] = known
    return known


@dataclass(slots=True)
class Stage:
    """A database in which migrations are really run and committed."""

    server: postgres.Server
    connection: Connection
    is_empty: bool = False
    """To be set by a test that has seen it: to make another database takes a while."""

    async def clear(self) -> None:
        """Another database, unless this one is known to be empty."""
        if not self.is_empty:
            await self.connection.close()
            self.connection = await _new_database(self.server)
        self.is_empty = False

    async def run(self, migration: str) -> None:
        """A migration file, as the runner runs it, on a server that has the roles which it names."""
        steps = sql.steps(migration)
        await roles.prepare(self.connection, [item.sql for step in steps for item in step.statements])
        for step in steps:
            script = ";\n".join(statement.sql for statement in step.statements)
            await self.connection.execute(f"begin;\n{script};\ncommit" if step.transactional else script)

    async def catalog(self) -> Catalog:
        async with self.connection.transaction():
            return await read(self.connection)


async def _new_database(server: postgres.Server) -> Connection:
    name = f"stage{next(_numbers)}"
    server.psql(f"CREATE DATABASE {name} TEMPLATE template0")
    return await asyncpg.connect(server.url(name), max_cacheable_statement_size=0)


@asynccontextmanager
async def _opened(server: postgres.Server) -> AsyncGenerator[Stage]:
    stage = Stage(server, await _new_database(server), is_empty=True)
    yield stage
    await stage.connection.close()


@pytest.fixture(scope="session")
async def _stage(server: postgres.Server) -> AsyncIterator[Stage]:
    async with _opened(server) as stage:
        yield stage


@pytest.fixture
async def stage(_stage: Stage) -> Stage:
    """An empty database on each server, one after the other."""
    await _stage.clear()
    return _stage


@pytest.fixture(scope="session")
async def _stage18(server18: postgres.Server) -> AsyncIterator[Stage]:
    async with _opened(server18) as stage:
        yield stage


@pytest.fixture
async def stage18(_stage18: Stage) -> Stage:
    """An empty database on PostgreSQL 18."""
    await _stage18.clear()
    return _stage18
