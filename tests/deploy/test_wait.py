"""`wait` ends once another run has brought the database to what this version needs, and changes nothing itself."""

import json
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

import postgres
from ccm_deploy import lock
from deployment import Deployment, ended, wait_until, wait_until_told
from proxy import proxy

JSON = {"CCM_LOG_FORMAT": "json"}
TABLES = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
SLEEPING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()"


@pytest.fixture
def ready(deployment: Deployment) -> Deployment:
    deployment.write("0000_first", "CREATE TABLE a ();")
    return deployment


@pytest.fixture
def reader(ready: Deployment) -> dict[str, str]:
    """The environment of an application whose role may read the two tables, and nothing else."""
    role = ready.database  # roles belong to the whole server
    ready.sql(f"""
        CREATE ROLE "{role}" LOGIN;
        ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO "{role}";
    """)
    return {"DATABASE_URL_PROD": ready.url.replace("postgres@", f"{role}@"), "CONFIRM_PROD": ""}


def test_it_ends_at_once_where_nothing_is_pending(ready: Deployment) -> None:
    assert ready.deploy().returncode == 0
    done = ready.run("wait", CCM_WAIT_TIMEOUT="0", CONFIRM_PROD="")
    assert done.returncode == 0
    assert done.stderr.splitlines()[1:] == ["nothing is pending, 1 are applied"]


