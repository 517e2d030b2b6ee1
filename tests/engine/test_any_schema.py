"""What holds for any two schemas, made up at random over every kind of object, with rows in their tables."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress

import asyncpg
import pytest
from hypothesis import HealthCheck, event, given, settings

import postgres
from ccm_engine import errors, sql
from ccm_engine.catalog import EMPTY, Catalog, Key
from ccm_engine.kinds.column import Column
from ccm_engine.kinds.table import Table
from ccm_engine.plan import Plan, plan
from ccm_engine.read import read

from .conftest import Connection
from .random_schemas import schemas
from .test_converge import assert_equal

REFUSALS = (errors.WouldLoseData, errors.TypeWouldLoseData, errors.DependencyCycle)
"""What a plan may be refused for, by name."""

ROWS = 3

_LENIENT = """
do $run$ declare statement text; begin
    foreach statement in array {statements}::text[] loop
        begin execute statement; exception when others then end;
    end loop;
end $run$"""


async def made(connection: Connection, statements: Sequence[str]) -> Catalog:
    """What an empty database holds after the statements, those left out that it refuses."""
    async with rolled_back(connection):
        array = ", ".join(sql.literal(statement) for statement in statements)
        await connection.execute(_LENIENT.format(statements=f"array[{array}]"))
        return await read(connection)


@asynccontextmanager
async def rolled_back(connection: Connection) -> AsyncIterator[None]:
    transaction = connection.transaction()
    await transaction.start()
    try:
        yield
    finally:
        await transaction.rollback()


async def run(connection: Connection, planned: Plan) -> None:
    """In one transaction, where CREATE INDEX CONCURRENTLY has no place."""
    for statement in planned.statements:
        await connection.execute(sql.inside_a_transaction(statement.sql))


async def counted(connection: Connection, tables: Iterable[Key]) -> Mapping[Key, int]:
    counts = {key: f"select count(*) from only {sql.qualified(*key.path)}" for key in tables}
    return {key: int(await connection.fetchval(query)) for key, query in counts.items()}


async def seeded(connection: Connection, catalog: Catalog, tables: Sequence[Key]) -> Mapping[Key, int]:
    """How many rows each of the tables holds, after an attempt to put some in."""
    for key in tables:
        given = any(column.name == "id" and column.identity is None for column in catalog.parts(key, Column))
        values = f"(id) select n from generate_series(1, {ROWS}) n" if given else "default values"
        with suppress(asyncpg.PostgresError):  # not every table takes such rows
            async with connection.transaction():
                await connection.execute(f"insert into {sql.qualified(*key.path)} {values}")
    await connection.execute("set constraints all immediate")
    return await counted(connection, tables)


@pytest.fixture(scope="session")
async def connection(server18: postgres.Server) -> AsyncIterator[Connection]:
    server18.psql("create database any_schema template template0")
    opened: Connection = await asyncpg.connect(server18.url("any_schema"), max_cacheable_statement_size=0)
    yield opened
    await opened.close()


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(before=schemas(), after=schemas())
async def test_the_plan_leads_from_any_schema_to_any_other_and_home_again(
    before: list[str], after: list[str], connection: Connection
) -> None:
    """Tables that both sides have keep their rows."""
    head, goal = await made(connection, before), await made(connection, after)
    assert (head == goal) == (head.fingerprint() == goal.fingerprint())
    try:
        there, back = plan(head, goal), plan(goal, head)
    except REFUSALS as refusal:
        event(type(refusal).__name__)
        return
    async with rolled_back(connection):
        await run(connection, plan(EMPTY, head))
        counts = await seeded(connection, head, [item.key for item in head.all(Table) if item.key in goal.objects])
        try:
            await run(connection, there)
        except (asyncpg.IntegrityConstraintViolationError, asyncpg.DataError, asyncpg.CannotCoerceError) as error:
            event(f"rows do not fit: {type(error).__name__}")
            return
        assert_equal(await read(connection), goal)
        assert await counted(connection, counts) == counts
        await run(connection, back)
        assert_equal(await read(connection), head)
