"""The newest snapshots as they were read last: a save of a schema file changes none of them."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from ccm_engine import snapshot
from ccm_engine.catalog import Catalog
from ccm_engine.folder import Folder
from ccm_engine.snapshot import Snapshot
from ccm_engine.stamp import stamp

_KEPT = 4  # a draft's, the one before it, and those of another branch


@dataclass(slots=True, kw_only=True)
class Heads:
    """Snapshots by path, each with what the file system said of its file."""

    _read: dict[Path, tuple[str, Snapshot]] = field(default_factory=dict[Path, tuple[str, Snapshot]])
    _alike: set[str] = field(default_factory=set[str])
    """The ids of those that share their objects with the schema of the moment."""

    def newest(self, migrations: Folder) -> Snapshot | None:
        """The snapshot after the last migration; None where there is no migration. Raises `SnapshotUnreadable`."""
        if not migrations.entries:
            return None
        path = migrations.snapshot_path(migrations.entries[-1])
        now, known = stamp(path), self._read.pop(path, None)
        if known is None or known[0] != now:
            known = (now, snapshot.load(path))
            self._alike.discard(known[1].id)
        self._read[path] = known
        while len(self._read) > _KEPT:
            del self._read[next(iter(self._read))]
        return known[1]

    def like(self, head: Snapshot, goal: Catalog) -> None:
        """Have what is equal in both be the same from now on, so that a comparison costs what differs."""
        if head.id in self._alike:
            return
        for path, (then, known) in self._read.items():
            if known is head:
                self._read[path] = (then, replace(known, catalog=known.catalog.sharing(goal)))
        self._alike.add(head.id)
