"""`ADD COLUMN … NOT NULL` without a default: fails as soon as the table holds a row.

Problem: it works on an empty development database and stops the deploy in production.
Solution: give the column a default, or add it nullable, fill it, and set NOT NULL in a later migration.
"""

from typing import TYPE_CHECKING

from ccm_engine.hazards.hazard import Hazard, Situation, commands, definition

if TYPE_CHECKING:
    from postgast import pg_query_pb2 as pb


def fails_on_rows(node: "pb.Node", now: Situation) -> Hazard | None:
    if not any(map(_fails, commands(node, now))):
        return None
    return Hazard(
        code="fails-on-rows",
        message="fails if the table holds any row: NOT NULL without a default",
        fix="give the column a default, or add it nullable, fill it, and set NOT NULL later",
    )


def _fails(command: "pb.AlterTableCmd") -> bool:
    from postgast import pg_query_pb2 as pb

    if command.subtype != pb.AT_AddColumn:
        return False
    kinds = {item.constraint.contype for item in definition(command).column_def.constraints}
    valued = {pb.CONSTR_DEFAULT, pb.CONSTR_IDENTITY, pb.CONSTR_GENERATED}
    return pb.CONSTR_NOTNULL in kinds and not kinds & valued
