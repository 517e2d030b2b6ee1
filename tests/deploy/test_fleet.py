"""Many pods start at once: one of them migrates, and all of them are content."""

from collections.abc import Callable
from pathlib import Path

import postgres
from deployment import Deployment, ended

PODS = 8
SMALL = {f"{number:04}_small": f"CREATE TABLE t{number} (id integer);" for number in range(30)}
MIGRATIONS = SMALL | {
    "0007_index": "CREATE INDEX CONCURRENTLY t0_id ON t0 (id);",
    "0015_data": "INSERT INTO t1 VALUES (1);",
    "0023_index": "CREATE UNIQUE INDEX CONCURRENTLY t1_id ON t1 (id);",
}
PENDING = {tag: sql for tag, sql in sorted(MIGRATIONS.items()) if tag not in {"0007_small", "0015_small", "0023_small"}}


def test_each_migration_is_applied_exactly_once(
    tmp_path: Path, server: postgres.Server, create_database: Callable[[postgres.Server], str]
) -> None:
    """Three parallel runs of Drizzle's migrator report success, and run the data migration three times."""
    deployment = Deployment(home=tmp_path, server=server, database=create_database(server))
    for tag, sql in PENDING.items():
        deployment.write(tag, sql)
    log = server.home / "log"
    before = log.stat().st_size
    pods = [deployment.start("deploy", POD_NAME=f"pod-{number}") for number in range(PODS)]
    done = [ended(pod) for pod in pods]
    assert [pod.returncode for pod in done] == [0] * PODS, "\n".join(pod.stderr for pod in done)
    assert deployment.applied() == list(PENDING)
    assert sorted(deployment.attempts()) == [f"{tag} applied 1/1" for tag in PENDING]
    assert deployment.sql("SELECT count(*) FROM t1") == "1"
    assert deployment.sql("SELECT count(*) FROM pg_index WHERE NOT indisvalid") == "0"
    assert deployment.sql("SELECT count(DISTINCT pod) FROM __ccm_runs") == "1"
    assert "deadlock" not in log.read_text()[before:]
