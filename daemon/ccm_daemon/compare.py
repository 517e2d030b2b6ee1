"""`diff`: two sources → the SQL that leads from one to the other, and what no SQL speaks of.

Two databases are asked before anything is imported that asking does not need; what the answer needs is imported while
their servers work.
"""

import sys
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

import anyio
from anyio import to_thread

from ccm_deploy.stop import stoppable
from ccm_engine import answer, live
from ccm_engine.answer import Answer
from ccm_engine.together import together

if TYPE_CHECKING:
    import argparse

    from ccm_daemon.difference import Difference
    from ccm_daemon.settings import Settings


def run(arguments: "argparse.Namespace") -> None:
    sys.setswitchinterval(0.0005)  # seconds: whoever imports in a thread must not keep those waiting who ask and answer
    answers = tuple(map(answer.parse, arguments.rename))
    if _are_databases(arguments):
        found = anyio.run(stoppable, partial(_between_databases, arguments, answers))
    else:
        found = anyio.run(stoppable, partial(_between_sources, arguments, answers))
    _say(found, arguments)


async def _between_databases(arguments: "argparse.Namespace", answers: tuple[Answer, ...]) -> "Difference":
    names = (getattr(arguments, "from"), arguments.to)
    asking = live.Asking(*names)

    async def answer() -> "Difference":
        project = await to_thread.run_sync(_project, arguments)
        from ccm_daemon import way

        return await way.between_databases(project, names, asking, answers)

    _, found = await together(asking.ask, answer)
    return found


async def _between_sources(arguments: "argparse.Namespace", answers: tuple[Answer, ...]) -> "Difference":
    from ccm_daemon import way

    return await way.between_sources(_project(arguments), (getattr(arguments, "from"), arguments.to), answers)


def _project(arguments: "argparse.Namespace") -> "Settings":
    """The settings, with the kinds that are to be looked at; both databases know for sure what belongs to whom."""
    for module in ("ccm_engine.read", "ccm_daemon.way"):  # the first is waited for, the second will be needed
        import_module(module)
    from ccm_daemon import settings

    project = settings.load("include", "shadow_url") if _are_databases(arguments) else settings.load()
    if arguments.include:
        return settings.including(project, arguments.include)
    if _are_databases(arguments) and not arguments.no_owner:
        return settings.including(project, ",".join({*project.include, "owner"}))
    return project


def _are_databases(arguments: "argparse.Namespace") -> bool:
    return all("://" in side for side in (getattr(arguments, "from"), arguments.to))


def _say(found: "Difference", arguments: "argparse.Namespace") -> None:
    from ccm_daemon import console, difference

    sys.stdout.write(difference.as_json(found) if arguments.json else found.plan.render())
    for note in difference.notes(found):
        console.say(note)
    if arguments.exit_code:
        difference.must_be_none(found)
