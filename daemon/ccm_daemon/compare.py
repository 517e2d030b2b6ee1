"""`diff`: two sources → the SQL that leads from one to the other, and what no SQL speaks of.

Two databases are asked before anything is imported that asking does not need; what the answer needs is imported while
their servers work.
"""

import gc
import sys
from typing import TYPE_CHECKING

import anyio
from anyio import to_thread

from ccm_engine import answer, live
from ccm_engine.answer import Answer

if TYPE_CHECKING:
    import argparse

    from ccm_daemon.difference import Difference
    from ccm_daemon.settings import Settings
    from ccm_engine.observed import Observed


def run(arguments: "argparse.Namespace") -> None:
    gc.disable()  # a large schema is a million small objects, and the process ends before any could be garbage
    answers = tuple(map(answer.parse, arguments.rename))
    if all("://" in side for side in (getattr(arguments, "from"), arguments.to)):
        found = anyio.run(_between_databases, arguments, answers)
    else:
        found = anyio.run(_between_sources, arguments, answers)
    _say(found, arguments)


async def _between_databases(arguments: "argparse.Namespace", answers: tuple[Answer, ...]) -> "Difference":
    from_, to = getattr(arguments, "from"), arguments.to
    observed: list[tuple[Observed, Observed]] = []

    async def ask() -> None:
        observed.append(await live.both(from_, to))

    try:
        async with anyio.create_task_group() as asking:
            asking.start_soon(ask)
            project = await to_thread.run_sync(_project, arguments)
    except ExceptionGroup as group:
        raise group.exceptions[0] from None
    from ccm_daemon import way

    return await way.between_databases(project, (from_, to), observed[0], answers)


async def _between_sources(arguments: "argparse.Namespace", answers: tuple[Answer, ...]) -> "Difference":
    from ccm_daemon import way

    return await way.between_sources(_project(arguments), (getattr(arguments, "from"), arguments.to), answers)


def _project(arguments: "argparse.Namespace") -> "Settings":
    """The settings, with the kinds that are to be looked at; both databases know for sure what belongs to whom."""
    from ccm_daemon import settings, way  # noqa: F401 - imported in this thread, for those who wait for the servers

    project = settings.load()
    if arguments.include:
        return settings.including(project, arguments.include)
    if "://" in getattr(arguments, "from") and "://" in arguments.to and not arguments.no_owner:
        return settings.including(project, ",".join({*project.include, "owner"}))
    return project


def _say(found: "Difference", arguments: "argparse.Namespace") -> None:
    from ccm_daemon import console, difference

    sys.stdout.write(difference.as_json(found) if arguments.json else found.plan.render())
    for note in difference.notes(found):
        console.say(note)
    if arguments.exit_code:
        difference.must_be_none(found)
