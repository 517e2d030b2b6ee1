"""`ALTER SEQUENCE "user_id_seq" OWNED BY "user"."id"`.

An object of its own, because a `serial` column and its sequence hang on each other: the column's default needs
the sequence, and the ownership needs the column.
"""

from collections.abc import Iterable
from dataclasses import field, replace
from typing import ClassVar

from ccm_engine.catalog import Bond, Catalog, Key, Need, Object
from ccm_engine.kinds.kind import Kind, Sides
from ccm_engine.sql import qualified, quote
from ccm_engine.value import value


@value
class Ownership(Object):
    KIND: ClassVar[str] = "sequence ownership"

    schema: str
    sequence: str
    table: str
    column: str
    serial: bool = field(default=False, compare=False)

    @property
    def path(self) -> tuple[str, ...]:
        return (self.schema, self.sequence)

    @property
    def owner(self) -> Key:
        return Key("table", (self.schema, self.table))

    @property
    def sql_name(self) -> str:
        return qualified(self.schema, self.sequence)


def create(ownership: Ownership, _goal: Catalog) -> Iterable[str]:
    # Postgres wants a sequence and the table that owns it in one schema (ALTER SEQUENCE, in the manual)
    column = f"{qualified(ownership.schema, ownership.table)}.{quote(ownership.column)}"
    yield f"ALTER SEQUENCE {ownership.sql_name} OWNED BY {column}"


def alter(_old: Ownership, new: Ownership, sides: Sides) -> Iterable[str]:
    return create(new, sides.goal)


def rename(old: Ownership, new: Ownership) -> Iterable[str] | None:
    """The sequence was renamed, and what it belongs to was not."""
    return () if replace(old, sequence=new.sequence, comment=new.comment) == new else None


def drop(ownership: Ownership) -> Iterable[str]:
    yield f"ALTER SEQUENCE {ownership.sql_name} OWNED BY NONE"


def needs(ownership: Ownership) -> Iterable[Need]:
    sequence = Key("sequence", (ownership.schema, ownership.sequence))
    column = Key("column", (ownership.schema, ownership.table, ownership.column))
    yield Need(ownership.key, sequence, Bond.PART)
    yield Need(ownership.key, column, Bond.TIED)
    yield Need(sequence, column, Bond.OWNED)


KIND = Kind(
    type=Ownership,
    present="exists (select from pg_sequence)",
    query="""
        select 'pg_depend'::regclass, r.oid, 0,
            r.schema as schema,
            r.name as sequence,
            t.name as table,
            a.attname as column,
            exists (select from serials z where z.sequence = r.oid) as serial,
            null as comment
        from relations r
        join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = r.oid and d.deptype = 'a'
            and d.refclassid = 'pg_class'::regclass and d.refobjsubid > 0
        join relations t on t.oid = d.refobjid
        join pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid
        where r.kind = 'S'""",
    create=create,
    alter=alter,
    drop=drop,
    rename=rename,
    named=lambda ownership: f"SEQUENCE {ownership.sql_name}",
    needs=needs,
    made_with=lambda ownership: ownership.owner if ownership.serial else None,
)
