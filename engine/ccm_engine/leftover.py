"""What a crash left behind on a shadow server, dropped by the next start: databases, roles."""

import time

from ccm_engine import roles, sql, throwaway

_AFTER = 60  # seconds; younger ones may be another process's that is about to connect


async def sweep(connection: roles.Connection) -> None:
    """What is old, and of a process that has no session here.

    A live one always has one, but for a while none to the database that it copies.
    """
    before = int(time.time()) - _AFTER
    left_over = await connection.fetch(
        """select datname from pg_database d
        where datname ~ '^ccm_shadow_\\d+_' and split_part(datname, '_', 3)::bigint < $1
        and not exists (
            select from pg_stat_activity a
            where a.datid = d.oid or a.application_name = $2 || split_part(d.datname, '_', 5))""",
        before,
        throwaway.APPLICATION,
    )
    for record in left_over:
        await connection.execute(f"DROP DATABASE IF EXISTS {sql.quote(record['datname'])}")
    await roles.drop(connection, await roles.left_over(connection, before))
