"""What the database knows of migrations: the tracking table, and beside it the record of every attempt.

`__drizzle_migrations` says which are applied, and has exactly the columns that Concordia's own runner made.
`__ccm_runs` has a row for each attempt: `running` is committed before the first statement, so that an attempt that
died shows; the last status is written in the same transaction as the work, so that it cannot be wrong about it.
"""

import json
from collections.abc import Generator
from contextlib import contextmanager
from typing import cast

import asyncpg

from ccm_deploy.connect import Connection, fatal
from ccm_engine import errors, sql
from ccm_engine.folder import Migration
from ccm_engine.value import value

TRACKING = "public.__drizzle_migrations"
RUNS = "public.__ccm_runs"

_HASHES = f"SELECT coalesce(json_object_agg(id, hash), '{{}}') FROM {TRACKING}"
_CREATE = f"""
    CREATE TABLE IF NOT EXISTS {TRACKING} (
        id text PRIMARY KEY,
        hash text NOT NULL DEFAULT '',
        created_at timestamptz NOT NULL DEFAULT now()
    );
    CREATE TABLE IF NOT EXISTS {RUNS} (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        migration text NOT NULL,
        hash text NOT NULL,
        status text NOT NULL CHECK (status IN ('running', 'applied', 'failed', 'aborted')),
        statements_done integer NOT NULL DEFAULT 0,
        statements_total integer NOT NULL,
        sqlstate text,
        message text,
        statement text,
        line integer,
        started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        finished_at timestamptz,
        pod text NOT NULL,
        host text NOT NULL,
        version text NOT NULL
    );
    UPDATE {RUNS} SET status = 'aborted', finished_at = clock_timestamp(), message = 'the run died'
    WHERE status = 'running';
"""
_START = f"""
    INSERT INTO {RUNS} (migration, hash, status, statements_total, pod, host, version)
    VALUES ($1, $2, 'running', $3, $4, $5, $6) RETURNING id
"""
# A migration may have become another role; the record is ours, and what the migration has set stays as it is.
_AS_OURSELVES = "SET LOCAL SESSION AUTHORIZATION DEFAULT; SET LOCAL ROLE NONE"
_PROGRESS = f"{_AS_OURSELVES}; UPDATE {RUNS} SET statements_done = {{done}} WHERE id = {{attempt}}"
_APPLIED = f"""
    {_AS_OURSELVES};
    INSERT INTO {TRACKING} (id, hash) VALUES ({{tag}}, {{hash}});
    UPDATE {RUNS} SET status = 'applied', finished_at = clock_timestamp(), statements_done = statements_total
    WHERE id = {{attempt}};
"""
_FAILED = f"""
    UPDATE {RUNS} SET status = 'failed', finished_at = clock_timestamp(),
        sqlstate = $2, message = $3, statement = $4, line = $5
    WHERE id = $1
"""
# An attempt that was committed just before the signal came stays what it is.
_ABORTED = f"UPDATE {RUNS} SET status = 'aborted', finished_at = clock_timestamp() WHERE id = $1 AND status = 'running'"


@value
class Who:
    """Who is running."""

    pod: str
    host: str
    version: str


async def applied(connection: Connection) -> dict[str, str]:
    """Tag → hash of what is applied, nothing where there is no table yet. Raises `TrackingRefused`, as all here do.

    `COPY` takes a single round trip; asyncpg prepares any other query in one of its own.
    """
    answer = bytearray()

    async def keep(data: bytes) -> None:  # a file object would be written to in a thread
        answer.extend(data)

    with refused():
        try:
            await connection.copy_from_query(_HASHES, output=keep)
        except asyncpg.UndefinedTableError:
            return {}
    # One line; COPY has doubled each backslash, and has nothing else to escape in JSON.
    return cast("dict[str, str]", json.loads(answer.replace(b"\\\\", b"\\")))


async def create(connection: Connection) -> None:
    """Make the tables where they are missing, and close what a dead run left open.

    Only under the lock: `IF NOT EXISTS` alone is a race, and without it a run that is `running` may be alive.
    """
    with refused():
        await connection.execute(_CREATE)


async def start(connection: Connection, migration: Migration, *, total: int, who: Who) -> int:
    """Open an attempt; returns its number."""
    with refused():
        number = await connection.fetchval(_START, migration.tag, migration.hash, total, who.pod, who.host, who.version)
    return cast("int", number)


async def progress(connection: Connection, attempt: int, done: int) -> None:
    """In the transaction of the statements that are done, or in one right after the statement that cannot be in any."""
    with refused():
        await connection.execute(_PROGRESS.format(done=done, attempt=attempt))


async def record(connection: Connection, attempt: int, migration: Migration) -> None:
    """The migration is applied; called as `progress` is, for the last step."""
    tag, hash_ = sql.literal(migration.tag), sql.literal(migration.hash)
    with refused():
        await connection.execute(_APPLIED.format(tag=tag, hash=hash_, attempt=attempt))


async def fail(
    connection: Connection, attempt: int, error: errors.StatementFailed | errors.TrackingRefused, statement: str | None
) -> None:
    """The attempt failed at `statement`, or where that is None at writing the record itself."""
    line = error.line if isinstance(error, errors.StatementFailed) else None
    with refused():
        await connection.execute(_FAILED, attempt, error.sqlstate, error.message, statement, line)


async def abort(connection: Connection, attempt: int) -> None:
    """The attempt was stopped by a signal."""
    with refused():
        await connection.execute(_ABORTED, attempt)


@contextmanager
def refused() -> Generator[None]:
    """What Postgres refuses in the block is about our own tables, not about a migration: `TrackingRefused`."""
    try:
        yield
    except asyncpg.PostgresError as error:
        if fatal(error):
            raise
        raise errors.TrackingRefused(
            tables=f"{TRACKING}, {RUNS}", message=str(error), sqlstate=error.sqlstate
        ) from error
