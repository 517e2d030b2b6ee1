"""Drizzle's own tracking table, kept up to date if that is wanted: drizzle-orm's migrator then finds nothing to do.

The migrator runs every file whose moment in the journal is later than the latest in its table, and looks at nothing
else; it stores the SHA-256 of the file beside it, and never compares it.
"""

from collections.abc import Sequence

from asyncpg import UndefinedTableError

from ccm_deploy import ledger, pending
from ccm_deploy.connect import Connection
from ccm_deploy.pending import Files
from ccm_engine import sql
from ccm_engine.folder import Migration

TABLE = "drizzle.__drizzle_migrations"

# Just as drizzle-orm makes it, whose migrator may come first or later.
_CREATE = f"""
    CREATE SCHEMA IF NOT EXISTS drizzle;
    CREATE TABLE IF NOT EXISTS {TABLE} (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at bigint)
"""
_LACKING = f"""
    SELECT hash, moment FROM unnest($1::text[], $2::bigint[]) AS applied (hash, moment)
    WHERE NOT EXISTS (SELECT FROM {TABLE} AS known WHERE known.created_at = applied.moment)
"""
_CATCH_UP = f"INSERT INTO {TABLE} (hash, created_at) {_LACKING} ORDER BY moment"


async def is_behind(connection: Connection, migrations: Files, applied: Sequence[str]) -> bool:
    """Whether it lacks one of the tags that are applied. Raises `TrackingRefused`."""
    hashes, moments = _rows(migrations, applied)
    with ledger.refused(TABLE):
        try:
            return await connection.fetchrow(f"{_LACKING} LIMIT 1", hashes, moments) is not None
        except UndefinedTableError:
            return bool(hashes)


async def catch_up(connection: Connection, migrations: Files, applied: Sequence[str]) -> None:
    """Make it where it is missing, and add what it lacks, under the lock. Raises `TrackingRefused`."""
    with ledger.refused(TABLE):
        await connection.execute(_CREATE)
        await connection.execute(_CATCH_UP, *_rows(migrations, applied))


def row(migration: Migration) -> str:
    """SQL, for the transaction that records a migration."""
    return f"INSERT INTO {TABLE} (hash, created_at) VALUES ({sql.literal(migration.hash)}, {migration.when})"


def _rows(migrations: Files, applied: Sequence[str]) -> tuple[list[str], list[int]]:
    """Of those that the journal names: the hash of the file, or none where it is gone; the moment in the journal."""
    entries = [entry for entry in migrations.folder.entries if entry.tag in applied]
    files = [migrations.by_tag[entry.tag] for entry in entries]
    return [file.hash if file else pending.UNKNOWN for file in files], [entry.when for entry in entries]
