"""Whether the lock holds in a session: it has a backend of its own, on a server that is written to."""

import anyio
import asyncpg

from ccm_deploy import connect
from ccm_deploy.ask import ask
from ccm_deploy.connect import Connection
from ccm_deploy.ledger import Seen
from ccm_engine import errors
from ccm_engine.url import Url

ROUNDS = 5  # a pooler that hands out its servers in turn needs a few until one comes round
PROBE_WITHIN = 5  # seconds; where every client has a server of its own, there may be none left for a second one
_BACKEND = "SELECT to_json(pg_backend_pid())"


async def check(connection: Connection, url: Url, seen: Seen) -> None:
    """Raises `StandbyRefused`, `PoolerRefused`, and what `connect.glance` does where a pooler is looked into.

    A standby would grant the lock beside its primary. A pooler that lends a server for one transaction would take the
    lock with one server and lose it with the next. Through a pooler the backend is not the one that was announced when
    the session began (pgbouncer's `BackendKeyData` is its own), which costs no question; only then it is asked further.
    """
    if seen.standby:
        raise errors.StandbyRefused(target=str(url), variable=url.variable)
    if seen.backend != connection.get_server_pid() and await _is_shared(connection, url, seen.backend):
        raise errors.PoolerRefused(target=str(url), variable=url.variable)


async def _is_shared(connection: Connection, url: Url, backend: int) -> bool:
    """Whether two sessions are seen to share a backend, or one to change it."""
    with anyio.move_on_after(PROBE_WITHIN):
        async with connect.glance(url, application="ccm-daemon probe", patience=PROBE_WITHIN) as second:
            for _ in range(ROUNDS):
                try:
                    await second.execute("BEGIN")
                except asyncpg.PostgresError:  # a pooler that lends a server for one statement knows no transactions
                    return True
                # in this order: where there is but one server, the second session has it now, and the first would wait
                if await ask(second, _BACKEND) == backend or await ask(connection, _BACKEND) != backend:
                    return True
                await second.execute("COMMIT")
    return False
