"""A run that is told to stop rolls back, says so, lets the lock go, and exits as a stopped process does."""

import signal

import pytest

from deployment import Deployment, ended, wait_until

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


def test_a_signal_ends_the_wait_for_the_lock(deployment: Deployment) -> None:
    deployment.write("0000_slow", "SELECT pg_sleep(60)")
    first = deployment.start("deploy")
    wait_until(lambda: deployment.sql(RUNNING) == "1")
    second = deployment.start("deploy")
    assert second.stderr is not None
    while "another run is migrating" not in second.stderr.readline():
        pass
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
