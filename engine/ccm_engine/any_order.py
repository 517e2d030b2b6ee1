"""Statements in an order that need not be the right one, run until all have worked or nothing moves any more."""

from collections.abc import Sequence

import asyncpg

from ccm_engine import blame
from ccm_engine.throwaway import Connection


async def run(connection: Connection, statements: Sequence[tuple[int, str]]) -> None:
    """All at once where that works; else one by one, what fails again after what worked, until nothing moves.

    Each has its number, which an error names.
    """
    if not statements:
        return  # asyncpg cannot execute nothing
    try:
        async with connection.transaction():
            await connection.execute("\n;\n".join(statement for _, statement in statements))
    except asyncpg.PostgresError:
        waiting = list(statements)
        while waiting:
            tried = [await _attempt(connection, number, statement) for number, statement in waiting]
            failed = [failure for failure in tried if failure is not None]
            if failed and blame.would_undo(failed[0]):
                raise blame.refused(failed[:1]) from failed[0].error
            if len(failed) == len(waiting):
                raise blame.refused(failed) from failed[0].error
            waiting = [(failure.number, failure.statement) for failure in failed]


async def _attempt(connection: Connection, number: int, statement: str) -> blame.Failure | None:
    try:
        async with connection.transaction():
            await connection.execute(statement)
    except asyncpg.DuplicateSchemaError:
        return None  # the schema that models live in is made for them, and an event of theirs may make it again
    except asyncpg.PostgresError as error:
        return blame.Failure(number=number, statement=statement, error=error)
    return None
