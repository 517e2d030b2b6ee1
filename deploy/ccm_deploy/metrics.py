"""Every metric there is: its name, its help, and which figure it shows."""

from collections.abc import Iterator
from importlib.metadata import version
from typing import get_args

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from ccm_deploy import figures
from ccm_deploy.figures import Figures


def text(run: Figures) -> bytes:
    """The figures in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(_Run(run))
    return generate_latest(registry)


class _Run(Collector):
    def __init__(self, run: Figures) -> None:
        self._run = run

    def collect(self) -> Iterator[Metric]:
        return families(self._run)


def families(run: Figures) -> Iterator[Metric]:
    """One run as metric families. What is not known yet is left out, rather than shown as 0."""
    yield InfoMetricFamily("ccm_build", "Which ccm-daemon this is", value={"version": version("ccm-daemon")})
    yield GaugeMetricFamily("ccm_connection_up", "Whether the database answers", value=run.connected)
    yield GaugeMetricFamily(
        "ccm_migrations_pending", "Migrations in the folder, not in the database", value=run.pending
    )
    yield GaugeMetricFamily("ccm_migrations_applied", "Migrations that the database has", value=run.applied)
    yield GaugeMetricFamily("ccm_migrations_failed", "Migrations that failed in the last run", value=run.failed)
    yield CounterMetricFamily("ccm_lock_attempts", "Attempts to take the migration lock", value=run.lock_attempts)
    yield GaugeMetricFamily("ccm_lock_wait_seconds", "How long the last run waited for the lock", value=run.lock_wait)
    yield _outcome(run)
    yield GaugeMetricFamily("ccm_last_run_start_timestamp_seconds", "When the last run began", value=run.started)
    if run.ended is not None:
        yield GaugeMetricFamily("ccm_last_run_end_timestamp_seconds", "When the last run ended", value=run.ended)
        yield GaugeMetricFamily(
            "ccm_last_run_duration_seconds", "How long the last run took", value=run.ended - run.started
        )
    yield _durations(run)


def _outcome(run: Figures) -> Metric:
    family = GaugeMetricFamily(
        "ccm_last_run_outcome", "1 for how the last run ended, 0 for the rest", labels=["outcome"]
    )
    for outcome in get_args(figures.Outcome):
        family.add_metric([outcome], run.outcome == outcome)
    return family


def _durations(run: Figures) -> Metric:
    family = GaugeMetricFamily(
        "ccm_migration_duration_seconds", "How long a migration of the last run took", labels=["migration"]
    )
    for tag, seconds in run.durations.items():
        family.add_metric([tag], seconds)
    return family
