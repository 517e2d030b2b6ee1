"""What the database knows of migrations: the tracking table, and beside it the record of every attempt.

`__drizzle_migrations` says which are applied, and has exactly the columns that Concordia's own runner made.
`__ccm_runs` has a row for each attempt: `running` is committed before the first statement, so that an attempt that
died shows; the last status is written in the same transaction as the work, so that it cannot be wrong about it.
"""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, TypeAlias, cast

import asyncpg

from ccm_deploy.ask import ask
from ccm_deploy.connect import Connection, fatal
from ccm_deploy.environment import Environment
from ccm_deploy.prepare import Prepared, Unit, done_hash
from ccm_engine import errors, sql
from ccm_engine.value import value

TRACKING = "public.__drizzle_migrations"
RUNS = "public.__ccm_runs"
TABLES = f"{TRACKING}, {RUNS}"

_SESSION = "'backend', pg_backend_pid(), 'standby', pg_is_in_recovery()"
_BY_ID = "coalesce(json_object_agg(id, hash ORDER BY created_at, id), '{}'), 'id_type', pg_typeof(max(id))"
_SEEN = f"SELECT json_build_object('applied', {_BY_ID}, {_SESSION}) FROM {TRACKING}"
_SEEN_WITHOUT = f"SELECT json_build_object('applied', json_object('{{}}'), {_SESSION})"
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
        contract boolean NOT NULL,
        status text NOT NULL CHECK (
            status IN ('running', 'applied', 'failed', 'aborted', 'baselined', 'adopted', 'repaired')
        ),
        statements_done integer NOT NULL DEFAULT 0,
        statements_total integer NOT NULL,
        done_hash text NOT NULL DEFAULT '',
        statement_number integer,
        statement text,
        line integer,
        sqlstate text,
        message text,
        hint text,
        started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        finished_at timestamptz,
        pod text NOT NULL,
        host text NOT NULL,
        version text NOT NULL,
        run_started_at timestamptz NOT NULL
    );
    CREATE UNIQUE INDEX IF NOT EXISTS __ccm_running ON {RUNS} (migration) WHERE status = 'running';
    UPDATE {RUNS} SET status = 'aborted', finished_at = clock_timestamp(), message = 'the run died'
    WHERE status = 'running';
"""
_COLUMNS = "migration, hash, contract, pod, host, version, run_started_at"
_START = f"""
    INSERT INTO {RUNS}
        ({_COLUMNS}, status, statements_done, done_hash, statements_total)
    VALUES
        ({{tag}}, {{hash}}, {{contract}}, {{pod}}, {{host}}, {{version}}, {{run_started_at}},
        'running', {{done}}, {{done_hash}}, {{total}})
"""
# A migration may have become another role; the record is ours, and what the migration has set stays as it is.
_AS_OURSELVES = "SET LOCAL SESSION AUTHORIZATION DEFAULT;\nSET LOCAL ROLE NONE"
_RUNNING = "WHERE migration = {tag} AND status = 'running'"
_ALONE = f"UPDATE {RUNS} SET statement_number = {{number}}, statement = {{statement}} {_RUNNING}"
_PROGRESS = f"""
    UPDATE {RUNS} SET statements_done = {{done}}, done_hash = {{done_hash}}, statement_number = NULL, statement = NULL
    {_RUNNING}
"""
# Not now(), which in a script of many transactions is for all of them the moment when the script came.
_TRACK = f"INSERT INTO {TRACKING} (id, hash, created_at) VALUES ({{tag}}, {{hash}}, clock_timestamp())"
_APPLIED = f"""
    {_TRACK};
    UPDATE {RUNS} SET status = 'applied', finished_at = clock_timestamp(), statements_done = statements_total,
        statement_number = NULL, statement = NULL
    {_RUNNING}
"""
_BEGUN = f"greatest(now(), (SELECT finished_at FROM {RUNS} ORDER BY id DESC LIMIT 1))"  # when the one before it ended
_PREPARE = f"""
    PREPARE __ccm_applied (text, text, boolean, integer) AS
    WITH tracked AS ({_TRACK.format(tag="$1", hash="$2")})
    INSERT INTO {RUNS} ({_COLUMNS}, status, statements_done, statements_total, started_at, finished_at)
    SELECT $1, $2, $3, {{pod}}, {{host}}, {{version}}, {{run_started_at}},
        'applied', $4, $4, {_BEGUN}, clock_timestamp()
"""
_FAILED = f"""
    UPDATE {RUNS} SET status = 'failed', finished_at = clock_timestamp(), sqlstate = $2, message = $3, hint = $4,
        statement_number = $5, statement = $6, line = $7
    WHERE migration = $1 AND status = 'running'
"""
# An attempt that was committed just before the signal came stays what it is.
_ABORTED = f"UPDATE {RUNS} SET status = 'aborted', finished_at = clock_timestamp() WHERE status = 'running'"
_UNFINISHED = f"""
    SELECT DISTINCT ON (migration) migration, status, statements_done AS done, done_hash, statement AS died
    FROM {RUNS} WHERE migration = ANY ($1) ORDER BY migration, id DESC
"""
_CONTRACTED = f"""
    SELECT migration FROM {RUNS} WHERE migration = ANY ($1) GROUP BY migration HAVING bool_or(contract) ORDER BY min(id)
