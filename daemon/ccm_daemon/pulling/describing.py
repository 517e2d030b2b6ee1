"""A table → what SQLAlchemy does not see of it, or sees otherwise, when it reads it from a database."""

import re
from collections.abc import Collection, Iterator

from ccm_engine.catalog import Catalog, Key
from ccm_engine.codegen import wire
from ccm_engine.kinds.check import Check
from ccm_engine.kinds.column import Column, default_of, spelled
from ccm_engine.kinds.domain import Domain
from ccm_engine.kinds.expression import settled
from ccm_engine.kinds.index import Index, IndexKey
from ccm_engine.kinds.table import Table
from ccm_engine.sql import quote

_MISREAD = frozenset({'"char"', "name"})
"""Types that SQLAlchemy takes for others."""
_TOKEN = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|[()]""")


def table(table: Table, goal: Catalog, said: Collection[Key], native: Collection[Key]) -> wire.Table:
    """Of its parts, those that are said; `native` are columns whose type SQLAlchemy has no words for."""
    columns = sorted(goal.parts(table.key, Column), key=lambda item: item.position)
    return wire.Table(
        schema=table.schema,
        name=table.name,
        unlogged=table.unlogged,
        columns=tuple(_column(item, goal, said, native) for item in columns),
        checks=tuple(_check(item) for item in goal.parts(table.key, Check) if item.key in said),
        indexes=tuple(_index(item) for item in goal.parts(table.key, Index) if item.key in said),
    )


def _column(column: Column, goal: Catalog, said: Collection[Key], native: Collection[Key]) -> wire.Column:
    of = (column.type_schema, column.type_name)
    return wire.Column(
        name=column.name,
        type=spelled(column),
        default=None if column.default is None else default_of(column),
        generated=None if column.generated is None else _bare(settled(column.generated)),
        serial=column.serial and any(key in said for key in _sequences(column, goal)),
        native=column.key in native or column.type.removesuffix("[]") in _MISREAD,
        domain=any(domain.path == of for domain in goal.all(Domain)),
    )


def _sequences(column: Column, goal: Catalog) -> Iterator[Key]:
    return (need.on for need in goal.needs_of(column.key) if need.on.kind == "sequence")


def _check(check: Check) -> wire.Check:
    definition = settled(check.definition).removeprefix("CHECK ")
    return wire.Check(name=check.name, expression=_bare(_bare(definition)))


def _index(index: Index) -> wire.Index:
    return wire.Index(
        name=index.name,
        keys=tuple(key.column if key.column is not None and _is_bare(key) else key.sql() for key in index.keys),
        plain=tuple(map(_is_bare, index.keys)),
        where=None if index.predicate is None else _bare(settled(index.predicate)),
    )


def _is_bare(key: IndexKey) -> bool:
    return key.column is not None and key.sql() == quote(key.column)


def _bare(expression: str) -> str:
    """Without the parentheses around all of it, where there are any."""
    depth = 0
    for found in _TOKEN.finditer(expression):
        depth += (found[0] == "(") - (found[0] == ")")
        if depth == 0 and found.end() < len(expression):
            return expression
    return expression[1:-1] if expression.startswith("(") else expression
