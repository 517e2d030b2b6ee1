"""The newest snapshots as they were read last: a save of a schema file changes none of them."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from ccm_engine import head, snapshot
from ccm_engine.catalog import Catalog
from ccm_engine.folder import Folder
from ccm_engine.snapshot import Snapshot
from ccm_engine.source import Sources
from ccm_engine.stamp import stamp
from ccm_engine.value import value

_KEPT = 4  # a draft's, the one before it, and those of another branch


@value
class _Known:
    """`stamps` is what the file system said of the files that it was made of."""

    stamps: dict[Path, str]
    snapshot: Snapshot

    def holds(self) -> bool:
        return all(stamp(path) == then for path, then in self.stamps.items())


@dataclass(slots=True, kw_only=True)
class Heads:
    """Snapshots by path."""

    _read: dict[Path, _Known] = field(default_factory=dict[Path, _Known])
    _alike: set[str] = field(default_factory=set[str])
    """The ids of those that share their objects with the schema of the moment."""

    async def newest(self, migrations: Folder, sources: Sources) -> Snapshot | None:
        """The snapshot after the last migration; None where there is no migration. Raises as `head.of` does."""
        if not migrations.entries:
            return None
        path = migrations.snapshot_path(migrations.entries[-1])
        known = self._read.pop(path, None)
        if known is None or not known.holds():
            stamps = {file: stamp(file) for file in _files(migrations)}
            found = await head.of(migrations, sources.shadow)
            if found is None:
                return None
            known = _Known(stamps=stamps, snapshot=found)
            self._alike.discard(found.id)
        self._read[path] = known
        while len(self._read) > _KEPT:
            del self._read[next(iter(self._read))]
        return known.snapshot

    def like(self, newest: Snapshot, goal: Catalog) -> None:
        """Have what is equal in both be the same from now on, so that a comparison costs what differs."""
        if newest.id in self._alike:
            return
        for path, known in self._read.items():
            if known.snapshot is newest:
                self._read[path] = replace(known, snapshot=newest.sharing(goal))
        self._alike.add(newest.id)


def _files(migrations: Folder) -> list[Path]:
    """What the newest snapshot is made of: itself, or where Drizzle Kit alone wrote it, all the files."""
    newest = migrations.snapshot_path(migrations.entries[-1])
    if snapshot.is_ours(newest):
        return [newest]
    snapshots = map(migrations.snapshot_path, migrations.entries)
    return [*snapshots, *(migrations.sql_path(entry.tag) for entry in migrations.entries)]
