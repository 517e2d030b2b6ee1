"""Whether a table of the database that one works on has rows, as far as can be seen without waiting."""

import logging

import asyncpg

from ccm_daemon.deciding import HasRows, nowhere
from ccm_deploy import connect, gate, run
from ccm_deploy.environment import Environment
from ccm_engine import errors, sql
from ccm_engine.catalog import Key
from ccm_engine.language import translated as _
from ccm_engine.url import Url

log = logging.getLogger(__name__)

_LOCK_TIMEOUT = "SET lock_timeout = '1s'"


def named(environment: Environment) -> HasRows:
    """In the database that a URL in the environment names; nowhere where none is named."""
    try:
        target = gate.target(environment)
    except errors.UrlMissing:
        return nowhere
    return within(target.url, patience=environment.patience(run.PATIENCE))


def within(url: Url, *, patience: float = run.PATIENCE) -> HasRows:
    """In that database; `patience` is in seconds. What cannot be looked at is told, and counts as empty."""

    async def has_rows(table: Key) -> bool:
        try:
            return await _look(url, table, patience)
        except (errors.Unreachable, asyncpg.PostgresError) as error:
            reason = error.told(_) if isinstance(error, errors.Unreachable) else str(error)
            extra = {"event": "rows_not_seen", "table": str(table)}
            log.warning("whether %s has rows is not known, and taken for no: %s", table, reason, extra=extra)
            return False

    return has_rows


async def _look(url: Url, table: Key, patience: float) -> bool:
    query = f"SELECT EXISTS (SELECT FROM {sql.qualified(*table.path)})"
    async with connect.glance(url, application="ccm-daemon", patience=patience) as connection:
        await connection.execute(_LOCK_TIMEOUT)
        try:
            return bool(await connection.fetchval(query))
        except asyncpg.UndefinedTableError:  # it is not there yet, or was renamed by this very draft
            return False
