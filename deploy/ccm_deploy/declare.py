"""`baseline` and `repair`: what a person declares of migrations that are not run, under the lock."""

import difflib
import logging
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from ccm_deploy import connect, drizzle_ledger, history, ledger, lock, mark, session
from ccm_deploy.connect import Connection
from ccm_deploy.environment import Environment
from ccm_deploy.figures import Figures
from ccm_deploy.gate import Target
from ccm_deploy.pending import Files, History
from ccm_engine import errors
from ccm_engine.language import translated as _

log = logging.getLogger(__name__)

PATIENCE = 5  # seconds to wait for the database: a person looks on


async def baseline(target: Target, environment: Environment, tag: str | None) -> tuple[str, ...]:
    """Mark as applied all up to and including `tag`, or all there are; returns the tags that were marked.

    Raises `MigrationUnknown`, and what a run raises that comes as far as the lock.
    """
    migrations = history.files(environment.out)
    tags = list(migrations.by_tag)
    wanted = tags if tag is None else tags[: tags.index(_known(migrations, tag)) + 1]
    async with _under_the_lock(target, environment, migrations) as (connection, found):
        chosen = [migration for migration in found.pending if migration.tag in wanted]
        if chosen:
            await mark.baseline(connection, chosen, ledger.who(environment, time.time()))
        if environment.drizzle_ledger:
            applied = (*found.applied, *(migration.tag for migration in chosen))
            await drizzle_ledger.catch_up(connection, migrations, applied)
    for migration in chosen:
        extra = {"event": "migration_baselined", "migration": migration.tag}
        log.info("%s counts as applied, without having been run", migration.tag, extra=extra)
    if not chosen:
        log.info("nothing to mark: all of them are applied", extra={"event": "up_to_date"})
    return tuple(migration.tag for migration in chosen)


async def repair(target: Target, environment: Environment, tag: str) -> bool:
    """Accept the file of an applied migration as it is now; whether it was edited at all.

    Raises `MigrationUnknown`, `RepairNotApplied`, and what a run raises that comes as far as the lock.
    """
    migrations = history.files(environment.out)
    _known(migrations, tag)
    async with _under_the_lock(target, environment, migrations) as (connection, found):
        if tag not in found.applied:
            raise errors.RepairNotApplied(tag=tag)
        edited = next((edited for edited in found.edited if edited.migration.tag == tag), None)
        if edited is not None:
            await mark.repair(connection, edited, ledger.who(environment, time.time()))
    if edited is None:
        log.info("%s is what was applied: there is nothing to repair", tag, extra={"event": "nothing_to_repair"})
    else:
        extra = {"event": "migration_repaired", "migration": tag, "hash": edited.migration.hash}
        log.info("accepted %s; run nothing of it", edited, extra=extra)
    return edited is not None


@asynccontextmanager
async def _under_the_lock(
    target: Target, environment: Environment, migrations: Files
) -> AsyncGenerator[tuple[Connection, History]]:
    history.announce(target)
    figures = Figures(started=time.time())
    async with connect.session(
        target.url, application=environment.application, patience=environment.patience(PATIENCE), figures=figures
    ) as connection:
        await history.read_to_act(connection, target.url, migrations)
        await session.settle(connection)
        async with lock.held(connection, patience=environment.lock_timeout, figures=figures):
            await ledger.create(connection)
            yield connection, await history.read(connection, migrations)


def _known(migrations: Files, tag: str) -> str:
    if tag in migrations.by_tag:
        return tag
    near = difflib.get_close_matches(tag, migrations.by_tag)
    meant = _("did you mean {names}?").format(names=_(" or ").join(near))
    instead = meant if near else _("`ccm-daemon status` lists them")
    raise errors.MigrationUnknown(tag=tag, folder=str(migrations.folder.path), instead=instead)
