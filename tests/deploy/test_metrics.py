"""What Prometheus sees of a run: while it lasts, and of what it leaves behind."""

import http.client
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from prometheus_client import generate_latest

from ccm_deploy import metrics, run_samples
from ccm_deploy.figures import Figures
from deployment import Deployment, ended, wait_until, wait_until_told
from scraped import samples

RUNNING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()"


def has_ipv6() -> bool:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


IPV6 = ("::1",) if has_ipv6() else ()


def of(figures: Figures) -> dict[str, float]:
    return samples(generate_latest(metrics.registry(lambda: run_samples.samples(figures))).decode())


def scraped(port: int) -> dict[str, float]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        return samples(answer.read().decode())


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where node-exporter's textfile collector would look."""
    folder = tmp_path / "textfile"
    folder.mkdir()
    return folder / "ccm.prom"


def test_metrics_are_served_while_a_migration_runs_and_no_longer(deployment: Deployment, port: int) -> None:
    deployment.write("0000_fine", "CREATE TABLE fine ();")
    deployment.write("0001_slow", "SELECT 1;--> statement-breakpoint\nSELECT pg_sleep(60)")
    process = deployment.start("deploy", CCM_METRICS_PORT=str(port))
    wait_until(lambda: deployment.sql(RUNNING) == "1")
    found = scraped(port)
    process.terminate()
    assert ended(process).returncode == 143
    assert found["ccm_connection_up"] == 1
    assert found["ccm_migrations_applied"] == 1
    assert found["ccm_migrations_pending"] == 1
    assert found["ccm_lock_attempts_total"] == 1
    assert found["ccm_lock_held_seconds"] > 0
    assert found['ccm_last_run_outcome{outcome="running"}'] == 1
    assert found['ccm_migration_duration_seconds{migration="0000_fine"}'] > 0
    assert found['ccm_statement_duration_seconds{migration="0001_slow",statement="1"}'] > 0
    assert found['ccm_statement_running_seconds{migration="0001_slow",statement="2"}'] > 0
    assert 'ccm_build_info{version="0.1.0"}' in found
    with pytest.raises(urllib.error.URLError, match="refused"):
        scraped(port)


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("", "text/plain; version=0.0.4"),
        ("application/openmetrics-text; version=1.0.0", "application/openmetrics-text"),
    ],
)
def test_a_scrape_is_answered_in_the_format_it_asks_for_and_nothing_else_is(
    deployment: Deployment, port: int, accept: str, content_type: str
) -> None:
    deployment.write("0000_slow", "SELECT pg_sleep(60)")
    process = deployment.start("deploy", CCM_METRICS_PORT=str(port))
    wait_until(lambda: answers(port))
    for host in ("127.0.0.1", *IPV6):
        assert asked(host, port, "GET", "/metrics", Accept=accept)[:2] == (200, content_type)
    assert asked("127.0.0.1", port, "GET", "/")[0] == 404
    assert asked("127.0.0.1", port, "POST", "/metrics")[0] == 405
    process.terminate()
    ended(process)


def asked(host: str, port: int, method: str, path: str, **headers: str) -> tuple[int, str]:
    client = http.client.HTTPConnection(host, port, timeout=10)
    client.request(method, path, headers=headers)
    answer = client.getresponse()
    client.close()
    content_type = answer.headers["Content-Type"]
    return answer.status, content_type.partition("; version=1")[0].partition("; charset")[0]


