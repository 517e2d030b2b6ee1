"""A run that is told to stop rolls back, says so, lets the lock go, and exits as a stopped process does."""

import signal
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from deployment import Deployment, ended, wait_until, wait_until_told
from proxy import proxy

AT_MOST = 2  # seconds from the signal to the end of the process
RUNNING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()"
LOCKS = """
    SELECT count(*) FROM pg_locks JOIN pg_database ON database = pg_database.oid
    WHERE locktype = 'advisory' AND datname = current_database()
"""


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)], ids=["TERM", "INT"])
def test_a_signal_rolls_back(deployment: Deployment, number: signal.Signals, status: int) -> None:
    deployment.write("0000_fine", "CREATE TABLE fine ();")
    deployment.write("0001_slow", "CREATE TABLE slow ();\nSELECT pg_sleep(60)")
    process = deployment.start("deploy")
    wait_until(lambda: deployment.sql(RUNNING) == "1")
    process.send_signal(number)
    done = ended(process)
    assert done.returncode == status
    assert f"error: stopped by {number.name}" in done.stderr
    assert deployment.attempts() == ["0000_fine applied 1/1", "0001_slow aborted 0/2"]
    assert deployment.sql("SELECT to_regclass('fine') IS NOT NULL, to_regclass('slow') IS NULL") == "t|t"
    assert deployment.sql(LOCKS) == "0"


# Each with what `pg_stat_activity` shows of it; the table `held` has a row that a transaction goes on with.
INTERRUPTED = {
    "a script of many migrations": ("SELECT 1; SELECT pg_sleep(60); SELECT 2;", "wait_event = 'PgSleep'"),
    "a loop in the server": (
        "DO $$ BEGIN LOOP END LOOP; END $$;",
        "wait_event IS NULL AND clock_timestamp() > query_start + interval '0.5 s'",
    ),
    "a wait for a table": ("ALTER TABLE held ADD name text;", "wait_event = 'relation'"),
    "a wait for a row": ("UPDATE held SET id = 2;", "wait_event = 'transactionid'"),
    "an index that waits for a transaction": ("CREATE INDEX CONCURRENTLY ON held (id);", "wait_event = 'virtualxid'"),
}


@pytest.mark.parametrize(("sql", "seen"), INTERRUPTED.values(), ids=INTERRUPTED)
async def test_whatever_it_does_it_ends_in_time(deployment: Deployment, sql: str, seen: str) -> None:
    deployment.write("0000_held", "CREATE TABLE held (id integer); INSERT INTO held VALUES (1);")
    assert deployment.deploy().returncode == 0
    deployment.write("0001_slow", sql)
    async with holding(deployment, "UPDATE held SET id = 0"):
        process = deployment.start("deploy", CCM_STATEMENT_LOCK_TIMEOUT="60")
        ours = "application_name = 'ccm-daemon pod-1' AND state = 'active'"
        wait_until(lambda: deployment.sql(f"SELECT count(*) FROM pg_stat_activity WHERE {ours} AND {seen}") == "1")
        done = stopped(process)
    assert done.returncode == 143, done.stderr
    assert deployment.sql(LOCKS) == "0"
    assert [attempt.rsplit(maxsplit=1)[0] for attempt in deployment.attempts()[1:]] == ["0001_slow aborted"]


async def test_it_ends_in_time_between_two_tries(deployment: Deployment) -> None:
    deployment.write("0000_held", "CREATE TABLE held (id integer);")
    assert deployment.deploy().returncode == 0
    deployment.write("0001_slow", "ALTER TABLE held ADD name text;")
    async with holding(deployment, "INSERT INTO held VALUES (0)"):
        process = deployment.start("deploy", CCM_STATEMENT_LOCK_TIMEOUT="0.1")
        wait_until_told(process, "trying again")
        done = stopped(process)
    assert done.returncode == 143, done.stderr
    assert deployment.sql(LOCKS) == "0"
    assert deployment.attempts()[1:] == ["0001_slow aborted 0/1"]


def test_a_signal_ends_the_wait_for_the_lock(deployment: Deployment) -> None:
    deployment.write("0000_slow", "SELECT pg_sleep(60)")
    first = deployment.start("deploy")
    wait_until(lambda: deployment.sql(RUNNING) == "1")
    second = deployment.start("deploy")
    wait_until_told(second, "another run is migrating")
    second.terminate()
    assert ended(second).returncode == 143
    first.terminate()
    assert ended(first).returncode == 143


def test_after_a_kill_the_next_run_finds_the_truth(deployment: Deployment) -> None:
    """SIGKILL leaves nobody to clean up: the server ends the statement and frees the lock by itself."""
    deployment.write("0000_slow", "CREATE TABLE slow ();\nSELECT pg_sleep(60)")
    process = deployment.start("deploy")
    wait_until(lambda: deployment.sql(RUNNING) == "1")
    process.kill()
    ended(process)
    deployment.write("0000_slow", "CREATE TABLE slow ();")
    assert deployment.deploy(CCM_LOCK_TIMEOUT="20").returncode == 0
    assert deployment.attempts() == ["0000_slow aborted 0/2", "0000_slow applied 1/1"]


def test_it_ends_in_time_where_the_network_has_gone_silent(deployment: Deployment) -> None:
    """Nothing can be told to the server: that it finds out by itself is shown by `make chaos`."""
    deployment.write("0000_slow", "SELECT pg_sleep(60);")
    with proxy(deployment.server.port) as wire:
        url = deployment.url.replace(str(deployment.server.port), str(wire.port))
        process = deployment.start("deploy", DATABASE_URL_PROD=url)
        wait_until(lambda: deployment.sql(RUNNING) == "1")
        wire.freeze()
        done = stopped(process)
    assert done.returncode == 143, done.stderr
    assert "error: stopped by SIGTERM" in done.stderr


@asynccontextmanager
async def holding(deployment: Deployment, statement: str) -> AsyncIterator[None]:
    """Somebody else's transaction, which goes on after this."""
    connection = await asyncpg.connect(deployment.url)
    async with connection.transaction():
        await connection.execute(statement)
        yield
    await connection.close()


def stopped(process: subprocess.Popen[str]) -> subprocess.CompletedProcess[str]:
    started = time.monotonic()
    process.terminate()
    done = ended(process)
    assert time.monotonic() - started < AT_MOST
    return done
