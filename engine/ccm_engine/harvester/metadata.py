"""Which `MetaData` the imported modules hold, and the rename hints on their tables and columns."""

from collections.abc import Iterable, Iterator, Mapping
from inspect import getattr_static
from types import FunctionType, ModuleType
from typing import cast

from sqlalchemy import MetaData, Table

from ccm_engine.harvester.wire import Rename

# A declarative base, a `Table` and a `registry` have `metadata`; a class that a decorator has mapped has `__table__`;
# Flask-SQLAlchemy's `db` has `metadatas`, a dictionary of one for each of its binds.
_OF_CLASSES = ("metadata", "__table__")
_OF_OTHERS = ("metadata", "metadatas")


def find(modules: Iterable[ModuleType]) -> tuple[MetaData, ...]:
    """Every `MetaData` that a name in the modules leads to, once, in the order of modules and names."""
    values = {id(value): value for module in modules for value in vars(module).values()}
    return tuple({id(metadata): metadata for value in values.values() for metadata in _held_by(value)}.values())


def renames(tables: Iterable[Table]) -> Iterator[Rename]:
    """The hints `info={"renamed_from": old}`."""
    for table in tables:
        schema = table.schema or "public"
        if old := _hint(table.fullname, table.info):
            yield Rename(kind="table", schema=schema, table=table.name, old=old, new=table.name)
        for column in table.columns:
            if old := _hint(f"{table.fullname}.{column.name}", column.info):
                yield Rename(kind="column", schema=schema, table=table.name, old=old, new=column.name)


def _hint(of: str, info: Mapping[object, object]) -> str | None:
    old = info.get("renamed_from")
    if old is None or isinstance(old, str):
        return old
    raise TypeError(f"renamed_from of '{of}' is the old name, a string, and not {old!r}")


def _held_by(value: object) -> Iterator[MetaData]:
    """Looks, but does not touch: a name may be a proxy that raises, or connects, when it is asked for anything."""
    kind = type(value)
    if issubclass(kind, (ModuleType, FunctionType)):
        return
    yield from _metadata(value)
    for holder in _OF_CLASSES if issubclass(kind, type) else _OF_OTHERS:
        held: object = getattr_static(value, holder, None)
        for each in cast("dict[object, object]", held).values() if type(held) is dict else (held,):
            yield from _metadata(each)


def _metadata(value: object) -> Iterator[MetaData]:
    if issubclass(type(value), MetaData):
        yield cast("MetaData", value)
    elif issubclass(type(value), Table):
        yield cast("Table", value).metadata
