"""Behind pgbouncer: refused where it lends a server for a transaction, fine where it lends one for a session."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deployment import Deployment, wait_until
from postgres import free_port
from scraped import exporting

PGBOUNCER = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")


@contextmanager
def pgbouncer(deployment: Deployment, **settings: str) -> Iterator[int]:
    """A pgbouncer in front of the deployment's server; its port."""
    assert PGBOUNCER is not None
    port = free_port()
    options = {"listen_addr": "127.0.0.1", "listen_port": port, "auth_type": "any", "unix_socket_dir": "", **settings}
    server = f"* = host=127.0.0.1 port={deployment.server.port} user=postgres"
    lines = ("[databases]", server, "[pgbouncer]", *(f"{name} = {value}" for name, value in options.items()))
    with tempfile.TemporaryDirectory() as home:
        Path(home).chmod(0o755)
        config = Path(home) / "pgbouncer.ini"
        config.write_text("\n".join((*lines, "")))
        with _running(str(config), port):
            yield port


@contextmanager
def _running(config: str, port: int) -> Iterator[None]:
    user = "nobody" if os.geteuid() == 0 else None  # it refuses to run as root
    with subprocess.Popen([str(PGBOUNCER), "-q", config], user=user, stdin=subprocess.DEVNULL, cwd="/") as process:
        try:
            wait_until(lambda: process.poll() is not None or _listens(port))
            assert process.poll() is None
            yield
        finally:
            process.kill()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def through(deployment: Deployment, port: int) -> str:
    return deployment.url.replace(f":{deployment.server.port}/", f":{port}/")


@pytest.fixture
def pooled(deployment: Deployment) -> Deployment:
    if PGBOUNCER is None:
        pytest.skip("pgbouncer is not installed")
    deployment.write("0000_m", "CREATE TABLE a ();")
    return deployment


def test_who_only_looks_may_come_through_any_pooler(pooled: Deployment) -> None:
    with pgbouncer(pooled, pool_mode="transaction") as port:
        url = through(pooled, port)
        assert pooled.run("wait", DATABASE_URL_PROD=url, CCM_WAIT_TIMEOUT="0").returncode == 10
        pooled.deploy()
        assert pooled.run("wait", DATABASE_URL_PROD=url).returncode == 0
        with exporting(pooled, DATABASE_URL_PROD=url, CCM_DRIFT_INTERVAL="1") as exporter:
            found = exporter.until(lambda found: found['ccm_looks_total{outcome="seen"}'] >= 3)
    assert found["ccm_migrations_applied"] == 1
    assert found['ccm_looks_total{outcome="failed"}'] == 0


@pytest.mark.parametrize(
    "settings", [{}, {"default_pool_size": "1"}, {"server_round_robin": "1", "min_pool_size": "3"}]
)
def test_a_pooler_that_lends_servers_for_transactions_is_refused_before_anything_is_done(
    pooled: Deployment, settings: dict[str, str]
) -> None:
    with pgbouncer(pooled, pool_mode="transaction", **settings) as port:
        done = pooled.deploy(DATABASE_URL_PROD=through(pooled, port))
        assert done.returncode == 4
        assert "leads through a pooler that lends a server for one transaction" in done.stderr
        assert "hint: set CCM_DIRECT_URL" in done.stderr
        assert pooled.sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == "0"
        assert pooled.deploy(DATABASE_URL_PROD=through(pooled, port), CCM_DIRECT_URL=pooled.url).returncode == 0
    assert pooled.applied() == ["0000_m"]


def test_a_pooler_that_lends_servers_for_statements_is_refused(pooled: Deployment) -> None:
    with pgbouncer(pooled, pool_mode="statement") as port:
        done = pooled.deploy(DATABASE_URL_PROD=through(pooled, port))
    assert done.returncode == 4
    assert "hint: set CCM_DIRECT_URL" in done.stderr


@pytest.mark.parametrize(("settings", "runs"), [({}, 2), ({"default_pool_size": "1"}, 1)])
def test_a_pooler_that_lends_servers_for_sessions_will_do(
    pooled: Deployment, settings: dict[str, str], runs: int
) -> None:
    pooled.write("0001_m", "CREATE TABLE b (id integer); CREATE INDEX CONCURRENTLY ON b (id);")
    with pgbouncer(pooled, pool_mode="session", **settings) as port:
        for _ in range(runs):
            done = pooled.deploy(DATABASE_URL_PROD=through(pooled, port))
            assert done.returncode == 0, done.stderr
    assert pooled.applied() == ["0000_m", "0001_m"]


def test_the_way_past_the_pooler_is_for_production_alone(pooled: Deployment) -> None:
    """A development database is never mistaken for it."""
    done = pooled.run("migrate", CCM_DIRECT_URL="postgresql://nobody@127.0.0.1:1/nothing")
    assert done.returncode == 0, done.stderr
