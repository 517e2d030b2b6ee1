"""What Prometheus sees of a run while it lasts."""

import socket
import urllib.error
import urllib.request

import pytest
from prometheus_client.parser import text_string_to_metric_families

from ccm_deploy import metrics
from ccm_deploy.figures import Figures
from deployment import Deployment, ended, wait_until, wait_until_told

RUNNING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()"


def samples(text: str) -> dict[str, float]:
    """`name{label="value"}` → value."""
    return {
        sample.name + "".join(f'{{{name}="{value}"}}' for name, value in sample.labels.items()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def test_metrics_are_served_while_a_migration_runs_and_no_longer(deployment: Deployment, port: int) -> None:
    deployment.write("0000_fine", "CREATE TABLE fine ();")
    deployment.write("0001_slow", "SELECT pg_sleep(60)")
    process = deployment.start("deploy", CCM_METRICS_PORT=str(port))
    wait_until(lambda: deployment.sql(RUNNING) == "1")
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        found = samples(answer.read().decode())
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10)
    process.terminate()
    assert ended(process).returncode == 143
    assert found["ccm_connection_up"] == 1
    assert found["ccm_migrations_applied"] == 1
    assert found["ccm_migrations_pending"] == 1
    assert found["ccm_lock_attempts_total"] == 1
    assert found['ccm_last_run_outcome{outcome="running"}'] == 1
    assert found['ccm_migration_duration_seconds{migration="0000_fine"}'] > 0
    assert 'ccm_build_info{version="0.1.0"}' in found
    with pytest.raises(urllib.error.URLError, match="refused"):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10)


def test_metrics_are_served_while_the_database_is_waited_for(deployment: Deployment, port: int) -> None:
    deployment.write("0000_fine", "CREATE TABLE fine ();")
    process = deployment.start(
        "deploy", CCM_METRICS_PORT=str(port), DATABASE_URL_PROD="postgresql://u@no-such-host.invalid/x"
    )
    wait_until_told(process, "waiting for")
    wait_until(lambda: answers(port))
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        assert samples(answer.read().decode())["ccm_connection_up"] == 0
    process.terminate()
    ended(process)


def answers(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def test_a_port_that_is_taken_is_only_a_warning(deployment: Deployment) -> None:
    deployment.write("0000_fine", "CREATE TABLE fine (); SELECT pg_sleep(0.2);")
    with socket.create_server(("0.0.0.0", 0)) as other:
        done = deployment.deploy(CCM_METRICS_PORT=str(other.getsockname()[1]))
    assert done.returncode == 0
    assert "warning: no metrics on port" in done.stderr
    assert deployment.applied() == ["0000_fine"]


async def test_how_a_run_ended_is_one_of_its_metrics() -> None:
    figures = Figures(started=100)
    with figures.to_the_end():
        figures.migrated("0000_fine", 0.25)
    found = samples(metrics.text(figures).decode())
    assert found['ccm_last_run_outcome{outcome="applied"}'] == 1
    assert sum(value for name, value in found.items() if name.startswith("ccm_last_run_outcome")) == 1
    assert found["ccm_last_run_start_timestamp_seconds"] == 100
    assert found["ccm_last_run_duration_seconds"] == pytest.approx(found["ccm_last_run_end_timestamp_seconds"] - 100)
