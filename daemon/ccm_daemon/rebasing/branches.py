"""Two branches' migrations, of which one's are kept and the other's are one's own: as git says, or a person

Git knows the two sides of a merge, whether it is in progress or committed. Kept is what everybody has: the side that
the remote's default branch holds, else that of the default branch; on any other branch it is what was merged in.
"""

from collections.abc import AsyncIterator, Collection
from dataclasses import replace
from pathlib import Path

from ccm_daemon import git
from ccm_engine import errors, folder
from ccm_engine.checks.merged import Seen, prefix
from ccm_engine.folder import Entry, Folder
from ccm_engine.value import value

_MERGES = 10  # of which the latest that brought two branches' migrations together counts


@value
class Branch:
    """The migrations of one side."""

    name: str
    revision: str | None
    """The commit that holds its files; None where they are to be had in the working copy only."""
    folder: Folder
    journal: str
    own: tuple[str, ...]
    """The tags that the other side has not, in order."""


@value
class Fork:
    kept: Branch
    mine: Branch

    def mine_is(self, tags: Collection[str]) -> "Fork | None":
        """The same with the branch as one's own that these are of, None where they are not of one branch."""
        if set(tags) <= set(self.mine.own):
            return self
        return Fork(kept=self.mine, mine=self.kept) if set(tags) <= set(self.kept.own) else None


@value
class _Pair:
    """Two commits, and the one from which they went different ways; None where what is kept holds it."""

    kept: str
    mine: str
    base: str | None


async def fork(seen: Seen) -> Fork | None:
    """What git knows of two branches that each added migrations, of which some fork; None where it knows of none."""
    async for pair in _pairs(seen):
        found = await _between(seen, pair)
        if found is not None and (seen.torn or not set(found.mine.own).isdisjoint(seen.forked)):
            return found
    return None


async def _pairs(seen: Seen) -> AsyncIterator[_Pair]:
    path = seen.path
    head = await git.commit(path, "HEAD")
    if head is None:
        return
    if (merged := await git.commit(path, "MERGE_HEAD")) is not None:
        yield await _sides(path, head, merged)
    for name in ("REBASE_HEAD", "CHERRY_PICK_HEAD"):
        if (picked := await git.commit(path, name)) is not None:
            yield _Pair(kept=head, mine=picked, base=await git.commit(path, f"{name}^"))
    for merge in await git.merges(path, _MERGES):
        one, other = await git.commit(path, f"{merge}^1"), await git.commit(path, f"{merge}^2")
        if one is not None and other is not None:
            yield await _sides(path, one, other)
    default = await git.default_branch(path)
    if default is not None and default != await git.branch(path):
        kept = await git.published(path, default) or await git.commit(path, f"refs/heads/{default}")
        if kept is not None and kept != head and await git.descends(path, head, kept):
            yield _Pair(kept=kept, mine=head, base=None)


async def _sides(path: Path, here: str, merged: str) -> _Pair:
    """`here` is where `merged` was merged into."""
    base = await git.fork_point(path, here, merged)
    into, brought = _Pair(kept=here, mine=merged, base=base), _Pair(kept=merged, mine=here, base=base)
    default = await git.default_branch(path)
    shared = None if default is None else await git.published(path, default)
    if shared is not None:
        have = [await git.descends(path, shared, side) for side in (here, merged)]
        if have[0] != have[1]:
            return into if have[0] else brought
    return into if default is not None and default == await git.branch(path) else brought


async def _between(seen: Seen, pair: _Pair) -> Fork | None:
    kept, mine = await _branch(seen.path, pair.kept), await _branch(seen.path, pair.mine)
    if kept is None or mine is None:
        return None
    if pair.base is None:
        mine = replace(mine, own=tuple(tag for tag in (*mine.own, *seen.unnamed) if tag not in kept.own))
        kept = replace(kept, own=tuple(tag for tag in kept.own if tag in seen.forked))
    else:
        base = await _branch(seen.path, pair.base)
        common = set(base.own) if base else set[str]()
        common |= {tag for tag in mine.own if tag in kept.own and await _is_alike(seen.path, tag, pair)}
        mine, kept = (replace(it, own=tuple(tag for tag in it.own if tag not in common)) for it in (mine, kept))
    return Fork(kept=kept, mine=mine) if kept.own and mine.own else None


async def _branch(path: Path, revision: str) -> Branch | None:
    """With all its tags as its own."""
    journal = await git.show(path, revision, "meta/_journal.json")
    if journal is None:
        return None
    try:
        read = folder.parsed(path, journal)
    except (errors.JournalUnreadable, errors.JournalMalformed):  # of a merge that was committed as it was
        return None
    tags = tuple(entry.tag for entry in read.entries)
    name = await git.called(path, revision)
    return Branch(name=name, revision=revision, folder=read, journal=journal, own=tags)


async def _is_alike(path: Path, tag: str, pair: _Pair) -> bool:
    return await git.show(path, pair.kept, f"{tag}.sql") == await git.show(path, pair.mine, f"{tag}.sql")


def by_hand(seen: Seen, migrations: Folder, tags: Collection[str]) -> Fork:
    """Those of the tags are one's own, all others are kept, as far as the working copy has them."""
    first = min(map(prefix, tags))
    kept = [entry for entry in migrations.entries if entry.tag not in tags]
    own = [entry for entry in migrations.entries if entry.tag in tags]
    for tag in seen.unnamed:
        if tag in tags:
            own.append(_entry(migrations, tag, own))
        elif prefix(tag).isdecimal() and prefix(tag) >= first:
            kept.append(_entry(migrations, tag, kept))
    disputed = next((at for at, entry in enumerate(kept) if entry.tag in seen.forked), len(kept))
    return Fork(kept=_here(migrations, kept, kept[disputed:]), mine=_here(migrations, [*kept[:disputed], *own], own))


def _here(migrations: Folder, entries: list[Entry], own: list[Entry]) -> Branch:
    tags, with_them = tuple(entry.tag for entry in own), replace(migrations, entries=tuple(entries))
    return Branch(name="", revision=None, folder=with_them, journal=folder.journal_text(with_them), own=tags)


def _entry(migrations: Folder, tag: str, before: list[Entry]) -> Entry:
    last = before[-1] if before else Entry(index=-1, tag="", when=0)
    written = int(migrations.sql_path(tag).stat().st_mtime * 1000)
    return Entry(index=last.index + 1, tag=tag, when=max(written, last.when + 1))
