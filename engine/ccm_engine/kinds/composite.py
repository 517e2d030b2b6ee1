"""`CREATE TYPE "address" AS ("street" text, "city" text)`.

Attributes come (at the end), go, and change in place. Postgres refuses to change the type of one while a column of a
table is made of it: then a new type is made, and those columns move over, attribute by attribute.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import ClassVar

from ccm_engine.catalog import Catalog
from ccm_engine.kinds import typename
from ccm_engine.kinds.kind import READERS, InTypes, Kind, Sides, outgoing
from ccm_engine.kinds.stored import is_stored
from ccm_engine.sql import literal, quote
from ccm_engine.value import value


@value
class Attribute:
    name: str
    type: str
    """As `format_type` spells it."""
    type_schema: str | None = None
    """Where its type (for an array, the type of the elements) is the user's own: its schema and name."""
    type_name: str | None = None
    collation: str | None = None
    """Quoted and qualified, where it is not the type's own."""
    comment: str | None = None


@value
class Composite(InTypes):
    KIND: ClassVar[str] = "composite type"

    attributes: tuple[Attribute, ...]
    """In their order, which a row compares and prints in."""


def create(type_: Composite, _goal: Catalog) -> Iterable[str]:
    lines = ",\n".join(f"\t{_clause(item)}" for item in type_.attributes)
    yield f"CREATE TYPE {type_.sql_name} AS (\n{lines}\n)" if lines else f"CREATE TYPE {type_.sql_name} AS ()"
    yield from (_comment(type_, item) for item in type_.attributes if item.comment is not None)


def _clause(item: Attribute) -> str:
    return f"{quote(item.name)} {_type(item)}"


def _type(item: Attribute) -> str:
    collation = f" COLLATE {item.collation}" if item.collation else ""
    return typename.spelled(item.type, item.type_schema, item.type_name) + collation


def _comment(type_: Composite, item: Attribute) -> str:
    text = "NULL" if item.comment is None else literal(item.comment)
    return f"COMMENT ON COLUMN {type_.sql_name}.{quote(item.name)} IS {text}"


def alter(old: Composite, new: Composite, sides: Sides) -> Iterable[str] | None:
    stay = [item.name for item in old.attributes if item.name in _by_name(new)]
    if [item.name for item in new.attributes[: len(stay)]] != stay:
        return None  # a new attribute always comes last
    if any(_retyped(old, new)) and is_stored(sides.head, old.key):
        return None
    return _alter(old, new)


def _alter(old: Composite, new: Composite) -> Iterator[str]:
    yield from _dropped(old, new)
    change, before = f"ALTER TYPE {new.sql_name}", _by_name(old)
    for item in _retyped(old, new):
        yield f"{change} ALTER ATTRIBUTE {quote(item.name)} SET DATA TYPE {_type(item)}"
    for item in new.attributes:
        if item.name not in before:
            yield f"{change} ADD ATTRIBUTE {_clause(item)}"
        if item.comment != (before[item.name].comment if item.name in before else None):
            yield _comment(new, item)


def _dropped(old: Composite, new: Composite) -> Iterator[str]:
    after = _by_name(new)
    for item in old.attributes:
        if item.name not in after:
            yield f"ALTER TYPE {old.sql_name} DROP ATTRIBUTE {quote(item.name)}"


def _retyped(old: Composite, new: Composite) -> Iterator[Attribute]:
    before = _by_name(old)
    for item in new.attributes:
        if item.name in before and replace(before[item.name], comment=item.comment) != item:
            yield item


def _by_name(type_: Composite) -> dict[str, Attribute]:
    return {item.name: item for item in type_.attributes}


def rebuilds(old: Composite, new: Composite) -> frozenset[str]:
    """Postgres refuses to drop an attribute that something reads, or to change its type; and any change while there
    are tables OF it."""
    if any(_dropped(old, new)) or any(_retyped(old, new)):
        return READERS | {"table"}
    return frozenset({"table"}) if old.attributes != new.attributes else frozenset()


def rename(old: Composite, new: Composite) -> Iterable[str] | None:
    """Without the attributes that it leaves behind: their data are deleted by a statement that says so."""
    if replace(_left_of(old, new), name=new.name, comment=new.comment) != new:
        return None
    return (*_dropped(old, new), f"ALTER TYPE {old.sql_name} RENAME TO {quote(new.name)}")


def put_aside(old: Composite, new: Composite, suffix: str) -> Composite:
    return replace(_left_of(old, new), name=outgoing(old.name, suffix))


def _left_of(old: Composite, new: Composite) -> Composite:
    """What it is without the attributes that are to go."""
    after = _by_name(new)
    return replace(old, attributes=tuple(item for item in old.attributes if item.name in after))


def drop(type_: Composite) -> Iterable[str]:
    yield f"DROP TYPE {type_.sql_name}"


KIND = Kind(
    type=Composite,
    present="exists (select from pg_class where relkind = 'c' and oid >= 16384)",
    query=f"""
        select 'pg_type'::regclass, t.oid, 0,
            t.schema as schema,
            t.typname as name,
            (
                select coalesce(json_agg(z), '[]')
                from (
                    select
                        a.attname as name,
                        {typename.fields("a.atttypid", "a.atttypmod")},
                        {typename.collation("a.attcollation", "a.atttypid")} as collation,
                        col_description(t.typrelid, a.attnum) as comment
                    from pg_attribute a
                    {typename.join("a.atttypid")}
                    where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped
                    order by a.attnum) z) as attributes,
            obj_description(t.oid, 'pg_type') as comment
        from types t
        join pg_class k on k.oid = t.typrelid and k.relkind = 'c'""",
    parts="""
        select 'pg_class'::regclass, t.typrelid, 'pg_type'::regclass, t.oid, 0
        from pg_type t join pg_class c on c.oid = t.typrelid and c.relkind = 'c'
        union all
        select 'pg_type'::regclass, t.typarray, 'pg_type'::regclass, t.oid, 0
        from pg_type t join pg_class c on c.oid = t.typrelid and c.relkind = 'c' where t.typarray <> 0""",
    create=create,
    alter=alter,
    drop=drop,
    rename=rename,
    put_aside=put_aside,
    rebuilds=rebuilds,
    named=lambda type_: f"TYPE {type_.sql_name}",
    namespaces=frozenset({"relation", "type"}),
)
