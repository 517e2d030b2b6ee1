"""The name that Postgres would choose for an index, given before it is built, so that one left half built is found."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ccm_deploy.connect import Connection
from ccm_engine import sql
from ccm_engine.sql import Statement

if TYPE_CHECKING:
    from postgast import pg_query_pb2 as pb

LONGEST = 63  # bytes of a name
_TAKEN = """
    SELECT relname FROM pg_class
    WHERE relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = to_regclass($1)) AND starts_with(relname, $2)
"""


async def named(connection: Connection, statement: Statement) -> str:
    """The text to send: with a name in it where a `CREATE INDEX CONCURRENTLY` has none."""
    node = statement.node
    if node is None or not node.HasField("index_stmt") or node.index_stmt.idxname:
        return statement.sql
    name = _chosen(node.index_stmt)
    if name is None:
        return statement.sql
    rows = await connection.fetch(_TAKEN, relation(node.index_stmt.relation), name)
    at = _insertion(statement.sql)
    return f"{statement.sql[:at]} {sql.quote(_free(name, {row['relname'] for row in rows}))}{statement.sql[at:]}"


def is_same(text: str, statement: Statement) -> bool:
    """Whether `text`, as it was sent, came of the statement."""
    at = _insertion(statement.sql)
    return text == statement.sql or bool(at and text[:at] == statement.sql[:at] and text.endswith(statement.sql[at:]))


def relation(node: "pb.RangeVar") -> str:
    """The name of a table, quoted, for `to_regclass`."""
    name = sql.quote(node.relname)
    return f"{sql.quote(node.schemaname)}.{name}" if node.schemaname else name


def _free(name: str, taken: set[str]) -> str:
    numbers = iter(range(1, len(taken) + 1))
    free = name
    while free in taken:
        free = f"{name}{next(numbers)}"
    return free


def _chosen(index: "pb.IndexStmt") -> str | None:
    """As Postgres' `ChooseIndexName`; None for the few that it is a long way to: a long name, a cast, a `CASE`."""
    columns = list(_columns(index))
    name = "_".join((index.relation.relname, *(column or "" for column in columns), "idx"))
    return None if None in columns or len(name.encode()) > LONGEST else name


def _columns(index: "pb.IndexStmt") -> Iterator[str | None]:
    seen: set[str] = set()
    for parameter in (*index.index_params, *index.index_including_params):
        name = parameter.index_elem.name or _of_expression(parameter.index_elem.expr)
        free = name and _free(name, seen)
        seen.add(free or "")
        yield free


def _of_expression(expression: "pb.Node") -> str | None:
    match expression.WhichOneof("node"):
        case "func_call":
            return str(expression.func_call.funcname[-1].string.sval)
        case "a_expr" | "bool_expr" | "null_test":
            return "expr"
        case _:
            return None


def _insertion(text: str) -> int:
    """Where the name goes: after CONCURRENTLY; 0 where there is no such word."""
    from postgast import pg_query_pb2 as pb
    from postgast import scan

    source = text.encode()
    ends = (token.end for token in scan(text).tokens if token.token == pb.CONCURRENTLY)
    return len(source[: next(ends, 0)].decode())
