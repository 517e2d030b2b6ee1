"""The session that a migration runs in: the same for each, whatever the one before it has set."""

from ccm_deploy.connect import Connection

CHECKS_CLIENT = 14  # the first major version with client_connection_check_interval

# With these the server finds out by itself that a run has died, and frees its lock: a killed process within a
# second even in a long statement, a lost network within 20 s.
_SETTINGS = """
    RESET SESSION AUTHORIZATION;
    RESET ROLE;
    RESET ALL;
    SET search_path TO public;
    SET statement_timeout TO 0;
    SET lock_timeout TO 0;
    SET idle_in_transaction_session_timeout TO '60s';
    SET tcp_keepalives_idle TO 5;
    SET tcp_keepalives_interval TO 5;
    SET tcp_keepalives_count TO 3;
    SET tcp_user_timeout TO '20s';
"""
_CHECK_CLIENT = "SET client_connection_check_interval TO '1s';"


async def settle(connection: Connection) -> None:
    """Undo what was set, and set what every migration starts with."""
    checks = connection.get_server_version().major >= CHECKS_CLIENT
    await connection.execute(_SETTINGS + _CHECK_CLIENT if checks else _SETTINGS)


async def roll_back(connection: Connection) -> None:
    """Undo whatever is open, and what was set."""
    await connection.execute("ROLLBACK")
    await settle(connection)


async def begin(connection: Connection, *, lock_timeout: float) -> None:
    """Open a transaction whose statements wait for a lock no longer than `lock_timeout` seconds.

    While one waits for a strong lock every reader queues behind it. What cannot run in a transaction runs
    `CONCURRENTLY`, holds nobody up while it waits, and may take its time.
    """
    await connection.execute(f"BEGIN; SET LOCAL lock_timeout TO {lock_timeout * 1000:.0f}")
