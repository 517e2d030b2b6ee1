"""One's own migrations on top of another branch's: as they are where they run there, else generated anew

Postgres says whether they run, on a shadow that holds what comes before. Where the end is not what the schema files
describe, or one does not run, they are replaced by one that is generated, as long as no person has edited any.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import SystemRandom
from typing import TypeAlias

import asyncpg

from ccm_daemon import generate
from ccm_daemon.deciding import Deciding
from ccm_daemon.generate import Proposal
from ccm_engine import errors, folder, names, replaying, snapshot
from ccm_engine.catalog import EMPTY, Catalog
from ccm_engine.folder import Entry, Folder, Migration
from ccm_engine.shadow import Shadow
from ccm_engine.snapshot import Snapshot
from ccm_engine.source import Schema, Sources
from ccm_engine.value import value
from ccm_engine.versions import alike

_ABOUT_ROWS = {"21", "22", "23", "P0"}
"""Classes of SQLSTATE: a value, a constraint, what a function raises. It may be for rows that the shadow has not."""


@value
class Own:
    """A migration that gets another number."""

    entry: Entry
    path: Path
    text: str
    """Exactly that of the file."""

    @property
    def migration(self) -> Migration:
        content = self.text.encode()
        text = self.text.removeprefix("\ufeff")
        return Migration(tag=self.entry.tag, path=self.path, sql=text, hash=folder.digest(content))


@value
class Base:
    """What one's own come after: the folder with the others', laid out, and what that leads to."""

    folder: Folder
    head: Snapshot | None

    @property
    def catalog(self) -> Catalog:
        return self.head.catalog if self.head else EMPTY


@value
class Moved:
    """Each with its new entry; `is_the_end` says whether they lead to what the schema files describe."""

    folder: Folder
    pairs: tuple[tuple[Own, Entry], ...]
    is_the_end: bool


@value
class Anew:
    """One in place of all; without an entry there was nothing left to do."""

    folder: Folder
    entry: Entry | None
    proposal: Proposal


Placed: TypeAlias = Moved | Anew


async def tried(shadow: Shadow, base: Base, own: Sequence[Own]) -> tuple[Catalog, ...] | errors.ReplayFailed:
    """What each leads to after those before it, or what Postgres says of the first that it refuses."""
    before = [file for entry in base.folder.entries if (file := base.folder.migration(entry.tag)) is not None]
    catalogs: list[Catalog] = []
    for each in own:
        start = catalogs[-1] if catalogs else base.catalog
        try:
            catalogs.append(await _after(shadow, start, before, each.migration))
        except errors.ReplayFailed as error:
            return error
        before.append(each.migration)
    return tuple(catalogs)


async def _after(shadow: Shadow, start: Catalog, before: list[Migration], migration: Migration) -> Catalog:
    try:
        return await shadow.after(start, migration.sql)
    except asyncpg.PostgresError as error:
        if (error.sqlstate or "")[:2] in _ABOUT_ROWS:
            with suppress(errors.ReplayFailed):
                return await shadow.replay([*before, migration])
        await shadow.replay([migration], on=start)  # which says where it is
        raise replaying.failed(migration, error) from error


def leads_to(end: Catalog, schema: Schema) -> bool:
    one, other = alike(end, schema.catalog)
    return one == other


def moved(base: Base, own: Sequence[Own], catalogs: Sequence[Catalog], schema: Schema) -> Moved:
    """They are written beside the others, word for word, each with a snapshot that follows the one before it."""
    migrations, head = base.folder, base.head
    pairs: list[tuple[Own, Entry]] = []
    for each, catalog in zip(own, catalogs, strict=True):
        entry = replace(_next(migrations, each), breakpoints=each.entry.breakpoints, others=each.entry.others)
        head = snapshot.following(head, catalog)
        migrations = folder.add(migrations, entry, each.text, snapshot.dump(head))
        pairs.append((each, entry))
    end = catalogs[-1] if catalogs else base.catalog
    return Moved(folder=migrations, pairs=tuple(pairs), is_the_end=leads_to(end, schema))


async def anew(sources: Sources, base: Base, last: Own, schema: Schema, by: Deciding) -> Anew:
    """One migration from the others' to the schema files, under the name of the last. Raises as `generate` does."""
    proposal = await generate.propose(sources, schema, base.head, by)
    if not proposal.plan.steps:
        return Anew(folder=base.folder, entry=None, proposal=proposal)
    entry = _next(base.folder, last)
    following = snapshot.following(base.head, schema.catalog)
    written = folder.add(base.folder, entry, proposal.plan.render(), snapshot.dump(following))
    return Anew(folder=written, entry=entry, proposal=proposal)


def _next(migrations: Folder, own: Own) -> Entry:
    name = own.entry.tag.partition("_")[2] or names.random_name(SystemRandom())
    return migrations.next(name, datetime.now(UTC))
