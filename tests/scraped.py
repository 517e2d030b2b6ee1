"""What Prometheus would read of us."""

import http.client
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from prometheus_client.parser import text_string_to_metric_families

import postgres
from deployment import Deployment, ended, wait_until


def samples(text: str) -> dict[str, float]:
    """`name{label="value"}` → number, with the labels in the order of their names."""
    return {
        sample.name + labels(sample.labels): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def labels(known: dict[str, str]) -> str:
    inside = ",".join(f'{name}="{value}"' for name, value in sorted(known.items()))
    return f"{{{inside}}}" if inside else ""


def get(port: int, path: str, method: str = "GET") -> tuple[int, str]:
    """The status and the text of an answer."""
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        client.request(method, path)
        answer = client.getresponse()
        return answer.status, answer.read().decode()
    finally:
        client.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Exporter:
    """A running one."""

    process: subprocess.Popen[str]
    port: int

    def get(self, path: str, method: str = "GET") -> tuple[int, str]:
        return get(self.port, path, method)

    def metrics(self) -> dict[str, float]:
        status, text = self.get("/metrics")
        assert status == 200
        return samples(text)

    def until(self, condition: Callable[[dict[str, float]], bool]) -> dict[str, float]:
        wait_until(lambda: condition(self.metrics()))
        return self.metrics()

    def answers(self) -> bool:
        try:
            self.get("/healthz")
        except ConnectionError:
            return False
        return True


@contextmanager
def exporting(deployment: Deployment, **variables: str) -> Iterator[Exporter]:
    """It looks once a second, unless the variables say otherwise."""
    port = postgres.free_port()
    settings = {"CCM_METRICS_PORT": str(port), "CCM_EXPORTER_INTERVAL": "1", "CONFIRM_PROD": "", **variables}
    exporter = Exporter(process=deployment.start("exporter", **settings), port=port)
    try:
        wait_until(exporter.answers)
        yield exporter
    finally:
        exporter.process.terminate()
        ended(exporter.process)
