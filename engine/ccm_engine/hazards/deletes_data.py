"""`DROP TABLE`, `DROP COLUMN`, `DROP SCHEMA`, `TRUNCATE`: the rows are gone, and no older image brings them back.

Problem: a deploy that goes wrong after it cannot be undone, and pods of the old version still read what is gone.
Solution: drop it in a later release than the one that stopped using it.
"""

from typing import TYPE_CHECKING

from ccm_engine.hazards.hazard import Hazard, Situation, commands

if TYPE_CHECKING:
    from postgast import pg_query_pb2 as pb

FIX = "drop it in a later release than the one that stopped using it, and keep a backup"


def deletes_data(node: "pb.Node", now: Situation) -> Hazard | None:
    from postgast import pg_query_pb2 as pb

    what = None
    if node.WhichOneof("node") == "drop_stmt":
        kinds = {pb.OBJECT_TABLE: "table", pb.OBJECT_SCHEMA: "schema", pb.OBJECT_MATVIEW: "materialised view"}
        what = kinds.get(node.drop_stmt.remove_type)
    elif node.WhichOneof("node") == "truncate_stmt":
        what = "table's rows"
    elif any(command.subtype == pb.AT_DropColumn for command in commands(node, now)):
        what = "column"
    return Hazard(code="deletes-data", message=f"deletes the data of a {what}", fix=FIX) if what else None
