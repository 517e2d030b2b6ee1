"""Embedded Postgres runs for as long as anybody uses it, and comes back whatever happened to it."""

import os
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest
from anyio import create_task_group, sleep_forever, to_thread

from ccm_engine import embedded, shadow
from waiting import until

USER = """
import sys
from pathlib import Path

import anyio

from ccm_engine import embedded


async def use() -> None:
    async with embedded.running(Path(sys.argv[1])):
        print("running", flush=True)
        await anyio.to_thread.run_sync(sys.stdin.read)


anyio.run(use)
"""


@pytest.fixture(scope="module")
async def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of a server that was started once, when they were made."""
    data = tmp_path_factory.mktemp("embedded") / "postgres"
    async with embedded.running(data):
        pass
    return data


@contextmanager
def another_process(home: Path) -> Generator[subprocess.Popen[str]]:
    """A user of the server, until its standard input ends."""
    command = [sys.executable, "-W", "ignore", "-c", USER, str(home)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "running\n"
        yield process


async def select(url: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval("SELECT 1")
    finally:
        await connection.close()


def server(home: Path) -> int:
    """The number of its process; 0 where it does not run, or has yet to say its number."""
    try:
        lines = (home / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return 0
    return int(lines[0]) if lines else 0


async def test_it_stops_with_its_user(home: Path) -> None:
    async with embedded.running(home) as url:
        assert await select(url) == 1
    until(lambda: not server(home))


async def test_it_starts_again_while_it_still_stops(home: Path) -> None:
    for _ in range(5):
        async with embedded.running(home) as url:
            assert await select(url) == 1


async def test_it_stops_with_the_last_of_its_users(home: Path) -> None:
    with another_process(home) as other:
        number = server(home)
        async with embedded.running(home) as url:
            assert server(home) == number
        assert await select(url) == 1
        other.communicate()
    until(lambda: not server(home))


async def test_a_user_that_was_killed_is_not_counted(home: Path) -> None:
    with another_process(home) as other:
        number = server(home)
        other.kill()
        other.wait()
    async with embedded.running(home) as url:
        assert (server(home), await select(url)) == (number, 1)
    until(lambda: not server(home))


async def test_whoever_is_cancelled_while_it_starts_leaves_none_behind(home: Path) -> None:
    async def use() -> None:
        async with embedded.running(home):
            await sleep_forever()

    async with create_task_group() as tasks:
        tasks.start_soon(use)
        await to_thread.run_sync(until, lambda: server(home) != 0)
        tasks.cancel_scope.cancel()
    until(lambda: not server(home))


async def test_it_recovers_where_it_was_killed(home: Path) -> None:
    """What it leaves behind says that it is ready, and is not taken at its word."""
    with another_process(home) as other:
        os.kill(server(home), signal.SIGKILL)
        other.kill()
    assert "ready" in (home / "postmaster.pid").read_text()
    async with embedded.running(home) as url:
        assert await select(url) == 1


async def test_a_shadow_keeps_one_empty_database_there(home: Path) -> None:
    """Whoever comes second meanwhile makes one, and drops it."""
    async with embedded.running(home) as url:
        for _ in range(2):
            async with shadow.opened(url, ours=True) as one, shadow.opened(url, ours=True) as other:
                for each in (one, other):
                    assert (await each.materialise(["CREATE TABLE t (a int)"])).objects
                assert len(await databases(url)) == 2
            assert await databases(url) == ["ccm_empty"]


async def test_it_is_made_anew_where_it_is_worn(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with embedded.running(home) as url:
        before = await number_of_the_kept_one(url)
        monkeypatch.setattr("ccm_engine.kept._WORN", 0)
        async with shadow.opened(url, ours=True) as opened:
            assert (await opened.materialise(["CREATE TABLE t (a int)"])).objects
        assert await databases(url) == ["ccm_empty"]
        assert await number_of_the_kept_one(url) != before


async def databases(url: str) -> list[str]:
    return [str(row["datname"]) for row in await fetch(url, "SELECT datname FROM pg_database WHERE datname ~ '^ccm'")]


async def number_of_the_kept_one(url: str) -> list[asyncpg.Record]:
    return await fetch(url, "SELECT oid FROM pg_database WHERE datname = 'ccm_empty'")


async def fetch(url: str, query: str) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetch(query)
    finally:
        await connection.close()
