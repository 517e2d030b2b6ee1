"""The runner: gate ▶ connect ▶ lock ▶ ledger ▶ pending ▶ apply ▶ record ▶ metrics ▶ exit."""

import logging
from functools import partial

from ccm_deploy import connect, drizzle_ledger, history, ledger, lock, mark, observe, outlets, pending, reset, session
from ccm_deploy.apply import apply
from ccm_deploy.connect import Connection
from ccm_deploy.course import Course
from ccm_deploy.environment import Environment
from ccm_deploy.figures import Figures
from ccm_deploy.gate import Target
from ccm_deploy.pending import Files, History
from ccm_deploy.prepare import Prepared, prepare
from ccm_deploy.script import How
from ccm_deploy.stop import stoppable
from ccm_engine.value import value

log = logging.getLogger(__name__)

PATIENCE = 5  # seconds to wait for the database: a person looks on


@value
class Outcome:
    """What a run found, and the tags it applied, in order."""

    history: History
    applied: tuple[str, ...]


async def migrate(target: Target, environment: Environment, *, anew: bool = False) -> tuple[str, ...]:
    """Apply what is pending in a database that has passed the gate; returns and raises as `supervised` does."""
    history.announce(target)
    with outlets.shown(environment) as figures:
        return await supervised(target, environment, history.files(environment.out), figures, anew=anew)


async def supervised(
    target: Target, environment: Environment, migrations: Files, figures: Figures, *, anew: bool = False
) -> tuple[str, ...]:
    """A run that a signal can stop; returns the tags applied, in order.

    `anew`: the database is emptied first. Raises what `apply_pending` does, and `Stopped` after SIGTERM or SIGINT.
    """
    outcome = await stoppable(partial(apply_pending, target, environment, migrations, figures, anew=anew))
    history.report(outcome.history, outcome.applied)
    return outcome.applied


async def apply_pending(
    target: Target,
    environment: Environment,
    migrations: Files,
    figures: Figures,
    *,
    anew: bool = False,
) -> Outcome:
    """The run itself, for a caller that handles signals and shows the figures its own way.

    `anew`: the database is emptied first. Raises a subclass of `ConfigurationError`, `Unreachable`,
    `LockNotObtained`, `MigrationFailed` or `HistoryRefused`.
    """
    with figures.to_the_end():
        async with connect.session(
            target.url, application=environment.application, patience=environment.patience(PATIENCE), figures=figures
        ) as connection:
            found = await history.read_to_act(connection, target.url, migrations)
            if anew:
                found = pending.compare(migrations.by_tag, {})
            found = _looked_at(found, migrations, environment, figures)
            behind = environment.drizzle_ledger and await drizzle_ledger.is_behind(
                connection, migrations, found.applied
            )
            if found.pending or anew or behind:
                figures.lasts()
                await session.settle(connection)
                async with lock.held(connection, patience=environment.lock_timeout, figures=figures):
                    if anew:
                        await _emptied(connection, found, environment)
                    found = await _under_the_lock(connection, target, environment, migrations, figures)
        return Outcome(history=found, applied=tuple(figures.durations))


async def _emptied(connection: Connection, found: History, environment: Environment) -> None:
    """Only once it is known that what is to be run afterwards can be."""
    for migration in found.pending:
        prepare(migration)
    await reset.everything(connection, environment.statement_lock_timeout)


async def _under_the_lock(
    connection: Connection, target: Target, environment: Environment, migrations: Files, figures: Figures
) -> History:
    """What was found before is looked at again: the run that held the lock has changed it."""

    async def look() -> History:
        return _looked_at(await history.read(connection, migrations), migrations, environment, figures)

    how, course = _how(connection, target, environment, figures), Course(figures=figures)
    await ledger.create(connection)
    found = await look()
    if found.pending and await mark.adopt(connection, migrations, found.pending, how.who):
        found = await look()
    if environment.drizzle_ledger:
        await drizzle_ledger.catch_up(connection, migrations, found.applied)
    if found.pending:
        history.announce_late(found)
        prepared = await _prepared(connection, found)
        async with observe.beside(connection, target.url, course, environment.application, how.lock_timeout):
            await apply(connection, prepared, how, course)
        history.is_complete(await look())
    return found


async def preview(target: Target, environment: Environment) -> tuple[Prepared, ...]:
    """What `migrate` would apply, in order, without applying it. Raises as `migrate` does."""
    migrations, patience = history.files(environment.out), environment.patience(PATIENCE)
    async with connect.glance(target.url, application=environment.application, patience=patience) as connection:
        found = await history.read(connection, migrations)
    pending.check(found, migrations, environment)
    return tuple(map(prepare, pending.withhold(found, environment).pending))


def _looked_at(found: History, migrations: Files, environment: Environment, figures: Figures) -> History:
    figures.history = found = pending.withhold(found, environment)
    pending.check(found, migrations, environment)
    return found


def _how(connection: Connection, target: Target, environment: Environment, figures: Figures) -> How:
    return How(
        who=ledger.who(environment, figures.started),
        settled=session.settled(connection.get_server_version().major),
        lock_timeout=environment.statement_lock_timeout,
        deadline=environment.statement_lock_deadline,
        tolerate=environment.tolerates_existing(production=target.production),
        drizzle=environment.drizzle_ledger,
    )


async def _prepared(connection: Connection, found: History) -> tuple[Prepared, ...]:
    """Each is looked at before the first is run."""
    unfinished = await ledger.unfinished(connection, [migration.tag for migration in found.pending])
    return tuple(prepare(migration, unfinished.get(migration.tag)) for migration in found.pending)
