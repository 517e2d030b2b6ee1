"""The migrations folder: journal, names, atomic writes, integrity.

    migrations/
    ├── 0000_calm_harbour.sql
    └── meta/
        ├── _journal.json          which migrations there are, in the order in which they apply
        └── 0000_snapshot.json     the schema after that migration

The format is Drizzle Kit's, so that its folders can be taken over as they stand. The journal is written last
and is what makes a migration exist: a crash in the middle leaves a file that nobody refers to, never half a
migration.
"""

import hashlib
import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from ccm_engine import errors


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the journal. `when` is in milliseconds since 1970."""

    index: int
    tag: str
    when: int

    @property
    def prefix(self) -> str:
        """What the snapshot of the entry is called by: the tag's part before the first `_`."""
        return self.tag.partition("_")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """A migration file as the runner needs it. `hash` is the SHA-256 of its bytes, in hexadecimal."""

    tag: str
    path: Path
    sql: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A migrations folder and its journal, as read at one moment."""

    path: Path
    entries: tuple[Entry, ...]

    def sql_path(self, tag: str) -> Path:
        return self.path / f"{tag}.sql"

    def snapshot_path(self, entry: Entry) -> Path:
        return self.path / "meta" / f"{entry.prefix}_snapshot.json"

    def migration(self, tag: str) -> Migration | None:
        """The migration of that tag, or None where its file does not exist."""
        path = self.sql_path(tag)
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return None
        return Migration(tag=tag, path=path, sql=content.decode(), hash=digest(content))

    def next_index(self) -> int:
        return self.entries[-1].index + 1 if self.entries else 0


def digest(content: bytes) -> str:
    """How the tracking table knows a file: the SHA-256 of its bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def load(path: Path) -> Folder:
    """Read the journal; a folder without one has no migrations yet.

    Raises `JournalUnreadable` where it is not JSON and `JournalMalformed` where an entry lacks what applying needs.
    """
    journal = path / "meta" / "_journal.json"
    try:
        content = json.loads(journal.read_text())
    except FileNotFoundError:
        return Folder(path=path, entries=())
    except json.JSONDecodeError as error:
        raise errors.JournalUnreadable(
            path=str(journal), line=error.lineno, column=error.colno, reason=error.msg
        ) from error
    try:
        raw = cast("list[dict[str, object]]", content["entries"])
        return Folder(path=path, entries=tuple(_entry(number, item) for number, item in enumerate(raw)))
    except (KeyError, TypeError, ValueError) as error:
        raise errors.JournalMalformed(path=str(journal), reason=f"an entry lacks or misspells {error}") from error


def add(folder: Folder, entry: Entry, migration: str, snapshot: str) -> Folder:
    """Write a migration, or rewrite the one whose tag the entry has: file, snapshot, then journal."""
    (folder.path / "meta").mkdir(parents=True, exist_ok=True)
    _write(folder.sql_path(entry.tag), migration)
    _write(folder.snapshot_path(entry), snapshot)
    others = tuple(other for other in folder.entries if other.tag != entry.tag)
    return _write_journal(Folder(path=folder.path, entries=(*others, entry)))


def remove(folder: Folder, entry: Entry) -> Folder:
    """Take a migration back: journal first, so that it never names what is not there."""
    smaller = _write_journal(Folder(path=folder.path, entries=tuple(e for e in folder.entries if e.tag != entry.tag)))
    for path in (folder.snapshot_path(entry), folder.sql_path(entry.tag)):
        with suppress(FileNotFoundError):
            path.unlink()
    return smaller


def _write_journal(folder: Folder) -> Folder:
    entries = [
        {"idx": entry.index, "version": "7", "when": entry.when, "tag": entry.tag, "breakpoints": True}
        for entry in folder.entries
    ]
    content = {"version": "7", "dialect": "postgresql", "entries": entries}
    _write(folder.path / "meta" / "_journal.json", json.dumps(content, indent=2, ensure_ascii=False) + "\n")
    return folder


def _write(path: Path, text: str) -> None:
    """All of it or nothing: a reader sees the old file or the new one, even after a crash."""
    unfinished = path.with_name(f"_{path.name}.{os.getpid()}")  # Drizzle Kit ignores what begins with `_` in `meta`
    with unfinished.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def _entry(number: int, raw: dict[str, object]) -> Entry:
    return Entry(index=int(str(raw.get("idx", number))), tag=str(raw["tag"]), when=int(str(raw.get("when", 0))))
