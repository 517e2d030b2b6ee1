"""What the kinds of table constraints have in common: their name and place, and how they come and go."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from ccm_engine.catalog import Bond, Need
from ccm_engine.kinds import partition
from ccm_engine.kinds.commented import comment
from ccm_engine.kinds.handed_down import Handed
from ccm_engine.kinds.kind import Sides
from ccm_engine.kinds.partition import Part, whole
from ccm_engine.sql import quote
from ccm_engine.value import value


@value
class Constraint(Handed):
    """A constraint of a table."""

    part: Part | None = None
    """Of a partition: what it is of the constraint of the whole table."""


@value
class Deferrable(Constraint):
    deferrable: bool = False
    initially_deferred: bool = False

    def deferral(self) -> Iterable[str]:
        if self.deferrable:
            yield "DEFERRABLE"
        if self.initially_deferred:
            yield "INITIALLY DEFERRED"


def add(constraint: Constraint, clause: str) -> Iterable[str]:
    yield f"ALTER TABLE {constraint.table_name} ADD {clause}"


def needs(constraint: Constraint) -> Iterable[Need]:
    of = whole(constraint)
    if of is not None:
        yield Need(constraint.key, of, Bond.OWNED)


def drop(constraint: Constraint) -> Iterable[str]:
    yield f"ALTER TABLE {constraint.table_name} DROP CONSTRAINT {quote(constraint.name)}"


C = TypeVar("C", bound=Constraint)


def never_in_place(old: C, new: C, sides: Sides) -> Iterable[str] | None:
    """Nothing but the comment of most constraints can be changed, and what they are a part of."""
    return partition.joined(old, new, sides) if replace(old, comment=new.comment, part=new.part) == new else None


def rename(old: Constraint, new: Constraint) -> Iterable[str] | None:
    if replace(old, name=new.name, comment=new.comment, part=new.part) != new or whole(old) != whole(new):
        return None
    change = f"ALTER TABLE {new.table_name} RENAME CONSTRAINT"
    return (f"{change} {quote(old.name)} TO {quote(new.name)}",)


def named(constraint: Constraint) -> str:
    return f"CONSTRAINT {quote(constraint.name)} ON {constraint.table_name}"


FIELDS = f"""
            r.schema as schema,
            r.name as table,
            case r.kind when 'f' then 'foreign table' else 'table' end as relation,
            c.conname as name,
            {comment("c.oid", "pg_constraint")} as comment"""
"""Those that every constraint has."""

NOT_HANDED_DOWN = "true as local, '[]'::json as inherited_from"
"""The fields of one that no parent table can have handed down."""

FROM = """
    from relations r join pg_constraint c on c.conrelid = r.oid
    where r.kind in ('r', 'p', 'f')"""


def part(derived: str, whole: str = "c.conparentid <> 0") -> str:
    """SQL for `part`, from SQL for the name that Postgres derives."""
    return f"""
            (
                select json_build_object(
                    'of', json_build_array(wn.nspname, wr.relname, w.conname), 'derived', {derived})
                from pg_constraint w
                join pg_class wr on wr.oid = w.conrelid
                join pg_namespace wn on wn.oid = wr.relnamespace
                where w.oid = c.conparentid and {whole}) as part"""


def derived_index_name(index: str, name: str, label: str) -> str:
    """SQL for whether the index of that oid and name has the name that Postgres derives (ChooseIndexName)."""
    return f"""(
            select {name} = d.name and octet_length(d.name) < 64
            from (select r.name || '_' || string_agg(da.attname, '_' order by da.attnum) || '_{label}' as name
                from pg_attribute da where da.attrelid = {index}) d)"""


# NOT ENFORCED came with 18, and is never validated.
VALIDATED = "(c.convalidated or not conenforced)"


def column_names(table: str, numbers: str) -> str:
    """SQL for the names of an array of column numbers, in its order, as JSON.

    Most hold one number, and are not worth a join.
    """
    return f"""case when {numbers}[2] is null then (
        select json_build_array(a.attname) from pg_attribute a where a.attrelid = {table} and a.attnum = {numbers}[1])
        else (
        select json_agg(a.attname order by k.position)
        from unnest({numbers}) with ordinality k (number, position)
        join pg_attribute a on a.attrelid = {table} and a.attnum = k.number) end"""
