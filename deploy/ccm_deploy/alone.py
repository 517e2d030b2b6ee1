"""A statement that can be in no transaction is run on its own, and asked after first where an attempt died with it."""

import logging
from dataclasses import replace

import asyncpg

from ccm_deploy import existing, ledger, leftovers, naming, script
from ccm_deploy.connect import Connection, fatal
from ccm_deploy.course import Course
from ccm_deploy.failure import Refused
from ccm_deploy.prepare import Unit
from ccm_deploy.script import RECORD, How
from ccm_engine import traits
from ccm_engine.sql import Statement

log = logging.getLogger(__name__)

# What a statement is told whose work is done: there is such a database, tablespace or subscription; there is none.
DONE_ALREADY = (
    asyncpg.DuplicateDatabaseError,
    asyncpg.DuplicateObjectError,
    asyncpg.UndefinedObjectError,
    asyncpg.InvalidCatalogNameError,
)


async def unit(connection: Connection, single: Unit, how: How, course: Course) -> Refused | None:
    """Run it; returns what was refused. Raises only what ends the session."""
    await connection.execute(";\n".join(script.opened(single, how)))
    opened, statement = replace(single, opens=False), single.step.statements[0]
    course.reach(opened, single.first)
    text = statement.sql
    try:
        done = await leftovers.is_done(connection, statement, single.died)
        if not done:
            text = await naming.named(connection, statement)
            await connection.execute(f"{ledger.alone(single, text)};\n{_patience(single, how)}")
            await _run(connection, text, single, how)
    except asyncpg.PostgresError as error:
        return _refused(opened, error, number=single.first, position=_position(error, text, statement))
    course.reach(opened, RECORD)
    try:
        await connection.execute(f"BEGIN;\n{script.recorded(single, how)};\nCOMMIT")
    except asyncpg.PostgresError as error:
        refused = _refused(opened, error, number=RECORD, position=None)
        await connection.execute("ROLLBACK")
        return refused
    course.commit(single)
    return None


async def _run(connection: Connection, text: str, single: Unit, how: How) -> None:
    try:
        await connection.execute(text)
    except (*DONE_ALREADY, *existing.ERRORS) as error:
        if single.died is None and how.tolerate and isinstance(error, existing.ERRORS):
            async with connection.transaction():
                await existing.pass_over(connection, single, single.first, single.step.statements[0], error)
            return
        if single.died is None or not isinstance(error, DONE_ALREADY):
            raise
        extra = {"event": "found_done", "sqlstate": error.sqlstate}
        log.info("%s: an earlier attempt had finished it: %s", single.tag, error, extra=extra)


def _patience(single: Unit, how: How) -> str:
    """Few of these statements are such that others queue behind them: `VACUUM FULL`, `CLUSTER`, `REINDEX SCHEMA`."""
    statement = single.step.statements[0]
    if single.prepared.minds_its_locks:
        return ""
    queues = statement.node is not None and traits.queues(statement.node, statement.sql)
    return f"SET lock_timeout TO {how.lock_timeout * 1000 if queues else 0:.0f}"


def _position(error: asyncpg.PostgresError, sent: str, statement: Statement) -> int | None:
    """Where in the statement; a name may have been put into what was sent."""
    position = int(error.position) if error.position else None
    if position is None or sent == statement.sql:
        return position
    added = len(sent) - len(statement.sql)
    return position if sent[:position] == statement.sql[:position] else position - added


def _refused(opened: Unit, error: asyncpg.PostgresError, *, number: int, position: int | None) -> Refused:
    if fatal(error):
        raise error
    return Refused(unit=opened, number=number, error=error, position=position)
