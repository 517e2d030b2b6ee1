"""`ADD COLUMN … NOT NULL` without a default, or a type by way of text: fails where a row does not fit.

Problem: it works on an empty development database and stops the deploy in production.
Solution: give the column a default, or add it nullable, fill it, and set NOT NULL in a later migration; change the rows
that hold what the new type does not have, before.
"""

from typing import TYPE_CHECKING

from ccm_engine.hazards.hazard import Hazard, Situation, commands, definition

if TYPE_CHECKING:
    from postgast import pg_query_pb2 as pb


_TEXTS = frozenset({"text", "varchar", "bpchar", "name"})
_SMALL = frozenset({"int2", "int4"})
"""What a larger integer may not fit into."""


def fails_on_rows(node: "pb.Node", now: Situation) -> Hazard | None:
    actions = commands(node, now)
    if any(map(_fails, actions)):
        return Hazard(
            code="fails-on-rows",
            message="fails if the table holds any row: NOT NULL without a default",
            fix="give the column a default, or add it nullable, fill it, and set NOT NULL later",
        )
    if any(map(_may_not_convert, actions)):
        return Hazard(
            code="fails-on-rows",
            message="fails if a row holds a value that the new type does not have",
            fix="change those rows in an earlier migration",
        )
    if any(map(_attaches, commands(node, now))):
        return Hazard(
            code="fails-on-rows",
            message="fails if the table holds a row that is not within the bound of the partition",
            fix="move the rows to the partition that they belong to first",
        )
    return None


def _may_not_convert(command: "pb.AlterTableCmd") -> bool:
    """USING "mood"::text::"mood", as from an enum to one with fewer values; or what a shorter type may not hold."""
    from postgast import pg_query_pb2 as pb

    column = definition(command).column_def
    if command.subtype != pb.AT_AlterColumnType or not column.HasField("raw_default"):
        return False
    outer = column.raw_default.type_cast
    if _name(outer.arg.type_cast.type_name) == "text":
        return True
    if _name(outer.type_name) == "text":
        return bool(column.type_name.typmods) or _name(column.type_name) not in _TEXTS
    return _name(outer.type_name) in _SMALL or bool(_name(outer.type_name) == "numeric" and outer.type_name.typmods)


def _name(type_: "pb.TypeName") -> str:
    return type_.names[-1].string.sval if type_.names else ""


def _attaches(command: "pb.AlterTableCmd") -> bool:
    from postgast import pg_query_pb2 as pb

    partition = definition(command).partition_cmd
    return command.subtype == pb.AT_AttachPartition and bool(partition.bound.strategy or partition.bound.is_default)


def _fails(command: "pb.AlterTableCmd") -> bool:
    from postgast import pg_query_pb2 as pb

    if command.subtype != pb.AT_AddColumn:
        return False
    kinds = {item.constraint.contype for item in definition(command).column_def.constraints}
    valued = {pb.CONSTR_DEFAULT, pb.CONSTR_IDENTITY, pb.CONSTR_GENERATED}
    return pb.CONSTR_NOTNULL in kinds and not kinds & valued
