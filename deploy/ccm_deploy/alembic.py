"""What Alembic has applied, where the migrations were imported from its revisions: those in its table, and before them.

`ccm-daemon import alembic` leaves in the journal which revision a migration comes from, and which came before it:
`"alembic": {"revision": "1a2b", "down": ["0f9e"]}`, with `"schema"` and `"table"` where Alembic's has other names.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from asyncpg import InvalidSchemaNameError, UndefinedTableError

from ccm_deploy import ledger
from ccm_deploy.ask import ask
from ccm_deploy.connect import Connection
from ccm_engine import errors, sql
from ccm_engine.folder import Entry, Migration
from ccm_engine.value import value

KEY = "alembic"
"""Of an entry in the journal."""


@value
class Origin:
    """The revision that a migration comes from, and where Alembic writes down which it has applied."""

    tag: str
    revision: str
    down: tuple[str, ...]
    schema: str
    table: str


@value
class Adoptable:
    """What Alembic has applied, and the table that says so."""

    migrations: tuple[Migration, ...]
    table: str


async def adoptable(connection: Connection, entries: Iterable[Entry], wanted: Sequence[Migration]) -> Adoptable:
    """Which of these Alembic has applied; its table is not looked at where none of them comes from there.

    Raises `AlembicRevisionUnknown` where it has applied what the folder does not know, and `TrackingRefused`.
    """
    origins = [origin for entry in entries if (origin := _origin(entry)) is not None]
    imported = {origin.tag for origin in origins}
    if not any(migration.tag in imported for migration in wanted):
        return Adoptable(migrations=(), table="")
    schema, table = origins[0].schema, origins[0].table
    applied = await _applied(connection, f"{sql.quote(schema)}.{sql.quote(table)}")
    by_revision = {origin.revision: origin for origin in origins}
    for revision in applied:
        if revision not in by_revision:
            known = origins[-1].revision
            raise errors.AlembicRevisionUnknown(revision=revision, table=f"{schema}.{table}", known=known)
    reached = {by_revision[revision].tag for revision in _with_ancestors(applied, by_revision)}
    migrations = tuple(migration for migration in wanted if migration.tag in reached)
    return Adoptable(migrations=migrations, table=f"{schema}.{table}")


async def _applied(connection: Connection, table: str) -> tuple[str, ...]:
    """The heads that the database is at, nothing where Alembic has never been."""
    with ledger.refused(table):
        try:
            answer = await ask(connection, f"SELECT coalesce(json_agg(version_num), '[]') FROM {table}")
        except (UndefinedTableError, InvalidSchemaNameError):
            return ()
    return tuple(cast("list[str]", answer))


def _with_ancestors(revisions: Iterable[str], by_revision: Mapping[str, Origin]) -> frozenset[str]:
    """Those, and whatever had to be applied before them."""
    reached: set[str] = set()
    left = list(revisions)
    while left:
        revision = left.pop()
        if revision not in reached and revision in by_revision:
            reached.add(revision)
            left.extend(by_revision[revision].down)
    return frozenset(reached)


def _origin(entry: Entry) -> Origin | None:
    """What the journal says; None where that is nothing, or nothing that we have written."""
    written = entry.others.get(KEY)
    said = cast("dict[str, object]", written) if isinstance(written, dict) else {}
    revision, down = said.get("revision"), said.get("down")
    if not isinstance(revision, str) or not isinstance(down, list):
        return None
    return Origin(
        tag=entry.tag,
        revision=revision,
        down=tuple(map(str, cast("list[object]", down))),
        schema=str(said.get("schema", "public")),
        table=str(said.get("table", "alembic_version")),
    )
