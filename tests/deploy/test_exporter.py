"""`exporter`: what Prometheus, Kubernetes and people are told of production, for as long as it runs."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest

import postgres
from ccm_deploy import metrics
from deployment import Deployment, ended, wait_until
from scraped import exporting

BREAK = """
    CREATE FUNCTION fits(int) RETURNS boolean RETURN true;
    CREATE TABLE broken (n int CHECK (fits(n)));
    DELETE FROM pg_proc WHERE proname = 'fits';
"""
ROOT = Path(__file__).parents[2]


def looked(found: dict[str, float]) -> bool:
    return found["ccm_connection_up"] == 1


def test_a_database_that_is_up_to_date(deployment: Deployment) -> None:
    deployment.write("0000_first", "CREATE TABLE a ();")
    deployment.write("0001_second", "CREATE TABLE b ();")
    deployment.deploy()
    with exporting(deployment) as exporter:
        found = exporter.until(looked)
        page = exporter.get("/")
        assert exporter.get("/readyz") == (200, "the database answers\n")
        assert exporter.get("/healthz") == (200, "looking\n")
        assert exporter.get("/nothing")[0] == 404
        assert exporter.get("/metrics", method="POST")[0] == 405
    assert found["ccm_migrations_applied"] == 2
    assert found["ccm_migrations_pending"] == 0
    assert found["ccm_migrations_failed"] == 0
    assert found['ccm_last_run_outcome{outcome="applied"}'] == 1
    assert found['ccm_migration_duration_seconds{migration="0000_first"}'] > 0
    assert found["ccm_last_run_end_timestamp_seconds"] >= found["ccm_last_run_start_timestamp_seconds"]
    assert found["ccm_invalid_indexes"] == 0
    assert "ccm_lock_holder_age_seconds" not in found
    assert page[0] == 200
    assert "up to date" in page[1]
    assert "0001_second" in page[1]


def test_a_database_that_nothing_was_applied_to_yet(deployment: Deployment) -> None:
    deployment.write("0000_first", "CREATE TABLE a ();")
    with exporting(deployment) as exporter:
        found = exporter.until(looked)
        page = exporter.get("/")[1]
    assert found["ccm_migrations_applied"] == 0
    assert found["ccm_migrations_pending"] == 1
    assert not [name for name in found if name.startswith("ccm_last_run")]
    assert "pending: 1" in page
    assert deployment.sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == "0"


def test_a_migration_that_failed_and_then_one_that_went_through(deployment: Deployment) -> None:
    deployment.write("0000_first", "CREATE TABLE a ();")
    path = deployment.write("0001_bad", "SELECT 1;--> statement-breakpoint\nSELECT '<b>' || 1/0;")
    deployment.deploy()
    with exporting(deployment) as exporter:
        found = exporter.until(looked)
        page = exporter.get("/")[1]
        path.write_text("SELECT 1;")
        deployment.deploy()
        mended = exporter.until(lambda found: found["ccm_migrations_failed"] == 0)
    assert found["ccm_migrations_failed"] == 1
    assert found["ccm_migrations_pending"] == 1
    assert found['ccm_last_run_outcome{outcome="failed"}'] == 1
    for told in (
        "failed: 0001_bad",
        "division by zero",
        "22012",
        "SELECT &#x27;&lt;b&gt;&#x27; || 1/0",
        "2/2",
        "pod-1",
    ):
        assert told in page
    assert mended['ccm_last_run_outcome{outcome="applied"}'] == 1


def test_a_run_that_was_killed_is_one_that_failed(deployment: Deployment) -> None:
    deployment.write("0000_first", "CREATE TABLE a ();")
    deployment.deploy()
    deployment.write("0001_slow", "CREATE INDEX CONCURRENTLY i ON a ((1));")
    deployment.sql("UPDATE __ccm_runs SET status = 'running', finished_at = NULL")
    with exporting(deployment) as exporter:
        found = exporter.until(looked)
    assert found["ccm_migrations_failed"] == 1
    assert found['ccm_last_run_outcome{outcome="aborted"}'] == 1


def test_a_folder_that_is_not_what_was_applied(deployment: Deployment) -> None:
    path = deployment.write("0000_first", "CREATE TABLE a ();")
    deployment.write("0001_second", "CREATE TABLE b ();")
    deployment.deploy()
    path.write_text("CREATE TABLE other ();")
    deployment.sql("INSERT INTO __drizzle_migrations (id) VALUES ('0002_newer'), ('0000_vanished')")
    with exporting(deployment) as exporter:
        found = exporter.until(looked)
        page = exporter.get("/")[1]
    states = {state: found[f'ccm_history_migrations{{state="{state}"}}'] for state in ("edited", "missing", "late")}
    assert states == {"edited": 1, "missing": 0, "late": 0}
    assert found['ccm_history_migrations{state="newer"}'] == 1
    assert found['ccm_history_migrations{state="vanished"}'] == 1
    assert "the folder is not what was applied" in page
    assert "0002_newer" in page


def test_a_migration_that_is_withheld_is_not_pending(deployment: Deployment) -> None:
    deployment.write("0000_first", "-- ccm: contract\nCREATE TABLE a ();")
    with exporting(deployment, CCM_PHASE="expand") as exporter:
        found = exporter.until(looked)
        page = exporter.get("/")[1]
    assert found["ccm_migrations_pending"] == 0
    assert found['ccm_history_migrations{state="withheld"}'] == 1
    assert "<li>0000_first</li>" in page


async def test_an_index_that_is_being_built_and_who_builds_it(deployment: Deployment) -> None:
    deployment.write("0000_first", "CREATE TABLE a (n int);")
    deployment.deploy()
    deployment.write("0001_index", "CREATE INDEX CONCURRENTLY a_n ON a (n);")
    writer = await asyncpg.connect(deployment.url)
    async with writer.transaction():
        await writer.execute("INSERT INTO a VALUES (1)")
        with exporting(deployment) as exporter:
            run = deployment.start("deploy")
            labels = 'command="CREATE INDEX CONCURRENTLY",phase="waiting for writers before build",relation="a"'
            found = exporter.until(lambda found: f"ccm_progress_rows{{{labels}}}" in found)
            page = exporter.get("/")[1]
    await writer.close()
    assert ended(run).returncode == 0
    assert found["ccm_lock_holder_age_seconds"] > 0
    assert found['ccm_last_run_outcome{outcome="running"}'] == 1
    assert found["ccm_invalid_indexes"] == 0
    assert f"ccm_progress_blocks_expected{{{labels}}}" in found
    assert "migrating" in page
    assert "0001_index" in page


def test_an_index_that_a_failed_build_has_left_invalid(deployment: Deployment) -> None:
    deployment.sql("CREATE TABLE a (n int); INSERT INTO a VALUES (1), (1)")
    deployment.write("0000_index", "CREATE UNIQUE INDEX CONCURRENTLY a_n ON a (n);")
    with exporting(deployment) as exporter:
        deployment.deploy()
        found = exporter.until(lambda found: found.get("ccm_invalid_indexes") == 1)
        page = exporter.get("/")[1]
    assert found["ccm_migrations_failed"] == 1
    assert "<li>a_n</li>" in page


def test_read_rights_on_two_tables_are_enough(deployment: Deployment) -> None:
    role = f"reader_{deployment.database}"
    deployment.write("0000_first", "CREATE TABLE a ();")
    deployment.deploy()
    deployment.sql(f"CREATE ROLE {role} LOGIN; GRANT SELECT ON __drizzle_migrations, __ccm_runs TO {role}")
    try:
        with exporting(deployment, DATABASE_URL_PROD=deployment.url.replace("postgres@", f"{role}@")) as exporter:
            found = exporter.until(looked)
    finally:
        deployment.sql(f"DROP OWNED BY {role}; DROP ROLE {role}")
    assert found["ccm_migrations_applied"] == 1


def test_without_them_it_says_what_to_grant(deployment: Deployment) -> None:
    role = f"stranger_{deployment.database}"
    deployment.write("0000_first", "CREATE TABLE a ();")
    deployment.deploy()
    deployment.sql(f"CREATE ROLE {role} LOGIN")
    try:
        with exporting(deployment, DATABASE_URL_PROD=deployment.url.replace("postgres@", f"{role}@")) as exporter:
            wait_until(lambda: "permission denied" in exporter.get("/readyz")[1])
            status, told = exporter.get("/readyz")
    finally:
        deployment.sql(f"DROP ROLE {role}")
    assert status == 503
    assert "GRANT SELECT ON public.__drizzle_migrations, public.__ccm_runs TO" in told


def test_the_database_may_come_late_and_go_away_and_come_back(deployment: Deployment) -> None:
    deployment.write("0000_first", "CREATE TABLE a ();")
    with postgres.running(18) as server:
        own = replace(deployment, server=server, database="postgres")
        server.ctl("stop", "-m", "immediate")
        with exporting(own) as exporter:
            blind = exporter.until(lambda found: found['ccm_looks_total{outcome="failed"}'] >= 1)
            unready, healthy, page = exporter.get("/readyz"), exporter.get("/healthz"), exporter.get("/")[1]
            server.ctl("start")
            found = exporter.until(looked)
            server.ctl("stop", "-m", "immediate")
            blind_again = exporter.until(lambda found: not looked(found))
            server.ctl("start")
            exporter.until(looked)
    outcomes = {f'ccm_looks_total{{outcome="{outcome}"}}' for outcome in ("seen", "failed")}
    assert set(blind) == {'ccm_build_info{version="0.1.0"}', "ccm_connection_up", *outcomes}
    assert unready[0] == 503
    assert "connection refused" in unready[1]
    assert healthy[0] == 200
    assert "connection refused" in page
    assert found["ccm_migrations_pending"] == 1
    assert "ccm_migrations_pending" not in blind_again
    assert blind_again["ccm_last_look_timestamp_seconds"] >= found["ccm_last_look_timestamp_seconds"]


def test_the_database_does_not_notice_how_many_scrape(deployment: Deployment) -> None:
    deployment.write("0000_first", "CREATE TABLE a ();")
    with postgres.running(18, log_statement="all") as server:
        own = replace(deployment, server=server, database="postgres")
        own.deploy()
        with exporting(own, CCM_EXPORTER_INTERVAL="3600", CCM_DRIFT_INTERVAL="0") as exporter:
            exporter.until(looked)
            before = statements(server)
            for _ in range(100):
                exporter.metrics()
                exporter.get("/")
                exporter.get("/readyz")
            assert statements(server) == before


def statements(server: postgres.Server) -> int:
    return (server.home / "log").read_text().count("LOG:  ")


@pytest.fixture(params=[18, 15])
def sample(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    start_server: Callable[[int], postgres.Server],
    create_database: Callable[[postgres.Server], str],
) -> Deployment:
    """This repository's own migrations, deployed on servers as old as their snapshots' and older."""
    shutil.copytree(ROOT / "migrations", tmp_path / "migrations")
    server = start_server(request.param)
    deployed = Deployment(home=tmp_path, server=server, database=create_database(server))
    assert deployed.deploy().returncode == 0
    return deployed


def test_a_schema_that_cannot_be_read_is_no_reason_not_to_look(sample: Deployment) -> None:
    """Postgres cannot show a constraint whose function is gone from under it."""
    with exporting(sample, CCM_DRIFT_INTERVAL="1") as exporter:
        exporter.until(lambda found: "ccm_drift_objects" in found)
        sample.sql(BREAK)
        exporter.until(lambda found: "ccm_drift_objects" not in found)
        found = exporter.until(lambda found: found['ccm_looks_total{outcome="seen"}'] >= 4)
    assert found['ccm_looks_total{outcome="failed"}'] == 0


def test_what_is_changed_by_hand_is_drift(sample: Deployment) -> None:
    with exporting(sample, CCM_DRIFT_INTERVAL="1") as exporter:
        before = exporter.until(lambda found: "ccm_drift_objects" in found)
        sample.sql('ALTER TABLE "user" ADD COLUMN by_hand text')
        exporter.until(lambda found: found["ccm_drift_objects"] == 1)
        page = exporter.get("/")[1]
    assert before["ccm_drift_objects"] == 0
    assert "<li>column public.user.by_hand</li>" in page
    assert "the schema has drifted" in page


def test_drift_is_not_known_where_no_snapshot_tells(deployment: Deployment) -> None:
    deployment.write("0000_first", "CREATE TABLE a ();")
    deployment.deploy()
    with exporting(deployment, CCM_DRIFT_INTERVAL="1") as exporter:
        exporter.until(lambda found: found['ccm_looks_total{outcome="seen"}'] >= 2)
        assert "ccm_drift_objects" not in exporter.metrics()
        assert "not known" in exporter.get("/")[1]


@pytest.mark.parametrize(
    ("port", "told"),
    [
        ("0", "CCM_METRICS_PORT is '0', which is not a port to answer on"),
        ("taken", "hint: CCM_METRICS_PORT names another"),
    ],
)
def test_it_needs_a_port(deployment: Deployment, port: str, told: str) -> None:
    deployment.write("0000_first", "CREATE TABLE a ();")
    with exporting(deployment) as other:
        done = deployment.run("exporter", CCM_METRICS_PORT=port.replace("taken", str(other.port)))
    assert done.returncode == 2
    assert told in done.stderr


def test_a_signal_ends_it(deployment: Deployment) -> None:
    deployment.write("0000_first", "CREATE TABLE a ();")
    with exporting(deployment) as exporter:
        exporter.until(looked)
    assert exporter.process.returncode == 143


def test_it_shows_each_metric_that_it_is_said_to(sample: Deployment) -> None:
    """But those of what does not go on at the moment."""
    with exporting(sample) as exporter:
        found = exporter.until(lambda found: "ccm_drift_objects" in found)
    shown = {name.partition("{")[0] for name in found}
    at_times = {name for name in (metric.name for metric in metrics.METRICS) if "progress" in name or "holder" in name}
    assert shown == {metric.name for metric in metrics.METRICS if metric.exporter} - at_times
