"""One look of the exporter at the database, in two or three queries however much there is to see.

Read rights are enough. Without those of `pg_read_all_stats`, Postgres does not tell since when another role's session
has been connected, nor how far it has come.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

import asyncpg

from ccm_deploy import history, ledger, lock, metrics, pending, progress, status
from ccm_deploy.ask import ask
from ccm_deploy.connect import Connection
from ccm_deploy.environment import Environment
from ccm_deploy.figures import Outcome
from ccm_deploy.lock import Holder
from ccm_deploy.pending import Files, History
from ccm_deploy.progress import Progress
from ccm_deploy.status import Attempt
from ccm_engine.value import value

_RECENT = f"SELECT {status.ATTEMPT_IN_SHORT} FROM {ledger.RUNS} ORDER BY id DESC LIMIT {metrics.MOST}"
_LAST_RUN = f"SELECT run_started_at, pod, status FROM {ledger.RUNS} ORDER BY id DESC LIMIT 1"
_ITS_ATTEMPTS = f"SELECT attempt.* FROM {ledger.RUNS} AS attempt JOIN ({_LAST_RUN}) AS last USING (run_started_at, pod)"
_SLOWEST = f"""
    SELECT migration, extract(epoch FROM finished_at - started_at) AS seconds
    FROM ({_ITS_ATTEMPTS}) AS attempt WHERE attempt.status = 'applied' ORDER BY seconds DESC LIMIT {metrics.MOST}
"""
_LEDGER = f"""
    json_build_object(
        'unfinished', (SELECT coalesce(json_agg(row), '[]') FROM ({status.unfinished(status.ATTEMPT_IN_SHORT)}) AS row),
        'recent', (SELECT coalesce(json_agg(row), '[]') FROM ({_RECENT}) AS row),
        'slowest', (SELECT coalesce(json_object_agg(migration, seconds), '{{}}') FROM ({_SLOWEST}) AS row),
        'last_run', (
            SELECT json_build_object('pod', pod, 'status', status, 'started', run_started_at,
                'ended', (SELECT max(finished_at) FROM ({_ITS_ATTEMPTS}) AS attempt))
            FROM ({_LAST_RUN}) AS row
        )
    )
"""
# A partitioned index is invalid for as long as a partition has none, which is somebody's plan.
_INVALID = """
    SELECT indexrelid::regclass::text AS name FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
    WHERE NOT indisvalid AND relkind = 'i' AND indexrelid NOT IN (
        SELECT index_relid FROM pg_stat_progress_create_index WHERE index_relid IS NOT NULL
    )
"""
_PROGRESS = progress.ROWS.replace("$1", "holder.pid")
_QUERY = f"""
    SELECT json_build_object(
        'ledger', {{ledger}},
        'holder', (SELECT row_to_json(row) FROM ({lock.HOLDER}) AS row LIMIT 1),
        'progress', (
            SELECT row_to_json(row) FROM ({lock.HOLDER}) AS holder, LATERAL ({_PROGRESS}) AS row LIMIT 1
        ),
        'invalid', (SELECT coalesce(json_agg(name ORDER BY name), '[]') FROM ({_INVALID}) AS row)
    )
"""
_NOTHING_YET: Mapping[str, Any] = {"unfinished": (), "recent": (), "slowest": {}, "last_run": None}


@value
class LastRun:
    """The newest run that had something to do: of which pod, from when to when, and how it ended."""

    pod: str
    outcome: Outcome
    started: datetime
    ended: datetime | None


@value
class Look:
    """What there was to see."""

    history: History
    unfinished: tuple[Attempt, ...]
    """Latest attempts that did not get through: failed, aborted, or running right now."""
    recent: tuple[Attempt, ...]
    """The newest attempts, newest first."""
    slowest: Mapping[str, float]
    """The migrations of the last run that took longest, with seconds."""
    last_run: LastRun | None
    holder: Holder | None
    progress: Progress | None
    invalid_indexes: tuple[str, ...]

    @property
    def failed(self) -> tuple[Attempt, ...]:
        return tuple(attempt for attempt in self.unfinished if attempt.status != "running")


async def look(connection: Connection, migrations: Files, environment: Environment) -> Look:
    """Raises `TrackingRefused`, and what ends a session."""
    found = pending.withhold(await history.read(connection, migrations), environment)
    with ledger.refused():
        try:
            answer = await ask(connection, _QUERY.format(ledger=_LEDGER))
        except asyncpg.UndefinedTableError:
            answer = await ask(connection, _QUERY.format(ledger="NULL"))
    seen = cast("dict[str, Any]", answer)
    recorded = seen["ledger"] or _NOTHING_YET
    holder = None if seen["holder"] is None else Holder(**_with_moments(seen["holder"]))
    return Look(
        history=found,
        unfinished=tuple(status.as_it_is(Attempt(**_with_moments(row)), holder) for row in recorded["unfinished"]),
        recent=tuple(status.as_it_is(Attempt(**_with_moments(row)), holder) for row in recorded["recent"]),
        slowest=recorded["slowest"],
        last_run=None if recorded["last_run"] is None else _run(_with_moments(recorded["last_run"]), holder),
        holder=holder,
        progress=None if seen["progress"] is None else Progress(**seen["progress"]),
        invalid_indexes=tuple(seen["invalid"]),
    )


def _run(row: Mapping[str, Any], holder: Holder | None) -> LastRun:
    outcome = _outcome(row["status"], holder)
    ended = None if outcome == "running" else row["ended"]
    return LastRun(pod=row["pod"], outcome=outcome, started=row["started"], ended=ended)


def _outcome(of_its_last_attempt: str, holder: Holder | None) -> Outcome:
    match of_its_last_attempt:
        case "running":
            return "running" if holder else "aborted"
        case "failed" | "aborted" as unfinished:
            return unfinished
        case _:  # or baselined, adopted, repaired
            return "applied"


def _with_moments(row: Mapping[str, Any]) -> dict[str, Any]:
    """JSON has no type for them."""
    moments = {"since", "started", "ended", "started_at", "finished_at"}
    return {name: datetime.fromisoformat(known) if known and name in moments else known for name, known in row.items()}
