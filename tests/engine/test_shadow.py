"""The shadow: schemas are tried out on a server, and nothing of that stays."""

import asyncio
from collections.abc import Callable

import pytest

import postgres
from ccm_engine import errors, shadow, throwaway
from ccm_engine.catalog import EMPTY
from ccm_engine.shadow import Shadow


def databases(server: postgres.Server) -> set[str]:
    return set(server.psql("SELECT datname FROM pg_database WHERE datname ~ '^ccm_shadow'").splitlines())


async def test_statements_are_run_in_whatever_order_they_can(shadow18: Shadow) -> None:
    """A folder of SQL files is in nobody's order."""
    catalog = await shadow18.materialise(
        [
            "CREATE INDEX i ON app.t (mood)",
            "ALTER TABLE app.t ADD FOREIGN KEY (id) REFERENCES app.u",
            "CREATE TABLE app.t (id int, mood app.mood)",
            "CREATE TYPE app.mood AS ENUM ('sad')",
            "CREATE TABLE app.u (id int PRIMARY KEY)",
            "CREATE SCHEMA app",
        ]
    )
    assert {"foreign key app.t.t_id_fkey", "index app.i"} < {str(key) for key in catalog.objects}


async def test_nothing_is_an_empty_schema(shadow18: Shadow) -> None:
    assert await shadow18.materialise([]) == EMPTY


async def test_what_is_materialised_does_not_stay(shadow18: Shadow) -> None:
    statements = ["CREATE TABLE t (a int)"]
    once = await shadow18.materialise(statements)
    assert await shadow18.materialise(["CREATE TABLE u (a int)"]) != once
    assert await shadow18.materialise(statements) == once


async def test_a_statement_that_postgres_refuses_for_good_is_named(shadow18: Shadow) -> None:
    """The first one that fails again when all that works has been done."""
    with pytest.raises(errors.DdlRefused) as caught:
        await shadow18.materialise(["CREATE TABLE t (a int)", "CREATE INDEX i ON t (b);\n"])
    assert str(caught.value) == (
        'Postgres refuses what the schema asks for: column "b" does not exist (SQLSTATE 42703)\n\n'
        "CREATE INDEX i ON t (b);\n\n"
        "hint: change the model or the .sql file that this statement comes from"
    )
    assert await shadow18.materialise([]) == EMPTY


async def test_an_extension_that_the_server_lacks_is_a_matter_of_the_server(shadow18: Shadow) -> None:
    with pytest.raises(errors.DdlRefused, match="name one that has it with CCM_SHADOW_URL=postgresql://"):
        await shadow18.materialise(["CREATE EXTENSION postgis"])


async def test_a_shadow_leaves_no_database_behind(server18: postgres.Server) -> None:
    before = databases(server18)
    async with shadow.opened(server18.url()) as opened:
        await opened.hold(await opened.materialise(["CREATE TABLE t (a int)"]))
        assert len(databases(server18) - before) == 2
    assert databases(server18) == before


async def test_what_a_crash_left_behind_is_dropped_by_the_next(
    server18: postgres.Server, create_database: Callable[[postgres.Server], str]
) -> None:
    """Not what is in use or young, and nothing that only looks alike."""
    old, young, alike = "ccm_shadow_1700000000_1_0", "ccm_shadow_9000000000_1_0", "ccm_shadow_of_mine"
    for name in (old, young, alike):
        server18.psql(f"ALTER DATABASE {create_database(server18)} RENAME TO {name}")
    async with shadow.opened(server18.url()):
        assert {young, alike} <= databases(server18)
        assert old not in databases(server18)
    server18.psql(f"DROP DATABASE {young}; DROP DATABASE {alike}")


async def test_what_a_live_process_copies_is_not_dropped(
    server18: postgres.Server, create_database: Callable[[postgres.Server], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is connected to it meanwhile, and it may be old."""
    monkeypatch.setattr("time.time", lambda: 1_700_000_000)
    monkeypatch.setattr(throwaway, "_PROCESS", "another")  # this one has other shadows open
    async with shadow.opened(server18.url()) as living:
        copied = throwaway.name()
        server18.psql(f"ALTER DATABASE {create_database(server18)} RENAME TO {copied}")
        monkeypatch.undo()
        async with shadow.opened(server18.url()):
            assert {copied, living._to_drop} <= databases(server18)  # noqa: SLF001 - what it is called is nobody's
    async with shadow.opened(server18.url()):
        assert copied not in databases(server18)


async def test_two_shadows_on_one_server_do_not_meet(server18: postgres.Server) -> None:
    async with shadow.opened(server18.url()) as one, shadow.opened(server18.url()) as other:
        table, index = ["CREATE TABLE t (a int)"], ["CREATE TABLE t (b int)", "CREATE INDEX i ON t (b)"]
        made = await asyncio.gather(one.materialise(table), other.materialise(index))
        assert [len(catalog.objects) for catalog in made] == [2, 3]


async def test_a_server_that_does_not_answer_is_no_shadow() -> None:
    with pytest.raises(errors.ShadowUnreachable, match="CCM_SHADOW_URL names a server whose role may create databases"):
        async with shadow.opened("postgresql://nobody@127.0.0.1:1/postgres"):
            pass
