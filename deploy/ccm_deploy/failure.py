"""An error of Postgres → where it is in the file, and what to do about it."""

from collections.abc import Iterator

import asyncpg

from ccm_deploy.prepare import Prepared
from ccm_engine import errors, sql
from ccm_engine.caret import excerpt


def explain(error: asyncpg.PostgresError, prepared: Prepared, *, number: int, done: int) -> errors.StatementFailed:
    """`number` is the statement's, from 1; the first `done` statements are committed and stay."""
    line, column = location(prepared, number, error.position)
    return errors.StatementFailed(
        tag=prepared.migration.tag,
        path=str(prepared.migration.path),
        line=line,
        column=column,
        number=number,
        total=len(prepared.statements),
        sqlstate=error.sqlstate,
        message=error.args[0],
        excerpt=excerpt(prepared.migration.sql, line, column),
        detail="\n".join(_details(error, done)),
        hint=f"hint: {error.hint or 'correct the file and run again'}",
    )


def location(prepared: Prepared, number: int, position: str | None) -> tuple[int, int]:
    """Line and column in the file, from 1. `position` is Postgres': characters, from 1, in the statement as sent."""
    statement = prepared.statements[number - 1]
    before = statement.sql[: int(position) - 1] if position else ""
    return sql.position(prepared.migration.sql.encode(), statement.offset + len(before.encode()))


def _details(error: asyncpg.PostgresError, done: int) -> Iterator[str]:
    if error.detail:
        yield f"detail: {error.detail}"
    if error.context:
        yield f"context: {error.context}"
    if done:
        yield f"statements 1 to {done} are committed and stay; what came after them is rolled back"
    else:
        yield "rolled back: nothing of this attempt is in the database"
