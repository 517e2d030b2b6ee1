"""`CREATE TYPE "mood" AS ENUM ('sad', 'ok')`.

Values are appended and inserted in place. Removing or reordering them has no command of its own in Postgres:
the type is swapped for a new one, and the columns that use it follow through their text.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from ccm_engine.catalog import Catalog, Object
from ccm_engine.kinds.column import Column, spelled
from ccm_engine.kinds.kind import Kind
from ccm_engine.sql import literal, qualified, quote


@dataclass(frozen=True, slots=True, kw_only=True)
class Enum(Object):
    KIND: ClassVar[str] = "enum"

    schema: str
    name: str
    values: tuple[str, ...]

    @property
    def path(self) -> tuple[str, ...]:
        return (self.schema, self.name)

    @property
    def sql_name(self) -> str:
        return qualified(self.schema, self.name)


def create(enum: Enum, _goal: Catalog) -> Iterable[str]:
    yield f"CREATE TYPE {enum.sql_name} AS ENUM ({', '.join(map(literal, enum.values))})"


def alter(old: Enum, new: Enum, goal: Catalog) -> Iterable[str]:
    kept = [value for value in new.values if value in old.values]
    return additions(old, new) if kept == list(old.values) else swap(new, goal)


def additions(old: Enum, new: Enum) -> Iterator[str]:
    present = list(old.values)
    for index, value in enumerate(new.values):
        if value in present:
            continue
        where = "" if index == len(present) else f" BEFORE {literal(present[index])}"
        yield f"ALTER TYPE {new.sql_name} ADD VALUE {literal(value)}{where}"
        present.insert(index, value)


def swap(new: Enum, goal: Catalog) -> Iterator[str]:
    outgoing = qualified(new.schema, f"{new.name[:55]}__old")
    yield f"ALTER TYPE {new.sql_name} RENAME TO {quote(f'{new.name[:55]}__old')}"
    yield from create(new, goal)
    for column in goal.all(Column):
        if column.type_key == new.key:
            yield from _move(column)
    yield f"DROP TYPE {outgoing}"


def _move(column: Column) -> Iterator[str]:
    table = f"ALTER TABLE {column.table_name}"
    name, type_ = quote(column.name), spelled(column)
    text = "text[]" if column.type.endswith("[]") else "text"
    if column.default is not None:
        yield f"{table} ALTER COLUMN {name} DROP DEFAULT"
    yield f"{table} ALTER COLUMN {name} SET DATA TYPE {type_} USING {name}::{text}::{type_}"
    if column.default is not None:
        yield f"{table} ALTER COLUMN {name} SET DEFAULT {column.default}"


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
    named=lambda enum: f"TYPE {enum.sql_name}",
)