def answers(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def test_metrics_are_served_while_the_database_is_waited_for(deployment: Deployment, port: int) -> None:
    deployment.write("0000_fine", "CREATE TABLE fine ();")
    process = deployment.start(
        "deploy", CCM_METRICS_PORT=str(port), DATABASE_URL_PROD="postgresql://u@no-such-host.invalid/x"
    )
    wait_until_told(process, "waiting for")
    wait_until(lambda: answers(port))
    found = scraped(port)
    process.terminate()
    ended(process)
    assert found["ccm_connection_up"] == 0
    assert "ccm_migrations_pending" not in found


def test_a_run_that_waits_for_the_lock_tells_how_old_its_holder_is(deployment: Deployment, port: int) -> None:
    deployment.write("0000_slow", "SELECT pg_sleep(60)")
    first = deployment.start("deploy", CCM_METRICS_PORT="0")
    wait_until(lambda: deployment.sql(RUNNING) == "1")
    second = deployment.start("deploy", CCM_METRICS_PORT=str(port))
    wait_until_told(second, "another run is migrating")
    found = scraped(port)
    for process in (first, second):
        process.terminate()
        ended(process)
    assert found["ccm_lock_holder_age_seconds"] > 0
    assert "ccm_lock_held_seconds" not in found


async def test_what_is_tried_again_after_a_lock_timeout_is_counted(deployment: Deployment, port: int) -> None:
    deployment.sql("CREATE TABLE busy ()")
    deployment.write("0000_busy", "ALTER TABLE busy ADD COLUMN a int")
    holder = await asyncpg.connect(deployment.url)
    async with holder.transaction():
        await holder.execute("LOCK TABLE busy")
        process = deployment.start("deploy", CCM_METRICS_PORT=str(port), CCM_STATEMENT_LOCK_TIMEOUT="0.1")
        wait_until_told(process, "trying again")
        found = scraped(port)
    await holder.close()
    assert ended(process).returncode == 0
    assert found["ccm_statement_retries_total"] >= 1


def test_a_port_that_is_taken_is_only_a_warning(deployment: Deployment) -> None:
    deployment.write("0000_fine", "CREATE TABLE fine (); SELECT pg_sleep(0.2);")
    with socket.create_server(("0.0.0.0", 0)) as other:
        done = deployment.deploy(CCM_METRICS_PORT=str(other.getsockname()[1]))
    assert done.returncode == 0
    assert "warning: no metrics on port" in done.stderr
    assert deployment.applied() == ["0000_fine"]


class TestTheTextFile:
    def test_tells_of_the_run_that_applied(self, deployment: Deployment, file: Path) -> None:
        deployment.write("0000_fine", "CREATE TABLE fine ();")
        assert deployment.deploy(CCM_METRICS_FILE=str(file)).returncode == 0
        found = samples(file.read_text())
        assert found['ccm_last_run_outcome{outcome="applied"}'] == 1
        assert found['ccm_migration_duration_seconds{migration="0000_fine"}'] > 0
        assert found["ccm_migrations_applied"] == 1
        assert found["ccm_migrations_pending"] == 0
        assert found["ccm_connection_up"] == 1
        assert found["ccm_last_run_duration_seconds"] > 0

    def test_tells_of_a_run_that_had_nothing_to_do(self, deployment: Deployment, file: Path) -> None:
        deployment.write("0000_fine", "CREATE TABLE fine ();")
        deployment.deploy()
        assert deployment.deploy(CCM_METRICS_FILE=str(file)).returncode == 0
        found = samples(file.read_text())
        assert found['ccm_last_run_outcome{outcome="nothing"}'] == 1
        assert found["ccm_migrations_applied"] == 1
        assert found["ccm_connection_up"] == 1

    @pytest.mark.parametrize(
        ("sql", "status", "failed"), [("SELECT 1/0", 6, 1), ("SELECT pg_sleep(60)", 143, 0)], ids=["error", "signal"]
    )
    def test_tells_of_a_run_that_failed_or_was_stopped(
        self, deployment: Deployment, file: Path, sql: str, status: int, failed: int
    ) -> None:
        deployment.write("0000_bad", sql)
        process = deployment.start("deploy", CCM_METRICS_FILE=str(file))
        if status == 143:
            wait_until(lambda: deployment.sql(RUNNING) == "1")
            process.terminate()
        assert ended(process).returncode == status
        found = samples(file.read_text())
        assert found[f'ccm_last_run_outcome{{outcome="{"failed" if failed else "aborted"}"}}'] == 1
        assert found["ccm_migrations_failed"] == failed
        assert found["ccm_migrations_pending"] == 1
        assert not [name for name in found if name.startswith("ccm_statement_running_seconds")]

    def test_tells_of_a_run_that_was_refused_before_it_began(self, deployment: Deployment, file: Path) -> None:
        path = deployment.write("0000_fine", "CREATE TABLE fine ();")
        deployment.deploy()
        path.write_text("CREATE TABLE otherwise ();")
        assert deployment.deploy(CCM_METRICS_FILE=str(file)).returncode == 7
        found = samples(file.read_text())
        assert found['ccm_last_run_outcome{outcome="failed"}'] == 1
        assert found['ccm_history_migrations{state="edited"}'] == 1
        assert found["ccm_migrations_failed"] == 0

    def test_is_replaced_as_a_whole(self, deployment: Deployment, file: Path) -> None:
        file.write_text("what was there before")
        deployment.write("0000_fine", "CREATE TABLE fine ();")
        deployment.deploy(CCM_METRICS_FILE=str(file))
        assert "before" not in file.read_text()
        assert list(file.parent.iterdir()) == [file]

    def test_that_cannot_be_written_is_only_a_warning(self, deployment: Deployment, file: Path) -> None:
        deployment.write("0000_fine", "CREATE TABLE fine ();")
        done = deployment.deploy(CCM_METRICS_FILE=str(file / "nowhere"))
        assert done.returncode == 0
        assert f"warning: no metrics in {file}/nowhere (No such file or directory)" in done.stderr


class TestThePushgateway:
    def test_that_is_not_there_is_only_a_warning_without_its_password(self, deployment: Deployment, port: int) -> None:
        deployment.write("0000_fine", "CREATE TABLE fine ();")
        done = deployment.deploy(CCM_PUSHGATEWAY_URL=f"http://me:secret@127.0.0.1:{port}")
        assert done.returncode == 0
        assert f"warning: no metrics at http://127.0.0.1:{port} (" in done.stderr
        assert "secret" not in done.stderr

    def test_has_to_be_a_url(self, deployment: Deployment) -> None:
        done = deployment.deploy(CCM_PUSHGATEWAY_URL="me:secret@pushgateway:9091")
        assert done.returncode == 2
        assert "CCM_PUSHGATEWAY_URL is '***', which is not a URL such as http://pushgateway:9091" in done.stderr


async def test_how_a_run_ended_is_one_of_its_metrics() -> None:
    figures = Figures(started=100)
    with figures.to_the_end():
        figures.durations["0000_fine"] = 0.25
    found = of(figures)
    assert found['ccm_last_run_outcome{outcome="applied"}'] == 1
    assert sum(value for name, value in found.items() if name.startswith("ccm_last_run_outcome")) == 1
    assert found["ccm_last_run_start_timestamp_seconds"] == 100
    assert found["ccm_last_run_duration_seconds"] == pytest.approx(found["ccm_last_run_end_timestamp_seconds"] - 100)


async def test_of_many_migrations_and_statements_the_slowest_are_shown() -> None:
    figures = Figures(started=100)
    for number in range(1000):
        figures.durations[f"{number:04}"] = number
        figures.statements[f"{number:04}", 1] = number
    for metric in (metrics.MIGRATION_DURATION, metrics.STATEMENT_DURATION):
        shown = [value for name, value in of(figures).items() if name.startswith(metric.name)]
        assert shown == list(range(999, 979, -1))


def every_name() -> Iterator[str]:
    yield from (metric.name for metric in metrics.METRICS)


def test_names_keep_the_conventions_of_prometheus() -> None:
    assert len(set(every_name())) == len(metrics.METRICS)
    for metric in metrics.METRICS:
        assert metric.name.startswith("ccm_")
        assert metric.name.endswith("_total") == (metric.kind == "counter")
        assert metric.help
        assert not metric.help.endswith(".")
        assert metric.run or metric.exporter
