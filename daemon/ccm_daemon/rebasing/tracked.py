"""What databases know of migrations that get another name: production keeps them from it, development follows"""

import time
from collections.abc import Collection, Sequence
from dataclasses import replace

from ccm_daemon import console, target
from ccm_daemon.settings import Settings
from ccm_deploy import connect, gate, ledger, lock, run, session, suitable
from ccm_deploy.connect import Connection
from ccm_deploy.environment import Environment
from ccm_deploy.figures import Figures
from ccm_deploy.gate import Target
from ccm_engine import embedded, errors
from ccm_engine.language import translated as _
from ccm_engine.source import Sources

_RENAMED = (
    f"UPDATE {ledger.TRACKING} SET id = $2 WHERE id = $1",
    f"UPDATE {ledger.RUNS} SET migration = $2 WHERE migration = $1",
)


async def refuse_applied(environment: Environment, mine: Collection[str], others: Collection[str]) -> None:
    """With `USE_PROD_DB=true`: what production has keeps its name.

    Raises `errors.RebaseApplied`, `UrlMissing`, `NotPostgres`, and subclasses of `Unreachable`.
    """
    if not environment.use_production:
        return
    chosen, patience = gate.production(environment), environment.patience(run.PATIENCE)
    async with connect.glance(chosen.url, application=environment.application, patience=patience) as connection:
        applied = (await ledger.seen(connection)).applied
    if there := [tag for tag in mine if tag in applied]:
        raise errors.RebaseApplied(tags=", ".join(there), target=str(chosen.url), others=" ".join(others))


async def follow(
    project: Settings, environment: Environment, sources: Sources, names: Sequence[tuple[str, str | None]]
) -> None:
    """Have the development database know migrations by their new names, where it has them and answers; else it is told.

    One without a new name was written anew, or is gone: what the database has of it stays as it is.
    """
    local = replace(environment, use_production=False)
    if local.local_url is None and not embedded.is_made(project.home / "postgres"):
        return
    try:
        await _follow(await target.choose(local, sources.embedded), local, names)
    except (errors.Unreachable, errors.LockNotObtained, errors.ConfigurationError) as error:
        text = _("warning: the development database still knows them by their old names: {error}")
        console.say(text.format(error=error.told(_)))


async def _follow(chosen: Target, environment: Environment, names: Sequence[tuple[str, str | None]]) -> None:
    patience = environment.patience(run.PATIENCE)
    async with connect.glance(chosen.url, application=environment.application, patience=patience) as connection:
        seen = await ledger.seen(connection)
        pairs = [(old, new) for old, new in names if old in seen.applied and new not in seen.applied]
        renamed = [(old, new) for old, new in pairs if new is not None]
        if renamed:
            await suitable.check(connection, chosen.url, seen)
            await session.settle(connection)
            figures = Figures(started=time.time())
            async with lock.held(connection, patience=environment.lock_timeout, figures=figures):
                await _rename(connection, renamed)
    _tell(chosen, renamed, [old for old, new in pairs if new is None])


async def _rename(connection: Connection, pairs: Sequence[tuple[str, str]]) -> None:
    await ledger.create(connection)
    with ledger.refused():
        async with connection.transaction():
            for old, new in reversed(pairs):  # the last one's new name may be that which another gives up
                for statement in _RENAMED:
                    await connection.execute(statement, old, new)


def _tell(chosen: Target, renamed: Sequence[tuple[str, str]], left: Sequence[str]) -> None:
    if renamed:
        text = _("{target} has them applied, and knows them by their new names; the others' are pending there")
        console.say(text.format(target=chosen))
    if left:
        text = _("{target} has {tags} applied: `ccm-daemon migrate` passes over what is there already")
        console.say(text.format(target=chosen, tags=", ".join(left)))
