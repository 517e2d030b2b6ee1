"""The figures of a run → samples of metrics."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from heapq import nlargest
from operator import itemgetter
from typing import get_args

from ccm_deploy import figures, metrics
from ccm_deploy.figures import Figures
from ccm_deploy.metrics import Sample
from ccm_deploy.pending import History
from ccm_deploy.progress import Progress


def samples(run: Figures) -> Iterator[Sample]:
    """What is known so far. Asked from another thread than the one that runs, so that what it copies may be newer."""
    durations, statements = dict(run.durations), dict(run.statements)
    yield metrics.build()
    yield Sample(metrics.CONNECTION_UP, run.connected)
    if run.history is not None:
        yield from of_history(run.history, set(durations))
        yield Sample(metrics.FAILED, run.failed)
    yield from _lock(run)
    yield from _last_run(run)
    for tag, seconds in nlargest(metrics.MOST, durations.items(), key=itemgetter(1)):
        yield Sample(metrics.MIGRATION_DURATION, seconds, (tag,))
    for (tag, number), seconds in nlargest(metrics.MOST, statements.items(), key=itemgetter(1)):
        yield Sample(metrics.STATEMENT_DURATION, seconds, (tag, str(number)))
    if (at := run.at) is not None:
        yield Sample(metrics.STATEMENT_RUNNING, time.time() - at[2], (at[0], str(at[1])))
    yield Sample(metrics.STATEMENT_RETRIES, run.retries)
    if (progress := run.progress) is not None:
        yield from of_progress(progress)


def of_history(history: History, applied_since: set[str]) -> Iterator[Sample]:
    """What folder and database make of each other, and what has been applied after they were compared."""
    yield Sample(metrics.APPLIED, len(applied_since.union(history.applied)))
    yield Sample(metrics.PENDING, sum(migration.tag not in applied_since for migration in history.pending))
    states = {
        "edited": history.edited,
        "missing": history.missing,
        "late": [late for late in history.late if late.migration.tag not in applied_since],
        "vanished": history.vanished,
        "newer": history.newer,
        "withheld": history.withheld,
    }
    for state, found in states.items():
        yield Sample(metrics.HISTORY, len(found), (state,))


def of_outcome(outcome: figures.Outcome) -> Iterator[Sample]:
    for each in get_args(figures.Outcome):
        yield Sample(metrics.LAST_RUN_OUTCOME, outcome == each, (each,))


def of_progress(progress: Progress) -> Iterator[Sample]:
    labels = (progress.command, progress.relation, progress.phase)
    yield Sample(metrics.PROGRESS_ROWS, progress.rows, labels)
    yield Sample(metrics.PROGRESS_ROWS_EXPECTED, progress.rows_expected, labels)
    yield Sample(metrics.PROGRESS_BLOCKS, progress.blocks, labels)
    yield Sample(metrics.PROGRESS_BLOCKS_EXPECTED, progress.blocks_expected, labels)


def _last_run(run: Figures) -> Iterator[Sample]:
    yield from of_outcome(run.outcome)
    yield Sample(metrics.LAST_RUN_START, run.started)
    if run.ended is not None:
        yield Sample(metrics.LAST_RUN_END, run.ended)
        yield Sample(metrics.LAST_RUN_DURATION, run.ended - run.started)


def _lock(run: Figures) -> Iterator[Sample]:
    yield Sample(metrics.LOCK_ATTEMPTS, run.lock_attempts)
    yield Sample(metrics.LOCK_WAIT, run.lock_wait)
    if run.lock_taken is not None:
        yield Sample(metrics.LOCK_HELD, (run.lock_released or time.time()) - run.lock_taken)
    if run.holder is not None and run.holder.since is not None:
        age = datetime.now(UTC) - run.holder.since
        yield Sample(metrics.LOCK_HOLDER_AGE, age.total_seconds())
