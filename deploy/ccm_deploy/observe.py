"""A second session looks on: for whom a statement waits, and how far one that takes long has come.

The session that migrates cannot say it, for it is the one that waits. The second is opened only once a statement
takes its time, so that most runs never have it.
"""

import logging
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import anyio
import asyncpg

from ccm_deploy import connect, lock, progress
from ccm_deploy.connect import Connection
from ccm_deploy.course import Course
from ccm_deploy.lock import Holder
from ccm_engine import errors
from ccm_engine.url import Url

log = logging.getLogger(__name__)

FIRST_LOOK = 1  # second that a statement has run
LOOK_EVERY = 0.5  # seconds
REPORT_EVERY = 10  # seconds
CONNECT_WITHIN = 5  # seconds

_BLOCKERS = f"SELECT {lock.SEEN} FROM unnest(pg_blocking_pids($1)) AS blocker JOIN pg_stat_activity ON pid = blocker"


@asynccontextmanager
async def beside(
    connection: Connection, url: Url, course: Course, application: str, lock_timeout: float
) -> AsyncGenerator[None]:
    """Look on for as long as the block lasts; with a short lock timeout sooner and more often."""
    try:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_look_on, connection.get_server_pid(), url, course, application, lock_timeout)
            yield
            tasks.cancel_scope.cancel()
    except ExceptionGroup as group:  # what went wrong in the block is what a person wants to read
        raise group.exceptions[0] from group.exceptions[0].__cause__


async def _look_on(pid: int, url: Url, course: Course, application: str, lock_timeout: float) -> None:
    first, every = _pace(lock_timeout)
    while course.unit is None or time.perf_counter() - course.since < first:  # noqa: ASYNC110 - it is time that passes
        await anyio.sleep(first / 4)
    try:
        async with connect.glance(url, application=f"{application} looks on", patience=CONNECT_WITHIN) as connection:
            course.looked_at.set()
            await _watch(connection, pid, course, every)
    except (errors.Unreachable, asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        course.looked_at.set()
        log.info("it will not be told who holds a statement up: %s", error, extra={"event": "not_looked_at"})


def _pace(lock_timeout: float) -> tuple[float, float]:
    """When to look first and how often, in seconds: before a statement gives up; 0 is a statement that never does."""
    return (
        (min(FIRST_LOOK, lock_timeout / 2), min(LOOK_EVERY, lock_timeout / 4))
        if lock_timeout
        else (FIRST_LOOK, LOOK_EVERY)
    )


async def _watch(connection: Connection, pid: int, course: Course, every: float) -> None:
    reported = time.perf_counter()
    while True:
        if course.unit is not None:
            blockers = tuple(Holder(**dict(row)) for row in await connection.fetch(_BLOCKERS, pid))
            if blockers:
                course.blockers = blockers
            course.figures.progress = await progress.of(connection, pid)
            if time.perf_counter() - max(reported, course.since) >= REPORT_EVERY:
                reported = time.perf_counter()
                _report(course, blockers)
        await anyio.sleep(every)


def _report(course: Course, blockers: tuple[Holder, ...]) -> None:
    unit, far = course.unit, course.figures.progress
    if unit is None:
        return
    told = [f"waiting for {blocker}" for blocker in blockers]
    if far is not None:
        told.append(str(far))
    seconds = time.perf_counter() - course.since
    extra = {"event": "statement_running", "migration": unit.tag, "statement": course.number, "seconds": seconds}
    log.info(
        "%s, statement %d has run for %.0f s%s",
        unit.tag,
        course.number,
        seconds,
        "".join(f"; {t}" for t in told),
        extra=extra,
    )
