"""`CREATE INDEX` without CONCURRENTLY: nobody writes to the table until the index is built.

Problem: CREATE INDEX holds a SHARE lock for the whole build (CREATE INDEX, in the manual).
Solution: CREATE INDEX CONCURRENTLY, as a statement of its own.
"""

from typing import TYPE_CHECKING

from ccm_engine.hazards.hazard import Hazard, Situation, in_use

if TYPE_CHECKING:
    from postgast import pg_query_pb2 as pb


def blocks_writes(node: "pb.Node", now: Situation) -> Hazard | None:
    if node.WhichOneof("node") != "index_stmt" or node.index_stmt.concurrent:
        return None
    if not in_use(node.index_stmt.relation, now):
        return None
    return Hazard(
        code="blocks-writes",
        message="blocks writes to the table while the index is built",
        fix="CREATE INDEX CONCURRENTLY",
    )
