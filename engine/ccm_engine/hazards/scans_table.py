"""A constraint added valid, or `SET NOT NULL`: the table is locked while every row is looked at.

Problem: the scan runs under a lock that stops writes, often reads too (ALTER TABLE, in the manual).
Solution: add the constraint NOT VALID, commit, then VALIDATE it; for NOT NULL, validate a CHECK first.
"""

from typing import TYPE_CHECKING

from ccm_engine.hazards.hazard import Hazard, Situation, commands, definition

if TYPE_CHECKING:
    from postgast import pg_query_pb2 as pb


def scans_table(node: "pb.Node", now: Situation) -> Hazard | None:
    what = next(filter(None, map(_scan, commands(node, now))), None)
    if what is None:
        return None
    return Hazard(
        code="scans-table",
        message=f"locks the table while {what}",
        fix="do it in two steps: NOT VALID first, VALIDATE CONSTRAINT after a commit",
    )


def _scan(command: "pb.AlterTableCmd") -> str | None:
    from postgast import pg_query_pb2 as pb

    if command.subtype == pb.AT_SetNotNull:
        return "every row is checked for nulls"
    if command.subtype != pb.AT_AddConstraint:
        return None
    constraint = definition(command).constraint
    words = {
        pb.CONSTR_CHECK: "every row is checked",
        pb.CONSTR_FOREIGN: "every row is looked up",
        pb.CONSTR_PRIMARY: "its index is built",
        pb.CONSTR_UNIQUE: "its index is built",
        pb.CONSTR_EXCLUSION: "its index is built",
    }
    return None if constraint.skip_validation or constraint.indexname else words.get(constraint.contype)
