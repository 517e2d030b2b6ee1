"""What the exporter has seen → samples of metrics."""

import time
from collections.abc import Iterator

from ccm_deploy import metrics, run_samples
from ccm_deploy.exporter.look import LastRun, Look
from ccm_deploy.exporter.view import View
from ccm_deploy.metrics import Sample


def samples(view: View) -> Iterator[Sample]:
    """Of a database that does not answer, nothing is told but that: what was seen before may not be true any more."""
    yield metrics.build()
    yield Sample(metrics.CONNECTION_UP, view.look is not None)
    for outcome, count in view.looks.items():
        yield Sample(metrics.LOOKS, count, (outcome,))
    if view.looked is not None:
        yield Sample(metrics.LAST_LOOK, view.looked)
    if (look := view.look) is not None:
        yield from _of_look(look, view)


def _of_look(look: Look, view: View) -> Iterator[Sample]:
    yield from run_samples.of_history(look.history, set())
    yield Sample(metrics.FAILED, len(look.failed))
    yield Sample(metrics.INVALID_INDEXES, len(look.invalid_indexes))
    for tag, seconds in look.slowest.items():
        yield Sample(metrics.MIGRATION_DURATION, seconds, (tag,))
    if look.last_run is not None:
        yield from _of_run(look.last_run)
    if (since := view.held_since) is not None:
        yield Sample(metrics.LOCK_HOLDER_AGE, time.time() - since)
    if look.progress is not None:
        yield from run_samples.of_progress(look.progress)
    if view.drift is not None:
        yield Sample(metrics.DRIFT, len(view.drift))


def _of_run(run: LastRun) -> Iterator[Sample]:
    yield from run_samples.of_outcome(run.outcome)
    yield Sample(metrics.LAST_RUN_START, run.started.timestamp())
    if run.ended is not None:
        yield Sample(metrics.LAST_RUN_END, run.ended.timestamp())
        yield Sample(metrics.LAST_RUN_DURATION, (run.ended - run.started).total_seconds())
