"""All migrations, run on an empty database → whether they lead to what the newest snapshot says, and since when not."""

from collections.abc import Sequence
from dataclasses import replace

from ccm_engine import blame, errors, head
from ccm_engine.catalog import EMPTY, Catalog
from ccm_engine.checks.divergence import divergence, divergence_for_drizzle
from ccm_engine.checks.integrity import listing
from ccm_engine.checks.inventory import Inventory
from ccm_engine.folder import Entry, Migration
from ccm_engine.language import translated as _
from ccm_engine.shadow import Shadow
from ccm_engine.snapshot import Snapshot
from ccm_engine.value import value

_MOST = 20  # objects to name


@value
class Replay:
    """What came of it; `doubt` says what of it was not possible."""

    count: int = 0
    """How many files were run."""
    catalog: Catalog | None = None
    """What all of them lead to, where it was all of them."""
    finding: errors.CcmError | None = None
    doubt: str | None = None


@value
class _Run:
    """The files that are run, on top of which schema: what is missing comes before them."""

    entries: tuple[Entry, ...]
    files: tuple[Migration, ...]
    on: Catalog = EMPTY
    certain: bool = True
    """Whether `on` surely is the schema: Drizzle Kit's own snapshots do not tell all."""


async def replay(there: Inventory, shadow: Shadow) -> Replay:
    """Raises what only a shadow does that is lost meanwhile."""
    run, doubt = await _what_to_run(there, shadow)
    if run is None:
        return Replay(doubt=doubt)
    try:
        made = await shadow.replay(run.files, on=run.on)
    except (errors.ReplayFailed, errors.HeadNotRebuilt, errors.ShadowLacksExtension) as error:
        if isinstance(error, errors.ReplayFailed) and run.certain and not lacks(error):
            return Replay(finding=error, doubt=doubt)
        return Replay(doubt=_("whether the migrations run: {reason}").format(reason=first_line(error)))
    whole = made if len(run.files) == len(there.folder.entries) else None
    done = Replay(count=len(run.files), catalog=whole, doubt=doubt)
    try:
        return await _compared(there, run, made, shadow, done)
    except _INCOMPARABLE as error:
        return replace(done, doubt=_("where the migrations lead: {reason}").format(reason=first_line(error)))


_INCOMPARABLE = (errors.SnapshotRefused, errors.HeadNotRebuilt, errors.ShadowLacksExtension, errors.SnapshotUnreadable)


async def _compared(there: Inventory, run: _Run, made: Catalog, shadow: Shadow, done: Replay) -> Replay:
    apart = await _apart(there, run.entries[-1], made, shadow)
    if apart is None:
        return replace(done, doubt=done.doubt or _("where the migrations lead: no snapshot says"))
    if not apart:
        return done
    more = [_("and {count} more").format(count=len(apart) - _MOST)] if len(apart) > _MOST else []
    since = _(", since {tag}").format(tag=await _since(there, run, shadow))
    path = str(there.folder.snapshot_path(run.entries[-1]))
    finding = errors.ReplayLeadsElsewhere(path=path, since=since, listing=listing((*apart[:_MOST], *more)))
    return replace(done, finding=finding)


def first_line(error: errors.CcmError) -> str:
    return error.told(_).partition("\n")[0]


def lacks(error: errors.CcmError) -> bool:
    """Whether it is for want of an extension on the machine of the shadow, or of ICU."""
    said, sqlstate = vars(error).get("message", ""), vars(error).get("sqlstate", "")
    return isinstance(error, errors.ShadowLacksExtension) or blame.is_lack(sqlstate, said)


async def _what_to_run(there: Inventory, shadow: Shadow) -> tuple[_Run | None, str | None]:
    """The files after the last that is missing, and after the first snapshot from there on; all, where none is."""
    entries = there.folder.entries
    missing = [at for at, entry in enumerate(entries) if entry.tag not in there.files]
    if not missing:
        return (_Run(entries=entries, files=_files(there, entries)), None) if entries else (None, None)
    doubt = _("whether the migrations run from nothing: {tag}.sql is missing").format(tag=entries[missing[-1]].tag)
    base = next((at for at in range(missing[-1], len(entries)) if there.link(entries[at])), None)
    if base is None or base == len(entries) - 1:
        return None, doubt
    try:
        found = head.there(there.folder, entries[base])
        path = there.folder.snapshot_path(entries[base])
        on = await head.described(str(path), found, head.already(shadow)) if found else EMPTY
    except _INCOMPARABLE as error:
        return None, _("{doubt}; {reason}").format(doubt=doubt, reason=first_line(error))
    after = entries[base + 1 :]
    return _Run(entries=after, files=_files(there, after), on=on, certain=isinstance(found, Snapshot)), doubt


def _files(there: Inventory, entries: Sequence[Entry]) -> tuple[Migration, ...]:
    return tuple(there.files[entry.tag] for entry in entries)


async def _apart(there: Inventory, entry: Entry, made: Catalog, shadow: Shadow) -> tuple[str, ...] | None:
    """How that differs from the snapshot after the migration, in words; None where there is none to compare with."""
    found = head.there(there.folder, entry)
    match found:
        case None:
            return None
        case Snapshot(catalog=catalog):
            return divergence(made, await shadow.respelled(catalog))
        case _:
            path = str(there.folder.snapshot_path(entry))
            return divergence_for_drizzle(made, await head.described(path, found, head.already(shadow)))


async def _since(there: Inventory, run: _Run, shadow: Shadow) -> str:
    """The tag of the migration after which it differs from its snapshot, while before that it did not.

    Halving what is in doubt takes few replays, where one after each migration would take as many as there are.
    """
    known = [at for at, entry in enumerate(run.entries) if there.link(entry) is not None]
    low, high = 0, len(known) - 1
    while low < high:
        middle = (low + high) // 2
        at = known[middle]
        try:
            made = await shadow.replay(run.files[: at + 1], on=run.on)
            apart = await _apart(there, run.entries[at], made, shadow)
        except _INCOMPARABLE:
            del known[middle]
            high -= 1
            continue
        low, high = (low, middle) if apart else (middle + 1, high)
    return run.entries[known[high]].tag
