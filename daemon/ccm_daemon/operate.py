"""The commands that work on a database and need no schema files: migrate, baseline, repair, status."""

import sys
from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING

import anyio

from ccm_daemon import draft, migrating, prompts, settings, show, target
from ccm_deploy import declare, gate, run, status
from ccm_deploy.environment import Environment
from ccm_deploy.gate import Target
from ccm_deploy.stop import stoppable
from ccm_engine import folder

if TYPE_CHECKING:
    import argparse


def run_migrate(arguments: "argparse.Namespace") -> None:
    project = settings.load()
    environment = settings.environment(project)
    if arguments.dry_run:
        anyio.run(stoppable, partial(_preview, project, environment, as_json=bool(arguments.json)))
        return
    reset, sure = bool(arguments.reset), bool(arguments.yes)
    answer = anyio.run(stoppable, partial(_asked, environment, about_reset=reset and not sure))
    anyio.run(partial(_migrate, project, environment, answer, anew=reset))


def run_status(arguments: "argparse.Namespace") -> None:
    anyio.run(stoppable, partial(_status, settings.load(), bool(arguments.json)))


def run_baseline(arguments: "argparse.Namespace") -> None:
    anyio.run(stoppable, partial(_declare, settings.load(), partial(declare.baseline, tag=arguments.tag)))


def run_repair(arguments: "argparse.Namespace") -> None:
    anyio.run(stoppable, partial(_declare, settings.load(), partial(declare.repair, tag=arguments.tag)))


async def _declare(
    project: settings.Settings, declared: Callable[[Target, Environment], Coroutine[None, None, object]]
) -> None:
    environment = settings.environment(project)
    async with target.chosen(project, environment) as chosen:
        await declared(gate.confirmed(chosen, environment.confirmation), environment)


async def _preview(project: settings.Settings, environment: Environment, *, as_json: bool) -> None:
    async with target.chosen(project, environment) as chosen:
        prepared = await run.preview(chosen, environment)
    sys.stdout.write(show.preview_json(prepared) if as_json else show.preview(prepared))


async def _asked(environment: Environment, *, about_reset: bool) -> str | None:
    """What confirms production; a reset is asked about only once that is."""
    answer = await prompts.production(environment)
    if about_reset:
        if environment.use_production:
            gate.confirmed(gate.production(environment), answer)
        await prompts.reset(environment)
    return answer


async def _migrate(project: settings.Settings, environment: Environment, answer: str | None, *, anew: bool) -> None:
    async with target.chosen(project, environment) as chosen:
        confirmed = gate.confirmed(chosen, answer)
        with migrating.shown(confirmed):
            applied = await run.migrate(confirmed, environment, anew=anew)
    draft.forget(project.home, applied)


async def _status(project: settings.Settings, as_json: bool) -> None:  # noqa: FBT001 - anyio.run takes no keywords
    environment = settings.environment(project)
    async with target.chosen(project, environment) as chosen:
        found = await status.status(chosen, environment)
    entry = await draft.current(project.home, folder.load(project.migrations))
    tag = entry.tag if entry else None
    sys.stdout.write(show.status_json(found, tag) if as_json else show.status(found, tag))
