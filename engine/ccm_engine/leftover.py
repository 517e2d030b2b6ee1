"""What a crash left behind on a shadow server, dropped by the next start: databases, roles."""

import time

from ccm_engine import roles, sql

_AFTER = 60  # seconds; younger ones may be another process's that is about to connect


async def sweep(connection: roles.Connection) -> None:
    """What is old, and of a process that is connected to none of its databases.

    A live one is always connected to one of them, and for a while not to the one that it copies.
    """
    before = int(time.time()) - _AFTER
    left_over = await connection.fetch(
        """select datname from pg_database d
        where datname ~ '^ccm_shadow_\\d+_' and split_part(datname, '_', 3)::bigint < $1
        and not exists (
            select from pg_stat_activity a where a.datid = d.oid or a.datname ~ '^ccm_shadow_'
            and split_part(a.datname, '_', 5) = split_part(d.datname, '_', 5))""",
        before,
    )
    for record in left_over:
        await connection.execute(f"DROP DATABASE IF EXISTS {sql.quote(record['datname'])}")
    await roles.drop(connection, await roles.left_over(connection, before))
