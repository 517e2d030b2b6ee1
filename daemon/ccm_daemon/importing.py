"""`ccm-daemon import alembic`: an Alembic history becomes a folder of SQL migrations, or nothing is written."""

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import anyio

from ccm_daemon import console, generate, settings
from ccm_daemon.settings import Settings
from ccm_deploy.stop import stoppable
from ccm_engine import alembic_files, alembic_history, caret, errors, folder, snapshot, step_by_step
from ccm_engine.alembic_files import File
from ccm_engine.alembic_wire import Asked, History
from ccm_engine.catalog import Catalog
from ccm_engine.folder import Entry, Folder, Migration
from ccm_engine.language import translated as _
from ccm_engine.shadow import Shadow
from ccm_engine.value import value

if TYPE_CHECKING:
    import argparse


@value
class Placed:
    """A file with its place in the journal."""

    file: File
    entry: Entry
    migration: Migration


def run_alembic(arguments: "argparse.Namespace") -> None:
    anyio.run(stoppable, partial(_import, settings.load(), arguments.config))


async def _import(project: Settings, config: str | None) -> None:
    """Raises a subclass of `AlembicRefused`, and what `alembic_history.read` does."""
    migrations = folder.load(project.migrations)
    if migrations.entries or any(project.migrations.glob("*.sql")):
        raise errors.MigrationsThere(path=str(project.migrations))
    python = project.root / project.python if project.python else None
    history = await alembic_history.read(_asked(project, config), python=python)
    if not history.revisions:
        raise errors.AlembicConfigRefused(path=config or "alembic.ini", reason=_("there is no revision"))
    placed = _placed(migrations, alembic_files.files(history))
    async with generate.sources(project) as sources:
        catalogs = await _replayed(await sources.shadow(), placed)
    _write(migrations, placed, catalogs)
    _tell(project, history, placed, catalogs)


def _asked(project: Settings, config: str | None) -> Asked:
    """Where Alembic's settings are, as its own command looks for them. Raises `errors.AlembicNotConfigured`."""
    root = project.root.resolve()
    ini, toml = root / "alembic.ini", root / "pyproject.toml"
    if config is not None:
        named = Path(config).absolute()
        ini, toml = (ini, named) if named.name == "pyproject.toml" else (named, toml)
        if not named.is_file():
            raise errors.AlembicNotConfigured(path=config)
    has_ini, has_toml = ini.is_file(), _is_configured(toml)
    if not has_ini and not has_toml:
        raise errors.AlembicNotConfigured(path=config or str(project.root / "alembic.ini"))
    called_in = Path.cwd() if config is not None else root
    return Asked(root=root, folder=called_in, ini=ini if has_ini else None, toml=toml if has_toml else None)


def _is_configured(toml: Path) -> bool:
    return toml.is_file() and "alembic" in tomllib.loads(toml.read_text(encoding="utf-8")).get("tool", {})


def _placed(migrations: Folder, files: Sequence[File]) -> tuple[Placed, ...]:
    """Numbered in the order of the history; each is as old as its revision, but younger than the one before it."""
    first = next((file.created for file in files if file.created), datetime.now(UTC))
    placed: list[Placed] = []
    for file in files:
        entry = replace(migrations.next(file.name, file.created or first), others=file.others)
        migrations = replace(migrations, entries=(*migrations.entries, entry))
        path, hash_ = migrations.sql_path(entry.tag), folder.digest(file.text.encode())
        migration = Migration(tag=entry.tag, path=path, sql=file.text, hash=hash_, when=entry.when)
        placed.append(Placed(file=file, entry=entry, migration=migration))
    return tuple(placed)


async def _replayed(shadow: Shadow, placed: Sequence[Placed]) -> tuple[Catalog, ...]:
    """The schema after each. Raises `errors.AlembicStatementRefused`: the file that it stands in is not written yet."""
    try:
        return await step_by_step.catalogs(shadow, (each.migration for each in placed))
    except errors.ReplayFailed as error:
        failed = next(each for each in placed if str(each.migration.path) == error.path)
        raise errors.AlembicStatementRefused(
            path=failed.file.revision.path,
            revision=failed.file.revision.id,
            message=error.message,
            sqlstate=error.sqlstate,
            detail=error.detail,
            statement=caret.excerpt(failed.migration.sql, error.line, error.column),
        ) from error


def _write(migrations: Folder, placed: Sequence[Placed], catalogs: Sequence[Catalog]) -> None:
    """With a snapshot after each, so that a reviewer sees what each has changed. Raises `errors.MigrationsThere`."""
    previous = None
    try:
        for each, catalog in zip(placed, catalogs, strict=True):
            previous = snapshot.following(previous, catalog)
            migrations = folder.add(migrations, each.entry, each.migration.sql, snapshot.dump(previous))
    except folder.NotAsRead as error:
        raise errors.MigrationsThere(path=str(migrations.path)) from error


def _tell(project: Settings, history: History, placed: Sequence[Placed], catalogs: Sequence[Catalog]) -> None:
    for item in catalogs[-1].unmodelled:
        console.say(console.not_modelled(item))
    for statement in alembic_files.outside(history):
        text = _("warning: env.py executes this after the revisions, and it is in no migration: {statement}")
        console.say(text.format(statement=statement))
    told = _("wrote {count} migration(s) to {path}, {first} to {last}, and a snapshot of the schema after each")
    tags = [each.entry.tag for each in placed]
    console.say(told.format(count=len(tags), path=project.migrations, first=tags[0], last=tags[-1]))
    console.say(_("next: commit them; ccm-daemon generate compares the models with where they lead;"))
    text = _("ccm-daemon migrate and deploy take over from {table} what Alembic has applied, and apply the rest")
    console.say(f"      {text.format(table=history.table)}")
