"""The watcher: each save becomes a proved draft, and with `--apply` the development database follows.

A save during a step means no more than *step again*: a step reads the files as they are, so there is no queue.
"""

import gc
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import anyio
from watchfiles import (
    Change,
    awatch,  # pyright: ignore[reportUnknownVariableType]  # one of its parameters may be trio's, which is not installed
)

from ccm_daemon import console, draft, generate, target
from ccm_daemon.follow import Follower
from ccm_daemon.generate import Removed, Unchanged
from ccm_daemon.heads import Heads
from ccm_daemon.settings import Settings
from ccm_deploy.environment import Environment
from ccm_engine import errors, folder
from ccm_engine.source import Sources

DEBOUNCE, STEP = 50, 10  # milliseconds; measured: a save is reported after 14
SUFFIXES = (".py", ".sql")


@dataclass(slots=True, kw_only=True)
class Watcher:
    """What the watcher has at hand, and what it last showed."""

    settings: Settings
    source: str
    sources: Sources
    follower: Follower | None
    heads: Heads = field(default_factory=Heads)
    dirty: anyio.Event = field(default_factory=anyio.Event)
    moved: anyio.Event = field(default_factory=anyio.Event)
    """Set when other folders than before are to be watched."""
    files: frozenset[Path] = frozenset()
    warned: bool = False
    at_rest: bool = False
    """Whether the last step changed nothing, which is not worth saying twice."""

    async def keep_in_step(self) -> None:
        while True:
            self.dirty = anyio.Event()
            await self.step()
            gc.collect()  # now that nobody waits; what is there after the first step mostly stays
            gc.freeze()
            await self.dirty.wait()

    async def step(self) -> None:
        """One save: the draft, then the database. A mistake in the user's files is shown, and the last draft stays."""
        started = time.perf_counter()
        try:
            outcome = await generate.redraft(self.settings, self.sources, self.source, self.heads)
            if not (self.at_rest and isinstance(outcome, Unchanged)):
                console.outcome(outcome, time.perf_counter() - started)
            self.at_rest = isinstance(outcome, Unchanged)
            self._now_watch(outcome.proposal.schema.files)
            if not self.warned:
                console.unmodelled(outcome.proposal)
                self.warned = bool(outcome.proposal.unmodelled)
            await self._follow(outcome)
        except (errors.SchemaRefused, errors.Bug, errors.MigrationFailed, errors.HistoryRefused) as error:
            console.mistake(error)

    async def _follow(self, outcome: generate.Outcome) -> None:
        if self.follower is None:
            return
        started = time.perf_counter()
        migrations = folder.load(self.settings.migrations)
        entry = None if isinstance(outcome, Removed) else await draft.current(self.settings.home, migrations)
        written = migrations.migration(entry.tag) if entry else None
        if await self.follower.follow(migrations, written, outcome.proposal.schema):
            console.say(f"{self.follower.target.url} follows ({(time.perf_counter() - started) * 1000:.0f} ms)")

    def _now_watch(self, files: Sequence[Path]) -> None:
        if frozenset(files) != self.files:
            self.files = frozenset(files)
            self.moved.set()

    async def notice_saves(self) -> None:
        """Watch where the schema stands; when a step finds that it stands elsewhere too, watch that as well."""
        while True:
            self.moved = anyio.Event()
            async with anyio.create_task_group() as tasks:
                deep, flat = places(self.settings, self.source, self.files)
                if deep:
                    tasks.start_soon(self._notice, deep, True)  # noqa: FBT003 - start_soon takes no keywords
                if flat:
                    tasks.start_soon(self._notice, flat, False)  # noqa: FBT003 - start_soon takes no keywords
                await self.moved.wait()
                tasks.cancel_scope.cancel()
            self.dirty.set()  # nothing is missed in between

    async def _notice(self, folders: Sequence[Path], deep: bool) -> None:  # noqa: FBT001 - start_soon takes no keywords
        stop = anyio.Event()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_set_when_cancelled, stop)
            async for _ in awatch(
                *folders,
                watch_filter=is_schema,
                debounce=DEBOUNCE,
                step=STEP,
                stop_event=stop,
                force_polling=self.settings.force_polling or None,
                recursive=deep,
            ):
                self.dirty.set()


async def _set_when_cancelled(stop: anyio.Event) -> None:
    """watchfiles waits in a thread, which a cancellation does not reach for seconds; the event does."""
    try:
        await anyio.sleep_forever()
    finally:
        stop.set()


def places(settings: Settings, source: str, files: frozenset[Path]) -> tuple[list[Path], list[Path]]:
    """The folders to watch with all that is in them, and those to watch on their own.

    The project's own folder is never watched with all that is in it: that is where `.venv` is.
    """
    named = settings.root / source.partition("*")[0]
    deep = [named.resolve()] if named.is_dir() and named.resolve() != settings.root.resolve() else []
    flat = {file.parent for file in files if not any(file.is_relative_to(folder) for folder in deep)}
    if not deep and not flat:
        flat = {settings.root}
    return deep, sorted(flat)


def is_schema(_change: Change, path: str) -> bool:
    name = Path(path).name
    return name.endswith(SUFFIXES) and not name.startswith(".")


async def watch(settings: Settings, environment: Environment, *, apply: bool) -> None:
    """Until a signal. Raises what no save can mend: a configuration that is none, a server that does not answer."""
    source = settings.source_prod if environment.use_production else settings.source
    if apply and environment.use_production:
        raise errors.ProductionFollows
    gc.disable()  # in the middle of a step it would take as long as the step, of a large schema
    async with generate.sources(settings, again=True) as sources:
        follower = await _follower(settings, environment, sources) if apply else None
        following = f", applied to {follower.target.url}" if follower else ""
        console.say(f"watching {source}: each save becomes a draft in {settings.out}{following}; Ctrl-C ends it")
        watcher = Watcher(settings=settings, source=source, sources=sources, follower=follower)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(watcher.notice_saves)
            tasks.start_soon(watcher.keep_in_step)


async def _follower(settings: Settings, environment: Environment, sources: Sources) -> Follower:
    chosen = await target.choose(environment, sources.embedded)
    return Follower(target=chosen, environment=environment, home=settings.home, shadow=await sources.shadow())
