"""Where a database stands: applied, pending, failed, and who is at it."""

from dataclasses import replace
from datetime import datetime

import asyncpg

from ccm_deploy import connect, history, ledger, lock
from ccm_deploy.connect import Connection
from ccm_deploy.environment import Environment
from ccm_deploy.gate import Target
from ccm_deploy.lock import Holder
from ccm_engine.value import value

PATIENCE = 5  # seconds to wait for the database

_COLUMNS = """
    migration, status, statements_done, statements_total, statement_number, line, sqlstate, message, hint,
    started_at, finished_at, pod
"""
ATTEMPT = f"{_COLUMNS}, statement"
ATTEMPT_IN_SHORT = f"{_COLUMNS}, left(statement, 1000) AS statement"
"""For who looks again and again: a statement may be as long as the rows that it writes."""


def unfinished(columns: str) -> str:
    """SQL: latest attempts that did not get through."""
    return f"""
        SELECT {columns} FROM {ledger.RUNS} AS one
        WHERE status IN ('running', 'failed', 'aborted') AND NOT EXISTS (
            SELECT FROM {ledger.RUNS} AS other WHERE other.migration = one.migration AND other.id > one.id
        )
        ORDER BY migration
    """


@value
class Attempt:
    """The latest attempt of a migration; `line` counts from 1 in its file."""

    migration: str
    status: str
    statements_done: int
    statements_total: int
    statement_number: int | None
    """Of the statement that failed, or that runs outside of any transaction."""
    statement: str | None
    line: int | None
    sqlstate: str | None
    message: str | None
    hint: str | None
    started_at: datetime
    finished_at: datetime | None
    pod: str


@value
class Status:
    """The folder and the database, side by side; tags but for the last two."""

    target: str
    applied: tuple[str, ...]
    pending: tuple[str, ...]
    missing: tuple[str, ...]
    """Neither applied nor there as a file."""
    edited: tuple[str, ...]
    """The file is not what was applied."""
    late: tuple[str, ...]
    """Some of the pending: they come in the folder before others that are applied."""
    vanished: tuple[str, ...]
    """Applied, and their files are gone."""
    newer: tuple[str, ...]
    """Applied, and come after everything in the folder."""
    contract: tuple[str, ...]
    """Some of the pending, withheld by CCM_PHASE=expand, and of the newer, after which an old application is lost."""
    unfinished: tuple[Attempt, ...]
    """Latest attempts that did not get through: failed, aborted, or running right now."""
    lock_holder: Holder | None


async def status(target: Target, environment: Environment) -> Status:
    """Look at it; changes nothing. Raises subclasses of `ConfigurationError` and `Unreachable`."""
    migrations, patience = history.files(environment.out), environment.patience(PATIENCE)
    async with connect.glance(target.url, application=environment.application, patience=patience) as connection:
        found = await history.read(connection, migrations)
        attempts = await _unfinished(connection)
        holder = await lock.holder(connection)
    return Status(
        target=str(target.url),
        applied=found.applied,
        pending=tuple(migration.tag for migration in found.pending),
        missing=found.missing,
        edited=tuple(edited.migration.tag for edited in found.edited),
        late=tuple(late.migration.tag for late in found.late),
        vanished=found.vanished,
        newer=found.newer,
        contract=(*(migration.tag for migration in found.pending if migration.contracts), *found.contracted),
        unfinished=tuple(as_it_is(attempt, holder) for attempt in attempts),
        lock_holder=holder,
    )


async def _unfinished(connection: Connection) -> tuple[Attempt, ...]:
    with ledger.refused():
        try:
            rows = await connection.fetch(unfinished(ATTEMPT))
        except asyncpg.UndefinedTableError:
            return ()
    return tuple(Attempt(**dict(row)) for row in rows)


def as_it_is(attempt: Attempt, holder: Holder | None) -> Attempt:
    """A run that was killed could not say so: what is `running` while nobody holds the lock is aborted."""
    return replace(attempt, status="aborted") if attempt.status == "running" and holder is None else attempt
