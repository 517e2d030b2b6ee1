"""Whether a table of the database that one works on has rows, as far as can be seen without waiting."""

import asyncpg

from ccm_daemon import console
from ccm_daemon.deciding import HasRows, nowhere
from ccm_deploy import connect, gate, run
from ccm_deploy.environment import Environment
from ccm_engine import errors, sql
from ccm_engine.catalog import Key
from ccm_engine.language import translated as _
from ccm_engine.url import Url

_WITHIN = "SET lock_timeout = '1s'"


async def are_in(url: Url, table: Key, *, patience: float = run.PATIENCE) -> bool:
    """`patience` is in seconds. Raises subclasses of `errors.Unreachable`."""
    query = f"SELECT EXISTS (SELECT FROM {sql.qualified(*table.path)})"
    async with connect.glance(url, application="ccm-daemon", patience=patience) as connection:
        await connection.execute(_WITHIN)
        try:
            return bool(await connection.fetchval(query))
        except asyncpg.PostgresError:  # it is not there yet, or was renamed by this very draft
            return False


def seen(environment: Environment) -> HasRows:
    """By looking into the database that a URL in the environment names; nowhere where there is none."""
    if environment.local_url is None and not environment.use_production:
        return nowhere

    async def has_rows(table: Key) -> bool:
        try:
            return await are_in(gate.target(environment).url, table, patience=environment.patience(run.PATIENCE))
        except errors.Unreachable as error:
            text = _("whether {table} has rows is not known, and taken for no: {error}")
            console.say(text.format(table=table.path[-1], error=error.told(_)))
            return False

    return has_rows
