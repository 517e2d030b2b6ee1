"""Whatever state a database is in, `status --json` tells it as it is.

Each state is made by the real commands; the expected answer is written down, and what can be known without
ccm-daemon (the table's rows, the lock, the files) is asked of Postgres and the folder beside it.
"""

import json
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from deployment import Deployment, ended, wait_until

ORDERLY: dict[str, Any] = {
    "applied": [], "pending": [], "late": [], "missing": [], "edited": [], "vanished": [], "newer": [], "unfinished": []
}  # fmt: skip
SLEEPING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()"
HOLDERS = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND database = {oid}"
OID = "SELECT oid FROM pg_database WHERE datname = current_database()"


@contextmanager
def _asleep(deployment: Deployment) -> Iterator[subprocess.Popen[str]]:
    """A run in the middle of the second migration, whose first step is committed; killed after the block."""
    deployment.write("0001_m", "CREATE TABLE t1 ();\n-- ccm: commit\nSELECT pg_sleep(60);")
    process = deployment.start("deploy")
    wait_until(lambda: deployment.sql(SLEEPING) == "1")
    yield process
    process.kill()
    ended(process)


CUT_SHORT = {
    "applied": ["0000_m"],
    "pending": ["0001_m", "0002_m"],
    "unfinished": [{"migration": "0001_m", "status": "aborted", "statements_done": 1, "statements_total": 2}],
}


def untouched(_: Deployment) -> dict[str, Any]:
    return {"pending": ["0000_m", "0001_m", "0002_m"]}


def applied(deployment: Deployment) -> dict[str, Any]:
    assert deployment.deploy().returncode == 0
    return {"applied": ["0000_m", "0001_m", "0002_m"]}


def baselined(deployment: Deployment) -> dict[str, Any]:
    assert deployment.run("baseline", "0001_m").returncode == 0
    return {"applied": ["0000_m", "0001_m"], "pending": ["0002_m"]}


def reset(deployment: Deployment) -> dict[str, Any]:
    baselined(deployment)
    assert deployment.run("migrate", "--reset", "--yes").returncode == 0
    return {"applied": ["0000_m", "0001_m", "0002_m"]}


def failed(deployment: Deployment) -> dict[str, Any]:
    deployment.write("0001_m", "CREATE TABLE t1 ();\n-- ccm: commit\nSELECT\n  wrong;")
    assert deployment.deploy().returncode == 6
    attempt = {
        "migration": "0001_m", "status": "failed", "statements_done": 1, "statements_total": 2, "statement_number": 2,
        "statement": "SELECT\n  wrong", "line": 4, "sqlstate": "42703", "message": 'column "wrong" does not exist',
        "pod": "pod-1",
    }  # fmt: skip
    return {"applied": ["0000_m"], "pending": ["0001_m", "0002_m"], "unfinished": [attempt]}


def failed_and_mended(deployment: Deployment) -> dict[str, Any]:
    failed(deployment)
    deployment.write("0001_m", "CREATE TABLE t1 ();\n-- ccm: commit\nSELECT 1;")
    return applied(deployment)


def stopped(deployment: Deployment) -> dict[str, Any]:
    with _asleep(deployment) as process:
        process.send_signal(signal.SIGTERM)
        assert ended(process).returncode == 143
    return CUT_SHORT


def killed(deployment: Deployment) -> dict[str, Any]:
    with _asleep(deployment) as process:
        process.kill()
    oid = deployment.sql(OID)
    wait_until(lambda: deployment.sql(HOLDERS.format(oid=oid)) == "0")
    return CUT_SHORT


def killed_and_gone_on(deployment: Deployment) -> dict[str, Any]:
    killed(deployment)
    deployment.write("0001_m", "CREATE TABLE t1 ();\n-- ccm: commit\nSELECT 1;")
    return applied(deployment)


def edited(deployment: Deployment) -> dict[str, Any]:
    applied(deployment)
    deployment.write("0001_m", "CREATE TABLE other ();")
    assert deployment.deploy().returncode == 7
    return {"applied": ["0000_m", "0001_m", "0002_m"], "edited": ["0001_m"]}


