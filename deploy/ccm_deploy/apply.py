"""Pending migrations are applied: sent, tried again where a refusal passes by itself, and recorded.

A step that is a transaction carries its own record: the statements, the progress and at the end the row in the
tracking table are committed together or not at all.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import anyio
import asyncpg

from ccm_deploy import alone, backoff, careful, ledger, script, send, session
from ccm_deploy.connect import Connection
from ccm_deploy.course import Course
from ccm_deploy.failure import Refused, explain
from ccm_deploy.prepare import Prepared, Unit
from ccm_deploy.script import How
from ccm_deploy.send import Outcome

log = logging.getLogger(__name__)

CLEAN_UP_WITHIN = 1.5  # seconds after a signal, to roll back and to say so
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 10  # seconds, in which those who queued behind the statement get through
SEEN_WITHIN = 2  # seconds, for the observer to be there before a statement is tried again
PASSING = (
    asyncpg.LockNotAvailableError,  # lock_timeout
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
)


async def apply(connection: Connection, migrations: Sequence[Prepared], how: How, course: Course) -> None:
    """Run migrations in order, on a connection that holds the lock.

    Raises `StatementFailed` and `TrackingRefused`, rolled back and recorded; a cancellation is recorded too.
    """
    units = [unit for prepared in migrations for unit in prepared.units()]
    trial = _Trial(how=how)
    try:
        while units:
            outcome = await _next(connection, units, how, course)
            del units[: outcome.done]
            if outcome.refused is None:
                continue
            units[0] = outcome.refused.unit
            if not await trial.again(outcome.refused, course):
                await _give_up(connection, outcome.refused, how, course)
    except anyio.get_cancelled_exc_class():
        with anyio.move_on_after(CLEAN_UP_WITHIN, shield=True) as cleaning:
            await session.roll_back(connection)
            await ledger.abort(connection, course.unit, how.who)
        if cleaning.cancelled_caught:
            connection.terminate()  # the network is silent: the server rolls back once it notices, and frees the lock
        raise


async def _next(connection: Connection, units: Sequence[Unit], how: How, course: Course) -> Outcome:
    first = units[0]
    if not first.step.transactional:
        refused = await alone.unit(connection, first, how, course)
        return Outcome(done=int(refused is None), refused=refused)
    outcome = await send.units(connection, script.batch(units), how, course)
    refused = outcome.refused
    if refused is None or not careful.helps(refused, how):
        return outcome
    refused = await careful.unit(connection, refused.unit, how, course)
    return Outcome(done=outcome.done + (refused is None), refused=refused)


@dataclass(slots=True, kw_only=True, eq=False)
class _Trial:
    """For how long the statement at hand is tried again."""

    how: How
    of: tuple[str, int] | None = None
    until: float = 0
    pauses: Iterator[float] = field(default_factory=lambda: iter(()))

    async def again(self, refused: Refused, course: Course) -> bool:
        """Whether to try again, after a pause; only what passes by itself is."""
        if not isinstance(refused.error, PASSING) or not refused.number:
            return False
        now, which = anyio.current_time(), (refused.unit.tag, refused.unit.first)
        if self.of != which:
            self.of, self.until = which, now + self.how.deadline
            self.pauses = backoff.pauses(FIRST_PAUSE, LONGEST_PAUSE)
        if now >= self.until:
            return False
        course.rest()
        course.figures.retries += 1
        _report(refused, course, self.until - now)
        await anyio.sleep(min(next(self.pauses), self.until - now))
        with anyio.move_on_after(SEEN_WITHIN):
            await course.looked_at.wait()
        return True


def _report(refused: Refused, course: Course, left: float) -> None:
    unit, message = refused.unit, refused.error.args[0]
    held_up = "".join(f"; it waited for {blocker}" for blocker in course.blockers)
    extra = {
        "event": "statement_retried",
        "migration": unit.tag,
        "statement": refused.number,
        "sqlstate": refused.error.sqlstate,
        "blockers": [blocker.pid for blocker in course.blockers],
    }
    log.warning(
        "%s, statement %d: %s%s; trying again, for %.0f s more",
        unit.tag,
        refused.number,
        message,
        held_up,
        left,
        extra=extra,
    )


async def _give_up(connection: Connection, refused: Refused, how: How, course: Course) -> None:
    waited = isinstance(refused.error, asyncpg.LockNotAvailableError)
    failure = explain(refused, blockers=course.blockers if waited else ())
    await session.roll_back(connection)
    await ledger.fail(connection, refused.unit, how.who, failure)
    raise failure from refused.error
