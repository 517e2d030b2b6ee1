"""`CREATE TYPE "mood" AS ENUM ('sad', 'ok')`.

Values are appended and inserted in place. Removing or reordering them has no command of its own in Postgres:
the type is swapped for a new one, and the columns that use it follow through their text.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from ccm_engine.catalog import Bond, Catalog, Need
from ccm_engine.kinds.column import Column, default_of, spelled
from ccm_engine.kinds.conversion import cast
from ccm_engine.kinds.kind import InSchema, Kind, Sides
from ccm_engine.sql import literal, qualified, quote


@dataclass(frozen=True, slots=True, kw_only=True)
class Enum(InSchema):
    KIND: ClassVar[str] = "enum"

    values: tuple[str, ...]


def create(enum: Enum, _goal: Catalog) -> Iterable[str]:
    yield f"CREATE TYPE {enum.sql_name} AS ENUM ({', '.join(map(literal, enum.values))})"


def alter(old: Enum, new: Enum, sides: Sides) -> Iterable[str]:
    return swap(new, sides) if _swapped(old, new) else additions(old, new)


def _swapped(old: Enum, new: Enum) -> bool:
    return [value for value in new.values if value in old.values] != list(old.values)


def additions(old: Enum, new: Enum) -> Iterator[str]:
    present = list(old.values)
    for index, value in enumerate(new.values):
        if value in present:
            continue
        where = "" if index == len(present) else f" BEFORE {literal(present[index])}"
        yield f"ALTER TYPE {new.sql_name} ADD VALUE {literal(value)}{where}"
        present.insert(index, value)


def swap(new: Enum, sides: Sides) -> Iterator[str]:
    outgoing = _outgoing(new.name)
    yield f"ALTER TYPE {new.sql_name} RENAME TO {quote(outgoing)}"
    yield from create(new, sides.goal)
    for column in _users(new, sides):
        yield from _move(column, new, sides.goal)
    yield f"DROP TYPE {qualified(new.schema, outgoing)}"


def _outgoing(name: str) -> str:
    """A name for the type that is swapped out, no longer than the 63 bytes at which Postgres cuts."""
    return name.encode()[:58].decode(errors="ignore") + "__old"


def _users(enum: Enum, sides: Sides) -> Iterator[Column]:
    """The columns, as they are in the head, that keep the enum for their type or in their default."""
    for column in sides.head.all(Column):
        use = Need(column.key, enum.key, Bond.USES)
        if use in sides.head.needs and use in sides.goal.needs and column.generated is None:
            yield column


def _move(column: Column, enum: Enum, goal: Catalog) -> Iterator[str]:
    change = f"ALTER TABLE {column.table_name} ALTER COLUMN {quote(column.name)}"
    if column.default is not None:
        yield f"{change} DROP DEFAULT"
    if column.type_key == enum.key:
        value = cast(quote(column.name), spelled(column), to_array=False, through_text=True)
        yield f"{change} SET DATA TYPE {spelled(column)} USING {value}"
    becomes = goal.objects.get(column.key)
    if column.default is not None and isinstance(becomes, Column) and becomes.default == column.default:
        yield f"{change} SET DEFAULT {default_of(column)}"


def rebuilds(old: Enum, new: Enum) -> frozenset[str]:
    """What names values of the enum: it would go on with those of the type that is swapped out."""
    if not _swapped(old, new):
        return frozenset()
    return frozenset({"domain", "column", "check constraint", "exclusion constraint", "index", "foreign key"})


def drop(enum: Enum) -> Iterable[str]:
    yield f"DROP TYPE {enum.sql_name}"


KIND = Kind(
    type=Enum,
    query="""
        select 'pg_type'::regclass, t.oid, 0, json_build_object(
            'schema', t.schema,
            'name', t.typname,
            'values', (
                select coalesce(json_agg(e.enumlabel order by e.enumsortorder), '[]')
                from pg_enum e where e.enumtypid = t.oid),
            'comment', obj_description(t.oid, 'pg_type'))
        from types t
        where t.typtype = 'e'""",
    parts="""
        select 'pg_type'::regclass, t.typarray, 'pg_type'::regclass, t.oid, 0
        from pg_type t where t.typtype in ('e', 'd') and t.typarray <> 0""",
    create=create,
    alter=alter,
    drop=drop,
    rebuilds=rebuilds,
    committed_first=lambda old, new: not _swapped(old, new) and old.values != new.values,
    named=lambda enum: f"TYPE {enum.sql_name}",
    namespaces=frozenset({"type"}),
)