"""


Failure: TypeAlias = errors.StatementFailed | errors.TrackingRefused


@value
class Who:
    """Who is running, and since when."""

    pod: str
    host: str
    version: str
    run_started_at: datetime

    def literals(self) -> dict[str, str]:
        """SQL, by column."""
        return {name: sql.literal(str(known)) for name, known in asdict(self).items()}


@value
class Seen:
    """The database at a glance."""

    applied: Mapping[str, str]
    """Tag → hash of what is applied, in that order; nothing where there is no tracking table yet."""
    backend: int
    """The process that serves the session."""
    standby: bool


@value
class Unfinished:
    """What an attempt that did not get through has committed."""

    done: int
    done_hash: str
    died: str | None
    """As `Unit.died`."""


def who(environment: Environment, started: float) -> Who:
    """Who runs here; `started` is when the run did, in seconds since 1970."""
    from importlib.metadata import version

    moment = datetime.fromtimestamp(started, UTC)
    return Who(pod=environment.pod, host=environment.host, version=version("ccm-daemon"), run_started_at=moment)


async def seen(connection: Connection) -> Seen:
    """What there is to see before anything is done. Raises `TrackingForeign`, and `TrackingRefused` as all here do."""
    with refused():
        try:
            answer = cast("dict[str, Any]", await ask(connection, _SEEN))
        except asyncpg.UndefinedTableError:
            answer = cast("dict[str, Any]", await ask(connection, _SEEN_WITHOUT))
    id_type = answer.pop("id_type", "text")
    if id_type != "text":
        raise errors.TrackingForeign(table=TRACKING, type=id_type)
    return Seen(**answer)


async def create(connection: Connection) -> None:
    """Make the tables where they are missing, and close what a dead run left open.

    Only under the lock: `IF NOT EXISTS` alone is a race, and without it a run that is `running` may be alive.
    """
    with refused():
        await connection.execute(_CREATE)


async def unfinished(connection: Connection, tags: Sequence[str]) -> dict[str, Unfinished]:
    """What the latest attempt of each of these migrations has left half done, by tag."""
    with refused():
        rows = await connection.fetch(_UNFINISHED, tags)
    return {
        row["migration"]: Unfinished(
            done=row["done"], done_hash=row["done_hash"], died=row["died"] if row["status"] == "aborted" else None
        )
        for row in rows
        if row["status"] in {"failed", "aborted"}
    }


async def contracted(connection: Connection, tags: Sequence[str]) -> tuple[str, ...]:
    """Those of the migrations that took something away from older applications, as they said of themselves."""
    with refused():
        try:
            rows = await connection.fetch(_CONTRACTED, tags)
        except asyncpg.UndefinedTableError:
            return ()
    return tuple(row["migration"] for row in rows)


def started(prepared: Prepared, who: Who) -> str:
    """SQL: an attempt is opened."""
    migration, done = prepared.migration, prepared.done
    texts = {"tag": migration.tag, "hash": migration.hash, "done_hash": _done_hash(prepared, done)}
    return _START.format(
        contract=migration.contracts,
        done=done,
        total=len(prepared.statements),
        **{name: sql.literal(text) for name, text in texts.items()},
        **who.literals(),
    )


def alone(unit: Unit, statement: str) -> str:
    """SQL: the attempt is about to send a statement that no transaction holds together with its record."""
    record = _ALONE.format(tag=sql.literal(unit.tag), number=unit.first, statement=sql.literal(statement))
    return f"BEGIN;\n{_AS_OURSELVES};\n{record};\nCOMMIT"


def recorded(unit: Unit) -> str:
    """SQL, for the transaction of the step itself, or right after one that could be in none: the step is done."""
    tag = sql.literal(unit.tag)
    if unit.closes:
        record = _APPLIED.format(tag=tag, hash=sql.literal(unit.prepared.migration.hash))
    else:
        hash_ = sql.literal(_done_hash(unit.prepared, unit.last))
        record = _PROGRESS.format(tag=tag, done=unit.last, done_hash=hash_)
    return f"{_AS_OURSELVES};\n{record}"


def record_prepared(who: Who) -> str:
    """SQL: what `applied_at_once` executes is parsed and planned, once for many."""
    return _PREPARE.format(**who.literals())


def applied_at_once(unit: Unit) -> str:
    """SQL, for the transaction of a brief unit: attempt and record in one, by what `record_prepared` has prepared."""
    migration = unit.prepared.migration
    tag, hash_ = sql.literal(migration.tag), sql.literal(migration.hash)
    return f"EXECUTE __ccm_applied ({tag}, {hash_}, {migration.contracts}, {len(unit.step.statements)})"


async def fail(connection: Connection, unit: Unit, who: Who, error: Failure) -> None:
    """The attempt failed at a statement, or at writing the record itself."""
    failed = error if isinstance(error, errors.StatementFailed) else None
    with refused():
        if unit.opens:
            await connection.execute(f"{started(unit.prepared, who)} ON CONFLICT DO NOTHING")
        await connection.execute(
            _FAILED,
            unit.tag,
            error.sqlstate,
            error.message,
            failed and failed.hint.removeprefix("hint: "),
            failed and failed.number,
            failed and unit.prepared.statements[failed.number - 1].sql,
            failed and failed.line,
        )


async def abort(connection: Connection, unit: Unit | None, who: Who) -> None:
    """The run was stopped by a signal, and what it was at with it."""
    with refused():
        if unit is not None and unit.brief:
            await connection.execute(f"{started(unit.prepared, who)} ON CONFLICT DO NOTHING")
        await connection.execute(_ABORTED)


def _done_hash(prepared: Prepared, done: int) -> str:
    return done_hash(prepared.statements[:done]) if done else ""


@contextmanager
def refused(tables: str = TABLES) -> Generator[None]:
    """What Postgres refuses in the block is about these tables, not about a migration: `TrackingRefused`."""
    try:
        yield
    except asyncpg.PostgresError as error:
        if fatal(error):
            raise
        raise errors.TrackingRefused(tables=tables, message=str(error), sqlstate=error.sqlstate) from error
