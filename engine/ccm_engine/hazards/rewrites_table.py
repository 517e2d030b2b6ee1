"""`ALTER COLUMN TYPE`, and columns whose value is computed for every row: the whole table is written anew.

Problem: under an ACCESS EXCLUSIVE lock, for as long as it takes, with as much disk again as the table has.
Solution: a new column, filled in batches, then swapped in.
"""

from typing import TYPE_CHECKING

from ccm_engine.hazards.hazard import Hazard, Situation, commands, definition

if TYPE_CHECKING:
    from postgast import pg_query_pb2 as pb

SERIAL = frozenset({"serial", "bigserial", "smallserial", "serial4", "serial8", "serial2"})
VOLATILE = frozenset(
    {"nextval", "random", "clock_timestamp", "timeofday", "gen_random_uuid", "uuidv4", "uuidv7", "uuid_generate_v4"}
)
"""Functions that people use for defaults and that give each row a value of its own."""


def rewrites_table(node: "pb.Node", now: Situation) -> Hazard | None:
    if not any(map(_rewrites, commands(node, now))):
        return None
    return Hazard(
        code="rewrites-table",
        message="may write the whole table anew while nobody can read it",
        fix="add a new column, fill it in batches, and swap it in",
    )


def _rewrites(command: "pb.AlterTableCmd") -> bool:
    from postgast import pg_query_pb2 as pb

    if command.subtype == pb.AT_AlterColumnType:
        return True
    if command.subtype != pb.AT_AddColumn:
        return False
    column = definition(command).column_def
    return column.type_name.names[-1].string.sval in SERIAL or any(
        _computed(item.constraint) for item in column.constraints
    )


def _computed(constraint: "pb.Constraint") -> bool:
    from postgast import find_nodes
    from postgast import pg_query_pb2 as pb

    calls = (call.funcname[-1].string.sval for call in find_nodes(constraint.raw_expr, pb.FuncCall))
    return constraint.contype in {pb.CONSTR_IDENTITY, pb.CONSTR_GENERATED} or not VOLATILE.isdisjoint(calls)