def test_it_waits_for_a_run_that_is_at_it_and_reads_with_a_role_that_can_do_no_more(
    ready: Deployment, reader: dict[str, str]
) -> None:
    ready.sql("CREATE TABLE pace AS SELECT 60 AS seconds")
    ready.write("0001_slow", "SELECT pg_sleep(seconds) FROM pace;")
    deploying = ready.start("deploy", POD_NAME="job-1")
    wait_until(lambda: ready.sql(SLEEPING) == "1")
    waiting = ready.start("wait", **reader)
    wait_until_told(waiting, "waiting for another run to apply 0001_slow, since 0 s; a run is at it: pid")
    ready.sql("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
    assert ended(deploying).returncode == 6
    assert waiting.poll() is None, "a failure may be mended"
    ready.sql("UPDATE pace SET seconds = 0")
    assert ready.deploy().returncode == 0
    done = ended(waiting)
    assert done.returncode == 0
    assert "nothing is pending, 2 are applied" in done.stderr
    assert "\nwaited " in done.stderr


def test_it_migrates_nothing(ready: Deployment) -> None:
    done = ready.run("wait", CCM_WAIT_TIMEOUT="0")
    assert done.returncode == 10
    assert ready.sql(TABLES) == "0"


def test_many_pods_wait_for_one_job(ready: Deployment) -> None:
    waiting = [ready.start("wait", POD_NAME=f"app-{number}") for number in range(4)]
    for process in waiting:
        wait_until_told(process, "waiting for another run to apply 0000_first")
    assert ready.deploy(POD_NAME="job-1").returncode == 0
    assert [ended(process).returncode for process in waiting] == [0] * 4
    assert ready.sql("SELECT string_agg(DISTINCT pod, ',') FROM __ccm_runs") == "job-1"


def test_between_two_looks_it_keeps_no_session_open(ready: Deployment) -> None:
    waiting = ready.start("wait")
    wait_until_told(waiting, "waiting for another run")
    ours = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'ccm-daemon pod-1'"
    wait_until(lambda: ready.sql(ours) == "0")
    waiting.terminate()
    ended(waiting)


# -- what is told meanwhile, and at the end ---------------------------------------------


def test_what_failed_is_told_while_it_waits_and_when_it_gives_up(ready: Deployment, reader: dict[str, str]) -> None:
    ready.write("0001_wrong", "SELECT 1;\nSELECT nothing;")
    assert ready.deploy(POD_NAME="job-1").returncode == 6
    done = ready.run("wait", CCM_WAIT_TIMEOUT="0.5", **reader)
    assert done.returncode == 10
    _, awaited, error, standing, *_ = done.stderr.splitlines()
    failure = '; statement 2, line 2: column "nothing" does not exist (SQLSTATE 42703)'
    assert awaited.startswith(
        "warning: waiting for another run to get through with 0001_wrong, since 0 s; no run is at it"
    )
    assert "did not get through: 0001_wrong, failed in job-1, begun 20" in awaited
    assert awaited.endswith(failure)
    assert error == "error: still not applied after 0.5 s, and this version needs them: 0001_wrong"
    assert standing.startswith("no run is at it; the latest attempt did not get through: 0001_wrong, failed in job-1")
    assert standing.endswith(failure)
    assert "CCM_WAIT_TIMEOUT is how many seconds to wait" in done.stderr


def test_a_run_that_was_killed_is_told_as_well(ready: Deployment) -> None:
    ready.write("0001_slow", "SELECT pg_sleep(60);")
    deploying = ready.start("deploy", POD_NAME="job-1")
    wait_until(lambda: ready.sql(SLEEPING) == "1")
    deploying.kill()
    ended(deploying)
    wait_until(lambda: "lock     free" in ready.run("status").stdout)
    done = ready.run("wait", CCM_WAIT_TIMEOUT="0")
    assert "the latest attempt did not get through: 0001_slow, aborted in job-1, begun 20" in done.stderr


async def test_who_holds_the_lock_is_told(ready: Deployment, reader: dict[str, str]) -> None:
    connection = await asyncpg.connect(ready.url, server_settings={"application_name": "somebody else"})
    await connection.execute(f"SELECT pg_advisory_lock({lock.KEY})")
    done = ready.run("wait", CCM_WAIT_TIMEOUT="0.5", **reader)
    holder = f"a run is at it: pid {connection.get_server_pid()} (somebody else)"
    await connection.close()
    assert done.returncode == 10
    assert done.stderr.count(holder) == 2


def test_programs_are_told_what_is_pending_and_what_failed(ready: Deployment) -> None:
    ready.write("0001_wrong", "SELECT nothing;")
    ready.deploy()
    done = ready.run("wait", CCM_WAIT_TIMEOUT="0.5", **JSON)
    _, awaited, failure = map(json.loads, done.stderr.splitlines())
    assert awaited["event"] == "migrations_awaited"
    assert awaited["level"] == "warning"
    assert awaited["migrations"] == ["0001_wrong"]
    assert (awaited["failed"], awaited["sqlstate"], awaited["holder"]) == ("0001_wrong", "42703", None)
    assert (failure["event"], failure["error"], failure["status"]) == ("failed", "MigrationsAwaited", 10)


def test_of_many_migrations_the_first_are_named(deployment: Deployment) -> None:
    for number in range(12):
        deployment.write(f"{number:04}_m", "SELECT 1;")
    done = deployment.run("wait", CCM_WAIT_TIMEOUT="0")
    assert "needs them: 0000_m, 0001_m, 0002_m, 0003_m, 0004_m and 7 more\n" in done.stderr


# -- what is not waited for -------------------------------------------------------------


def test_a_history_that_does_not_fit_is_refused_at_once(ready: Deployment) -> None:
    assert ready.deploy().returncode == 0
    ready.write("0000_first", "CREATE TABLE other ();")
    ready.write("0001_second", "CREATE TABLE b ();")
    done = ready.run("wait")
    assert done.returncode == 7
    assert "migrations were edited after they had been applied" in done.stderr


def test_a_missing_file_is_refused_at_once(ready: Deployment) -> None:
    ready.write("0001_gone", "").unlink()
    done = ready.run("wait")
    assert done.returncode == 7
    assert "the journal names 0001_gone" in done.stderr


def test_a_login_that_is_refused_is_refused_at_once(ready: Deployment) -> None:
    done = ready.run("wait", DATABASE_URL_PROD=ready.url.replace("postgres@", "nobody@"))
    assert done.returncode == 4
    assert 'role "nobody" does not exist' in done.stderr


def test_a_role_that_may_not_read_is_told_what_it_lacks(ready: Deployment) -> None:
    role = ready.database
    ready.sql(f'CREATE ROLE "{role}" LOGIN')
    assert ready.deploy().returncode == 0
    done = ready.run("wait", DATABASE_URL_PROD=ready.url.replace("postgres@", f"{role}@"))
    assert done.returncode == 2
    assert "permission denied for table __drizzle_migrations" in done.stderr
    assert "GRANT SELECT ON public.__drizzle_migrations, public.__ccm_runs TO" in done.stderr


def test_what_waits_for_another_phase_is_not_waited_for(ready: Deployment) -> None:
    ready.write("0001_contract", "-- ccm: contract\nDROP TABLE a;")
    assert ready.deploy(CCM_PHASE="expand").returncode == 0
    done = ready.run("wait", CCM_PHASE="expand", CCM_WAIT_TIMEOUT="0")
    assert done.returncode == 0
    assert "withheld until CCM_PHASE=all" in done.stderr
    assert ready.run("wait", CCM_WAIT_TIMEOUT="0").returncode == 10


def test_a_standby_can_tell_as_well(ready: Deployment) -> None:
    """Applications that read from one have to wait until it has followed."""
    assert ready.deploy().returncode == 0
    with postgres.standby(ready.server) as server:
        done = ready.run("wait", DATABASE_URL_PROD=server.url(ready.database))
    assert done.returncode == 0


# -- the database is away ---------------------------------------------------------------


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Deployment]:
    """On a server that can be stopped, where one migration is applied."""
    with postgres.running(18) as server:
        made = Deployment(home=tmp_path, server=server, database="postgres")
        made.write("0000_first", "CREATE TABLE a ();")
        assert made.deploy().returncode == 0
        yield made


