"""`wait`: until another run has brought the database to what this version needs.

It only reads, so it asks for no consent. Each look is a session of its own: a thousand pods that wait keep none open.
"""

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

import anyio
import asyncpg

from ccm_deploy import backoff, connect, gate, history, ledger, lock, pending, status
from ccm_deploy.connect import Connection
from ccm_deploy.environment import Environment
from ccm_deploy.gate import Target
from ccm_deploy.lock import Holder
from ccm_deploy.pending import Files, History
from ccm_deploy.status import Attempt
from ccm_deploy.stop import stoppable
from ccm_engine import errors
from ccm_engine.language import translated as _
from ccm_engine.value import value

log = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5  # seconds
REPORT_EVERY = 10  # seconds
MOST = 5  # migrations that a message names

_LATEST = f"SELECT {status.ATTEMPT} FROM {ledger.RUNS} ORDER BY id DESC LIMIT 1"


@value
class Sight:
    """What there is to see in the database; the last two only where it was looked at closely."""

    history: History
    holder: Holder | None = None
    failed: Attempt | None = None
    """The latest of all attempts, where it did not get through."""

    @property
    def pending(self) -> tuple[str, ...]:
        return tuple(migration.tag for migration in self.history.pending)

    def __str__(self) -> str:
        """Who is at it, and what went wrong last."""
        told = _("a run is at it: {holder}").format(holder=self.holder) if self.holder else _("no run is at it")
        if self.failed is None:
            return told
        return told + _("; the latest attempt did not get through: {attempt}").format(attempt=_told(self.failed))


async def wait(environment: Environment) -> tuple[str, ...]:
    """Until nothing of the folder is pending in production; the tags that were at first, in order.

    Raises subclasses of `ConfigurationError`, `Unreachable` and `HistoryRefused` where waiting cannot help,
    `MigrationsAwaited` or `DatabaseStaysSilent` where it took too long, and `Stopped` after SIGTERM or SIGINT.
    """
    target = gate.production(environment)
    history.announce(target)
    migrations = history.files(environment.out)
    return await stoppable(partial(_wait, target, environment, migrations))


async def _wait(target: Target, environment: Environment, migrations: Files) -> tuple[str, ...]:
    started, report_at = anyio.current_time(), 0.0
    pauses = backoff.pauses(FIRST_PAUSE, LONGEST_PAUSE)
    seen: list[Sight] = []  # the first and the last
    while True:
        waited = anyio.current_time() - started
        left = max(environment.wait_timeout - waited, 0)
        closely = not left or waited >= report_at
        patience = min(connect.LONGEST_ATTEMPT, left + 1)
        sight = await _look(target, environment, migrations, patience=patience, closely=closely)
        if isinstance(sight, Sight):
            seen = [*seen[:1], sight]
            if not sight.pending:
                _report_the_end(sight, seen[0].pending, waited if report_at else 0)
                return seen[0].pending
        if not left:
            raise _too_late(target, environment, sight, seen)
        if closely:
            report_at = waited + REPORT_EVERY
            _report(target, sight, waited, left)
        await anyio.sleep(min(next(pauses), left))


async def _look(
    target: Target, environment: Environment, migrations: Files, *, patience: float, closely: bool
) -> Sight | errors.Unreachable:
    """What there is to see, or why there is nothing; what waiting cannot mend is raised."""
    try:
        async with connect.glance(target.url, application=environment.application, patience=patience) as connection:
            found = await history.read(connection, migrations)
            pending.check(found, migrations, environment)
            sight = Sight(history=pending.withhold(found, environment))
            return await _closely(connection, sight) if closely and sight.pending else sight
    except (errors.DatabaseSilent, errors.ConnectionLost) as error:
        return error


async def _closely(connection: Connection, sight: Sight) -> Sight:
    """In one transaction: a pooler that lends a server for that long would else ask one and listen to another."""
    with ledger.refused(), suppress(asyncpg.UndefinedTableError):
        async with connection.transaction(readonly=True):
            sight = replace(sight, holder=await lock.holder(connection))
            row = await connection.fetchrow(_LATEST)
            if row is not None:
                latest = status.as_it_is(Attempt(**dict(row)), sight.holder)
                sight = replace(sight, failed=latest if latest.status in {"failed", "aborted"} else None)
    return sight


def _told(attempt: Attempt) -> str:
    text = _("{tag}, {status} in {pod}, begun {time}").format(
        tag=attempt.migration,
        status=attempt.status,
        pod=attempt.pod,
        time=f"{attempt.started_at:%Y-%m-%d %H:%M:%S %Z}",
    )
    if attempt.line:
        text += _("; statement {number}, line {line}").format(number=attempt.statement_number, line=attempt.line)
    if attempt.message:
        text += f": {attempt.message}" + (f" (SQLSTATE {attempt.sqlstate})" if attempt.sqlstate else "")
    return text


def _report(target: Target, sight: Sight | errors.Unreachable, waited: float, left: float) -> None:
    if isinstance(sight, Sight):
        _report_what_is_pending(sight, waited)
    else:
        reason = _reason(sight)
        extra = {"event": "database_awaited", "reason": reason, "seconds": left}
        log.warning("waiting for %s, %.1f s more: %s", target.url, left, reason, extra=extra)


def _report_what_is_pending(sight: Sight, waited: float) -> None:
    extra = {
        "event": "migrations_awaited",
        "migrations": sight.pending,
        "seconds": waited,
        "holder": sight.holder and sight.holder.pid,
        "failed": sight.failed and sight.failed.migration,
        "sqlstate": sight.failed and sight.failed.sqlstate,
    }
    names = _named(sight.pending)
    if sight.failed is None:
        log.info("waiting for another run to apply %s, since %.0f s; %s", names, waited, sight, extra=extra)
    else:
        log.warning(
            "waiting for another run to get through with %s, since %.0f s; %s", names, waited, sight, extra=extra
        )


def _report_the_end(sight: Sight, awaited: Sequence[str], waited: float) -> None:
    history.report(sight.history, applied=())
    if waited:
        extra = {"event": "waited", "migrations": awaited, "seconds": waited}
        log.info("waited %.1f s for it", waited, extra=extra)


def _too_late(
    target: Target, environment: Environment, sight: Sight | errors.Unreachable, seen: Sequence[Sight]
) -> errors.CcmError:
    seconds = environment.wait_timeout
    if isinstance(sight, Sight):
        return errors.MigrationsAwaited(seconds=seconds, pending=_named(sight.pending), standing=str(sight))
    reason = _reason(sight)
    if not seen:
        return errors.DatabaseStaysSilent(target=str(target.url), seconds=seconds, reason=reason)
    standing = _("the database has stopped answering: {reason}").format(reason=reason)
    return errors.MigrationsAwaited(seconds=seconds, pending=_named(seen[-1].pending), standing=standing)


def _reason(error: errors.Unreachable) -> str:
    """Each of those that are waited out has one."""
    return str(vars(error)["reason"])


def _named(tags: Sequence[str]) -> str:
    names = ", ".join(tags[:MOST])
    more = len(tags) - MOST
    return _("{names} and {count} more").format(names=names, count=more) if more > 0 else names
