"""A migrations folder → the schema after its last migration, whoever wrote the files and the snapshots.

Where the newest snapshot is ours, it says all. One that Drizzle Kit alone has written knows nothing of functions,
triggers, extensions, or whatever else stands in files that people wrote or edited. So what such a folder leads to is
found out by running its files as production did: on top of our newest snapshot, or from nothing; where files are
missing, on top of the first snapshot after them. Where a file does not run, the newest snapshot has to do.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import TypeAlias

from ccm_engine import errors, snapshot
from ccm_engine.catalog import Catalog
from ccm_engine.drizzle.spelling import Spelling
from ccm_engine.folder import Entry, Folder, Migration
from ccm_engine.language import translated as _
from ccm_engine.shadow import Shadow
from ccm_engine.snapshot import ROOT_ID, DrizzleSnapshot, Snapshot

OpenShadow: TypeAlias = Callable[[], Awaitable[Shadow]]


def already(shadow: Shadow) -> OpenShadow:
    """For whoever has one."""

    async def opened() -> Shadow:
        return shadow

    return opened


async def of(migrations: Folder, shadow: OpenShadow) -> Snapshot | None:
    """What the next migration starts from; None where there is no migration. Raises as `replayed` does."""
    if not migrations.entries:
        return None
    newest = there(migrations, migrations.entries[-1])
    return newest if isinstance(newest, Snapshot) else await replayed(migrations, shadow)


async def replayed(migrations: Folder, shadow: OpenShadow) -> Snapshot:
    """The same, by the files.

    Raises `errors.SnapshotUnreadable` where a snapshot that is needed is none, `errors.SnapshotRefused` where Postgres
    refuses what Drizzle's says, `errors.HeadUnknown` where there is no way to tell.
    """
    found = ((entry, there(migrations, entry)) for entry in reversed(migrations.entries))
    newest = next(((entry, written) for entry, written in found if written is not None), None)
    missing = next((e.tag for e in reversed(migrations.entries) if not migrations.sql_path(e.tag).exists()), None)
    start = _start(migrations, missing)
    if start is None and missing is not None:
        raise errors.HeadUnknown(path=str(migrations.path), reason=_gone(migrations, missing))
    try:
        catalog, doubt = await _after(migrations, start, shadow), None
        if start is not None and missing is not None and not snapshot.is_ours(migrations.snapshot_path(start)):
            doubt = _doubt(start, _gone(migrations, missing))
    except errors.ReplayFailed as error:
        if newest is None or newest[0] == start:
            raise
        catalog = await _after(migrations, newest[0], shadow)
        doubt = _doubt(newest[0], f"{error.path}:{error.line}: {error.message}")
    return replace(_completed(newest[1] if newest else None, catalog), doubt=doubt)


def there(migrations: Folder, entry: Entry) -> Snapshot | DrizzleSnapshot | None:
    """The snapshot after a migration, or None where there is none. Raises `errors.SnapshotUnreadable`."""
    path = migrations.snapshot_path(entry)
    return snapshot.read(path) if path.exists() else None


async def described(path: str, found: Snapshot | DrizzleSnapshot, shadow: OpenShadow) -> Catalog:
    """What a snapshot describes. Raises `errors.SnapshotRefused`."""
    match found:
        case Snapshot(catalog=catalog):
            return catalog
        case DrizzleSnapshot(sections=sections):
            from ccm_engine.drizzle import ddl

            try:
                return await (await shadow()).materialise(ddl.statements(sections))
            except errors.DdlRefused as error:
                raise errors.SnapshotRefused(
                    path=path, statement=error.statement, message=error.message, sqlstate=error.sqlstate
                ) from error


def _start(migrations: Folder, missing: str | None) -> Entry | None:
    """The migration whose snapshot the files are run on: our newest, or the first after those that are missing."""
    start: Entry | None = None
    for entry in reversed(migrations.entries):
        path = migrations.snapshot_path(entry)
        if snapshot.is_ours(path):
            return entry
        start = entry if path.exists() else start
        if entry.tag == missing:
            return start
    return None


async def _after(migrations: Folder, start: Entry | None, shadow: OpenShadow) -> Catalog:
    """What the files after a migration lead to, from what its snapshot says. Raises `errors.ReplayFailed`."""
    if start is None:
        return await (await shadow()).replay(_files(migrations, migrations.entries))
    path = migrations.snapshot_path(start)
    catalog = await described(str(path), snapshot.read(path), shadow)
    after = migrations.entries[migrations.entries.index(start) + 1 :]
    return await (await shadow()).replay(_files(migrations, after), on=catalog) if after else catalog


def _files(migrations: Folder, entries: Sequence[Entry]) -> tuple[Migration, ...]:
    files = (migrations.migration(entry.tag) for entry in entries)
    return tuple(file for file in files if file is not None)


def _completed(found: Snapshot | DrizzleSnapshot | None, catalog: Catalog) -> Snapshot:
    match found:
        case None:
            return Snapshot(id=ROOT_ID, previous=ROOT_ID, catalog=catalog)
        case Snapshot(id=id_, previous=previous, spelling=spelling):
            return Snapshot(id=id_, previous=previous, catalog=catalog, spelling=spelling)
        case DrizzleSnapshot(id=id_, previous=previous, sections=sections):
            spelling = Spelling(catalog=catalog, sections={**sections})
            return Snapshot(id=id_, previous=previous, catalog=catalog, spelling=spelling)


def _gone(migrations: Folder, tag: str) -> str:
    return _("{path} does not exist").format(path=migrations.sql_path(tag))


def _doubt(start: Entry, reason: str) -> str:
    text = _("the migrations cannot be replayed from nothing: {reason}; {prefix}_snapshot.json is believed instead")
    return text.format(reason=reason, prefix=start.prefix)
