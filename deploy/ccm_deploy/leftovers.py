"""What is left of a statement that died outside of any transaction: looked up in the catalog and cleared away.

An index that was not built to its end stays behind as INVALID (manual, CREATE INDEX, "Building Indexes
Concurrently"): it serves no query, slows each write down, and `IF NOT EXISTS` takes it for the index.
"""

import logging
from typing import TYPE_CHECKING

import anyio
import asyncpg

from ccm_deploy import naming
from ccm_deploy.connect import Connection
from ccm_engine import sql
from ccm_engine.sql import Statement

if TYPE_CHECKING:
    from postgast import pg_query_pb2 as pb

log = logging.getLogger(__name__)

LOOK_AGAIN = 0.5  # seconds, while somebody else builds the index

_INDEXES = """
    SELECT format('%I.%I', nspname, relname) AS name, indisvalid AS valid,
        EXISTS (SELECT FROM pg_stat_progress_create_index WHERE index_relid = indexrelid) AS building
    FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE relkind = 'i' AND
"""
_OF_THAT_NAME = f"{_INDEXES} indrelid = to_regclass($1) AND relname = $2"
_WITHOUT_A_NAME = f"{_INDEXES} indrelid = to_regclass($1) AND starts_with(relname, $2)"
# REINDEX CONCURRENTLY builds `name_ccnew`, and swaps it for the index, which becomes `name_ccold`
_OF_A_REINDEX = f"""
    {_INDEXES} relname ~ '_cc(new|old)[0-9]*$'
        AND ($1::text IS NULL OR to_regclass($1) IN (indrelid, (SELECT i.indexrelid FROM pg_index i
            WHERE i.indrelid = pg_index.indrelid AND i.indexrelid = to_regclass($1))))
        AND ($2::text IS NULL OR nspname = $2)
"""
_PARTITION = """
    SELECT to_jsonb(pg_inherits) ->> 'inhdetachpending' AS pending FROM pg_inherits
    WHERE inhparent = to_regclass($1) AND inhrelid = to_regclass($2)
"""


async def is_done(connection: Connection, statement: Statement, died: str | None) -> bool:
    """Whether there is nothing to do any more; what is left half done is cleared away first.

    `died` is the statement as an earlier attempt sent it, which may have finished it, or left it anywhere in between.
    """
    node = statement.node
    if died is not None and not naming.is_same(died, statement):
        await _abandon(connection, died)
        died = None
    match node and node.WhichOneof("node"):
        case "index_stmt" if node is not None:
            return await _index(connection, node.index_stmt, died)
        case "reindex_stmt" if node is not None and died is not None:
            await _reindexed(connection, node.reindex_stmt)
        case "alter_table_stmt" if node is not None and died is not None:
            return await _detached(connection, node.alter_table_stmt)
        case _:
            pass
    return False


def guard(statement: Statement) -> str | None:
    """SQL to run before a `CREATE INDEX IF NOT EXISTS` inside a transaction: it drops an index that is INVALID."""
    node = statement.node
    if node is None or not node.HasField("index_stmt") or not node.index_stmt.if_not_exists:
        return None
    table, name = sql.literal(naming.relation(node.index_stmt.relation)), sql.literal(node.index_stmt.idxname)
    return f"""DO $ccm$
    DECLARE invalid regclass := (
        SELECT indexrelid FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
        WHERE indrelid = to_regclass({table}) AND relname = {name} AND relkind = 'i' AND NOT indisvalid);
    BEGIN
        IF invalid IS NOT NULL THEN
            EXECUTE format('DROP INDEX %s', invalid);
            RAISE WARNING 'the index % was INVALID, is dropped and built again', invalid;
        END IF;
    END $ccm$"""


async def _index(connection: Connection, index: "pb.IndexStmt", died: str | None) -> bool:
    table = naming.relation(index.relation)
    name = index.idxname or _name_in(died)
    if not name:
        if died is not None:
            await _clear(connection, await connection.fetch(_WITHOUT_A_NAME, table, f"{index.relation.relname}_"))
        return False
    while True:
        found = await connection.fetch(_OF_THAT_NAME, table, name)
        if not any(row["building"] for row in found):
            break
        log.info("another session builds the index %s, waiting for it", name, extra={"event": "index_awaited"})
        await anyio.sleep(LOOK_AGAIN)
    await _clear(connection, found)
    return died is not None and any(row["valid"] for row in found)


def _name_in(died: str | None) -> str | None:
    """The name that was given to an index before it was built."""
    nodes = sql.parse(died) if died else ()
    return next((node.index_stmt.idxname for node in nodes if node.HasField("index_stmt")), None)


async def _clear(connection: Connection, indexes: list[asyncpg.Record]) -> None:
    for index in indexes:
        if not index["valid"] and not index["building"]:
            extra = {"event": "invalid_index_dropped", "index": index["name"]}
            log.warning("the index %s was left INVALID: it is dropped and built again", index["name"], extra=extra)
            await connection.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {index['name']}")


async def _reindexed(connection: Connection, reindex: "pb.ReindexStmt") -> None:
    relation = naming.relation(reindex.relation) if reindex.relation.relname else None
    schema = reindex.name if not relation and _is_schema(reindex) else None
    await _clear(connection, await connection.fetch(_OF_A_REINDEX, relation, schema))


def _is_schema(reindex: "pb.ReindexStmt") -> bool:
    from postgast import pg_query_pb2 as pb

    return bool(reindex.kind == pb.REINDEX_OBJECT_SCHEMA)


async def _detached(connection: Connection, alter: "pb.AlterTableStmt") -> bool:
    """`DETACH PARTITION … CONCURRENTLY` has two transactions; what died between them is finished with `FINALIZE`."""
    for command in alter.cmds:
        partition = getattr(command.alter_table_cmd, "def").partition_cmd
        if partition.concurrent:
            whole, part = naming.relation(alter.relation), naming.relation(partition.name)
            found = await connection.fetchrow(_PARTITION, whole, part)
            if found is not None and found["pending"] == "true":
                await connection.execute(f"ALTER TABLE {whole} DETACH PARTITION {part} FINALIZE")
            return found is None or found["pending"] == "true"
    return False


async def _abandon(connection: Connection, died: str) -> None:
    """The file was edited since: what its old text left half done is nobody's any more."""
    for node in sql.parse(died):
        if node.HasField("index_stmt"):
            index = node.index_stmt
            found = await connection.fetch(_OF_THAT_NAME, naming.relation(index.relation), index.idxname)
            await _clear(connection, found)
