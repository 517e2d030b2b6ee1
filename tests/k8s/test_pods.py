"""Pods of the Deployment in k8s/base, beside a real Postgres: their application starts once the schema is there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from ccm_deploy.lock import KEY
from deployment import Deployment
from k8s.pods import Pods, Release
from waiting import until

PODS = 3
FINE = {
    "0000_accounts": "CREATE TABLE account (id integer PRIMARY KEY);",
    "0001_first": "INSERT INTO account VALUES (1);",
    "0002_index": "CREATE INDEX CONCURRENTLY account_id ON account (id);",
}
BROKEN = {
    "0000_accounts": "CREATE TABLE account (id integer PRIMARY KEY);",
    "0001_orders": "CREATE TABLE orders ();\nALTER TABLE acount ADD name text;",
}
SLOW = {
    "0000_patience": "CREATE TABLE patience (seconds integer); INSERT INTO patience VALUES (60);",
    "0001_slow": "CREATE TABLE slow ();\nSELECT pg_sleep(seconds) FROM patience;",
}
SLEEPING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()"
LOCKS = """
    SELECT count(*) FROM pg_locks JOIN pg_database ON database = pg_database.oid
    WHERE locktype = 'advisory' AND datname = current_database()
"""
AT_THE_LOCK = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name LIKE 'ccm-daemon %' AND query LIKE '%pg_try_advisory_lock%'
"""
TABLES = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
# What a process may do, as it finds out by itself; each line a fact.
WHO_AM_I = """\
import os
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
for name in ("Uid", "Gid", "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp"):
    print(name, *status[name].split())
for folder in ("/", "/app", "/app/migrations", "/opt/ccm", "/usr", "/etc"):
    try:
        open(folder + "/probe", "w")
        print(folder, "written")
    except OSError as error:
        print(folder, os.strerror(error.errno))
"""
NO_CAPABILITIES = "0" * 16
SEALED = {
    "Uid 10001 10001 10001 10001",
    "Gid 10001 10001 10001 10001",
    *(f"Cap{kind} {NO_CAPABILITIES}" for kind in ("Inh", "Prm", "Eff", "Bnd", "Amb")),
    "NoNewPrivs 1",
    "Seccomp 2",  # filtered
    *(f"{folder} Read-only file system" for folder in ("/", "/app", "/app/migrations", "/opt/ccm", "/usr", "/etc")),
}


def written(deployment: Deployment, migrations: dict[str, str]) -> Deployment:
    for tag, sql in migrations.items():
        deployment.write(tag, sql)
    return deployment


async def test_of_pods_that_start_at_once_one_migrates_and_all_run(
    deployment: Deployment, release: Release, pods: Pods
) -> None:
    image = release(written(deployment, FINE))
    async with locked(deployment):  # until all of them are there
        fleet = [pods.start(image) for _ in range(PODS)]
        until(lambda: deployment.sql(AT_THE_LOCK) == str(PODS))
    assert [pod.started() for pod in fleet] == [0] * PODS
    assert [pod.ended("app") for pod in fleet] == [0] * PODS
    assert [pod.log("app") for pod in fleet] == [[" ".join(FINE)]] * PODS
    assert deployment.applied() == list(FINE)
    assert deployment.attempts() == [f"{tag} applied 1/1" for tag in FINE]
    assert deployment.sql("SELECT count(*) FROM account") == "1"
    summaries = [pod.termination() for pod in fleet]
    assert sorted(summary["event"] for summary in summaries) == ["applied", "nothing", "nothing"]
    assert [summary["pod"] for summary in summaries] == [pod.name for pod in fleet]
    assert sorted(summary.get("applied", []) for summary in summaries) == [[], [], list(FINE)]


def test_a_failing_migration_keeps_the_application_from_starting(
    deployment: Deployment, release: Release, pods: Pods
) -> None:
    pod = pods.start(release(written(deployment, BROKEN)))
    assert pod.started() != 0
    assert pod.state("migrate") == ("exited", 6)
    assert pod.state("app") == ("created", 0)
    assert deployment.attempts() == ["0000_accounts applied 1/1", "0001_orders failed 0/2"]
    assert deployment.sql("SELECT to_regclass('orders') IS NULL") == "t"


def test_what_failed_is_in_the_log_the_termination_message_and_the_ledger(
    deployment: Deployment, release: Release, pods: Pods
) -> None:
    pod = pods.start(release(written(deployment, BROKEN)))
    pod.started()
    fault = {"error": "StatementFailed", "status": 6, "migration": "0001_orders", "statement": 2, "sqlstate": "42P01"}
    where = {"event": "failed", "line": 2, "pod": pod.name, **fault}
    (logged,) = (event for event in pod.events() if event["event"] == "failed")
    summary = pod.termination()
    assert logged | where == logged
    assert summary | where | {"applied": ["0000_accounts"]} == summary
    assert 'relation "acount" does not exist' in logged["message"]
    assert 'relation "acount" does not exist' in summary["message"]
    noted = "SELECT pod, sqlstate, statement_number, line FROM __ccm_runs WHERE status = 'failed'"
    assert deployment.sql(noted) == f"{pod.name}|42P01|2|2"


def test_a_pod_that_is_stopped_leaves_nothing_behind(deployment: Deployment, release: Release, pods: Pods) -> None:
    image = release(written(deployment, SLOW))
    pod = pods.start(image)
    until(lambda: deployment.sql(SLEEPING) == "1")
    pod.stop("migrate")
    assert pod.started() != 0
    assert pod.state("migrate") == ("exited", 143)
    assert pod.state("app") == ("created", 0)
    assert pod.termination()["event"] == "stopped"
    assert deployment.sql("SELECT to_regclass('slow') IS NULL") == "t"
    assert deployment.sql(LOCKS) == "0"
    assert deployment.attempts() == ["0000_patience applied 2/2", "0001_slow aborted 0/2"]

    deployment.sql("UPDATE patience SET seconds = 0")
    following = pods.start(image)
    assert following.started() == 0
    assert following.ended("app") == 0
    assert deployment.attempts()[2:] == ["0001_slow applied 2/2"]


def test_without_confirmation_nothing_runs(deployment: Deployment, release: Release, pods: Pods) -> None:
    pod = pods.start(release(written(deployment, FINE)), unset="CONFIRM_PROD")
    assert pod.started() != 0
    assert pod.state("migrate") == ("exited", 3)
    assert pod.state("app") == ("created", 0)
    assert pod.termination()["status"] == 3
    assert deployment.sql(TABLES) == "0"


def test_both_containers_are_nobody_and_can_change_nothing(deployment: Deployment, example: str, pods: Pods) -> None:
    pod = pods.start(example, migrate=WHO_AM_I, application=WHO_AM_I)
    assert pod.started() == 0
    pod.ended("app")
    assert set(pod.log("migrate")) == SEALED
    assert set(pod.log("app")) == SEALED


@asynccontextmanager
async def locked(deployment: Deployment) -> AsyncIterator[None]:
    """The migration lock, held by somebody else."""
    connection = await asyncpg.connect(deployment.url)
    await connection.execute(f"SELECT pg_advisory_lock({KEY})")
    yield
    await connection.close()
