"""A step is run statement by statement, where one script for all of it would not do.

That is where a statement that makes what exists already is passed over, and where a mark does not tell which
statement it was that Postgres refused.
"""

import logging
from dataclasses import replace

import asyncpg

from ccm_deploy import existing, leftovers, script
from ccm_deploy.connect import Connection, fatal
from ccm_deploy.course import Course
from ccm_deploy.failure import Refused
from ccm_deploy.prepare import Unit
from ccm_deploy.script import RECORD, How
from ccm_engine import traits
from ccm_engine.sql import Statement

log = logging.getLogger(__name__)

_SAVE, _BACK, _RELEASE = (f"{words} __ccm" for words in ("SAVEPOINT", "ROLLBACK TO SAVEPOINT", "RELEASE SAVEPOINT"))


def helps(refused: Refused, how: How) -> bool:
    """Whether it is worth it after what a script was refused."""
    if how.tolerate and isinstance(refused.error, existing.ERRORS) and refused.number:
        return True
    return refused.position is None and not script.is_exact(refused.unit, refused.number)


async def unit(connection: Connection, careful: Unit, how: How, course: Course) -> Refused | None:
    """Run a transactional unit; returns what was refused of it. Raises only what ends the session."""
    await connection.execute(";\n".join(script.opened(careful, how)))
    await connection.execute("BEGIN")
    for number, (statement, wait) in enumerate(script.patience(careful, how), careful.first):
        course.reach(careful, number)
        try:
            for text in filter(None, (wait, leftovers.guard(statement))):
                await connection.execute(text)
            await _statement(connection, careful, number, statement, how)
        except asyncpg.PostgresError as error:
            return await _refused(connection, careful, number, error)
    course.reach(careful, RECORD)
    try:
        await connection.execute(f"{script.recorded(careful, how)};\nCOMMIT")
    except asyncpg.PostgresError as error:
        return await _refused(connection, careful, RECORD, error)
    course.commit(careful)
    return None


async def _statement(connection: Connection, unit: Unit, number: int, statement: Statement, how: How) -> None:
    saved = how.tolerate and traits.stands_alone(statement.node)
    if saved:
        await connection.execute(_SAVE)
    try:
        await connection.execute(statement.sql)
        if number == unit.last:
            await connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except existing.ERRORS as error:
        if not saved:
            raise
        await connection.execute(_BACK)
        await existing.pass_over(connection, unit, number, statement, error)
    if saved:
        await connection.execute(_RELEASE)


async def _refused(connection: Connection, unit: Unit, number: int, error: asyncpg.PostgresError) -> Refused:
    if fatal(error):
        raise error
    await connection.execute("ROLLBACK")
    position = int(error.position) if error.position else None
    return Refused(unit=replace(unit, opens=False, brief=False), number=number, error=error, position=position)
