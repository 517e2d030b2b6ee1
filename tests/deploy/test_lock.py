"""Of all the runs that start at once, one migrates."""

import asyncio

import asyncpg
import pytest

from ccm_deploy import lock
from deployment import Deployment, ended, wait_until, wait_until_told


async def test_runs_that_start_at_the_same_instant_apply_each_migration_once(deployment: Deployment) -> None:
    deployment.write("0000_table", "CREATE TABLE a (id integer); INSERT INTO a VALUES (1);")
    deployment.write("0001_index", "CREATE INDEX CONCURRENTLY a_id ON a (id);")
    deployment.write("0002_data", "UPDATE a SET id = id + 1;")
    processes = [deployment.start("deploy", POD_NAME=f"pod-{number}") for number in range(4)]
    outcomes = [ended(process) for process in processes]
    assert [outcome.returncode for outcome in outcomes] == [0, 0, 0, 0], [outcome.stderr for outcome in outcomes]
    assert deployment.applied() == ["0000_table", "0001_index", "0002_data"]
    assert deployment.attempts() == [
        "0000_table applied 2/2",
        "0001_index applied 1/1",
        "0002_data applied 1/1",
    ]
    assert deployment.sql("SELECT id FROM a") == "2"


async def test_nothing_pending_takes_no_lock(deployment: Deployment) -> None:
    deployment.write("0000_first", "CREATE TABLE a ();")
    assert deployment.deploy().returncode == 0
    connection = await holding(deployment)
    assert deployment.deploy(CCM_LOCK_TIMEOUT="0").returncode == 0
    await connection.close()


async def test_a_lock_that_is_not_let_go_is_given_up_and_its_holder_named(deployment: Deployment) -> None:
    deployment.write("0000_first", "CREATE TABLE a ();")
    connection = await holding(deployment)
    done = deployment.deploy(CCM_LOCK_TIMEOUT="0.3")
    await connection.close()
    assert done.returncode == 5
    assert "another run is migrating" in done.stderr
    assert "another run held the migration lock for all of 0.3 s: pid" in done.stderr
    assert "(somebody else), connected since" in done.stderr
    assert "pg_advisory_lock" in done.stderr, "what the holder ran last"
    assert deployment.sql("SELECT to_regclass('a') IS NULL") == "t"


async def test_what_another_run_applied_in_the_meantime_is_not_applied_again(deployment: Deployment) -> None:
    """The state is read again once the lock is there."""
    deployment.write("0000_first", "CREATE TABLE a ();")
    connection = await holding(deployment)
    process = deployment.start("deploy")
    wait_until_told(process, "another run is migrating")
    await connection.execute(
        "CREATE TABLE __drizzle_migrations (id text PRIMARY KEY, hash text DEFAULT '', created_at timestamptz)"
    )
    await connection.execute("INSERT INTO __drizzle_migrations VALUES ('0000_first')")
    await connection.close()
    done = ended(process)
    assert done.returncode == 0
    assert "nothing is pending, 1 are applied" in done.stderr
    assert deployment.sql("SELECT to_regclass('a') IS NULL") == "t"


async def test_a_run_that_waits_is_in_no_way_of_the_one_it_waits_for(deployment: Deployment) -> None:
    """One that waits inside `pg_advisory_lock` is: it, or the other, is ended as a deadlock."""
    deployment.write("0000_first", "CREATE TABLE b ();")
    deployment.sql("CREATE TABLE a (id integer)")
    holder, waiter = await holding(deployment), await asyncpg.connect(deployment.url)
    blocked = asyncio.create_task(waiter.execute(f"SELECT pg_advisory_lock({lock.KEY})"))
    waits = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    await asyncio.to_thread(wait_until, lambda: deployment.sql(waits) == "1")
    index = asyncio.create_task(holder.execute("CREATE INDEX CONCURRENTLY ON a (id)"))
    ended_as_deadlock, _ = await asyncio.wait({index, blocked}, return_when=asyncio.FIRST_EXCEPTION)
    with pytest.raises(asyncpg.DeadlockDetectedError):
        await asyncio.gather(*ended_as_deadlock)
    waiter.terminate()
    await asyncio.wait({index, blocked})

    process = deployment.start("deploy")
    wait_until_told(process, "another run is migrating")
    await holder.execute("CREATE INDEX CONCURRENTLY ON a (id)")
    await holder.close()
    assert ended(process).returncode == 0


async def test_status_names_the_holder(deployment: Deployment) -> None:
    deployment.write("0000_first", "CREATE TABLE a ();")
    assert "lock     free" in deployment.run("status").stdout
    connection = await holding(deployment)
    assert "lock     held by pid" in deployment.run("status").stdout
    await connection.close()
    wait_until(lambda: "lock     free" in deployment.run("status").stdout)


def test_a_lock_that_was_lost_on_the_way_is_told(deployment: Deployment) -> None:
    """The answer to the release is looked at."""
    deployment.write("0000_unlocks", "SELECT pg_advisory_unlock_all();")
    done = deployment.deploy()
    assert done.returncode == 0
    assert "warning: the lock was no longer ours when the run ended" in done.stderr


async def holding(deployment: Deployment) -> "asyncpg.Connection[asyncpg.Record]":
    connection = await asyncpg.connect(deployment.url, server_settings={"application_name": "somebody else"})
    await connection.execute(f"SELECT pg_advisory_lock({lock.KEY})")
    return connection
