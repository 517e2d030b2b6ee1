"""`pull`: a database, a snapshot, a migrations folder or SQL files → SQLAlchemy models, and SQL beside them."""

import glob
import os
import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import anyio

from ccm_daemon import console, generate, settings, target
from ccm_daemon.pulling import proving
from ccm_daemon.pulling.proving import Goal, Pulled
from ccm_daemon.settings import Settings
from ccm_deploy.environment import Environment
from ccm_deploy.stop import stoppable
from ccm_engine import errors, folder, url
from ccm_engine.language import translated as _
from ccm_engine.source import Schema, Sources, opened
from ccm_engine.value import value

if TYPE_CHECKING:
    import argparse


@value
class _Place:
    """Where the models go."""

    folder: Path
    module: str | None
    """The file, where it is to be one; else a package."""


def run(arguments: "argparse.Namespace") -> None:
    project = settings.load()
    anyio.run(stoppable, partial(_pull, project, settings.environment(project), arguments.source))


async def _pull(project: Settings, environment: Environment, named: str | None) -> None:
    place = _place(project)
    async with generate.sources(project) as sources:
        source = named or (await target.choose(environment, sources.embedded)).url.dsn
        shown = url.masked(source) if "://" in source else source
        schema = await sources.schema(source)
        if not schema.catalog.objects:
            raise errors.NothingToPull(source=shown)
        spelled = await (await sources.shadow()).respelled(schema.catalog)
        with tempfile.TemporaryDirectory(prefix="pull-", dir=project.make_home()) as aside:
            trial = replace(sources.place, root=Path(aside), shadow_url=await _server(sources))
            async with opened(trial) as trials:
                pulled = await proving.pulled(trials, Goal(catalog=spelled, source=shown, module=place.module))
    _write(place, pulled)
    _tell(place, pulled, schema)
    _tell_what_next(project, is_database="://" in source)


async def _server(sources: Sources) -> str:
    return sources.place.shadow_url or await sources.embedded()


def _place(project: Settings) -> _Place:
    """Raises `errors.PullNowhere`, and `errors.PullWouldOverwrite` where anything is there."""
    path = project.root / project.source
    is_file = path.suffix == ".py"
    if glob.has_magic(project.source) or (not is_file and (path.is_file() or "." in path.name.strip("."))):
        raise errors.PullNowhere(source=project.source)
    place = _Place(folder=path.parent, module=path.name) if is_file else _Place(folder=path, module=None)
    found = [path] * path.exists() if is_file else [*path.rglob("*.py"), *path.rglob("*.sql")]
    if found:
        listing = "\n".join(f"    {_shown(file)}" for file in sorted(found))
        raise errors.PullWouldOverwrite(path=_shown(path), listing=listing)
    return place


def _write(place: _Place, pulled: Pulled) -> None:
    """All or nothing."""
    try:
        proving.write(place.folder, pulled.files)
    except FileExistsError as error:
        listing = f"    {_shown(Path(str(error.filename)))}"
        raise errors.PullWouldOverwrite(path=_shown(place.folder), listing=listing) from error


def _tell(place: _Place, pulled: Pulled, schema: Schema) -> None:
    for name in pulled.files:
        count = pulled.counts.get(name)
        text = _("wrote {path}") if count is None else _("wrote {path}: {count} table(s)")
        if name.endswith(".sql"):
            text = _("wrote {path}: {count} statement(s)")
        console.say(text.format(path=_shown(place.folder / name), count=count))
    for item in schema.catalog.unmodelled:
        console.say(console.not_modelled(item))


def _tell_what_next(project: Settings, *, is_database: bool) -> None:
    journal = folder.journal_path(project.migrations)
    if journal.exists() and folder.load(project.migrations).entries:
        text = _("next: `ccm-daemon generate` finds nothing if {out} leads to the same schema")
        console.say(text.format(out=project.out))
        return
    console.say(_("next: `ccm-daemon generate --name initial` writes the first migration"))
    if is_database:
        console.say(_("then: `ccm-daemon baseline` marks it as applied in the database, which has all of it already"))


def _shown(path: Path) -> str:
    return os.path.relpath(path)
