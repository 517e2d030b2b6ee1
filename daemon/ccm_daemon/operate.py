"""The commands that work on a database and need no schema files: migrate, status."""

import sys
from functools import partial
from typing import TYPE_CHECKING

import anyio

from ccm_daemon import draft, settings, show, target
from ccm_deploy import gate, run, status
from ccm_deploy.stop import stoppable
from ccm_engine import folder

if TYPE_CHECKING:
    import argparse


def run_migrate(arguments: "argparse.Namespace") -> None:
    anyio.run(_migrate, settings.load(), bool(arguments.dry_run))


def run_status(arguments: "argparse.Namespace") -> None:
    anyio.run(stoppable, partial(_status, settings.load(), bool(arguments.json)))


async def _migrate(project: settings.Settings, dry_run: bool) -> None:  # noqa: FBT001 - anyio.run takes no keywords
    environment = settings.environment(project)
    async with target.chosen(project, environment) as chosen:
        if dry_run:
            sys.stdout.write(show.preview(await run.preview(chosen, environment)))
        else:
            await run.migrate(gate.confirmed(chosen, environment.confirmation), environment)


async def _status(project: settings.Settings, as_json: bool) -> None:  # noqa: FBT001 - anyio.run takes no keywords
    environment = settings.environment(project)
    async with target.chosen(project, environment) as chosen:
        found = await status.status(chosen, environment)
    entry = await draft.current(project.home, folder.load(project.migrations))
    tag = entry.tag if entry else None
    sys.stdout.write(show.status_json(found, tag) if as_json else show.status(found, tag))