def repaired(deployment: Deployment) -> dict[str, Any]:
    edited(deployment)
    assert deployment.run("repair", "0001_m").returncode == 0
    return {"applied": ["0000_m", "0001_m", "0002_m"]}


def vanished(deployment: Deployment) -> dict[str, Any]:
    applied(deployment)
    (deployment.home / "migrations" / "0001_m.sql").unlink()
    return {"applied": ["0000_m", "0001_m", "0002_m"], "vanished": ["0001_m"]}


def missing(deployment: Deployment) -> dict[str, Any]:
    (deployment.home / "migrations" / "0001_m.sql").unlink()
    assert deployment.deploy().returncode == 7
    return {"pending": ["0000_m", "0002_m"], "missing": ["0001_m"]}


def late(deployment: Deployment) -> dict[str, Any]:
    applied(deployment)
    deployment.write("0001_late", "CREATE TABLE late ();")
    journal = deployment.home / "migrations" / "meta" / "_journal.json"
    entries = json.loads(journal.read_text())["entries"]
    journal.write_text(json.dumps({"entries": sorted(entries, key=lambda entry: entry["tag"])}))
    return {"applied": ["0000_m", "0001_m", "0002_m"], "pending": ["0001_late"], "late": ["0001_late"]}


def late_and_applied(deployment: Deployment) -> dict[str, Any]:
    late(deployment)
    assert deployment.deploy().returncode == 0
    return {"applied": ["0000_m", "0001_m", "0002_m", "0001_late"]}


def newer(deployment: Deployment) -> dict[str, Any]:
    """An older image, rolled back to."""
    applied(deployment)
    journal = deployment.home / "migrations" / "meta" / "_journal.json"
    journal.write_text(json.dumps({"entries": json.loads(journal.read_text())["entries"][:2]}))
    (deployment.home / "migrations" / "0002_m.sql").unlink()
    assert deployment.deploy().returncode == 0
    return {"applied": ["0000_m", "0001_m", "0002_m"], "newer": ["0002_m"]}


def refused_by_a_lock_that_another_holds(deployment: Deployment) -> dict[str, Any]:
    with _asleep(deployment) as process:
        assert deployment.deploy(CCM_LOCK_TIMEOUT="0").returncode == 5
        process.send_signal(signal.SIGTERM)
        ended(process)
    return CUT_SHORT


@pytest.mark.parametrize(
    "make",
    [
        untouched, applied, baselined, reset, failed, failed_and_mended, stopped, killed, killed_and_gone_on, edited,
        repaired, vanished, missing, late, late_and_applied, newer, refused_by_a_lock_that_another_holds,
    ],
)  # fmt: skip
def test_status_is_true_of(deployment: Deployment, make: Callable[[Deployment], dict[str, Any]]) -> None:
    for number in range(3):
        deployment.write(f"000{number}_m", f"CREATE TABLE t{number} ();")
    expected = make(deployment)
    status = json.loads(deployment.run("status", "--json").stdout)
    wanted = ORDERLY | expected
    status["unfinished"] = [
        {name: attempt[name] for name in names}
        for attempt, names in zip(status["unfinished"], wanted["unfinished"], strict=True)
    ]
    assert {name: status[name] for name in ORDERLY} == wanted
    assert status["target"] == deployment.url.replace("postgres@", "***@")
    assert status["lock_holder"] is None
    assert deployment.sql(HOLDERS.format(oid=deployment.sql(OID))) == "0"
    rows = deployment.applied() if deployment.sql("SELECT to_regclass('__drizzle_migrations')") else []
    assert status["applied"] == rows


def test_status_is_true_of_a_run_that_is_at_it(deployment: Deployment) -> None:
    for number in range(3):
        deployment.write(f"000{number}_m", f"CREATE TABLE t{number} ();")
    with _asleep(deployment):
        status = json.loads(deployment.run("status", "--json").stdout)
        pid = deployment.sql("SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted")
    assert (status["applied"], status["pending"]) == (["0000_m"], ["0001_m", "0002_m"])
    (attempt,) = status["unfinished"]
    assert (attempt["migration"], attempt["status"], attempt["statements_done"]) == ("0001_m", "running", 1)
    assert status["lock_holder"]["pid"] == int(pid)
    assert status["lock_holder"]["application"] == "ccm-daemon pod-1"
