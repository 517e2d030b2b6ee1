"""The commands that read the schema files: watch, generate, seal."""

import sys
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import anyio
import asyncpg

from ccm_daemon import console, decisions, draft, generate, production, prompts, rows, schema_files, settings
from ccm_daemon.deciding import Deciding, nobody
from ccm_daemon.generate import Wanted, Written
from ccm_deploy.environment import Environment
from ccm_deploy.stop import stoppable
from ccm_engine import answer, errors, folder
from ccm_engine.language import translated as _

if TYPE_CHECKING:
    import argparse

    from ccm_daemon.console import View


SIGNALLED = 128  # and the number of the signal, as a shell reports it


def run_watch(arguments: "argparse.Namespace") -> None:
    project = settings.load()
    anyio.run(_stoppable_watch, project, settings.environment(project), arguments)


def run_generate(arguments: "argparse.Namespace") -> None:
    project = settings.load()
    if not arguments.dry_run:
        generate.start_journal(project)
    if arguments.custom:
        anyio.run(stoppable, partial(_custom, project, arguments.name))
    else:
        environment = settings.environment(project)
        decided = _deciding(arguments, environment)
        wanted = Wanted(name=arguments.name, write=not arguments.dry_run, deciding=decided)
        anyio.run(stoppable, partial(_generate, project, environment, wanted))


def run_seal(_arguments: "argparse.Namespace") -> None:
    anyio.run(_seal, settings.load())


async def _seal(project: settings.Settings) -> None:
    """Raises `errors.NothingToSeal`."""
    migrations = folder.load(project.migrations)
    entry = await draft.current(project.home, migrations)
    if entry is None:
        raise errors.NothingToSeal(path=str(project.out))
    draft.forget(project.home, {entry.tag})
    decisions.forget(project.home)
    console.say(_("{path} is sealed: the next change opens a new file").format(path=migrations.sql_path(entry.tag)))


def _deciding(arguments: "argparse.Namespace", environment: Environment) -> Deciding:
    return Deciding(
        decisions=decisions.given(arguments.drop, map(_fill, arguments.fill)),
        answers=tuple(map(answer.parse, arguments.rename)),
        ask=prompts.decide if prompts.is_possible() else nobody,
        has_rows=rows.named(environment),
    )


def _fill(text: str) -> tuple[str, str]:
    column, given, expression = text.partition("=")
    if not given or not column.strip() or not expression.strip():
        raise errors.FillUnreadable(text=text)
    return column.strip(), expression.strip()


async def _stoppable_watch(
    project: settings.Settings, environment: Environment, arguments: "argparse.Namespace"
) -> None:
    try:
        from ccm_daemon import watch

        view = _view(as_json=bool(arguments.json))
    except ModuleNotFoundError as error:
        raise errors.WatchMissing(module=str(error.name)) from error

    asked = watch.Asked(
        apply=bool(arguments.apply), decisions=decisions.given(arguments.drop, map(_fill, arguments.fill))
    )
    try:
        await stoppable(partial(watch.watch, project, environment, view, asked))
    except (asyncpg.InterfaceError, asyncpg.PostgresConnectionError, ConnectionError) as error:
        raise errors.ShadowLost(reason=str(error)) from error
    except errors.Stopped as stopped:
        view.stopped()
        raise SystemExit(SIGNALLED + stopped.number) from stopped


def _view(*, as_json: bool) -> "View":
    """For programs, for a terminal, or for whatever else standard error leads to."""
    from ccm_daemon.events import Events
    from ccm_daemon.screen import Screen

    if as_json:
        return Events()
    return Screen() if sys.stderr.isatty() else console.Lines()


async def _custom(project: settings.Settings, name: str | None) -> None:
    async with generate.sources(project) as sources:
        path = await generate.custom(project, sources, name)
    console.say(_("wrote {path}, empty, to be written by hand").format(path=path))


async def _generate(project: settings.Settings, environment: Environment, wanted: Wanted) -> None:
    in_production = environment.use_production
    source = project.source_prod if in_production else project.source
    if not in_production and wanted.write:
        await schema_files.look_over(project)
    async with generate.sources(project) as sources:
        if in_production:
            wanted = replace(wanted, head=partial(production.head, environment, sources=sources))
        outcome = await generate.generate(project, sources, source, wanted)
    for warning in console.warnings(outcome.proposal):
        console.say(warning)
    match outcome:
        case Written(path=path, proposal=proposal, beside=beside) if wanted.write:
            console.say(_("wrote {path}").format(path=path))
            for other in beside:
                console.say(_("  and {path}").format(path=other))
            console.statements(proposal)
        case Written(proposal=proposal):
            sys.stdout.write(proposal.plan.render())
        case _other:
            console.say(_("no change: the newest migration leads to what the schema files describe"))