def test_a_database_that_comes_up_later_is_waited_for(own: Deployment) -> None:
    own.server.ctl("stop", "-m", "fast")
    waiting = own.start("wait")
    wait_until_told(waiting, "warning: waiting for postgresql://***@127.0.0.1:")
    own.server.ctl("start")
    assert ended(waiting).returncode == 0


def test_a_database_that_goes_away_meanwhile_is_waited_for_too(own: Deployment) -> None:
    own.write("0001_second", "CREATE TABLE b ();")
    waiting = own.start("wait")
    wait_until_told(waiting, "waiting for another run to apply 0001_second")
    own.server.ctl("restart", "-m", "immediate")
    assert own.deploy().returncode == 0
    assert ended(waiting).returncode == 0


def test_a_database_that_never_answers_is_told_from_one_that_is_not_migrated(ready: Deployment) -> None:
    done = ready.run("wait", DATABASE_URL_PROD="postgresql://u:secret@127.0.0.1:1/x", CCM_WAIT_TIMEOUT="0.5")
    assert done.returncode == 4
    assert "postgresql://***@127.0.0.1:1/x did not answer in all of 0.5 s: connection refused" in done.stderr
    assert "CCM_WAIT_TIMEOUT is how many seconds to wait" in done.stderr


def test_one_that_has_stopped_answering_is_told_with_what_was_pending(ready: Deployment) -> None:
    with proxy(ready.server.port) as wire:
        url = ready.url.replace(str(ready.server.port), str(wire.port))
        waiting = ready.start("wait", DATABASE_URL_PROD=url, CCM_WAIT_TIMEOUT="2")
        wait_until_told(waiting, "waiting for another run to apply 0000_first")
        wire.freeze()
        done = ended(waiting)
    assert done.returncode == 10
    assert "needs them: 0000_first\nthe database has stopped answering: no answer\n" in done.stderr


# -- signals ----------------------------------------------------------------------------


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)], ids=["TERM", "INT"])
def test_a_signal_ends_the_wait(ready: Deployment, number: signal.Signals, status: int) -> None:
    waiting = ready.start("wait")
    wait_until_told(waiting, "waiting for another run")
    waiting.send_signal(number)
    done = ended(waiting)
    assert done.returncode == status
    assert f"error: stopped by {number.name}" in done.stderr


def test_a_signal_ends_a_look_that_nobody_answers(ready: Deployment) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        waiting = ready.start("wait", DATABASE_URL_PROD=f"postgresql://u@127.0.0.1:{silent.getsockname()[1]}/x")
        accepted, _ = silent.accept()
        waiting.terminate()
        done = ended(waiting)
        accepted.close()
    assert done.returncode == 143
