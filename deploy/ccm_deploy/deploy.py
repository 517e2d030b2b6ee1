"""`deploy`, the init container: a glance at production, and a run only where there is something to do.

Every pod that starts takes this way, and nearly always there is nothing to do. So the glance loads and asks as
little as it can: one connection, one query; no task group, no metrics, no parser.
"""

import asyncio
import signal
from collections.abc import Generator
from contextlib import contextmanager

from ccm_deploy import connect, gate, history, outlets, pending
from ccm_deploy.environment import Environment
from ccm_deploy.figures import Figures
from ccm_deploy.gate import Target
from ccm_deploy.pending import Files, History
from ccm_engine import errors

GLANCE = 10  # seconds
PATIENCE = 60  # seconds: a pod may well start before its database


async def deploy(environment: Environment) -> tuple[str, ...]:
    """Apply what is pending in production, which the environment has to confirm; returns the tags applied, in order.

    Raises a subclass of `ConfigurationError`, `NotConfirmed`, `Unreachable`, `LockNotObtained`, `MigrationFailed` or
    `HistoryRefused`, and `Stopped` after SIGTERM or SIGINT.
    """
    with outlets.shown(environment) as figures:
        target = gate.confirmed(gate.production(environment), environment.confirmation)
        history.announce(target)
        migrations = history.files(environment.out)
        with _stopped_by_signals():
            found = await _glance(target, environment, migrations, figures)
        if found is None or found.pending:
            from ccm_deploy import run

            return await run.supervised(target, environment.patient(PATIENCE), migrations, figures)
        history.report(found, applied=())
        return ()


@contextmanager
def _stopped_by_signals() -> Generator[None]:
    """SIGTERM and SIGINT cancel the current task, and the block raises `Stopped`.

    A handler that raises would do it in most places; of what it raises inside a callback, asyncio makes a log line.
    """
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    received: list[signal.Signals] = []

    def stop(number: signal.Signals) -> None:
        received.append(number)
        if task is not None:
            task.cancel()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop, number)
    try:
        yield
    except asyncio.CancelledError:
        if not received:
            raise
        raise errors.Stopped(name=received[0].name, number=received[0]) from None


async def _glance(target: Target, environment: Environment, migrations: Files, figures: Figures) -> History | None:
    """The history; None where the database is not up yet, or a run has to see to Drizzle's own table."""
    patience = min(GLANCE, environment.patience(GLANCE))
    try:
        async with connect.glance(target.url, application=environment.application, patience=patience) as connection:
            figures.connected = True
            found = await history.read_to_act(connection, target.url, migrations)
            if environment.drizzle_ledger:
                from ccm_deploy import drizzle_ledger

                if await drizzle_ledger.is_behind(connection, migrations, found.applied):
                    return None
    except errors.DatabaseSilent:
        return None
    figures.history = found = pending.withhold(found, environment)
    pending.check(found, migrations, environment)
    return found
