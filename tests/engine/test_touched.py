"""What is left out of two schemas before anything is made of their rows is nothing that a plan or a proof would see."""

from collections.abc import AsyncIterator, Sequence

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings

import postgres
from ccm_engine import sql
from ccm_engine.catalog import Catalog, Need
from ccm_engine.excerpt import excerpt
from ccm_engine.observed import Observed, catalog
from ccm_engine.read import observe
from ccm_engine.touched import touched

from .conftest import Connection
from .random_schemas import schemas
from .test_any_schema import _LENIENT, rolled_back


@pytest.fixture(scope="module")
async def connection(server18: postgres.Server) -> AsyncIterator[Connection]:
    server18.psql("create database touched template template0")
    opened: Connection = await asyncpg.connect(server18.url("touched"), max_cacheable_statement_size=0)
    yield opened
    await opened.close()


async def observed(connection: Connection, statements: Sequence[str]) -> Observed:
    """What an empty database says after the statements, those left out that it refuses."""
    async with rolled_back(connection):
        array = ", ".join(sql.literal(statement) for statement in statements)
        await connection.execute(_LENIENT.format(statements=f"array[{array}]"))
        return await observe(connection)


def seen(pair: tuple[Catalog, Catalog]) -> list[tuple[Catalog, frozenset[Need], object]]:
    return [(side, side.needs, side.unmodelled) for side in excerpt(*pair)]


def assert_nothing_is_missed(one: Observed, other: Observed) -> None:
    head, goal = touched(one, other)
    assert seen((catalog(head), catalog(goal))) == seen((catalog(one), catalog(other)))


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
@given(before=schemas(), after=schemas())
async def test_between_any_two_schemas(connection: Connection, before: Sequence[str], after: Sequence[str]) -> None:
    assert_nothing_is_missed(await observed(connection, before), await observed(connection, after))


@settings(
    max_examples=20,  # each of which is many
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
@given(schema=schemas())
async def test_between_a_schema_and_most_of_it(connection: Connection, schema: Sequence[str]) -> None:
    whole = await observed(connection, schema)
    for left_out in range(0, len(schema), 3):
        most = await observed(connection, [*schema[:left_out], *schema[left_out + 1 :]])
        assert_nothing_is_missed(whole, most)
        assert_nothing_is_missed(most, whole)


async def test_a_column_elsewhere_holds_the_rows_of_a_table_that_changes(connection: Connection) -> None:
    """It hangs on the table, and stands in the way of each change of its columns."""
    held = ("CREATE TYPE c AS (r t)", "CREATE TABLE u (t t, c c)")
    one = await observed(connection, ("CREATE TABLE t (a int)", *held))
    other = await observed(connection, ("CREATE TABLE t (a bigint)", *held))
    assert {"public.u.t", "public.u.c"} <= {".".join(key.path) for key in catalog(touched(one, other)[0]).objects}
    assert_nothing_is_missed(one, other)
