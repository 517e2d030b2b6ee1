"""A migrations folder as a merge of two branches may leave it: what forks in it, as far as its own files tell.

Git merges the files of migrations without a word, for they have different names; the journal it tears, or one side's
is taken as it is; and of two snapshots of one number only one is left. What tells of it afterwards: two migrations of
one number, whether the journal names both or one, and two snapshots that follow the same one.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from ccm_engine import errors, folder
from ccm_engine.folder import Folder
from ccm_engine.value import value

_PREVIOUS = re.compile(rb'"prevId"\s*:\s*"([^"]*)"')
_HEAD = 4096  # bytes of a snapshot in which its place in the chain stands, whoever wrote it


@value
class Seen:
    """A migrations folder, looked over."""

    path: Path
    journal: bytes | None
    """As it is on the disk."""
    folder: Folder | None
    """None where the journal is torn."""
    torn: errors.JournalUnreadable | errors.JournalMalformed | None
    unnamed: tuple[str, ...]
    """The tags of files that the journal does not name, in the order of their names."""
    forked: tuple[str, ...]
    """The tags of migrations of one number, or after one another's parent, in the order of their names."""

    @property
    def named(self) -> tuple[str, ...]:
        return tuple(entry.tag for entry in self.folder.entries) if self.folder else ()

    @property
    def tags(self) -> tuple[str, ...]:
        """All there are, those that the journal names first."""
        return (*self.named, *self.unnamed)

    @property
    def in_order(self) -> bool:
        return self.torn is None and not self.forked


def look(path: Path) -> Seen:
    """Look a folder over. Raises nothing that is wrong with it."""
    journal = folder.journal_path(path)
    text = journal.read_bytes() if journal.exists() else None
    torn, read = None, None
    try:
        read = folder.load(path)
    except (errors.JournalUnreadable, errors.JournalMalformed) as error:
        torn = error
    named = frozenset(entry.tag for entry in read.entries) if read else frozenset[str]()
    unnamed = tuple(sorted(file.stem for file in path.glob("*.sql") if file.stem not in named))
    forked = tuple(sorted({*_of_one_number(named, unnamed), *_after_the_same(path, (*named, *unnamed))}))
    return Seen(path=path, journal=text, folder=read, torn=torn, unnamed=unnamed, forked=forked)


def prefix(tag: str) -> str:
    """What its snapshot is called by."""
    return tag.partition("_")[0]


def _of_one_number(named: frozenset[str], unnamed: Iterable[str]) -> Iterator[str]:
    """Two, of which the journal names one at least: what it does not name at all may be anything."""
    for _number, group in groupby(sorted((*named, *unnamed), key=prefix), key=prefix):
        tags = tuple(group)
        if len(tags) > 1 and not named.isdisjoint(tags):
            yield from tags


def _after_the_same(path: Path, tags: tuple[str, ...]) -> Iterator[str]:
    children: dict[bytes, set[str]] = {}
    for snapshot in (path / "meta").glob("[!_]*_snapshot.json"):
        with snapshot.open("rb") as file:
            previous = _PREVIOUS.search(file.read(_HEAD))
        if previous is not None:
            children.setdefault(previous[1], set()).add(prefix(snapshot.name))
    for prefixes in children.values():
        if len(prefixes) > 1:
            yield from (tag for tag in tags if prefix(tag) in prefixes)
