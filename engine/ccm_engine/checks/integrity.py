"""What of a migrations folder does not fit together: journal, files and snapshots, side by side."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from ccm_engine import errors
from ccm_engine.checks.inventory import SNAPSHOT, Inventory, Link
from ccm_engine.language import translated as _
from ccm_engine.snapshot import ROOT_ID
from ccm_engine.value import value

FIRST = frozenset({ROOT_ID, ""})
"""What a first snapshot names as its predecessor: `drizzle-kit pull` writes nothing there."""


@value
class Fork:
    """Migrations of which each wants the same place, as where two branches were merged; `how` says by what it shows."""

    tags: tuple[str, ...]
    path: Path
    how: str


def findings(there: Inventory, *, for_drizzle: bool) -> Iterator[errors.CcmError]:
    """All that is wrong but for the forks; `for_drizzle` is whether drizzle-orm may run the files as well."""
    yield from there.unusable
    yield from _named_twice(there)
    yield from _index_twice(there)
    if for_drizzle:
        yield from _backwards(there)
    yield from _missing(there)
    yield from _unnamed(there)
    yield from _in_meta(there)
    yield from _copied(there)
    yield from _broken(there)


def listing(items: Iterable[str]) -> str:
    return "\n".join(f"    {item}" for item in items)


# -- the journal ------------------------------------------------------------------


def _named_twice(there: Inventory) -> Iterator[errors.CcmError]:
    counted = Counter(entry.tag for entry in there.folder.entries)
    twice = [tag for tag, times in counted.items() if times > 1]
    if twice:
        yield errors.TagNamedTwice(path=str(there.journal), tags=", ".join(twice))


def _index_twice(there: Inventory) -> Iterator[errors.CcmError]:
    """But for those of which a fork tells more."""
    forked = [frozenset(fork.tags) for fork in forks(there)]
    indices = _grouped((str(entry.index), entry.tag) for entry in there.folder.entries)
    twice = [f"{index}: {', '.join(tags)}" for index, tags in indices if frozenset(tags) not in forked]
    if twice:
        yield errors.IndexTwice(path=str(there.journal), listing=listing(twice))


def _backwards(there: Inventory) -> Iterator[errors.CcmError]:
    """The migrator runs what has a `when` after that of all that is applied, and nothing else, ever."""
    latest, skipped = -1, list[str]()
    for entry in there.folder.entries:
        if entry.when <= latest:
            skipped.append(f"{entry.tag}: {entry.when}")
        latest = max(latest, entry.when)
    if skipped:
        yield errors.WhenBackwards(path=str(there.journal), listing=listing(skipped), latest=latest)


# -- the journal and the files ------------------------------------------------------


def _missing(there: Inventory) -> Iterator[errors.CcmError]:
    absent = [entry for entry in there.folder.entries if not there.folder.sql_path(entry.tag).exists()]
    if absent:
        names = (f"{entry.tag}.sql" for entry in absent)
        yield errors.FilesMissing(path=str(there.journal), count=len(absent), listing=listing(names))
    last = max((at for at, entry in enumerate(there.folder.entries) if _has_snapshot(there, entry.tag)), default=-1)
    tail = [entry for entry in there.folder.entries[last + 1 :] if entry not in absent]
    if tail:
        names = (f"{there.snapshot_name(entry)}, after {entry.tag}" for entry in tail)
        yield errors.SnapshotsMissing(path=str(there.path / "meta"), listing=listing(names))


def without_snapshot(there: Inventory) -> tuple[str, ...]:
    """The tags of those that no snapshot stands after, which has come to matter to nobody: there are later ones."""
    having = [at for at, entry in enumerate(there.folder.entries) if _has_snapshot(there, entry.tag)]
    before = there.folder.entries[: max(having, default=0)]
    return tuple(entry.tag for entry in before if entry.tag in there.files and not _has_snapshot(there, entry.tag))


def _has_snapshot(there: Inventory, tag: str) -> bool:
    return f"{tag.partition('_')[0]}{SNAPSHOT}" in there.names


def _unnamed(there: Inventory) -> Iterator[errors.CcmError]:
    named = {entry.tag for entry in there.folder.entries}
    forked = {tag for fork in forks(there) for tag in fork.tags}
    files = [f"{tag}.sql" for tag in there.files if tag not in named | forked]
    if files:
        yield errors.FilesUnnamed(path=str(there.path), listing=listing(files))
    prefixes = {tag.partition("_")[0] for tag in named | forked}
    snapshots = [f"{link.prefix}{SNAPSHOT}" for link in there.links if link.prefix not in prefixes]
    if snapshots:
        yield errors.SnapshotsUnnamed(path=str(there.path / "meta"), listing=listing(snapshots))


def _in_meta(there: Inventory) -> Iterator[errors.CcmError]:
    meta = there.path / "meta"
    strays = [name for name in there.names if not name.endswith(SNAPSHOT)]
    if strays:
        yield errors.StrayInMeta(path=str(meta), listing=listing(strays))
    named = {there.snapshot_name(entry) for entry in there.folder.entries}
    snapshots = [name for name in there.names if name in named]
    newest = there.snapshot_name(there.folder.entries[-1]) if there.folder.entries else ""
    if newest in snapshots and snapshots[-1] != newest:
        yield errors.NewestNotLast(path=str(meta / newest), last=snapshots[-1])


# -- the chain of snapshots -----------------------------------------------------------


def _copied(there: Inventory) -> Iterator[errors.CcmError]:
    by_id: dict[str, Link] = {}
    for link in there.links:
        first = by_id.setdefault(link.id, link)
        if first is not link:
            path = there.path / "meta" / f"{link.prefix}{SNAPSHOT}"
            yield errors.SnapshotCopied(path=str(path), other=f"{first.prefix}{SNAPSHOT}", id=link.id)


def _broken(there: Inventory) -> Iterator[errors.CcmError]:
    """Where one is missing, or stands for two, the next may name a predecessor that nobody knows.

    Two that name the same one are a fork.
    """
    counted = Counter(entry.prefix for entry in there.folder.entries)
    followed = Counter(link.previous for link in there.links)
    seen, gap = dict[str, str](), False
    for entry in there.folder.entries:
        link = there.link(entry)
        if link is None or counted[entry.prefix] > 1 or followed[link.previous] > 1:
            gap = True
        elif not gap and link.previous not in seen and (seen or link.previous not in FIRST):
            yield errors.ChainBroken(
                path=str(there.folder.snapshot_path(entry)),
                previous=link.previous,
                before=list(seen.values())[-1] if seen else _("no snapshot"),
            )
        else:
            gap = False
        if link is not None:
            seen[link.id] = there.snapshot_name(entry)


# -- two branches ---------------------------------------------------------------------


def forks(there: Inventory) -> tuple[Fork, ...]:
    """The migrations that want the same place: by their number, or by their predecessor."""
    found: dict[frozenset[str], Fork] = {}
    for fork in (*_by_number(there), *_by_predecessor(there)):
        if not any(found_tags >= frozenset(fork.tags) for found_tags in found):
            found[frozenset(fork.tags)] = fork
    return tuple(found.values())


def _by_number(there: Inventory) -> Iterator[Fork]:
    """Of what the journal does not name at all, anything may be the number."""
    named = {entry.tag for entry in there.folder.entries}
    for prefix, tags in _grouped((tag.partition("_")[0], tag) for tag in there.tags):
        if prefix and not named.isdisjoint(tags):
            name = f"meta/{prefix}{SNAPSHOT}"
            how = _("have the same number, and {name} can only be that of one").format(name=name)
            yield Fork(tags=tags, path=there.path / name, how=how)


def _by_predecessor(there: Inventory) -> Iterator[Fork]:
    copies = Counter(link.id for link in there.links)
    single = [link for link in there.links if copies[link.id] == 1 and link.previous]
    names = {link.id: f"{link.prefix}{SNAPSHOT}" for link in there.links}
    for previous, tags in _grouped((link.previous, _tag(there, link)) for link in single):
        how = _("both begin the chain of snapshots")
        if previous not in FIRST:
            how = _("both follow {name} in the chain of snapshots").format(name=names.get(previous, previous))
        yield Fork(tags=tags, path=there.path / "meta", how=how)


def _tag(there: Inventory, link: Link) -> str:
    """What the snapshot stands after; its own name where there is no such migration."""
    named = (tag for tag in there.tags if tag.partition("_")[0] == link.prefix)
    return next(named, f"{link.prefix}{SNAPSHOT}")


def _grouped(pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Of what has something in common, those that are more than one."""
    groups: dict[str, list[str]] = {}
    for common, tag in pairs:
        group = groups.setdefault(common, [])
        if tag not in group:
            group.append(tag)
    return ((common, tuple(tags)) for common, tags in groups.items() if len(tags) > 1)
