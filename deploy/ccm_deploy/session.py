"""The session that a migration runs in: the same for each, whatever the one before it has set."""

from ccm_deploy.connect import Connection

CHECKS_CLIENT = 14  # the first major version with client_connection_check_interval

# With these the server finds out by itself that a run has died, and frees its lock: a killed process within a
# second even in a long statement, a lost network within 20 s.
_SETTINGS = """\
RESET SESSION AUTHORIZATION;
RESET ROLE;
RESET ALL;
DEALLOCATE ALL;
SET search_path TO public;
SET statement_timeout TO 0;
SET lock_timeout TO 0;
SET idle_in_transaction_session_timeout TO '60s';
SET tcp_keepalives_idle TO 5;
SET tcp_keepalives_interval TO 5;
SET tcp_keepalives_count TO 3;
SET tcp_user_timeout TO '20s'"""
_CHECK_CLIENT = ";\nSET client_connection_check_interval TO '1s'"


def settled(major: int) -> str:
    """SQL that undoes what was set, and sets what every migration starts with, on a server of that major version."""
    return _SETTINGS + _CHECK_CLIENT if major >= CHECKS_CLIENT else _SETTINGS


async def settle(connection: Connection) -> None:
    """Run it: to be done at once by whoever takes the lock, so that the server frees it as soon as it can."""
    await connection.execute(settled(connection.get_server_version().major))


async def roll_back(connection: Connection) -> None:
    """Undo whatever is open, and what was set."""
    await connection.execute("ROLLBACK")
    await settle(connection)
