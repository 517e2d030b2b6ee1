"""The migration lock: of all the runs that start at once, one migrates.

A session-level advisory lock, so that Postgres frees it when the run dies, however it dies. It is taken by asking
again and again: a session that waits inside `pg_advisory_lock` holds a snapshot, which deadlocks with the
`CREATE INDEX CONCURRENTLY` of the run it waits for.

The key is the first 64 bits of the SHA-256 of `DATABASE public.__drizzle_migrations`; `KEY` computes it on the server.
"""

import logging
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime

import anyio
import asyncpg

from ccm_deploy import backoff, ledger
from ccm_deploy.connect import Connection
from ccm_deploy.figures import Figures
from ccm_engine import errors
from ccm_engine.language import translated as _
from ccm_engine.value import value

log = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 0.05, 1
REPORT_EVERY = 5  # seconds
RELEASE_WITHIN = 1.5  # seconds; the end of the session releases it too
LONGEST_QUERY = 100  # characters of what the holder runs

_NAME = f"convert_to(current_database() || ' {ledger.TRACKING}', 'UTF8')"
KEY = f"('x' || left(encode(sha256({_NAME}), 'hex'), 16))::bit(64)::bigint"
_TRY = f"SELECT pg_try_advisory_lock({KEY})"
_RELEASE = f"SELECT pg_advisory_unlock({KEY})"
SEEN = "pid, application_name AS application, backend_start AS since, state, query"
HOLDER = f"""
    SELECT {SEEN}
    FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE locktype = 'advisory' AND granted AND objsubid = 1
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND (classid::bigint << 32 | objid::bigint) = {KEY}
"""


@value
class Holder:
    """Who holds the lock; Postgres shows another role's `since`, `state` and `query` only to a monitoring role."""

    pid: int
    application: str | None
    since: datetime | None
    state: str | None
    query: str | None

    def __str__(self) -> str:
        since = _(", connected since {time}").format(time=f"{self.since:%Y-%m-%d %H:%M:%S %Z}") if self.since else ""
        told = f"pid {self.pid} ({self.application}){since}"
        if self.state is None:
            return told
        query = " ".join((self.query or "").split())
        shown = query if len(query) <= LONGEST_QUERY else query[:LONGEST_QUERY] + "…"
        return f"{told}, {self.state}: {shown}"


async def holder(connection: Connection) -> Holder | None:
    """Who holds the lock at this moment."""
    row = await connection.fetchrow(HOLDER)
    return None if row is None else Holder(**dict(row))


@asynccontextmanager
async def held(connection: Connection, *, patience: float, figures: Figures) -> AsyncGenerator[None]:
    """The lock, for as long as the block lasts; `patience` is in seconds. Raises `LockHeld`."""
    await _take(connection, patience, figures)
    try:
        yield
    finally:
        figures.lock_released = time.time()
        if not connection.is_closed():
            with anyio.move_on_after(RELEASE_WITHIN, shield=True):
                await _release(connection)


async def _take(connection: Connection, patience: float, figures: Figures) -> None:
    started = report_at = anyio.current_time()
    pauses = backoff.pauses(FIRST_PAUSE, LONGEST_PAUSE)
    while True:
        figures.lock_attempts += 1
        taken = await connection.fetchval(_TRY)
        now = anyio.current_time()
        figures.lock_wait = now - started
        if taken:
            figures.lock_taken, figures.holder = time.time(), None
            return
        if figures.lock_wait >= patience:
            raise errors.LockHeld(seconds=patience, holder=_name(await holder(connection)))
        if now >= report_at:
            report_at = now + REPORT_EVERY
            figures.holder = await holder(connection)
            _report(figures.holder, figures.lock_wait)
        await anyio.sleep(min(next(pauses), started + patience - now))


def _report(holder: Holder | None, waited: float) -> None:
    extra = {"event": "lock_awaited", "holder": holder and holder.pid, "seconds": waited}
    log.info("another run is migrating, waiting for it since %.0f s: %s", waited, _name(holder), extra=extra)


def _name(holder: Holder | None) -> str:
    return "it has just let go" if holder is None else str(holder)


async def _release(connection: Connection) -> None:
    if connection.is_closed():
        return  # and released with that
    try:
        released = await connection.fetchval(_RELEASE)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        log.warning("the lock ends with the session, not before it: %s", error, extra={"event": "lock_not_released"})
        return
    if not released:
        log.warning(
            "the lock was no longer ours when the run ended: does a migration call pg_advisory_unlock_all()?",
            extra={"event": "lock_was_lost"},
        )
