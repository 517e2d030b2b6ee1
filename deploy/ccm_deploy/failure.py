"""An error of Postgres → where it is in the file, and what to do about it."""

from collections.abc import Iterator, Sequence

import asyncpg

from ccm_deploy import ledger
from ccm_deploy.lock import Holder
from ccm_deploy.prepare import Prepared, Unit
from ccm_engine import errors, sql
from ccm_engine.caret import excerpt
from ccm_engine.language import translated as _
from ccm_engine.value import value


@value
class Refused:
    """What Postgres refused of a unit, rolled back: which statement, and where in it."""

    unit: Unit
    """`opens` it no more where the attempt is on record already."""
    number: int
    """0 where it was the record of what has been done."""
    error: asyncpg.PostgresError
    position: int | None
    """In characters of the statement, from 1."""


def explain(refused: Refused, *, blockers: Sequence[Holder] = ()) -> errors.StatementFailed | errors.TrackingRefused:
    """`blockers` are those who held the lock that it waited for in vain."""
    unit, error = refused.unit, refused.error
    if not refused.number:
        return errors.TrackingRefused(tables=ledger.TABLES, message=str(error), sqlstate=error.sqlstate)
    migration = unit.prepared.migration
    line, column = location(unit.prepared, refused.number, refused.position)
    return errors.StatementFailed(
        tag=unit.tag,
        path=str(migration.path),
        line=line,
        column=column,
        number=refused.number,
        total=len(unit.prepared.statements),
        sqlstate=error.sqlstate,
        message=error.args[0],
        excerpt=excerpt(migration.sql, line, column),
        detail="\n".join(_details(error, unit.first - 1, blockers)),
        hint=_("hint: {hint}").format(hint=error.hint or _hint(blockers)),
    )


def location(prepared: Prepared, number: int, position: int | None) -> tuple[int, int]:
    """Line and column in the file, from 1. `position` is in characters, from 1, in the statement."""
    statement = prepared.statements[number - 1]
    before = statement.sql[: position - 1] if position else ""
    return sql.position(prepared.migration.sql.encode(), statement.offset + len(before.encode()))


def _details(error: asyncpg.PostgresError, done: int, blockers: Sequence[Holder]) -> Iterator[str]:
    if error.detail:
        yield _("detail: {detail}").format(detail=error.detail)
    if error.context:
        yield _("context: {context}").format(context=error.context)
    yield from (_("it waited for {blocker}").format(blocker=blocker) for blocker in blockers)
    if done:
        text = _("statements 1 to {done} are committed and stay; what came after them is rolled back")
        yield text.format(done=done)
    else:
        yield _("rolled back: nothing of this attempt is in the database")


def _hint(blockers: Sequence[Holder]) -> str:
    if not blockers:
        return _("correct the file and run again")
    return _(
        "run again once they are through; to end one of them: SELECT pg_terminate_backend(pid);\n"
        "CCM_STATEMENT_LOCK_DEADLINE is how many seconds to keep trying"
    )
