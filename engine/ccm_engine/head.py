"""A migrations folder → the schema after its last migration, whoever wrote the files and the snapshots.

Where the newest snapshot is ours, it says all. One that Drizzle Kit alone has written knows nothing of functions,
triggers, extensions, or whatever else stands in files that people wrote. So what such a folder leads to is found out by
running its files, on top of our newest snapshot, or from nothing. Where files are missing, or do not run, the newest
snapshot that there is has to do, with the files after it.
"""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from ccm_engine import drizzle_ddl, errors, snapshot
from ccm_engine.catalog import Catalog
from ccm_engine.folder import Entry, Folder, Migration
from ccm_engine.language import translated as _
from ccm_engine.shadow import Shadow
from ccm_engine.snapshot import ROOT_ID, DrizzleSnapshot, Snapshot
from ccm_engine.spelling import Spelling
from ccm_engine.value import value

OpenShadow: TypeAlias = Callable[[], Awaitable[Shadow]]


@value
class Head:
    """`snapshot` is None where there is no migration; `doubt` says why the files could not be asked."""

    snapshot: Snapshot | None
    doubt: str | None = None


async def of(migrations: Folder, shadow: OpenShadow) -> Head:
    """What the next migration starts from.

    Raises `errors.SnapshotUnreadable` where the newest is none, `errors.SnapshotRefused` where Postgres refuses what
    Drizzle's says, `errors.HeadUnknown` where there is no way to tell.
    """
    newest = next(
        ((entry, found) for entry in reversed(migrations.entries) if (found := there(migrations, entry))), None
    )
    if newest is None and not migrations.entries:
        return Head(snapshot=None)
    if newest is not None and newest[0] == migrations.entries[-1] and isinstance(newest[1], Snapshot):
        return Head(snapshot=newest[1])
    try:
        catalog, doubt = await _replayed(migrations, await shadow()), None
    except (errors.MigrationMissing, errors.ReplayFailed) as error:
        if newest is None:
            raise errors.HeadUnknown(path=str(migrations.path), reason=_reason(error)) from error
        catalog, doubt = await _from_newest(migrations, newest, await shadow()), _doubt(error, newest[0])
    return Head(snapshot=_completed(newest[1] if newest else None, catalog), doubt=doubt)


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
            try:
                return await (await shadow()).materialise(drizzle_ddl.statements(sections))
            except errors.DdlRefused as error:
                raise errors.SnapshotRefused(
                    path=path, statement=error.statement, message=error.message, sqlstate=error.sqlstate
                ) from error


async def _replayed(migrations: Folder, shadow: Shadow) -> Catalog:
    """By the files after our newest snapshot. Raises `errors.MigrationMissing` and `errors.ReplayFailed`."""
    after: list[Entry] = []
    for entry in reversed(migrations.entries):
        ours = _ours(migrations, entry)
        if ours is not None:
            return await shadow.replay(_files(migrations, after), on=ours.catalog)
        after.insert(0, entry)
    return await shadow.replay(_files(migrations, after))


def _ours(migrations: Folder, entry: Entry) -> Snapshot | None:
    path = migrations.snapshot_path(entry)
    return snapshot.load(path) if snapshot.is_ours(path) else None


def _doubt(error: errors.MigrationMissing | errors.ReplayFailed, newest: Entry) -> str:
    text = _("the migrations cannot be replayed, so what {prefix}_snapshot.json says is taken for the head: {reason}")
    return text.format(prefix=newest.prefix, reason=_reason(error))


def _reason(error: errors.MigrationMissing | errors.ReplayFailed) -> str:
    if isinstance(error, errors.MigrationMissing):
        return _("{path} does not exist").format(path=error.path)
    return f"{error.path}:{error.line}: {error.message}"


async def _from_newest(migrations: Folder, newest: tuple[Entry, Snapshot | DrizzleSnapshot], shadow: Shadow) -> Catalog:
    entry, found = newest

    async def opened() -> Shadow:
        return shadow

    catalog = await described(str(migrations.snapshot_path(entry)), found, opened)
    after = migrations.entries[migrations.entries.index(entry) + 1 :]
    return await shadow.replay(_files(migrations, after), on=catalog) if after else catalog


def _files(migrations: Folder, entries: "list[Entry] | tuple[Entry, ...]") -> tuple[Migration, ...]:
    files = tuple(migrations.migration(entry.tag) for entry in entries)
    missing = next((entry.tag for entry, file in zip(entries, files, strict=True) if file is None), None)
    if missing is not None:
        raise errors.MigrationMissing(tag=missing, path=str(migrations.sql_path(missing)))
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
