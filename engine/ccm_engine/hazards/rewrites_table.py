"""`ALTER COLUMN TYPE`, and columns whose value is computed for every row: the whole table is written anew.

Problem: under an ACCESS EXCLUSIVE lock, for as long as it takes, with as much disk again as the table has.
Solution: a new column, filled in batches, then swapped in.
"""

from typing import TYPE_CHECKING

from ccm_engine.hazards.hazard import Hazard, Situation, commands, definition

if TYPE_CHECKING:
    from postgast import pg_query_pb2 as pb


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
    computed = {pb.CONSTR_IDENTITY, pb.CONSTR_GENERATED}
    constraints = definition(command).column_def.constraints
    return command.subtype == pb.AT_AddColumn and any(item.constraint.contype in computed for item in constraints)
