"""Whose the migrations are: those that the command line names, or git tells, are one's own, all others are kept"""

from difflib import get_close_matches

from ccm_daemon import git
from ccm_daemon.rebasing import branches
from ccm_daemon.rebasing.branches import Fork
from ccm_daemon.rebasing.renumber import Own
from ccm_engine import errors
from ccm_engine.checks.merged import Seen
from ccm_engine.folder import Entry, Folder
from ccm_engine.language import translated as _
from ccm_engine.value import value


@value
class Owned:
    """What forks, and the files of one's own that are there, in order."""

    fork: Fork
    own: tuple[Own, ...]
    tags: tuple[str, ...]
    """All of one's own, also those whose files somebody has deleted."""


def must_be_known(seen: Seen, tags: tuple[str, ...]) -> None:
    """Raises `errors.MigrationUnknown`."""
    for tag in tags:
        if tag not in seen.tags:
            near = get_close_matches(tag, seen.tags) or seen.forked
            meant = _("did you mean {names}?").format(names=_(" or ").join(near))
            instead = meant if near else _("`ccm-daemon status` lists them")
            raise errors.MigrationUnknown(tag=tag, folder=str(seen.path), instead=instead)


async def owned(seen: Seen, tags: tuple[str, ...]) -> Owned:
    """With `tags`, those and the rest of their branch.

    Raises `errors.RebaseOfNeither`, `errors.RebaseNotTold`, `errors.MigrationNotText`, and where git knows nothing of a
    torn journal, what is wrong with that.
    """
    fork = await branches.fork(seen)
    if fork is None:
        fork = _by_hand(seen, tags)
    elif (chosen := fork.mine_is([tag for tag in tags if tag not in _beyond(seen, fork)])) is not None:
        fork = chosen
    else:
        raise errors.RebaseOfNeither(tags=", ".join(tags), sides=_sides(fork))
    names = (*fork.mine.own, *_beyond(seen, fork))
    found = [await _own(seen, fork, tag) for tag in names]
    return Owned(fork=fork, own=tuple(each for each in found if each is not None), tags=names)


def _by_hand(seen: Seen, tags: tuple[str, ...]) -> Fork:
    if seen.torn is not None:
        raise seen.torn
    if not tags or seen.folder is None:
        raise errors.RebaseNotTold(listing="\n".join(seen.forked), example=seen.forked[-1])
    return branches.by_hand(seen, seen.folder, tags)


def _sides(fork: Fork) -> str:
    return "\n".join(f"{side.name}: {', '.join(side.own)}" for side in (fork.kept, fork.mine))


def _beyond(seen: Seen, fork: Fork) -> tuple[str, ...]:
    """What was added after the two branches had come together."""
    known = {entry.tag for side in (fork.kept, fork.mine) for entry in side.folder.entries}
    return tuple(tag for tag in seen.named if tag not in known and tag not in fork.mine.own)


async def _own(seen: Seen, fork: Fork, tag: str) -> Own | None:
    path, text = seen.path / f"{tag}.sql", None
    if tag in fork.kept.own and fork.mine.revision is not None:  # the working copy has one file for the two of them
        text = await git.show(seen.path, fork.mine.revision, path.name)
    elif Folder(path=seen.path, entries=()).migration(tag) is not None:
        text = path.read_bytes().decode()
    if text is None:
        return None
    entries = (*fork.mine.folder.entries, *(seen.folder.entries if seen.folder else ()))
    entry = next((entry for entry in entries if entry.tag == tag), Entry(index=0, tag=tag, when=0))
    return Own(entry=entry, path=path, text=text)
