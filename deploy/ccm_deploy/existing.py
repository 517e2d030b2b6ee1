"""Whether what exists already equals what a statement would have made: made aside, described, compared, undone.

It is made in a schema of its own, on an empty table with the columns of the one that is there, so that no rows are
read and nothing that is in use is locked.
"""

import logging
from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import TYPE_CHECKING

import asyncpg

from ccm_deploy.connect import Connection
from ccm_deploy.prepare import Unit
from ccm_engine import sql
from ccm_engine.sql import Statement
from ccm_engine.value import value

if TYPE_CHECKING:
    from postgast import pg_query_pb2 as pb

log = logging.getLogger(__name__)

ERRORS = (
    asyncpg.DuplicateTableError,
    asyncpg.DuplicateObjectError,
    asyncpg.DuplicateColumnError,
    asyncpg.DuplicateSchemaError,  # a schema outlives a reset where an extension lives in it
)
ASIDE = "__ccm_aside"
EQUAL = "it equals what the statement would have made"
_SAVE, _BACK = "SAVEPOINT __ccm_compared", "ROLLBACK TO SAVEPOINT __ccm_compared; RELEASE SAVEPOINT __ccm_compared"

_DESCRIBE = """
    WITH relation AS (
        SELECT oid, relkind FROM pg_class WHERE relname = $2 AND relnamespace = to_regnamespace(quote_ident($1))
    ), type AS (
        SELECT * FROM pg_type WHERE typname = $2 AND typnamespace = to_regnamespace(quote_ident($1)) AND typtype <> 'c'
    )
    SELECT format('column %s: %s', attname, concat_ws(' ',
        format_type(atttypid, atttypmod),
        CASE WHEN attcollation <> typcollation THEN
            (SELECT 'COLLATE ' || collname FROM pg_collation WHERE oid = attcollation) END,
        CASE WHEN attnotnull THEN 'NOT NULL' END,
        CASE WHEN attgenerated = '' THEN 'DEFAULT ' ELSE 'GENERATED AS ' END || pg_get_expr(adbin, adrelid),
        CASE attidentity WHEN 'a' THEN 'IDENTITY ALWAYS' WHEN 'd' THEN 'IDENTITY BY DEFAULT' END)) AS line
    FROM relation JOIN pg_attribute ON attrelid = relation.oid JOIN pg_type ON pg_type.oid = atttypid
        LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    WHERE attnum > 0 AND NOT attisdropped AND relkind NOT IN ('S', 'i', 'I')
    UNION ALL
    SELECT format('constraint %s: %s', conname, pg_get_constraintdef(pg_constraint.oid, true))
    FROM relation JOIN pg_constraint ON conrelid = relation.oid WHERE contype <> 'n'
    UNION ALL
    SELECT format('index %s: %s', relname, pg_get_indexdef(indexrelid, 0, true))
    FROM relation JOIN pg_index ON indrelid = relation.oid JOIN pg_class ON pg_class.oid = indexrelid
    UNION ALL
    SELECT format('trigger %s: %s', tgname, pg_get_triggerdef(pg_trigger.oid, true))
    FROM relation JOIN pg_trigger ON tgrelid = relation.oid WHERE NOT tgisinternal
    UNION ALL
    SELECT format('policy %s: %s', polname, concat_ws(' ', polcmd, polpermissive, polroles::regrole[],
        pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)))
    FROM relation JOIN pg_policy ON polrelid = relation.oid
    UNION ALL
    SELECT 'query: ' || pg_get_viewdef(oid, true) FROM relation WHERE relkind IN ('v', 'm')
    UNION ALL
    SELECT format('sequence: %s', concat_ws(' ', seqtypid::regtype, seqstart, seqincrement, seqmin, seqmax, seqcycle))
    FROM relation JOIN pg_sequence ON seqrelid = relation.oid
    UNION ALL
    SELECT 'values: ' || string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder)
    FROM type JOIN pg_enum ON enumtypid = type.oid HAVING count(*) > 0
    UNION ALL
    SELECT format('domain: %s', concat_ws(' ', format_type(typbasetype, typtypmod), typdefault, typnotnull))
    FROM type WHERE typtype = 'd'
    UNION ALL
    SELECT format('constraint %s: %s', conname, pg_get_constraintdef(pg_constraint.oid, true))
    FROM type JOIN pg_constraint ON contypid = type.oid WHERE contype <> 'n'
    UNION ALL
    SELECT 'range of ' || rngsubtype::regtype FROM type JOIN pg_range ON rngtypid = type.oid
"""


@value
class _Trial:
    """What to run to make the object aside, and which lines of whose description to compare."""

    schema: str | None
    """Where the one that exists is; None: where objects are made that name no schema."""
    name: str
    made: str
    on_a_copy: bool = False
    only: str = ""
    """The beginning of the lines that matter."""
    without: str | None = None
    """The column that the copy must not have."""


async def pass_over(
    connection: Connection, unit: Unit, number: int, statement: Statement, error: asyncpg.PostgresError
) -> None:
    """Say that the statement counts as done, for what it would make is there; to be called inside a transaction."""
    path, found = unit.prepared.migration.path, await verdict(connection, statement)
    extra = {"event": "existing_passed_over", "migration": unit.tag, "statement": number, "sqlstate": error.sqlstate}
    log.warning("%s:%d: passed over: %s; %s", path, statement.line, error.args[0], found, extra=extra)


