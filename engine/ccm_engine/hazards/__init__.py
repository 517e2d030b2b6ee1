"""Safety rules over parsed SQL, one per file, so that they serve generated and hand-written files alike.

To add one: a file with a docstring that says the problem and the solution, and a function from a parsed statement
and what came before it to a `Hazard` or None; its name in `RULES`.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ccm_engine.hazards.blocks_writes import blocks_writes
from ccm_engine.hazards.changes_values import changes_values
from ccm_engine.hazards.deletes_data import deletes_data
from ccm_engine.hazards.fails_on_rows import fails_on_rows
from ccm_engine.hazards.hazard import Hazard, Relation, Rule, Situation, relation
from ccm_engine.hazards.rewrites_table import rewrites_table
from ccm_engine.hazards.scans_table import scans_table
from ccm_engine.sql import parse

if TYPE_CHECKING:
    from postgast import pg_query_pb2 as pb

RULES: tuple[Rule, ...] = (deletes_data, rewrites_table, scans_table, blocks_writes, fails_on_rows, changes_values)


def find(statements: Iterable[str]) -> Iterator[tuple[Hazard, ...]]:
    """For each statement of a migration, in order, its hazards."""
    new: set[Relation] = set()
    for statement in statements:
        nodes = parse(statement)
        now = Situation(new=frozenset(new))
        found = (rule(node, now) for node in nodes for rule in RULES)
        yield tuple(hazard for hazard in found if hazard is not None)
        new |= {made for node in nodes if (made := _made(node)) is not None}


def _made(node: "pb.Node") -> Relation | None:
    """The table that a statement makes, unless it may have been there before."""
    match node.WhichOneof("node"):
        case "create_stmt" if not node.create_stmt.if_not_exists:
            return relation(node.create_stmt.relation)
        case "create_table_as_stmt" if not node.create_table_as_stmt.if_not_exists:
            return relation(node.create_table_as_stmt.into.rel)
        case _:
            return None


__all__ = ["RULES", "Hazard", "find"]
