"""A database is emptied: what is in its schemas is dropped, the history with it; what extensions own stays.

A schema goes as a whole, unless it is `public`, or extensions are in it: of these everything else goes. So do event
triggers, which would fire meanwhile, publications and foreign servers, since migrations would make them again; those of
other owners, such as a hosting provider's, stay.
"""

import logging

import asyncpg

from ccm_deploy.connect import Connection, fatal
from ccm_engine import errors

log = logging.getLogger(__name__)

_OWNED = "SELECT classid, objid FROM pg_depend WHERE deptype = 'e'"
_PARTS = "SELECT classid, objid FROM pg_depend WHERE deptype = 'i'"  # such as the sequence of an identity column
_EXTENSIONS = "SELECT extname FROM pg_extension"
# What `pg_identify_object` calls otherwise than DROP. Of an aggregate DROP ROUTINE takes the arguments as they are.
_DROPS = f"""
    WITH ours AS (
        SELECT oid FROM pg_namespace
        WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
            AND ('pg_namespace'::regclass, oid) NOT IN ({_OWNED})
    ), held AS (
        SELECT classid, objid, refobjid AS schema FROM pg_depend
        WHERE refclassid = 'pg_namespace'::regclass AND deptype = 'n' AND classid <> 'pg_default_acl'::regclass
    ), shared AS (
        SELECT extnamespace FROM pg_extension
        UNION SELECT schema FROM held WHERE (classid, objid) IN ({_OWNED})
        UNION SELECT oid FROM pg_namespace WHERE nspname = 'public'
    ), goes (classid, objid) AS (
        SELECT 'pg_event_trigger'::regclass::oid, oid FROM pg_event_trigger WHERE pg_has_role(evtowner, 'USAGE')
        UNION ALL SELECT 'pg_publication'::regclass, oid FROM pg_publication WHERE pg_has_role(pubowner, 'USAGE')
        UNION ALL SELECT 'pg_foreign_server'::regclass, oid FROM pg_foreign_server WHERE pg_has_role(srvowner, 'USAGE')
        UNION ALL SELECT 'pg_foreign_data_wrapper'::regclass, oid FROM pg_foreign_data_wrapper
        WHERE pg_has_role(fdwowner, 'USAGE')
        UNION ALL SELECT 'pg_namespace'::regclass, oid FROM ours WHERE oid NOT IN (SELECT * FROM shared)
        UNION ALL SELECT classid, objid FROM held
        WHERE schema IN (SELECT * FROM ours INTERSECT SELECT * FROM shared) AND classid <> 'pg_extension'::regclass
    )
    SELECT format('DROP %s IF EXISTS %s CASCADE', CASE type
        WHEN 'composite type' THEN 'type' WHEN 'statistics object' THEN 'statistics'
        WHEN 'function' THEN 'routine' WHEN 'procedure' THEN 'routine' WHEN 'aggregate' THEN 'routine'
        WHEN 'foreign-data wrapper' THEN 'foreign data wrapper' ELSE type END, identity)
    FROM goes CROSS JOIN pg_identify_object(classid, objid, 0)
    WHERE (classid, objid) NOT IN ({_OWNED} UNION ALL {_PARTS})
    ORDER BY classid <> 'pg_event_trigger'::regclass
"""


async def everything(connection: Connection, lock_timeout: float) -> None:
    """Drop it, under the lock, in one transaction; `lock_timeout` is how many seconds to wait for each table.

    Raises `ResetRefused`, and `ResetReachesExtensions` where an extension would go with it.
    """
    try:
        async with connection.transaction():
            await connection.execute(
                f"SET LOCAL lock_timeout TO {lock_timeout * 1000:.0f}; SET LOCAL client_min_messages TO warning"
            )
            before = set(await _column(connection, _EXTENSIONS))
            drops = await _column(connection, _DROPS)
            for drop in drops:
                await connection.execute(drop)
            lost = sorted(before.difference(await _column(connection, _EXTENSIONS)))
            if lost:
                raise errors.ResetReachesExtensions(extensions=", ".join(lost))
    except asyncpg.PostgresError as error:
        if fatal(error):
            raise
        raise errors.ResetRefused(message=str(error), sqlstate=error.sqlstate) from error
    log.info("reset: %d objects dropped, and what hung on them", len(drops), extra={"event": "reset"})


async def _column(connection: Connection, query: str) -> list[str]:
    return [row[0] for row in await connection.fetch(query)]
