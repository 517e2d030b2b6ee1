"""The commands that read the schema files: watch, generate, diff."""

import gc
import sys
from functools import partial
from typing import TYPE_CHECKING

import anyio
import asyncpg

from ccm_daemon import console, difference, generate, settings
from ccm_daemon.difference import Difference, Side
from ccm_daemon.generate import Wanted, Written
from ccm_deploy.environment import Environment
from ccm_deploy.stop import stoppable
from ccm_engine import answer, errors, renames
from ccm_engine.answer import Answer
from ccm_engine.excerpt import excerpt
from ccm_engine.plan import Plan, Renaming, plan
from ccm_engine.prove import prove
from ccm_engine.source import Schema, Sources

if TYPE_CHECKING:
    import argparse


def run_watch(arguments: "argparse.Namespace") -> None:
    project = settings.load()
    anyio.run(_stoppable_watch, project, settings.environment(project), bool(arguments.apply))


def run_generate(arguments: "argparse.Namespace") -> None:
    project = settings.load()
    if arguments.custom:
        console.say(f"wrote {generate.custom(project, arguments.name)}, empty, to be written by hand")
    else:
        answers = tuple(map(answer.parse, arguments.rename))
        wanted = Wanted(name=arguments.name, write=not arguments.dry_run, answers=answers)
        anyio.run(_generate, project, settings.environment(project), wanted)


def run_diff(arguments: "argparse.Namespace") -> None:
    gc.disable()  # a large schema is a million small objects, and the process ends before any could be garbage
    answers = tuple(map(answer.parse, arguments.rename))
    project = settings.load()
    sides = getattr(arguments, "from"), arguments.to
    if arguments.include:
        project = settings.including(project, arguments.include)
    elif all("://" in side for side in sides) and not arguments.no_owner:  # both know for sure what belongs to whom
        project = settings.including(project, ",".join({*project.include, "owner"}))
    found = anyio.run(_diff, project, *sides, answers)
    sys.stdout.write(difference.as_json(found) if arguments.json else found.plan.render())
    for note in difference.notes(found):
        console.say(note)
    if arguments.exit_code:
        difference.must_be_none(found)


SIGNALLED = 128  # and the number of the signal, as a shell reports it


async def _stoppable_watch(project: settings.Settings, environment: Environment, apply: bool) -> None:  # noqa: FBT001 - anyio.run takes no keywords
    try:
        from ccm_daemon import watch
    except ModuleNotFoundError as error:
        raise errors.WatchMissing(module=str(error.name)) from error

    try:
        await stoppable(partial(watch.watch, project, environment, apply=apply), beside=_nothing)
    except (asyncpg.InterfaceError, asyncpg.PostgresConnectionError, ConnectionError) as error:
        raise errors.ShadowLost(reason=str(error)) from error
    except errors.Stopped as stopped:
        console.say("stopped")
        raise SystemExit(SIGNALLED + stopped.number) from stopped


async def _nothing() -> None:
    """Nothing goes on beside the watcher."""


async def _generate(project: settings.Settings, environment: Environment, wanted: Wanted) -> None:
    source = project.source_prod if environment.use_production else project.source
    async with generate.sources(project) as sources:
        outcome = await generate.generate(project, sources, source, wanted)
    console.unmodelled(outcome.proposal)
    match outcome:
        case Written(path=path, proposal=proposal) if wanted.write:
            console.say(f"wrote {path}")
            console.statements(proposal)
        case Written(proposal=proposal):
            sys.stdout.write(proposal.plan.render())
        case _:
            console.say("no change: the newest migration leads to what the schema files describe")


async def _diff(project: settings.Settings, from_: str, to: str, answers: tuple[Answer, ...]) -> Difference:
    async with generate.sources(project) as sources:
        head, goal = await sources.schemas(from_, to, whole=bool(answers))
        planned = await _proved(sources, head, goal, answers)
    return Difference(head=Side(name=from_, schema=head), goal=Side(name=to, schema=goal), plan=planned)


async def _proved(sources: Sources, head: Schema, goal: Schema, answers: tuple[Answer, ...]) -> Plan:
    """The way from one to the other; that it could not be tried out is said, for it is not written anywhere yet."""
    renamed, renamings = head.catalog, tuple[Renaming, ...]()
    if answers or goal.renames:
        shadow = await sources.shadow()
        renamed, renamings = await renames.resolve(shadow, head.catalog, goal.catalog, goal.renames, answers)
    touched = excerpt(renamed, goal.catalog)
    planned = plan(*touched, renames=renamings)
    tried = (head.catalog, goal.catalog) if renamings else touched
    try:
        if planned.steps:
            await prove(await sources.shadow(), *tried, planned)
    except errors.ShadowLacksExtension as error:
        console.say(f"warning: not proved: {error}")
    return planned
