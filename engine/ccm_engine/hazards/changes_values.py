"""`USING round("a")`, `USING "a" AT TIME ZONE 'UTC'`: the rows are there afterwards, and hold something else.

Problem: what a value loses (the cents of a price, the time of a day), or gains by a guess (a time zone), is gone or
wrong for good, and nothing fails.
Solution: write what the rows mean by that (another time zone, a factor of 100), or keep the old column for a while.
"""

from typing import TYPE_CHECKING

from ccm_engine.hazards.hazard import Hazard, Situation, commands, definition

if TYPE_CHECKING:
    from postgast import pg_query_pb2 as pb

_COARSER = frozenset({"date", "time", "timetz", "timestamp", "timestamptz", "interval", "float4"})


def changes_values(node: "pb.Node", now: Situation) -> Hazard | None:
    words = [using for using in map(_using, commands(node, now)) if using is not None]
    if any(map(_has_a_guessed_zone, words)):
        return Hazard(
            code="changes-values",
            message="takes times that have no time zone to be in that one",
            fix="write the time zone in which the rows were written",
        )
    if any(_rounds(using) or _cuts(using) for using in words):
        return Hazard(
            code="changes-values",
            message="rounds, or leaves out, what the new type does not hold",
            fix="see that no row needs it, or keep the old column for a while",
        )
    return None


def _using(command: "pb.AlterTableCmd") -> "pb.Node | None":
    from postgast import pg_query_pb2 as pb

    column = definition(command).column_def
    return column.raw_default if command.subtype == pb.AT_AlterColumnType and column.HasField("raw_default") else None


def _called(using: "pb.Node") -> set[str]:
    from postgast import find_nodes
    from postgast import pg_query_pb2 as pb

    return {call.funcname[-1].string.sval for call in find_nodes(using, pb.FuncCall)}


def _has_a_guessed_zone(using: "pb.Node") -> bool:
    return "timezone" in _called(using)


def _rounds(using: "pb.Node") -> bool:
    return not _called(using).isdisjoint({"round", "trunc", "floor", "ceil", "date_trunc", "left", "substring"})


def _cuts(using: "pb.Node") -> bool:
    """A date has no time, a time no date; a precision rounds."""
    target = using.type_cast.type_name
    if using.type_cast.arg.HasField("type_cast") or not target.names:
        return False  # by way of text, what does not fit fails
    name = target.names[-1].string.sval
    return name in _COARSER and (name in {"date", "time", "float4"} or bool(target.typmods))
