"""The watcher: each save becomes a proved draft, and with `--apply` the development database follows.

A save during a step means no more than *step again*: a step reads the files as they are, so there is no queue.
"""

import gc
import time
from dataclasses import dataclass, field, replace

import anyio

from ccm_daemon import decisions, draft, generate, git, prompts, rows, target
from ccm_daemon.console import View
from ccm_daemon.deciding import Deciding, HasRows, nobody
from ccm_daemon.decisions import Decisions
from ccm_daemon.follow import Follower
from ccm_daemon.generate import Project, Removed
from ccm_daemon.heads import Heads
from ccm_daemon.noticing import Noticing
from ccm_daemon.questions import Question
from ccm_daemon.screen import Screen
from ccm_daemon.settings import Settings
from ccm_deploy.environment import Environment
from ccm_engine import errors, folder
from ccm_engine.source import Sources
from ccm_engine.together import task_group
from ccm_engine.value import value

_MENDABLE = (
    errors.SchemaRefused,
    errors.Bug,
    errors.MigrationFailed,
    errors.HistoryRefused,
    errors.AnswerNeeded,
    errors.JournalUnreadable,
    errors.JournalMalformed,
)
"""What a next save may mend, so that the watcher shows it and goes on."""


class _SavedMeanwhile(Exception):
    """There is something newer to look at than what was asked about."""


@value
class Asked:
    """What the command line asks of the watcher."""

    apply: bool = False
    decisions: Decisions = decisions.NONE


@dataclass(slots=True, kw_only=True)
class Watcher:
    """What the watcher has at hand."""

    project: Project
    follower: Follower | None
    view: View
    asked: Asked
    has_rows: HasRows
    dirty: anyio.Event = field(default_factory=anyio.Event)
    noticing: Noticing = field(init=False)

    def __post_init__(self) -> None:
        self.noticing = Noticing(settings=self.project.settings, source=self.project.source, tell=self._saved)

    def _saved(self) -> None:
        self.dirty.set()

    async def keep_in_step(self) -> None:
        while True:
            await git.is_done(self.project.settings.root)
            self.dirty = anyio.Event()
            await self.step()
            gc.collect()  # now that nobody waits; what is there after the first step mostly stays
            gc.freeze()
            await self.dirty.wait()

    async def step(self) -> None:
        """One save: the draft, then the database. A mistake in the user's files is shown, and the last draft stays."""
        started = time.perf_counter()
        self.view.saved()
        try:
            outcome = await generate.redraft(self.project, self._deciding())
            self.noticing.wrote()
            self.view.outcome(outcome, time.perf_counter() - started)
            self.noticing.read_from(outcome.proposal.schema.files)
            await self._follow(outcome)
        except _SavedMeanwhile:
            pass
        except _MENDABLE as error:
            self.noticing.wrote()
            self.view.mistake(error)

    def _deciding(self) -> Deciding:
        known, said = decisions.recall(self.project.settings.home), self.asked.decisions
        asks = prompts.is_possible() and isinstance(self.view, Screen)
        return Deciding(
            decisions=replace(known, drops=known.drops | said.drops, fills={**said.fills, **known.fills}),
            ask=self._ask if asks else nobody,
            has_rows=self.has_rows,
        )

    async def _ask(self, question: Question, known: Decisions) -> Decisions:
        """At the terminal; a save meanwhile makes it pointless."""
        screen = self.view
        if not isinstance(screen, Screen):
            return await nobody(question, known)
        answers: list[Decisions] = []
        screen.pause()
        try:
            async with task_group() as tasks:

                async def give_up() -> None:
                    await self.dirty.wait()
                    tasks.cancel_scope.cancel()

                tasks.start_soon(give_up)
                answers.append(await prompts.decide(question, known))
                tasks.cancel_scope.cancel()
        finally:
            screen.resume()
        if not answers:
            raise _SavedMeanwhile
        decisions.remember(self.project.settings.home, answers[0])
        return answers[0]

    async def _follow(self, outcome: generate.Outcome) -> None:
        if self.follower is None:
            return
        started = time.perf_counter()
        settings = self.project.settings
        migrations = folder.load(settings.migrations)
        entry = None if isinstance(outcome, Removed) else await draft.current(settings.home, migrations)
        written = migrations.migration(entry.tag) if entry else None
        if await self.follower.follow(migrations, written, outcome.proposal):
            self.view.followed(str(self.follower.target.url), time.perf_counter() - started)


async def watch(settings: Settings, environment: Environment, view: View, asked: Asked) -> None:
    """Until a signal. Raises what no save can mend: a configuration that is none, a server that does not answer."""
    source = settings.source_prod if environment.use_production else settings.source
    if asked.apply and environment.use_production:
        raise errors.ProductionFollows
    gc.disable()  # in the middle of a step it would take as long as the step, of a large schema
    async with generate.sources(settings, again=True) as sources:
        follower = await _follower(settings, environment, sources) if asked.apply else None
        project = Project(settings=settings, sources=sources, source=source, heads=Heads())
        with view:
            view.watching(source, str(settings.out), str(follower.target.url) if follower else None)
            has_rows = rows.within(follower.target.url) if follower else rows.named(environment)
            watcher = Watcher(project=project, follower=follower, view=view, asked=asked, has_rows=has_rows)
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(watcher.noticing.forever)
                tasks.start_soon(watcher.keep_in_step)


async def _follower(settings: Settings, environment: Environment, sources: Sources) -> Follower:
    chosen = await target.choose(environment, sources.embedded)
    return Follower(target=chosen, environment=environment, home=settings.home, shadow=await sources.shadow())
