"""One migration is applied: its steps run, and what became of it is recorded.

A step that is a transaction carries its own record: the statements, the progress and at the end the row in the
tracking table are committed together or not at all.
"""

import anyio
import asyncpg

from ccm_deploy import failure, ledger, session
from ccm_deploy.connect import Connection, fatal
from ccm_deploy.ledger import Who
from ccm_deploy.prepare import Prepared
from ccm_engine import errors
from ccm_engine.sql import Step

CLEAN_UP_WITHIN = 2  # seconds after a signal, to roll back and to say so


async def apply(connection: Connection, prepared: Prepared, *, who: Who, lock_timeout: float) -> None:
    """Run one migration on a connection that holds the lock; `lock_timeout` is each statement's, in seconds.

    Raises `StatementFailed` and `TrackingRefused`, rolled back and recorded; a cancellation is recorded too.
    """
    await session.settle(connection)
    attempt = await ledger.start(connection, prepared.migration, total=len(prepared.statements), who=who)
    try:
        await _steps(connection, prepared, attempt, lock_timeout)
    except (errors.StatementFailed, errors.TrackingRefused) as error:
        await session.roll_back(connection)
        await ledger.fail(connection, attempt, error, _statement(prepared, error))
        raise
    except anyio.get_cancelled_exc_class():
        with anyio.move_on_after(CLEAN_UP_WITHIN, shield=True):
            await session.roll_back(connection)
            await ledger.abort(connection, attempt)
        raise


async def _steps(connection: Connection, prepared: Prepared, attempt: int, lock_timeout: float) -> None:
    done = 0
    for step in prepared.steps:
        if step.transactional:
            await session.begin(connection, lock_timeout=lock_timeout)
        await _statements(connection, prepared, step, done)
        if not step.transactional:
            await session.begin(connection, lock_timeout=lock_timeout)
        after = done + len(step.statements)
        if step is prepared.steps[-1]:
            await ledger.record(connection, attempt, prepared.migration)
        else:
            await ledger.progress(connection, attempt, after)
        await _execute(connection, "COMMIT", prepared, number=after, done=done)
        done = after


async def _statements(connection: Connection, prepared: Prepared, step: Step, done: int) -> None:
    for number, statement in enumerate(step.statements, done + 1):
        await _execute(connection, statement.sql, prepared, number=number, done=done)


async def _execute(connection: Connection, text: str, prepared: Prepared, *, number: int, done: int) -> None:
    """Send one statement; `COMMIT` counts as the statement before it, whose deferred constraints it checks."""
    try:
        await connection.execute(text)
    except asyncpg.PostgresError as error:
        if fatal(error):
            raise
        raise failure.explain(error, prepared, number=number, done=done) from error


def _statement(prepared: Prepared, error: errors.StatementFailed | errors.TrackingRefused) -> str | None:
    return prepared.statements[error.number - 1].sql if isinstance(error, errors.StatementFailed) else None
