"""How the constraints and indexes of a schema are called → the naming convention that says it once for all of them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from sqlalchemy import (
    Constraint,
    ForeignKeyConstraint,
    Index,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)

Named: TypeAlias = Constraint | Index

_COLUMNS = "%(table_name)s_%(column_0_N_name)s"
_TARGET = "%(referred_table_name)s_%(referred_column_0_N_name)s"
_KINDS: Mapping[str, type[Named]] = {
    "fk": ForeignKeyConstraint,
    "ix": Index,
    "pk": PrimaryKeyConstraint,
    "uq": UniqueConstraint,
}
_KNOWN: Mapping[str, tuple[str, ...]] = {
    "fk": (
        f"{_COLUMNS}_fkey",
        f"{_COLUMNS}_{_TARGET}_fk",
        "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    ),
    "ix": (f"{_COLUMNS}_idx", f"{_COLUMNS}_index", "ix_%(column_0_label)s", "ix_%(table_name)s_%(column_0_N_name)s"),
    "pk": ("%(table_name)s_pkey", "pk_%(table_name)s"),
    "uq": (
        f"{_COLUMNS}_key",
        f"{_COLUMNS}_unique",
        "uq_%(table_name)s_%(column_0_name)s",
        "uq_%(table_name)s_%(column_0_N_name)s",
    ),
}
"""What is common, that of Postgres itself first, then that of Drizzle, then those of SQLAlchemy's documentation."""
_LONGEST = 63
_WITHOUT = {"ix": "ix_%(column_0_label)s"}
"""What SQLAlchemy goes by where nobody names a convention, and Postgres has no say."""


def convention(metadata: MetaData) -> dict[str, str]:
    """What most names follow, where they do not follow what holds anyway."""
    found = {key: _most_common(key, _named(metadata, kind)) for key, kind in _KINDS.items()}
    wanted = {key: pattern for key, pattern in found.items() if pattern != _by_itself(key)}
    return {**({"ix": found["ix"]} if wanted else {}), **wanted}


def follows(item: Named, chosen: Mapping[str, str]) -> bool:
    """Whether it is called as it would be without a name of its own."""
    key = next((key for key, kind in _KINDS.items() if isinstance(item, kind)), None)
    if key is None or item.table is None:
        return False
    return item.name == _name(chosen.get(key) or _by_itself(key), item)


def _by_itself(key: str) -> str:
    return _WITHOUT.get(key, _KNOWN[key][0])


def _named(metadata: MetaData, kind: type[Named]) -> Iterator[Named]:
    for table in metadata.tables.values():
        everything: tuple[Iterable[Named], ...] = (table.constraints, table.indexes)
        yield from (item for items in everything for item in items if isinstance(item, kind) and _columns(item))


def _most_common(key: str, items: Iterable[Named]) -> str:
    named = list(items)
    candidates = dict.fromkeys((_by_itself(key), *_KNOWN[key]))
    return max(candidates, key=lambda pattern: sum(item.name == _name(pattern, item) for item in named))


def _name(pattern: str, item: Named) -> str | None:
    """None where it would be longer than Postgres has room for, and cut in one way or another."""
    table, columns = item.table, _columns(item)
    if table is None or not columns:
        return None
    name = pattern % {
        "table_name": table.name,
        "column_0_name": columns[0],
        "column_0_N_name": "_".join(columns),
        "column_0_label": f"{table.fullname.replace('.', '_')}_{columns[0]}",
        **_target(item),
    }
    return name if len(name.encode()) <= _LONGEST else None


def _columns(item: Named) -> list[str]:
    """Of an index, none where it is of more than columns."""
    if isinstance(item, Index):
        plain = [column for column in item.expressions if isinstance(getattr(column, "table", None), Table)]
        return [column.name for column in item.columns] if len(plain) == len(item.expressions) else []
    return [column.name for column in getattr(item, "columns", ())]


def _target(item: Named) -> dict[str, str]:
    if not isinstance(item, ForeignKeyConstraint):
        return {}
    names = (element.column.name for element in item.elements)
    return {"referred_table_name": item.referred_table.name, "referred_column_0_N_name": "_".join(names)}
