"""The migrations of two branches one after the other: laid out, tried out on the shadow, and only then written"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from ccm_daemon import console, deciding, prompts
from ccm_daemon.deciding import Deciding
from ccm_daemon.rebasing import renumber, staging, untouched
from ccm_daemon.rebasing.branches import Branch
from ccm_daemon.rebasing.renumber import Base, Own, Placed
from ccm_daemon.rebasing.whose import Owned
from ccm_daemon.settings import Settings
from ccm_engine import errors, snapshot
from ccm_engine import head as heads
from ccm_engine.catalog import EMPTY
from ccm_engine.checks.merged import Seen
from ccm_engine.folder import Folder
from ccm_engine.language import translated as _
from ccm_engine.snapshot import Snapshot
from ccm_engine.source import Sources
from ccm_engine.value import value


@value
class Rebuilt:
    """What became of one's own; `there` are those that the others have already, by what they are called there."""

    placed: Placed
    there: Mapping[str, str]


async def rebuild(project: Settings, sources: Sources, seen: Seen, owned: Owned) -> Rebuilt:
    """Write the folder anew.

    Raises `errors.RebaseRefused` where one's own do not run after the others', what reading the schema files raises,
    and what the others' migrations are refused for; nothing is written then. Raises `folder.NotAsRead`.
    """
    with TemporaryDirectory(prefix="ccm-rebase-") as place, staging.called(stage := Path(place) / "kept", seen.path):
        base = await _base(sources, owned, stage)
        there = {each.entry.tag: known for each in owned.own if (known := _there(base.folder, owned.fork.kept, each))}
        left = replace(owned, own=tuple(each for each in owned.own if each.entry.tag not in there))
        placed = await _placed(project, sources, left, base, Path(place) / "mine")
        staging.take_over(placed.folder, seen, owned.tags, project.home)
        return Rebuilt(placed=placed, there=there)


async def _base(sources: Sources, owned: Owned, stage: Path) -> Base:
    """The folder as it is without one's own."""
    kept = owned.fork.kept
    migrations = await staging.lay_out(kept, owned.fork.mine, owned.tags, stage)
    if kept.revision is None:
        await _complete(sources, migrations, kept)
    found = await heads.of(migrations, sources.shadow)
    if found is not None and found.doubt is not None:
        console.say(console.doubtful(found.doubt))
    return Base(folder=migrations, head=found)


async def _complete(sources: Sources, migrations: Folder, kept: Branch) -> None:
    """Snapshots of which one cannot tell whose they are, are compared with what the file makes, or made anew."""
    for at, entry in enumerate(migrations.entries):
        path = migrations.snapshot_path(entry)
        file = migrations.migration(entry.tag)
        if entry.tag not in kept.own or path.exists() or file is None:
            continue
        before = await heads.of(replace(migrations, entries=migrations.entries[:at]), sources.shadow)
        shadow = await sources.shadow()
        catalog = await shadow.replay([file], on=before.catalog if before else EMPTY)
        made = snapshot.following(before, catalog)
        if (known := _as_it_is(kept.folder.snapshot_path(entry), made)) is not None:
            path.symlink_to(known.resolve())
        else:
            path.write_text(snapshot.dump(replace(made, id=_id(migrations, at) or made.id)), encoding="utf-8")


def _as_it_is(path: Path, made: Snapshot) -> Path | None:
    """The snapshot that is there, where it says just that."""
    try:
        found = snapshot.read(path)
    except errors.SnapshotUnreadable:
        return None
    alike = isinstance(found, Snapshot) and (found.catalog, found.previous) == (made.catalog, made.previous)
    return path if alike else None


def _id(migrations: Folder, at: int) -> str | None:
    """What the snapshot after it calls it by."""
    following = migrations.entries[at + 1 : at + 2]
    found = heads.there(migrations, following[0]) if following else None
    return found.previous if found is not None else None


def _there(migrations: Folder, kept: Branch, own: Own) -> str | None:
    """What the others call the very same migration by: one that they took over before, and gave another number."""
    name, text = own.entry.tag.partition("_")[2], own.migration.sql
    same = (tag for tag in kept.own if tag.partition("_")[2] == name)
    return next((tag for tag in same if (file := migrations.migration(tag)) is not None and file.sql == text), None)


async def _placed(project: Settings, sources: Sources, owned: Owned, base: Base, beside: Path) -> Placed:
    schema, shadow, own = await sources.schema(project.source), await sources.shadow(), owned.own
    tried = await renumber.tried(shadow, base, own)
    if not isinstance(tried, errors.ReplayFailed) and (not own or renumber.leads_to(tried[-1], schema)):
        return renumber.moved(base, own, tried, schema)
    mine = await staging.lay_out(owned.fork.mine, owned.fork.kept, (), beside)
    judged = await untouched.judged(mine, own, shadow, project.home, schema.renames)
    if not judged.edited:
        by = Deciding(decisions=judged.decisions, ask=prompts.decide if prompts.is_possible() else deciding.nobody)
        try:
            return await renumber.anew(sources, base, own[-1], schema, by)
        except errors.AnswerNeeded:
            if isinstance(tried, errors.ReplayFailed):
                raise
    if isinstance(tried, errors.ReplayFailed):
        raise _refused(tried, base, judged.edited) from tried
    return renumber.moved(base, own, tried, schema)


def _refused(failed: errors.ReplayFailed, base: Base, edited: Iterable[str]) -> errors.RebaseRefused:
    return errors.RebaseRefused(
        path=failed.path,
        line=failed.line,
        column=failed.column,
        message=failed.message,
        sqlstate=failed.sqlstate,
        detail=failed.detail,
        after=base.folder.entries[-1].tag if base.folder.entries else _("nothing"),
        edited=", ".join(edited),
    )
