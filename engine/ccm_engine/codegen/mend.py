"""What SQLAlchemy reads otherwise than it would have to be written, put right before it is written.

Nothing stands in a model that would come to be without it: a name that the convention gives, a number that Postgres
takes by default.
"""

import re
from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import (
    CheckConstraint,
    Computed,
    Constraint,
    DefaultClause,
    Enum,
    ForeignKeyConstraint,
    Identity,
    Index,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, DOMAIN, DOUBLE_PRECISION
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.types import Integer, NullType

from ccm_engine.codegen import naming, typed, wire
from ccm_engine.codegen.typed import Column, Native, Type

_BIND = re.compile(r"(?<![:\w\\]):(?=\w)")
"""What `text()` takes for the beginning of a parameter."""
_DIALECT = PGDialect()  # type: ignore[no-untyped-call]  # SQLAlchemy's dialects have no annotations
_HIGHEST = frozenset({32767, 2147483647, 9223372036854775807})


def mended(metadata: MetaData, asked: tuple[wire.Table, ...]) -> dict[str, str]:
    """The naming convention of the schema; the metadata is changed in place."""
    convention = naming.convention(metadata)
    for wanted in asked:
        table = metadata.tables[wanted.name if wanted.schema == "public" else f"{wanted.schema}.{wanted.name}"]
        for column in wanted.columns:
            _mend(table.columns[column.name], column)
        expressions = {check.name: check.expression for check in wanted.checks}
        for check in (item for item in table.constraints if isinstance(item, CheckConstraint)):
            check.sqltext = text(escaped(expressions[str(check.name)]))
    typed_by: dict[Column, Column] = {}
    for table in metadata.tables.values():
        _unname(table, convention, typed_by)
    metadata.naming_convention = {}  # from here on, what has no name of its own follows it
    return convention


def escaped(expression: str) -> str:
    return _BIND.sub(r"\\:", expression)


def _mend(column: Column, wanted: wire.Column) -> None:
    column.type = _typed(column.type, wanted)
    match column.server_default:
        case Computed() as computed:
            computed.sqltext = text(escaped(wanted.generated or ""))
        case Identity() as identity:
            _simplify(identity)
        case _ if wanted.serial or wanted.default is None:
            column.server_default = None
        case _:
            column.server_default = DefaultClause(text(escaped(wanted.default)))
    column.autoincrement = _autoincrement(column, serial=wanted.serial)


def _typed(type_: Type, wanted: wire.Column) -> Type:
    elements = typed.elements(type_)
    if wanted.native or isinstance(elements, NullType):
        return Native(wanted.type)
    match elements:
        case DOUBLE_PRECISION():
            elements.precision = None
        case DOMAIN(data_type=String() as held) if not isinstance(held, Enum):
            held.collation = None  # which is the domain's
        case DOMAIN(data_type=ARRAY() | Enum() | DOMAIN()):
            return Native(wanted.type)
        case _:
            pass
    return type_


def _simplify(identity: Identity) -> None:
    """Without what Postgres takes by default."""
    if (identity.increment or 1) < 0:
        return
    if identity.start == (identity.minvalue or 1):
        identity.start = None
    identity.minvalue = None if identity.minvalue == 1 else identity.minvalue
    identity.maxvalue = None if identity.maxvalue in _HIGHEST else identity.maxvalue
    identity.increment = None if identity.increment == 1 else identity.increment
    identity.cache = None if identity.cache == 1 else identity.cache
    identity.cycle = identity.cycle or None


def _autoincrement(column: Column, *, serial: bool) -> Any:
    """Said where SQLAlchemy would not do the same by itself: it makes `SERIAL` of a lonely key that counts."""
    alone = column.primary_key and len(column.table.primary_key.columns) == 1
    counts = isinstance(column.type, Integer) and not column.foreign_keys and column.server_default is None
    return "auto" if serial == (alone and counts) else serial


def _unname(table: Table, convention: Mapping[str, str], typed_by: dict[Column, Column]) -> None:
    """An index is sorted by its name, which must not be None."""
    for item in list(table.constraints):
        if naming.follows(item, convention) and _is_said_by_columns(item, typed_by):
            item.name = None
    nameless = (item for item in table.constraints if isinstance(item, UniqueConstraint) and item.name is None)
    unique = {next(iter(item.columns)) for item in nameless if len(item.columns) == 1}
    for index in table.indexes:  # together, `unique=True` and `index=True` are a unique index
        lonely = len(index.expressions) == 1 and unique.isdisjoint(index.columns)
        if lonely and _is_plain(index) and naming.follows(index, convention):
            index.name = cast("Any", "")


def _is_said_by_columns(item: Constraint, typed_by: dict[Column, Column]) -> bool:
    """Whether it is all there where it has no name, and columns say it if it is of one, or the primary key."""
    match item:
        case PrimaryKeyConstraint():
            names = [column.name for column in item.table.columns if column.primary_key]
            return names == [column.name for column in item.columns]
        case ForeignKeyConstraint():
            return _alike(item, typed_by)
        case UniqueConstraint():
            return len(item.columns) > 1 or _is_plain(item)
        case _:
            return True


def _is_plain(item: Index | UniqueConstraint) -> bool:
    return not any(value not in ([], {}, None, False) for value in item.kwargs.values())


def _alike(key: ForeignKeyConstraint, typed_by: dict[Column, Column]) -> bool:
    """Whether a column with this key as its only word on the matter would have the type that it has.

    `typed_by` are those that are so already, since they must not have each other's type in a circle.
    """
    if len(key.elements) > 1:
        return True
    column, last = key.elements[0].parent, key.elements[0].column
    if last is column:
        return True
    same = _spelled(column.type) == _spelled(last.type)
    while last in typed_by:
        last = typed_by[last]
    if same and last is not column:
        typed_by[column] = key.elements[0].column
    return same and last is not column


def _spelled(type_: Type) -> str:
    return str(type_.compile(dialect=_DIALECT))
