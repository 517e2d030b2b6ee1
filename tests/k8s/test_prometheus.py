"""Real servers of the Prometheus project read what we tell, each by the way that is meant for it."""

import pytest

import postgres
from deployment import Deployment, ended, wait_until
from k8s.prometheus import Web, lint, node_exporter, prometheus, pushgateway
from scraped import exporting, samples


@pytest.fixture
def deployment(deployment: Deployment) -> Deployment:
    deployment.write("0000_first", "CREATE TABLE a (n int);")
    return deployment


def test_prometheus_scrapes_a_run_while_it_lasts(deployment: Deployment) -> None:
    port = postgres.free_port()
    deployment.write("0001_slow", "SELECT pg_sleep(60)")
    with prometheus({"run": port}) as server:
        run = deployment.start("deploy", CCM_METRICS_PORT=str(port))
        server.until('up{job="run"}')
        server.until("ccm_migrations_pending")
        server.until('ccm_last_run_outcome{outcome="running"}')
        server.until('ccm_statement_running_seconds{migration="0001_slow",statement="1"}', lambda seconds: seconds > 1)
        run.terminate()
        assert ended(run).returncode == 143
        server.until('up{job="run"}', lambda up: up == 0)


def test_prometheus_scrapes_the_exporter_before_and_after_a_run(deployment: Deployment) -> None:
    with exporting(deployment) as exporter, prometheus({"exporter": exporter.port}) as server:
        server.until("ccm_migrations_pending")
        assert server.value("ccm_connection_up") == 1
        assert server.value("ccm_migrations_applied") == 0
        assert deployment.deploy().returncode == 0
        server.until("ccm_migrations_applied")
        assert server.value("ccm_migrations_pending") == 0
        server.until('rate(ccm_looks_total{outcome="seen"}[1m])', lambda rate: rate > 0)
        assert server.value("time() - ccm_last_run_end_timestamp_seconds < bool 120") == 1


def test_prometheus_sees_that_the_exporter_is_blind(deployment: Deployment) -> None:
    nobody = f"postgresql://postgres@127.0.0.1:{postgres.free_port()}/postgres"
    with exporting(deployment, DATABASE_URL_PROD=nobody) as exporter, prometheus({"exporter": exporter.port}) as server:
        server.until("ccm_connection_up", lambda up: up == 0)
        assert server.value('up{job="exporter"}') == 1


def test_the_pushgateway_keeps_a_run_for_prometheus(deployment: Deployment) -> None:
    with pushgateway() as gateway, prometheus({"pushgateway": gateway.port}) as server:
        to = {"CCM_PUSHGATEWAY_URL": f"http://127.0.0.1:{gateway.port}", "CCM_PUSHGATEWAY_JOB": "shop/migrations"}
        assert deployment.deploy(**to).returncode == 0
        server.until('ccm_last_run_outcome{outcome="applied",exported_job="shop/migrations"}')
        assert server.value('ccm_migration_duration_seconds{migration="0000_first"}') is not None
        assert deployment.deploy(**to).returncode == 0
        server.until('ccm_last_run_outcome{outcome="nothing"}')
        assert server.value('ccm_migration_duration_seconds{migration="0000_first"}') is not None, "it was overwritten"
        deployment.write("0001_bad", "SELECT 1/0")
        assert deployment.deploy(**to).returncode == 6
        server.until("ccm_migrations_failed")
        assert lint(gateway.get("/metrics")) == ""


def test_node_exporter_reads_the_text_file(deployment: Deployment) -> None:
    folder = deployment.home / "textfile"
    folder.mkdir()
    with node_exporter(folder) as node:
        assert deployment.deploy(CCM_METRICS_FILE=str(folder / "ccm.prom")).returncode == 0
        found = samples(node.get("/metrics"))
    assert found["ccm_migrations_applied"] == 1
    assert found["node_textfile_scrape_error"] == 0


def test_promtool_finds_nothing_wrong_with_any_of_them(deployment: Deployment) -> None:
    """The text file's lines are those that a run pushes as well."""
    port, file = postgres.free_port(), deployment.home / "ccm.prom"
    with exporting(deployment) as exporter:
        deployment.write("0001_slow", "SELECT 1;--> statement-breakpoint\nSELECT pg_sleep(60)")
        run = deployment.start("deploy", CCM_METRICS_PORT=str(port), CCM_METRICS_FILE=str(file))
        busy = exporter.until(lambda found: 'ccm_last_run_outcome{outcome="running"}' in found)
        wait_until(lambda: "statement_running" in scrape(port))
        texts = {"exporter": exporter.get("/metrics")[1], "run": scrape(port)}
        run.terminate()
        ended(run)
    texts["file"] = file.read_text()
    assert busy
    assert {name: lint(text) for name, text in texts.items()} == {"exporter": "", "run": "", "file": ""}


def scrape(port: int) -> str:
    web = Web(port=port)
    return web.get("/metrics") if web.answers("/metrics") else ""
