"""What a safety rule looks at, and what it says."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from ccm_engine.value import value

if TYPE_CHECKING:
    from collections.abc import Callable

    from postgast import pg_query_pb2 as pb


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Hazard:
    """What a statement does to those who use the database. `code` is the rule's name, `fix` what to do instead."""

    code: str
    message: str
    fix: str


Relation: TypeAlias = tuple[str, str]
"""(schema, name) as written; an unqualified name is in `public`."""


@value
class Situation:
    """What came before a statement in its file. Nobody uses a table yet that the same file made."""

    new: frozenset[Relation]


Rule: TypeAlias = "Callable[[pb.Node, Situation], Hazard | None]"


def relation(node: "pb.RangeVar") -> Relation:
    return node.schemaname or "public", node.relname


def in_use(node: "pb.RangeVar", now: Situation) -> bool:
    return relation(node) not in now.new


def commands(node: "pb.Node", now: Situation) -> "list[pb.AlterTableCmd]":
    """The actions of an ALTER TABLE on a table that is in use."""
    if node.WhichOneof("node") != "alter_table_stmt" or not in_use(node.alter_table_stmt.relation, now):
        return []
    if is_of_type(node):
        return []
    return [command.alter_table_cmd for command in node.alter_table_stmt.cmds]


def is_of_type(node: "pb.Node") -> bool:
    """Whether it is an ALTER TYPE, which has the same parse tree."""
    from postgast import pg_query_pb2 as pb

    return bool(node.WhichOneof("node") == "alter_table_stmt" and node.alter_table_stmt.objtype == pb.OBJECT_TYPE)


def definition(command: "pb.AlterTableCmd") -> "pb.Node":
    """What an action carries; the field is called `def`, which is no name in Python."""
    carried: pb.Node = getattr(command, "def")
    return carried
