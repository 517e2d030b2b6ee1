"""`DROP TABLE`, `DROP COLUMN`, `DROP ATTRIBUTE`, `DROP SCHEMA`, `TRUNCATE`: the data are gone, no older image helps.

Problem: a deploy that goes wrong after it cannot be undone, and pods of the old version still read what is gone.
Solution: drop it in a later release than the one that stopped using it.
"""

from typing import TYPE_CHECKING

from ccm_engine.hazards.hazard import Hazard, Relation, Situation, commands, in_use, is_of_type

if TYPE_CHECKING:
    from postgast import pg_query_pb2 as pb

FIX = "drop it in a later release than the one that stopped using it, and keep a backup"


def deletes_data(node: "pb.Node", now: Situation) -> Hazard | None:
    what = _what(node, now)
    return Hazard(code="deletes-data", message=f"deletes the data of a {what}", fix=FIX) if what else None


def _what(node: "pb.Node", now: Situation) -> str | None:
    from postgast import pg_query_pb2 as pb

    match node.WhichOneof("node"):
        case "drop_stmt" if not all(_named(item) in now.new for item in node.drop_stmt.objects):
            kinds = {pb.OBJECT_TABLE: "table", pb.OBJECT_SCHEMA: "schema"}
            return kinds.get(node.drop_stmt.remove_type)
        case "truncate_stmt" if any(in_use(item.range_var, now) for item in node.truncate_stmt.relations):
            return "table's rows"
        case "alter_table_stmt" if is_of_type(node) and any(
            item.alter_table_cmd.subtype == pb.AT_DropColumn for item in node.alter_table_stmt.cmds
        ):
            return "attribute, in every column of that type"
        case "alter_table_stmt" if any(command.subtype == pb.AT_DropColumn for command in commands(node, now)):
            return "column"
        case _:
            return None


def _named(item: "pb.Node") -> Relation:
    """A relation as DROP names it: a list of its parts."""
    *schema, name = (part.string.sval for part in item.list.items) if item.HasField("list") else ("",)
    return (schema[-1] if schema else "public"), name