async def verdict(connection: Connection, statement: Statement) -> str:
    """In words, for a person; to be asked inside a transaction, which is afterwards as before."""
    trial = None if statement.node is None else _trial(statement.node)
    if trial is None:
        return "whether it equals what the statement would have made is not looked at for this kind of object"
    await connection.execute(_SAVE)
    try:
        return await _compared(connection, trial)
    except asyncpg.PostgresError as error:
        return f"whether it equals what the statement would have made is not known: {error}"
    finally:
        await connection.execute(_BACK)


async def _compared(connection: Connection, trial: _Trial) -> str:
    schema = trial.schema or str(await connection.fetchval("SELECT current_schema()"))
    await connection.execute(f"CREATE SCHEMA {ASIDE}")
    if trial.on_a_copy:
        copy, original = f"{ASIDE}.{sql.quote(trial.name)}", f"{sql.quote(schema)}.{sql.quote(trial.name)}"
        await connection.execute(f"CREATE TABLE {copy} (LIKE {original} INCLUDING GENERATED)")
        if trial.without is not None:
            await connection.execute(f"ALTER TABLE {copy} DROP COLUMN {sql.quote(trial.without)}")
    await connection.execute(trial.made)
    there = await _lines(connection, trial, schema, sql.quote(schema))
    made = await _lines(connection, trial, ASIDE, f"{ASIDE}, {sql.quote(schema)}")
    if there == made:
        return EQUAL
    only_there, only_made = ("; ".join(sorted(lines)) or "nothing" for lines in (there - made, made - there))
    return f"it differs from what the statement would have made; there: {only_there}; in the statement: {only_made}"


async def _lines(connection: Connection, trial: _Trial, schema: str, search_path: str) -> set[str]:
    await connection.execute(f"SET LOCAL search_path TO {search_path}")
    rows = await connection.fetch(_DESCRIBE, schema, trial.name)
    return {row["line"] for row in rows if row["line"].startswith(trial.only)}


# Where in a statement the name of what it makes stands, by node.
_RELATIONS: Mapping[str, Callable[["pb.Node"], "pb.RangeVar"]] = {
    "create_stmt": attrgetter("create_stmt.relation"),
    "view_stmt": attrgetter("view_stmt.view"),
    "create_table_as_stmt": attrgetter("create_table_as_stmt.into.rel"),
    "create_seq_stmt": attrgetter("create_seq_stmt.sequence"),
    "composite_type_stmt": attrgetter("composite_type_stmt.typevar"),
}
_TYPES: Mapping[str, Callable[["pb.Node"], "list[pb.Node]"]] = {
    "create_enum_stmt": attrgetter("create_enum_stmt.type_name"),
    "create_domain_stmt": attrgetter("create_domain_stmt.domainname"),
    "create_range_stmt": attrgetter("create_range_stmt.type_name"),
}
# What belongs to a table, and how a line that describes it begins.
_PARTS: Mapping[str, tuple[str, Callable[["pb.Node"], tuple["pb.RangeVar", str]]]] = {
    "index_stmt": ("index", attrgetter("index_stmt.relation", "index_stmt.idxname")),
    "create_trig_stmt": ("trigger", attrgetter("create_trig_stmt.relation", "create_trig_stmt.trigname")),
    "create_policy_stmt": ("policy", attrgetter("create_policy_stmt.table", "create_policy_stmt.policy_name")),
}


def _trial(node: "pb.Node") -> _Trial | None:
    from postgast import pg_query_pb2 as pb

    moved = pb.Node()
    moved.CopyFrom(node)
    kind = node.WhichOneof("node") or ""
    if kind == "alter_table_stmt":
        return _of_alteration(moved)
    if kind in _TYPES:
        names = _TYPES[kind](moved)
        schema, name = ([None, *(part.string.sval for part in names)])[-2:]
        del names[:]
        names.extend(pb.Node(string=pb.String(sval=part)) for part in (ASIDE, str(name)))
        return _Trial(schema=schema, name=str(name), made=_text(moved))
    if kind in _RELATIONS:
        return _of_relation(moved, _RELATIONS[kind](moved))
    if kind in _PARTS:
        word, parts = _PARTS[kind]
        relation, name = parts(moved)
        if kind == "index_stmt":
            moved.index_stmt.concurrent = False
        return _of_relation(moved, relation, on_a_copy=True, only=f"{word} {name}: ")
    return None


def _of_alteration(moved: "pb.Node") -> _Trial | None:
    """`ADD COLUMN` or `ADD CONSTRAINT`, and nothing else beside it."""
    alter = moved.alter_table_stmt
    definition = getattr(alter.cmds[0].alter_table_cmd, "def")
    match definition.WhichOneof("node"):
        case "column_def":
            name = definition.column_def.colname
            return _of_relation(moved, alter.relation, on_a_copy=True, only=f"column {name}: ", without=name)
        case "constraint":
            return _of_relation(
                moved, alter.relation, on_a_copy=True, only=f"constraint {definition.constraint.conname}: "
            )
        case _:
            return None


def _of_relation(
    moved: "pb.Node", relation: "pb.RangeVar", *, on_a_copy: bool = False, only: str = "", without: str | None = None
) -> _Trial:
    schema, relation.schemaname = relation.schemaname or None, ASIDE
    return _Trial(
        schema=schema, name=relation.relname, made=_text(moved), on_a_copy=on_a_copy, only=only, without=without
    )


def _text(node: "pb.Node") -> str:
    from postgast import deparse
    from postgast import pg_query_pb2 as pb

    return deparse(pb.ParseResult(stmts=[pb.RawStmt(stmt=node)]))
