"""A schema → what SQLAlchemy models can say of it; the rest stays SQL."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ccm_daemon.pulling import describing
from ccm_engine.catalog import Catalog, Key, Object
from ccm_engine.codegen import wire
from ccm_engine.kinds.check import Check
from ccm_engine.kinds.column import Column
from ccm_engine.kinds.foreign_key import ForeignKey
from ccm_engine.kinds.index import Index
from ccm_engine.kinds.ownership import Ownership
from ccm_engine.kinds.primary_key import PrimaryKey
from ccm_engine.kinds.sequence import Sequence
from ccm_engine.kinds.table import Table
from ccm_engine.kinds.unique import Unique
from ccm_engine.value import value

_PARTS = (Column, Check, PrimaryKey, Unique)


@value
class Doubts:
    """What has turned out not to be as the models say it."""

    unsaid: frozenset[Key] = frozenset()
    """Tables, and parts of tables, that are left to SQL."""
    native: frozenset[Key] = frozenset()
    """Columns whose type SQLAlchemy has no words for."""
    in_order: bool = False
    """Whether SQL says it only where each statement follows those before it: in one file."""


@value
class Sayable:
    """The part of a schema that models say, and the whole with what that takes written out."""

    goal: Catalog
    keys: frozenset[Key]
    """Of all that models make."""
    tables: tuple[wire.Table, ...]

    @property
    def part(self) -> Catalog:
        """What models say, with all that it needs to exist."""
        keys = set(self.keys)
        more: set[Key] = keys
        while more := {on for key in more for on in _needed(key, self.goal, self.keys)} - keys:
            keys |= more
        return Catalog.of(
            (self.goal.objects[key] for key in keys if key in self.goal.objects),
            needs=(need for key in keys for need in self.goal.needs_of(key) if need.on in keys),
            major=self.goal.major,
        )


def sayable(goal: Catalog, doubts: Doubts) -> Sayable:
    """Of each table that is one of its own: its columns, and what of its constraints and indexes models can say."""
    tables = [table for table in goal.all(Table) if _is_plain(table, goal, doubts)]
    keys = {table.key for table in tables}
    columns = {item.key: item for table in tables for item in goal.parts(table.key, Column)}
    parts = {item.key for table in tables for item in goal.parts(table.key, Object) if _is_said(item, keys, doubts)}
    parts = _closed(parts, keys, goal)
    serials = {item.key for item in columns.values() if _is_serial(item, goal)}
    enums = {Key("enum", (c.type_schema, c.type_name)) for c in columns.values() if c.type_schema and c.type_name}
    enums = {key for key in enums if key in goal.objects} - _by(doubts.native, columns)
    schemas = {Key("schema", key.path[:1]) for key in (*keys, *enums) if key.path[0] != "public"}
    written_out = _written_out(goal, columns.keys() - serials)
    sequences = {key for key, item in written_out.objects.items() if _counts_for(item, serials, written_out)}
    said = frozenset({*keys, *parts, *enums, *schemas, *sequences})
    return Sayable(
        goal=written_out,
        keys=said,
        tables=tuple(describing.table(table, written_out, said, doubts.native) for table in tables),
    )


def _is_plain(table: Table, goal: Catalog, doubts: Doubts) -> bool:
    columns = list(goal.parts(table.key, Column))
    names = (table.schema, table.name, *(column.name for column in columns))
    related = (table.partition_by, table.inherits, table.partition_of, table.of_type)
    keys = goal.parts(table.key, PrimaryKey)
    return (
        table.key not in doubts.unsaid
        and not any(related)
        and not any("." in name for name in names)
        and re.search(r"[^\W_]", table.name) is not None
        and all(_is_plain_key(key) and key.key not in doubts.unsaid for key in keys)
    )


def _is_plain_key(key: PrimaryKey | Unique) -> bool:
    return not (key.deferrable or key.include or key.without_overlaps or key.options)


def _is_said(item: Object, tables: set[Key], doubts: Doubts) -> bool:
    if item.key in doubts.unsaid:
        return False
    match item:
        case Column():
            return True
        case PrimaryKey() | Unique():
            return _is_plain_key(item)
        case Check():
            return item.validated and not item.definition.endswith((" NO INHERIT", " NOT ENFORCED"))
        case ForeignKey():
            odd = item.period or not (item.validated and item.enforced)
            return item.target_key in tables and not odd
        case Index():
            return item.valid
        case _:
            return False


def _closed(parts: set[Key], tables: set[Key], goal: Catalog) -> set[Key]:
    """Without what hangs on parts of these tables that are not said themselves: on a key of another kind."""
    while left := {
        key for key in parts if any(_is_missing(need.on, parts, tables, goal) for need in goal.needs_of(key))
    }:
        parts = parts - left
    return parts


def _is_missing(key: Key, parts: set[Key], tables: set[Key], goal: Catalog) -> bool:
    item = goal.objects.get(key)
    return item is not None and item.parent in tables and key not in parts


def _is_serial(column: Column, goal: Catalog) -> bool:
    """Whether SQLAlchemy makes it `SERIAL`: a column of the primary key, and the only one there that counts."""
    key = next(goal.parts(column.parent, PrimaryKey), None) if column.parent else None
    if not column.serial or key is None or column.name not in key.columns:
        return False
    serials = [item for item in goal.parts(key.parent, Column) if item.serial and item.name in key.columns]
    return len(serials) == 1


def _written_out(goal: Catalog, columns: Iterable[Key]) -> Catalog:
    """The sequences of other `serial` columns are made on their own."""
    apart = set(columns)
    owned = {
        item.path for item in goal.all(Ownership) if Key("column", (item.schema, item.table, item.column)) in apart
    }

    def plain(item: Object) -> Object:
        match item:
            case Column() if item.key in apart:
                return replace(item, serial=False)
            case Ownership() if item.path in owned:
                return replace(item, serial=False)
            case Sequence() if item.path in owned:
                return replace(item, serial_of=None)
            case _:
                return item

    return Catalog.of(map(plain, goal.objects.values()), needs=goal.needs, unmodelled=goal.unmodelled, major=goal.major)


def _counts_for(item: Object, serials: set[Key], goal: Catalog) -> bool:
    match item:
        case Ownership():
            return item.serial and Key("column", (item.schema, item.table, item.column)) in serials
        case Sequence() if item.serial_of is not None:
            owner = goal.objects.get(Key("sequence ownership", item.path))
            return owner is not None and _counts_for(owner, serials, goal)
        case _:
            return False


def _by(native: Iterable[Key], columns: dict[Key, Column]) -> set[Key]:
    """The enums that no column is of any more but by its own spelling."""
    kept = {(item.type_schema, item.type_name) for key, item in columns.items() if key not in native}
    own = {(columns[key].type_schema, columns[key].type_name) for key in native if key in columns}
    return {Key("enum", (schema, name)) for schema, name in own - kept if schema and name}


def _needed(key: Key, goal: Catalog, said: frozenset[Key]) -> Iterator[Key]:
    yield from (need.on for need in goal.needs_of(key))
    if key.kind == "table" and key not in said:
        yield from (item.key for item in goal.children.get(key, ()) if isinstance(item, _PARTS))
        yield from (need.dependent for need in goal.hanging_on(key) if need.dependent.kind == "sequence ownership")


__all__ = ["Doubts", "Sayable", "sayable"]
