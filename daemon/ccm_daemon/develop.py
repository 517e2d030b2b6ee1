"""The commands that read the schema files: watch, generate."""

import sys
from functools import partial
from typing import TYPE_CHECKING

import anyio
import asyncpg

from ccm_daemon import console, generate, settings
from ccm_daemon.generate import Wanted, Written
from ccm_deploy.environment import Environment
from ccm_deploy.stop import stoppable
from ccm_engine import answer, errors

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
        anyio.run(stoppable, partial(_generate, project, settings.environment(project), wanted))


SIGNALLED = 128  # and the number of the signal, as a shell reports it


async def _stoppable_watch(project: settings.Settings, environment: Environment, apply: bool) -> None:  # noqa: FBT001 - anyio.run takes no keywords
    try:
        from ccm_daemon import watch
    except ModuleNotFoundError as error:
        raise errors.WatchMissing(module=str(error.name)) from error

    try:
        await stoppable(partial(watch.watch, project, environment, apply=apply))
    except (asyncpg.InterfaceError, asyncpg.PostgresConnectionError, ConnectionError) as error:
        raise errors.ShadowLost(reason=str(error)) from error
    except errors.Stopped as stopped:
        console.say("stopped")
        raise SystemExit(SIGNALLED + stopped.number) from stopped


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
