"""Real servers of the Prometheus project on loopback ports, and `promtool`; each asked over its HTTP API."""

import json
import shutil
import subprocess
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from deployment import wait_until
from postgres import free_port

SCRAPE_EVERY = "1s"


def installed(program: str) -> str:
    """The path of a program; the test is skipped, with the reason, where it is not installed."""
    path = shutil.which(program)
    if path is None:
        pytest.skip(
            f"{program} is not installed (Debian: prometheus, prometheus-pushgateway, prometheus-node-exporter)"
        )
    return path


def lint(metrics: str) -> str:
    """What `promtool check metrics` has to say of a text; nothing is praise."""
    command = [installed("promtool"), "check", "metrics"]
    done = subprocess.run(command, input=metrics, text=True, capture_output=True, check=False)
    return done.stdout + done.stderr


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """Something that answers on a port."""

    port: int

    def get(self, path: str, **query: str) -> str:
        asked = f"?{urllib.parse.urlencode(query)}" if query else ""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}{asked}", timeout=10) as answer:
            return str(answer.read().decode())

    def answers(self, path: str) -> bool:
        try:
            self.get(path)
        except (urllib.error.URLError, ConnectionError):
            return False
        return True


class Prometheus(Web):
    """What it has scraped."""

    __slots__ = ()

    def value(self, query: str) -> float | None:
        """Of the one series that the expression gives; None where there is none yet."""
        answer = json.loads(self.get("/api/v1/query", query=query))
        assert answer["status"] == "success"
        series = answer["data"]["result"]
        assert len(series) <= 1, series
        return float(series[0]["value"][1]) if series else None

    def until(self, query: str, condition: Callable[[float], bool] = lambda value: value == 1) -> None:
        """Wait until what the expression gives is so."""
        wait_until(lambda: (value := self.value(query)) is not None and condition(value))


@contextmanager
def prometheus(targets: Mapping[str, int]) -> Iterator[Prometheus]:
    """One that scrapes these ports once a second, each as a job of its own."""
    program, port = installed("prometheus"), free_port()
    jobs = [
        {"job_name": job, "static_configs": [{"targets": [f"127.0.0.1:{target}"]}]} for job, target in targets.items()
    ]
    config = {"global": {"scrape_interval": SCRAPE_EVERY, "scrape_timeout": SCRAPE_EVERY}, "scrape_configs": jobs}
    with tempfile.TemporaryDirectory() as home:
        path = Path(home) / "prometheus.yml"
        path.write_text(json.dumps(config))  # which is YAML as well
        options = (
            f"--config.file={path}",
            f"--storage.tsdb.path={home}/data",
            f"--web.listen-address=127.0.0.1:{port}",
        )
        with _running(program, *options, cwd=home):
            server = Prometheus(port=port)
            wait_until(lambda: server.answers("/-/ready"))
            yield server


@contextmanager
def pushgateway() -> Iterator[Web]:
    """One that knows nothing yet: Debian's would else remember what its predecessor was told."""
    program, port = installed("prometheus-pushgateway"), free_port()
    with _running(program, "--persistence.file=", f"--web.listen-address=127.0.0.1:{port}"):
        server = Web(port=port)
        wait_until(lambda: server.answers("/-/ready"))
        yield server


@contextmanager
def node_exporter(folder: Path) -> Iterator[Web]:
    """Only its textfile collector, over that folder."""
    program, port = installed("prometheus-node-exporter"), free_port()
    options = ("--collector.disable-defaults", "--collector.textfile", f"--collector.textfile.directory={folder}")
    with _running(program, *options, f"--web.listen-address=127.0.0.1:{port}"):
        server = Web(port=port)
        wait_until(lambda: server.answers("/metrics"))
        yield server


@contextmanager
def _running(*command: str, cwd: str | None = None) -> Iterator[None]:
    process = subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=20)
