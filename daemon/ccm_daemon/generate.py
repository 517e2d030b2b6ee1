"""From the schema files and the newest snapshot to a proved migration in the folder."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import SystemRandom
from typing import TypeAlias

from ccm_daemon import deciding, decisions, draft, git
from ccm_daemon.deciding import Deciding
from ccm_daemon.decisions import NONE, Decisions
from ccm_daemon.heads import Heads
from ccm_daemon.settings import Settings
from ccm_engine import errors, folder, names, snapshot
from ccm_engine import head as heads
from ccm_engine.catalog import EMPTY, Catalog, Unmodelled
from ccm_engine.clock import Clock, Stage
from ccm_engine.folder import Entry, Folder
from ccm_engine.plan import Plan
from ccm_engine.prove import prove
from ccm_engine.snapshot import Snapshot
from ccm_engine.source import Place, Schema, Sources, opened
from ccm_engine.together import together
from ccm_engine.value import value

CUSTOM = "-- Custom SQL migration file, put your code below! --\n"
"""What Drizzle Kit writes into an empty one."""


@value
class Proposal:
    """What the schema files ask for beyond the head, planned and proved."""

    head: Snapshot | None
    schema: Schema
    plan: Plan
    decisions: Decisions = NONE
    took: tuple[Stage, ...] = ()

    @property
    def before(self) -> Catalog:
        """The schema that the plan starts from."""
        return self.head.catalog if self.head else EMPTY

    @property
    def unmodelled(self) -> tuple[Unmodelled, ...]:
        return self.schema.catalog.unmodelled


@value
class Written:
    """A migration that is new, or whose text is."""

    path: Path
    proposal: Proposal
    beside: tuple[Path, ...] = ()
    """What else was written for it."""


@value
class Removed:
    """The draft is gone: the schema is back at the head."""

    path: Path
    proposal: Proposal


@value
class Unchanged:
    """Nothing to write."""

    proposal: Proposal


Outcome: TypeAlias = Written | Removed | Unchanged


def sources(project: Settings, *, again: bool = False) -> AbstractAsyncContextManager[Sources]:
    """What reading the schemas of a project may need, as its settings say; `again` is for after each save."""
    return opened(
        Place(
            root=project.root,
            shadow_url=project.shadow_url,
            home=project.make_home() / "postgres",
            include=frozenset(project.include),
            python=project.root / project.python if project.python else None,
            again=again,
        )
    )


async def propose(sources: Sources, schema: Schema, head: Snapshot | None, by: Deciding) -> Proposal:
    """What leads from `head` to the schema, once all about it is decided.

    Raises a subclass of `SchemaRefused` for what people can mend, `AnswerNeeded` for what they have to decide,
    `PlanNotProved` for what they cannot.
    """
    before, clock = head.catalog if head else EMPTY, Clock(stages=[*schema.took])
    shadow = await sources.shadow()
    decided = await deciding.decided(shadow, before, schema, by)
    clock.end("plan")
    if decided.plan.steps:
        await prove(shadow, *(decided.parts if decided.renamed is before else (before, schema.catalog)), decided.plan)
        clock.end("proof")
    return Proposal(head=head, schema=schema, plan=decided.plan, decisions=decided.decisions, took=tuple(clock.stages))


@value
class Wanted:
    """How the migration is to be."""

    name: str | None = None
    """After its number; one of our own words where there is none."""
    write: bool = True
    """False where it is only to be planned."""
    deciding: Deciding = Deciding()
    head: Callable[[Folder], Awaitable[Snapshot]] | None = None
    """What to compare with instead of the newest snapshot."""


async def generate(settings: Settings, sources: Sources, source: str, wanted: Wanted) -> Outcome:
    """One migration from what changed since the newest snapshot, or since what is to be compared with instead."""
    migrations = folder.load(settings.migrations)
    head = await wanted.head(migrations) if wanted.head else await heads.of(migrations, sources.shadow)
    proposal = await propose(sources, await sources.schema(source), head, wanted.deciding)
    if not proposal.plan.steps:
        return Unchanged(proposal=proposal)
    entry = new_entry(migrations, wanted.name)
    if wanted.write:
        try:
            _write(migrations, entry, proposal)
        except folder.NotAsRead:  # another run was faster
            return await generate(settings, sources, source, wanted)
    beside = (migrations.snapshot_path(entry), folder.journal_path(migrations.path))
    return Written(path=migrations.sql_path(entry.tag), proposal=proposal, beside=beside)


@value
class Project:
    """What a draft is made from, again and again."""

    settings: Settings
    sources: Sources
    source: str
    heads: Heads


async def redraft(project: Project, by: Deciding) -> Outcome:
    """The draft, written for the first time, rewritten, or taken back, as the schema files now ask for."""
    home = project.settings.home
    migrations = folder.load(project.settings.migrations)
    entry, schema = await together(  # git answers while the models are imported
        partial(draft.current, home, migrations), partial(project.sources.schema, project.source)
    )
    sealed = Folder(path=migrations.path, entries=tuple(other for other in migrations.entries if other != entry))
    head = await project.heads.newest(sealed, project.sources)
    proposal = await propose(project.sources, schema, head, by)
    if head is not None:
        project.heads.like(head, proposal.schema.catalog)
    decisions.remember(home, proposal.decisions.still_of(proposal.schema.catalog))
    text, over = proposal.plan.render(), draft.written(home, entry.tag) if entry else None
    there = migrations.migration(entry.tag) if entry else None
    if entry is not None and (there is None or there.hash != over):
        return await redraft(project, by)  # a person has edited it meanwhile, and so sealed it
    await git.is_done(project.settings.root)
    try:
        if entry is not None and not proposal.plan.steps:
            return _take_back(project.settings, migrations, entry, proposal)
        if not proposal.plan.steps or (there is not None and there.sql == text):
            return Unchanged(proposal=proposal)
        return _write_draft(project.settings, migrations, entry, proposal)
    except folder.NotAsRead:
        return await redraft(project, by)


def _write_draft(settings: Settings, migrations: Folder, entry: Entry | None, proposal: Proposal) -> Written:
    clock, over = Clock(), draft.written(settings.home, entry.tag) if entry else None
    entry = entry or new_entry(migrations, None)
    path = _write(migrations, entry, proposal, over=over)
    # of what we wrote, not of what is there: a person may have edited it already
    draft.remember(settings.home, entry.tag, folder.digest(proposal.plan.render().encode()))
    clock.end("write")
    return Written(path=path, proposal=replace(proposal, took=(*proposal.took, *clock.stages)))


def start_journal(settings: Settings) -> None:
    """Make the migrations folder and an empty journal where there is neither. Raises `errors.JournalMissing`."""
    path = settings.migrations
    if folder.journal_path(path).exists():
        return
    if files := sorted(file.name for file in path.glob("*.sql")):
        raise errors.JournalMissing(path=str(path), files=", ".join(files))
    folder.start(path)


async def custom(settings: Settings, sources: Sources, name: str | None) -> Path:
    """An empty migration to write by hand; its snapshot is that of the one before."""
    migrations = folder.load(settings.migrations)
    entry, head = new_entry(migrations, name), await heads.of(migrations, sources.shadow)
    following = snapshot.following(head, head.catalog if head else EMPTY)
    try:
        folder.add(migrations, entry, CUSTOM, snapshot.dump(following))
    except folder.NotAsRead:  # another run was faster
        return await custom(settings, sources, name)
    return migrations.sql_path(entry.tag)


def new_entry(migrations: Folder, name: str | None) -> Entry:
    """The next place in the journal. Raises `errors.NameUnusable`."""
    if name is not None and (not name.strip() or "/" in name or "\\" in name or name != name.strip()):
        raise errors.NameUnusable(name=name)
    return migrations.next(name or names.random_name(SystemRandom()), datetime.now(UTC))


def _write(migrations: Folder, entry: Entry, proposal: Proposal, *, over: str | None = None) -> Path:
    following = snapshot.following(proposal.head, proposal.schema.catalog)
    folder.add(migrations, entry, proposal.plan.render(), snapshot.dump(following), over=over)
    return migrations.sql_path(entry.tag)


def _take_back(settings: Settings, migrations: Folder, entry: Entry, proposal: Proposal) -> Removed:
    folder.remove(migrations, entry)
    draft.forget(settings.home, {entry.tag})
    decisions.forget(settings.home)
    return Removed(path=migrations.sql_path(entry.tag), proposal=proposal)
