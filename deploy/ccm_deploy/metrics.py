"""Every metric there is, and what has been measured → what Prometheus reads."""

from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import version
from itertools import groupby
from typing import Literal, NamedTuple

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.registry import Collector

from ccm_engine.value import value


@value
class Metric:
    """A name with the suffix that Prometheus' conventions ask for, and who shows it.

    Each label has few values: a state, an outcome, or one of the `MOST` migrations and statements of most interest.
    """

    name: str
    kind: Literal["gauge", "counter"]
    help: str
    labels: tuple[str, ...] = ()
    run: bool = True
    """Whether `deploy` and `migrate` show it: over HTTP while they run, pushed, and in the text file."""
    exporter: bool = True


class Sample(NamedTuple):
    """A number, in the metric's unit, with a value for each of its labels."""

    metric: Metric
    number: float
    labels: tuple[str, ...] = ()


MOST = 20
_PHASE = ("command", "relation", "phase")

BUILD = Metric(name="ccm_build_info", kind="gauge", help="1, with the version of ccm-daemon", labels=("version",))
CONNECTION_UP = Metric(name="ccm_connection_up", kind="gauge", help="Whether the database answers")
APPLIED = Metric(name="ccm_migrations_applied", kind="gauge", help="Migrations that the database has")
PENDING = Metric(name="ccm_migrations_pending", kind="gauge", help="Migrations that a run would apply")
FAILED = Metric(
    name="ccm_migrations_failed", kind="gauge", help="Migrations whose latest attempt failed or was cut short"
)
HISTORY = Metric(
    name="ccm_history_migrations",
    kind="gauge",
    help="Migrations by what is the matter with them: edited or missing in the folder, late (out of order), "
    "vanished or newer (unknown to the folder), withheld (until CCM_PHASE=all)",
    labels=("state",),
)
LAST_RUN_OUTCOME = Metric(
    name="ccm_last_run_outcome", kind="gauge", help="1 for how the last run ended, 0 for the rest", labels=("outcome",)
)
LAST_RUN_START = Metric(
    name="ccm_last_run_start_timestamp_seconds", kind="gauge", help="When the last run began, in seconds since 1970"
)
LAST_RUN_END = Metric(
    name="ccm_last_run_end_timestamp_seconds", kind="gauge", help="When the last run ended, in seconds since 1970"
)
LAST_RUN_DURATION = Metric(name="ccm_last_run_duration_seconds", kind="gauge", help="How long the last run took")
MIGRATION_DURATION = Metric(
    name="ccm_migration_duration_seconds",
    kind="gauge",
    help=f"How long a migration took, of the last run's {MOST} slowest",
    labels=("migration",),
)
STATEMENT_DURATION = Metric(
    name="ccm_statement_duration_seconds",
    kind="gauge",
    help=f"How long a statement took, of the run's {MOST} slowest",
    labels=("migration", "statement"),
    exporter=False,
)
STATEMENT_RUNNING = Metric(
    name="ccm_statement_running_seconds",
    kind="gauge",
    help="For how long the statement at hand has run",
    labels=("migration", "statement"),
    exporter=False,
)
STATEMENT_RETRIES = Metric(
    name="ccm_statement_retries_total",
    kind="counter",
    help="Statements tried again, after a lock timeout or a deadlock",
    exporter=False,
)
LOCK_ATTEMPTS = Metric(
    name="ccm_lock_attempts_total", kind="counter", help="Attempts to take the migration lock", exporter=False
)
LOCK_WAIT = Metric(
    name="ccm_lock_wait_seconds", kind="gauge", help="How long the run waited for the migration lock", exporter=False
)
LOCK_HELD = Metric(
    name="ccm_lock_held_seconds", kind="gauge", help="How long the run has held the migration lock", exporter=False
)
LOCK_HOLDER_AGE = Metric(
    name="ccm_lock_holder_age_seconds",
    kind="gauge",
    help="For how long the session that holds the migration lock has been connected; absent while nobody holds it",
)
PROGRESS_ROWS = Metric(
    name="ccm_progress_rows",
    kind="gauge",
    help="Rows done of an index build, its validation or a rewrite, as pg_stat_progress_* says",
    labels=_PHASE,
)
PROGRESS_ROWS_EXPECTED = Metric(
    name="ccm_progress_rows_expected",
    kind="gauge",
    help="Rows to be done in this phase; 0 where Postgres does not know",
    labels=_PHASE,
)
PROGRESS_BLOCKS = Metric(
    name="ccm_progress_blocks",
    kind="gauge",
    help="Blocks done of an index build, its validation or a rewrite, as pg_stat_progress_* says",
    labels=_PHASE,
)
PROGRESS_BLOCKS_EXPECTED = Metric(
    name="ccm_progress_blocks_expected",
    kind="gauge",
    help="Blocks to be done in this phase; 0 where Postgres does not know",
    labels=_PHASE,
)
INVALID_INDEXES = Metric(
    name="ccm_invalid_indexes",
    kind="gauge",
    help="Indexes that are INVALID and not being built: a CREATE INDEX CONCURRENTLY that failed left them",
    run=False,
)
DRIFT = Metric(
    name="ccm_drift_objects",
    kind="gauge",
    help="Objects in which the database differs from the snapshot of its newest migration; absent while not known",
    run=False,
)
LAST_LOOK = Metric(
    name="ccm_last_look_timestamp_seconds",
    kind="gauge",
    help="When the database answered the exporter last, in seconds since 1970",
    run=False,
)
LOOKS = Metric(
    name="ccm_looks_total",
    kind="counter",
    help="Looks of the exporter at the database, by whether it answered",
    labels=("outcome",),
    run=False,
)

METRICS = tuple(metric for metric in globals().values() if isinstance(metric, Metric))


def build() -> Sample:
    return Sample(BUILD, 1, (version("ccm-daemon"),))


def registry(measured: Callable[[], Iterable[Sample]]) -> CollectorRegistry:
    """What prometheus-client serves, pushes and writes; `measured` is asked each time it does."""
    made = CollectorRegistry()
    made.register(_Measured(measured))
    return made


class _Measured(Collector):
    def __init__(self, measured: Callable[[], Iterable[Sample]]) -> None:
        self._measured = measured

    def collect(self) -> Iterator[Family]:
        """What is not known is left out, rather than shown as 0."""
        order = {metric: place for place, metric in enumerate(METRICS)}
        samples = sorted(self._measured(), key=lambda sample: order[sample.metric])
        for metric, of_it in groupby(samples, key=lambda sample: sample.metric):
            kind = CounterMetricFamily if metric.kind == "counter" else GaugeMetricFamily
            family = kind(metric.name, metric.help, labels=metric.labels)
            for sample in of_it:
                family.add_metric(sample.labels, sample.number)
            yield family
