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
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import field, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import cast

from ccm_engine import errors, sql
from ccm_engine.language import translated as _
from ccm_engine.value import value


@value
class Entry:
    """One line of the journal."""

    index: int
    tag: str
    when: int
    """In milliseconds since 1970, later than of each entry before it: drizzle-orm's migrator goes by that alone."""
    breakpoints: bool = True
    """Nobody reads it; Drizzle Kit writes it."""
    others: Mapping[str, object] = field(default_factory=dict[str, object], compare=False)
    """What else stands there, which is kept."""

    @property
    def prefix(self) -> str:
        """What the snapshot of the entry is called by: the tag's part before the first `_`."""
        return self.tag.partition("_")[0]


@value
class Migration:
    """A migration file as the runner needs it. `hash` is the SHA-256 of its bytes, in hexadecimal."""

    tag: str
    path: Path
    sql: str
    hash: str
    when: int = 0
    """As in the journal, for who wants to know."""

    @property
    def contracts(self) -> bool:
        """Whether it takes away what an older application still uses: `-- ccm: contract`."""
        return sql.contracts(self.sql)


_DAY = re.compile(r"\d{14}")
_SECOND = re.compile(r"\d{10}")
"""The prefixes that Drizzle Kit calls `timestamp` or `supabase`, and `unix`."""

_NEW_JOURNAL: dict[str, object] = {"version": "7", "dialect": "postgresql"}


