"""`CREATE TYPE "mood" AS ENUM ('sad', 'ok')`.

Values are appended and inserted in place. Removing or reordering them has no command of its own in Postgres:
then a new type is made, and the columns that use it move over through their text.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import ClassVar

from ccm_engine.catalog import Catalog
from ccm_engine.kinds.kind import InTypes, Kind, Sides, outgoing
from ccm_engine.sql import literal, quote
from ccm_engine.value import value


@value
class Enum(InTypes):
    KIND: ClassVar[str] = "enum"

    values: tuple[str, ...]


def create(enum: Enum, _goal: Catalog) -> Iterable[str]:
    yield f"CREATE TYPE {enum.sql_name} AS ENUM ({', '.join(map(literal, enum.values))})"


def alter(old: Enum, new: Enum, _sides: Sides) -> Iterable[str] | None:
    return None if _is_new_type(old, new) else additions(old, new)


def _is_new_type(old: Enum, new: Enum) -> bool:
    """Whether values go or change places."""
    return [value for value in new.values if value in old.values] != list(old.values)


def additions(old: Enum, new: Enum) -> Iterator[str]:
    present = list(old.values)
    for index, label in enumerate(new.values):
        if label in present:
            continue
        where = "" if index == len(present) else f" BEFORE {literal(present[index])}"
        yield f"ALTER TYPE {new.sql_name} ADD VALUE {literal(label)}{where}"
        present.insert(index, label)


def rename(old: Enum, new: Enum) -> Iterable[str] | None:
    if replace(old, name=new.name, comment=new.comment) != new:
        return None
    return (f"ALTER TYPE {old.sql_name} RENAME TO {quote(new.name)}",)


def put_aside(old: Enum, _new: Enum, suffix: str) -> Enum:
    return replace(old, name=outgoing(old.name, suffix))


def drop(enum: Enum) -> Iterable[str]:
    yield f"DROP TYPE {enum.sql_name}"


KIND = Kind(
    type=Enum,
    present="exists (select from pg_type where typtype = 'e')",  # one may have no values
    query="""
        select 'pg_type'::regclass, t.oid, 0,
            t.schema as schema,
            t.typname as name,
            (
                select coalesce(json_agg(e.enumlabel order by e.enumsortorder), '[]')
                from pg_enum e where e.enumtypid = t.oid) as values,
            obj_description(t.oid, 'pg_type') as comment
        from types t
        where t.typtype = 'e'""",
    parts="""
        select 'pg_type'::regclass, t.typarray, 'pg_type'::regclass, t.oid, 0
        from pg_type t where t.typtype = 'e' and t.typarray <> 0""",
    create=create,
    alter=alter,
    drop=drop,
    rename=rename,
    committed_first=lambda old, new: old.values != new.values,
    named=lambda enum: f"TYPE {enum.sql_name}",
    namespaces=frozenset({"type"}),
    put_aside=put_aside,
)
