"""Migrations are marked without being run: adopted from another tool, baselined by a person, accepted as they are."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, cast

from asyncpg import UndefinedTableError

from ccm_deploy import ledger, pending
from ccm_deploy.ask import ask
from ccm_deploy.connect import Connection
from ccm_deploy.ledger import RUNS, TRACKING, Who
from ccm_deploy.pending import Edited, Files
from ccm_engine.folder import Migration
from ccm_engine.value import value

log = logging.getLogger(__name__)

DRIZZLE = "drizzle.__drizzle_migrations"
_OF_DRIZZLE = f"SELECT coalesce(json_object_agg(hash, coalesce(created_at, 0)), '{{}}') FROM {DRIZZLE}"
_TRACK = f"""
    INSERT INTO {TRACKING} (id, hash, created_at)
    SELECT tag, hash, coalesce(to_timestamp(nullif(milliseconds, 0) / 1000.0), now())
    FROM unnest($1::text[], $2::text[], $3::bigint[]) AS marked (tag, hash, milliseconds)
"""
_ACCEPT = f"UPDATE {TRACKING} SET hash = $2 WHERE id = $1"
_RECORD = f"""
    INSERT INTO {RUNS} (
        migration, hash, contract, status, statements_total, finished_at, pod, host, version, run_started_at
    )
    SELECT tag, hash, contract, $4, 0, clock_timestamp(), $5, $6, $7, $8
    FROM unnest($1::text[], $2::text[], $3::boolean[]) AS marked (tag, hash, contract)
"""


@value
class Mark:
    """As what a migration is to be known; `when` is when it was applied, in milliseconds since 1970, 0 for now."""

    migration: Migration
    hash: str
    when: int = 0


async def adopt(connection: Connection, migrations: Files, wanted: Sequence[Migration], who: Who) -> bool:
    """Mark those that Drizzle or Alembic has applied, under the lock; whether there are any.

    Raises `TrackingRefused`, and `AlembicRevisionUnknown`.
    """
    marks = await _adoptable(connection, migrations, wanted)
    await _adopted_from(DRIZZLE, connection, marks, who)
    if not any("alembic" in entry.others for entry in migrations.folder.entries):
        return bool(marks)
    from ccm_deploy import alembic

    tags = {mark.migration.tag for mark in marks}
    left = [migration for migration in wanted if migration.tag not in tags]
    found = await alembic.adoptable(connection, migrations.folder.entries, left)
    others = [Mark(migration=migration, hash=migration.hash) for migration in found.migrations]
    await _adopted_from(found.table, connection, others, who)
    return bool(marks or others)


async def _adopted_from(table: str, connection: Connection, marks: Sequence[Mark], who: Who) -> None:
    if marks:
        await _applied(connection, marks, "adopted", who)
        tags = [mark.migration.tag for mark in marks]
        extra = {"event": "migrations_adopted", "migrations": tags}
        log.info("adopted from %s, which has applied them: %s", table, ", ".join(tags), extra=extra)


async def _adoptable(connection: Connection, migrations: Files, wanted: Sequence[Migration]) -> tuple[Mark, ...]:
    """Which of these drizzle-orm's migrator has applied; it stores no names. Raises `TrackingRefused`.

    It is known by the hash of its file, or, where that was edited since, by the moment in the journal, which the
    migrator stores as well; the hash stays Drizzle's, so that the edit comes to light.
    """
    with ledger.refused(DRIZZLE):
        try:
            answer = await ask(connection, _OF_DRIZZLE)
        except UndefinedTableError:
            return ()
    return tuple(_adopted(cast("dict[str, int]", answer), migrations, wanted))


def _adopted(applied: Mapping[str, int], migrations: Files, wanted: Sequence[Migration]) -> Iterator[Mark]:
    moments = {when: hash_ for hash_, when in applied.items() if when}
    generated = {entry.tag: entry.when for entry in migrations.folder.entries}
    for migration in wanted:
        known = (hash_ for hash_ in (migration.hash, *pending.hashes(migration)) if hash_ in applied)
        hash_ = next(known, None) or moments.get(generated[migration.tag])
        if hash_ is not None:
            yield Mark(migration=migration, hash=hash_, when=applied[hash_])


async def baseline(connection: Connection, migrations: Sequence[Migration], who: Who) -> None:
    """Mark them as applied, under the lock. Raises `TrackingRefused`."""
    marks = [Mark(migration=migration, hash=migration.hash) for migration in migrations]
    await _applied(connection, marks, "baselined", who)


async def repair(connection: Connection, edited: Edited, who: Who) -> None:
    """Accept the file as it is now, under the lock. Raises `TrackingRefused`."""
    migration = edited.migration
    mark = Mark(migration=migration, hash=migration.hash)
    with ledger.refused():
        async with connection.transaction():
            await connection.execute(_ACCEPT, migration.tag, migration.hash)
            await _record(connection, [mark], "repaired", who)


async def _applied(
    connection: Connection, marks: Sequence[Mark], status: Literal["adopted", "baselined"], who: Who
) -> None:
    tags, hashes, moments = [m.migration.tag for m in marks], [m.hash for m in marks], [m.when for m in marks]
    with ledger.refused():
        async with connection.transaction():
            await connection.execute(_TRACK, tags, hashes, moments)
            await _record(connection, marks, status, who)


async def _record(
    connection: Connection, marks: Sequence[Mark], status: Literal["adopted", "baselined", "repaired"], who: Who
) -> None:
    tags, hashes = [mark.migration.tag for mark in marks], [mark.hash for mark in marks]
    contracts = [mark.migration.contracts for mark in marks]
    run = (who.pod, who.host, who.version, who.run_started_at)
    await connection.execute(_RECORD, tags, hashes, contracts, status, *run)