@value
class Folder:
    """A migrations folder and its journal, as read at one moment."""

    path: Path
    entries: tuple[Entry, ...]
    others: Mapping[str, object] = field(default_factory=_NEW_JOURNAL.copy, compare=False)
    """What else stands in the journal, which is kept."""

    def sql_path(self, tag: str) -> Path:
        return self.path / f"{tag}.sql"

    def snapshot_path(self, entry: Entry) -> Path:
        return self.path / "meta" / f"{entry.prefix}_snapshot.json"

    def migration(self, tag: str, *, when: int = 0) -> Migration | None:
        """The migration of that tag, or None where its file does not exist; `when` is that of its entry.

        Raises `errors.MigrationNotText`.
        """
        path = self.sql_path(tag)
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return None
        return Migration(tag=tag, path=path, sql=_decoded(path, content), hash=digest(content), when=when)

    def next(self, name: str, now: datetime) -> Entry:
        """The next place in the journal, numbered as the one before it: by index, by the day, or by the second."""
        last = self.entries[-1] if self.entries else Entry(index=-1, tag="", when=0)
        index, when = last.index + 1, max(int(now.timestamp() * 1000), last.when + 1)
        if _DAY.fullmatch(last.prefix):
            prefix = str(max(int(now.astimezone(UTC).strftime("%Y%m%d%H%M%S")), int(last.prefix) + 1))
        elif _SECOND.fullmatch(last.prefix):
            prefix = str(max(when // 1000, int(last.prefix) + 1))
        else:
            index = max((index, *self._numbers()))
            prefix = f"{index:04}"
        return Entry(index=index, tag=f"{prefix}_{name}", when=when)

    def _numbers(self) -> Iterator[int]:
        """One more than those of the files: what the journal does not name may be another branch's, and keeps its."""
        for file in self.path.glob("*.sql"):
            prefix = file.name.partition("_")[0]
            if prefix.isdecimal() and not _SECOND.fullmatch(prefix) and not _DAY.fullmatch(prefix):
                yield int(prefix) + 1


def _decoded(path: Path, content: bytes) -> str:
    """The text of a file; some editors begin it with a byte order mark, which is none of it."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise errors.MigrationNotText(path=str(path), line=content.count(b"\n", 0, error.start) + 1) from error
    if "\0" in text:
        raise errors.MigrationNotText(path=str(path), line=text.count("\n", 0, text.index("\0")) + 1)
    return text


def digest(content: bytes) -> str:
    """How the tracking table knows a file: the SHA-256 of its bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def journal_path(path: Path) -> Path:
    return path / "meta" / "_journal.json"


def start(path: Path) -> Folder:
    """A folder with an empty journal."""
    (path / "meta").mkdir(parents=True, exist_ok=True)
    return _write_journal(Folder(path=path, entries=()))


def load(path: Path) -> Folder:
    """Read the journal; a folder without one has no migrations yet.

    Raises `JournalUnreadable` where it is not JSON and `JournalMalformed` where an entry lacks what applying needs.
    """
    journal = journal_path(path)
    try:
        return parsed(path, journal.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Folder(path=path, entries=())
    except UnicodeDecodeError as error:
        raise errors.JournalMalformed(path=str(journal), reason=_("it is no text in UTF-8")) from error


def parsed(path: Path, text: str) -> Folder:
    """The folder at that path with that text as its journal. Raises as `load` does."""
    journal = journal_path(path)
    try:
        content: object = json.loads(text)
        return Folder(path=path, entries=tuple(_entries(content)), others=_others(content, {"entries"}))
    except json.JSONDecodeError as error:
        raise errors.JournalUnreadable(
            path=str(journal), line=error.lineno, column=error.colno, reason=error.msg
        ) from error
    except ValueError as error:
        raise errors.JournalMalformed(path=str(journal), reason=str(error)) from error


class NotAsRead(Exception):
    """Somebody else has written the journal or the file since: nothing was written over it."""


def add(folder: Folder, entry: Entry, migration: str, snapshot: str, *, over: str | None = None) -> Folder:
    """Write a migration, or rewrite the one whose tag the entry has, and then the journal.

    `over` is the hash that the file has to have to be rewritten. It is looked at in the last moment, as is the journal:
    a person, git or another of us may be at them too. Raises `NotAsRead`, and has written nothing then.

    The file comes after its snapshot: one that is stopped between the two knows the migration by the file's old text,
    and writes both anew.
    """
    (folder.path / "meta").mkdir(parents=True, exist_ok=True)
    path = folder.sql_path(entry.tag)

    def as_read() -> None:
        _must_be_as_read(folder)
        if over is not None and (not path.exists() or digest(path.read_bytes()) != over):
            raise NotAsRead

    _write({folder.snapshot_path(entry): snapshot, path: migration}, as_read)
    others = tuple(other for other in folder.entries if other.tag != entry.tag)
    return _write_journal(replace(folder, entries=(*others, entry)))


def remove(folder: Folder, entry: Entry) -> Folder:
    """Take a migration back: journal first, so that it never names what is not there. Raises `NotAsRead`."""
    _must_be_as_read(folder)
    smaller = _write_journal(replace(folder, entries=tuple(e for e in folder.entries if e.tag != entry.tag)))
    for path in (folder.snapshot_path(entry), folder.sql_path(entry.tag)):
        with suppress(FileNotFoundError):
            path.unlink()
    return smaller


def _must_be_as_read(folder: Folder) -> None:
    if load(folder.path).entries != folder.entries:
        raise NotAsRead


def rewrite(path: Path, journal: str, texts: Mapping[Path, str], gone: Iterable[Path], as_read: bytes | None) -> None:
    """Write files of a folder, then the journal that names them, then remove what it does not name any more.

    `as_read` is the journal as it was, in which way ever it was torn, None where there was none. Raises `NotAsRead`
    where it is another meanwhile, and has written nothing then.
    """
    at = journal_path(path)

    def must_be_as_read() -> None:
        if (at.read_bytes() if at.exists() else None) != as_read:
            raise NotAsRead

    _write(texts, must_be_as_read)
    _write({at: journal})
    for each in gone:
        each.unlink(missing_ok=True)


def journal_text(folder: Folder) -> str:
    """As Drizzle Kit writes it, without a line's end at the end."""
    content = {**folder.others, "entries": [_written(entry) for entry in folder.entries]}
    return json.dumps(content, indent=2, ensure_ascii=False)


def _write_journal(folder: Folder) -> Folder:
    _write({journal_path(folder.path): journal_text(folder)})
    return folder


def _written(entry: Entry) -> dict[str, object]:
    ours = {"idx": entry.index, "version": "7", "when": entry.when, "tag": entry.tag, "breakpoints": entry.breakpoints}
    return {**ours, **entry.others}


def _write(texts: Mapping[Path, str], check: Callable[[], None] = lambda: None) -> None:
    """Each in its place only when all are on the disk: a reader sees an old file or a new one, even after a crash."""
    with ExitStack() as stack:
        unfinished: dict[Path, Path] = {}
        for path, text in texts.items():
            # Drizzle Kit ignores what begins with `_` in `meta`
            unfinished[path] = path.with_name(f"_{path.name}.{os.getpid()}")
            stack.callback(unfinished[path].unlink, missing_ok=True)
            with unfinished[path].open("w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
        check()
        for path in texts:
            unfinished[path].replace(path)


def _entries(content: object) -> Iterator[Entry]:
    items = cast("dict[str, object]", content).get("entries") if isinstance(content, dict) else None
    if not isinstance(items, list):
        raise ValueError(_('there is no list "entries" in it'))
    return map(_entry, count(), cast("list[object]", items))


def _entry(number: int, raw: object) -> Entry:
    fields = cast("dict[str, object]", raw) if isinstance(raw, dict) else {}
    tag, index, when = fields.get("tag"), fields.get("idx", number), fields.get("when", 0)
    breakpoints = fields.get("breakpoints", True)
    if not isinstance(tag, str):
        raise ValueError(_('entry {number} has no "tag"').format(number=number))
    if not isinstance(index, int) or not isinstance(when, int):
        raise ValueError(
            _('"idx" and "when" of entry {number} ({tag}) must be whole numbers').format(number=number, tag=tag)
        )
    others = _others(fields, {"idx", "when", "tag", "breakpoints"})
    return Entry(index=index, tag=tag, when=when, breakpoints=breakpoints is not False, others=others)


def _others(content: object, known: set[str]) -> Mapping[str, object]:
    return {name: item for name, item in cast("dict[str, object]", content).items() if name not in known}
