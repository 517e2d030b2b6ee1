"""A migrations folder → all that is in it, file by file, whether the journal names it or not.

Each file is read once. Of a snapshot that is ours, and not the newest, only the frame is looked at: its objects, made
anew, would take ten times as long, and nobody asks for them as long as all is well.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

from ccm_engine import errors, folder, snapshot
from ccm_engine.folder import Entry, Folder, Migration
from ccm_engine.snapshot import Snapshot
from ccm_engine.value import value

SNAPSHOT = "_snapshot.json"
_CONFLICT = re.compile(r"^<{7} .*\n(?:.*\n)*?={7}$", re.MULTILINE)

Unusable: TypeAlias = errors.MergeConflict | errors.SnapshotUnreadable | errors.MigrationNotText


@value
class Link:
    """A snapshot's place in the chain. `prefix` is what its file is called by."""

    prefix: str
    id: str
    previous: str
    ours: bool
    """Whether it says more than Drizzle Kit's own would."""


@value
class Inventory:
    """What there is; `names` are those of the files in `meta` that Drizzle Kit would read, as it sorts them."""

    folder: Folder
    files: Mapping[str, Migration]
    """By tag."""
    links: tuple[Link, ...]
    names: tuple[str, ...]
    unusable: tuple[Unusable, ...]

    @property
    def path(self) -> Path:
        return self.folder.path

    @property
    def journal(self) -> Path:
        return folder.journal_path(self.path)

    def link(self, entry: Entry) -> Link | None:
        """The snapshot after a migration, if there is one that can be read."""
        return next((link for link in self.links if link.prefix == entry.prefix), None)

    def snapshot_name(self, entry: Entry) -> str:
        return self.folder.snapshot_path(entry).name

    @property
    def tags(self) -> tuple[str, ...]:
        """Each that the journal or a file has, those of the journal first."""
        return tuple(dict.fromkeys((*(entry.tag for entry in self.folder.entries), *self.files)))


def load(path: Path) -> Folder:
    """The journal. Raises as `folder.load` does, and tells apart what git has left there: `errors.MergeConflict`.

    Raises `errors.JournalMissing` where there are files without one.
    """
    journal = folder.journal_path(path)
    if not journal.exists() and (files := sorted(file.name for file in path.glob("*.sql"))):
        raise errors.JournalMissing(path=str(path), files=", ".join(files))
    try:
        return folder.load(path)
    except errors.JournalUnreadable as error:
        raise conflict(journal, journal.read_text(encoding="utf-8")) or error from error


def take(migrations: Folder) -> Inventory:
    """Look at every file; what cannot be used is among what is found."""
    files: dict[str, Migration] = {}
    links: list[Link] = []
    unusable: list[Unusable] = []
    names = tuple(_names(migrations.path / "meta"))
    for path in sorted(migrations.path.glob("*.sql")):
        try:
            file = migrations.migration(path.stem)
        except errors.MigrationNotText as error:
            unusable.append(error)
            continue
        if file is not None:
            files[file.tag] = file
            unusable += filter(None, (conflict(path, file.sql),))
    newest = migrations.snapshot_path(migrations.entries[-1]) if migrations.entries else None
    for name in names:
        path = migrations.path / "meta" / name
        try:
            if name.endswith(SNAPSHOT) and path.is_file():
                links.append(_link(path, wholly=path == newest))
        except errors.SnapshotUnreadable as error:
            unusable.append(conflict(path, path.read_text(encoding="utf-8", errors="replace")) or error)
    return Inventory(folder=migrations, files=files, links=tuple(links), names=names, unusable=tuple(unusable))


def conflict(path: Path, text: str) -> errors.MergeConflict | None:
    """What git writes into a file whose two sides it cannot bring together."""
    found = _CONFLICT.search(text)
    return None if found is None else errors.MergeConflict(path=str(path), line=text.count("\n", 0, found.start()) + 1)


def _names(meta: Path) -> Iterator[str]:
    if meta.is_dir():
        yield from sorted(file.name for file in meta.iterdir() if not file.name.startswith("_"))


def _link(path: Path, *, wholly: bool) -> Link:
    """Raises `errors.SnapshotUnreadable`."""
    prefix = path.name.removesuffix(SNAPSHOT)
    frame = None if wholly else _frame(path)
    if frame is not None:
        return Link(prefix=prefix, id=frame[0], previous=frame[1], ours=True)
    found = snapshot.read(path)
    return Link(prefix=prefix, id=found.id, previous=found.previous, ours=isinstance(found, Snapshot))


def _frame(path: Path) -> tuple[str, str] | None:
    """The id and that of the predecessor, where it is plain that the snapshot is ours."""
    try:
        content: object = json.loads(path.read_bytes())
    except ValueError:
        return None  # what is wrong with it is `snapshot.read`'s to say
    match content:
        case {"id": str(id_), "prevId": str(previous), "version": "7", "ccm": {"format": snapshot.FORMAT}}:
            return id_, previous
        case _:
            return None
