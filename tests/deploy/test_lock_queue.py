"""While a migration waits for a table, those who come after it do not wait behind it for longer than they must."""

import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
import asyncpg
import pytest

from deployment import Deployment, ended, wait_until

TIMEOUT = 0.4  # seconds
MARGIN = 1  # second, for a machine that is busy
PATIENT = {"CCM_STATEMENT_LOCK_TIMEOUT": str(TIMEOUT), "CCM_STATEMENT_LOCK_DEADLINE": "60"}
TRIES = 2
READ, WRITE = "SELECT FROM a", "INSERT INTO a VALUES (2)"
QUEUED_BEHIND = {
    "ALTER TABLE": ("ALTER TABLE a ADD name text;", READ),
    "ALTER TABLE, in the middle of a migration": ("CREATE TABLE b (); SELECT 1; ALTER TABLE a ADD name text;", READ),
    "ALTER TABLE, in a block of code": ("DO $$BEGIN ALTER TABLE a ADD name text; END$$;", READ),
    "DROP TABLE": ("DROP TABLE a;", READ),
    "DROP INDEX": ("DROP INDEX a_id;", READ),
    "TRUNCATE": ("TRUNCATE a;", READ),
    "LOCK TABLE": ("LOCK TABLE a;", READ),
    "REINDEX": ("REINDEX TABLE a;", WRITE),
    "VACUUM FULL": ("VACUUM FULL a;", READ),
    "CLUSTER": ("CLUSTER a USING a_id;", READ),
    "CREATE INDEX": ("CREATE INDEX ON a (id);", WRITE),
    "CREATE TRIGGER": (
        "CREATE TRIGGER t BEFORE UPDATE ON a FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();",
        WRITE,
    ),
    "a foreign key to it": ("CREATE TABLE b (id integer REFERENCES key);", "INSERT INTO key VALUES (2)"),
}


@pytest.fixture
def waiting(deployment: Deployment) -> Deployment:
    """With a table that somebody else is about to hold."""
    deployment.write(
        "0000_tables",
        "CREATE TABLE a (id integer); CREATE INDEX a_id ON a (id); INSERT INTO a VALUES (1);"
        "CREATE TABLE key (id integer PRIMARY KEY);",
    )
    done = deployment.deploy()
    assert done.returncode == 0, done.stderr
    return deployment


@pytest.mark.parametrize(("sql", "others"), QUEUED_BEHIND.values(), ids=QUEUED_BEHIND)
async def test_nobody_queues_for_longer_than_a_statement_may_wait(waiting: Deployment, sql: str, others: str) -> None:
    waiting.write("0001_before", "CREATE TABLE before ();")
    waiting.write("0002_waits", sql)
    waiting.write("0003_after", "CREATE TABLE after ();")
    async with long_transaction(waiting) as pid:
        process = waiting.start("deploy", **PATIENT)
        longest, told = await longest_wait(waiting, others, process)
    assert TIMEOUT / 2 < longest < TIMEOUT + MARGIN
    done = ended(process)
    assert done.returncode == 0, done.stderr
    attempts = [attempt.split() for attempt in waiting.attempts()]
    assert [(tag, status) for tag, status, _ in attempts[1:]] == [
        ("0001_before", "applied"),
        ("0002_waits", "applied"),
        ("0003_after", "applied"),
    ]
    assert f"it waited for pid {pid} (a long report), connected since" in told
    assert "INSERT INTO a VALUES (0)" in told


async def test_past_the_deadline_it_gives_up_and_names_who_is_in_the_way(waiting: Deployment) -> None:
    waiting.write("0001_waits", "ALTER TABLE a ADD name text;")
    async with long_transaction(waiting) as pid:
        started = time.monotonic()
        done = waiting.deploy(CCM_STATEMENT_LOCK_TIMEOUT="0.2", CCM_STATEMENT_LOCK_DEADLINE="1")
        assert 1 < time.monotonic() - started < 1 + 2 * MARGIN + 0.2 + 1
    assert done.returncode == 6
    error = done.stderr[done.stderr.index("error: ") :]
    assert "migrations/0001_waits.sql:1:1: canceling statement due to lock timeout (SQLSTATE 55P03)" in error
    assert f"it waited for pid {pid} (a long report), connected since 20" in error
    assert ", idle in transaction: INSERT INTO a VALUES (0)" in error
    assert "hint: run again once they are through; to end one of them: SELECT pg_terminate_backend(pid);" in error
    assert "CCM_STATEMENT_LOCK_DEADLINE" in error
    assert waiting.attempts()[1:] == ["0001_waits failed 0/1"]
    assert waiting.deploy().returncode == 0, "once they are through"


async def test_a_backfill_waits_for_rows_for_as_long_as_it_takes(waiting: Deployment) -> None:
    """It holds up nobody but those who write the same rows, and cut short it would never get through."""
    waiting.write("0001_fill", "UPDATE a SET id = id + 10;")
    other = await asyncpg.connect(waiting.url)
    async with other.transaction():
        await other.execute("UPDATE a SET id = id + 1")
        process = waiting.start("deploy", CCM_STATEMENT_LOCK_TIMEOUT="0.1", CCM_STATEMENT_LOCK_DEADLINE="0")
        waits = "SELECT count(*) FROM pg_locks WHERE clock_timestamp() > waitstart + interval '0.5 s'"
        wait_until(lambda: waiting.sql(waits) == "1")
    await other.close()
    done = ended(process)
    assert done.returncode == 0, done.stderr
    assert "trying again" not in done.stderr
    assert waiting.sql("TABLE a") == "12"


@asynccontextmanager
async def long_transaction(deployment: Deployment) -> AsyncIterator[int]:
    """Somebody who has written to the table and goes on; their pid."""
    connection = await asyncpg.connect(deployment.url, server_settings={"application_name": "a long report"})
    async with connection.transaction():
        await connection.execute("LOCK TABLE key IN ROW EXCLUSIVE MODE")
        await connection.execute("INSERT INTO a VALUES (0)")
        yield connection.get_server_pid()
    await connection.close()


async def longest_wait(deployment: Deployment, statement: str, process: subprocess.Popen[str]) -> tuple[float, str]:
    """How many seconds the statement took at most, while `process` tried a few times; and what that said meanwhile."""
    took, told = [0.0], list[str]()
    connection = await asyncpg.connect(deployment.url)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_use, connection, statement, took)
        while sum("trying again" in line for line in told) < TRIES:
            assert process.stderr is not None
            told.append(await anyio.to_thread.run_sync(process.stderr.readline))
            assert told[-1], "".join(told)
        tasks.cancel_scope.cancel()
    connection.terminate()
    return max(took), "".join(told)


async def _use(connection: "asyncpg.Connection[asyncpg.Record]", statement: str, took: list[float]) -> None:
    while True:
        transaction = connection.transaction()
        await transaction.start()
        started = time.monotonic()
        await connection.execute(statement)
        took.append(time.monotonic() - started)
        await transaction.rollback()
        await anyio.sleep(0.01)
