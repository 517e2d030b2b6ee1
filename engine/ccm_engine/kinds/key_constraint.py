"""What primary keys and unique constraints have in common: a unique index that Postgres keeps behind them."""

from collections.abc import Iterable, Iterator
from dataclasses import field, replace
from typing import TypeVar

from ccm_engine.catalog import Catalog, Key, Object
from ccm_engine.kinds import constraint as constraints
from ccm_engine.kinds import marks, partition, storage
from ccm_engine.kinds.commented import comment
from ccm_engine.kinds.constraint import FIELDS, NOT_HANDED_DOWN, Deferrable, column_names, derived_index_name, part
from ccm_engine.kinds.kind import Sides
from ccm_engine.kinds.marks import Marks
from ccm_engine.sql import columns, quote
from ccm_engine.value import value


@value
class KeyConstraint(Deferrable):
    columns: tuple[str, ...]
    include: tuple[str, ...] = ()
    nulls_not_distinct: bool = False
    without_overlaps: bool = False
    options: tuple[str, ...] = ()
    options_as_given: tuple[str, ...] = field(default=(), compare=False)
    """Storage parameters of the index."""
    marks: Marks = marks.NONE
    twin: bool = field(default=False, compare=False)
    """Whether the table has another key of these columns, which comes first."""


def clause(constraint: KeyConstraint, words: str) -> str:
    return " ".join((f"CONSTRAINT {quote(constraint.name)} {words}", *_clauses(constraint)))


def _clauses(constraint: KeyConstraint) -> Iterator[str]:
    if constraint.nulls_not_distinct:
        yield "NULLS NOT DISTINCT"
    listed = columns(constraint.columns)
    yield f"{listed[:-1]} WITHOUT OVERLAPS)" if constraint.without_overlaps else listed
    if constraint.include:
        yield f"INCLUDE {columns(constraint.include)}"
    yield from storage.clause(constraint.options_as_given)
    yield from marks.clause(constraint.marks, "USING INDEX TABLESPACE")
    yield from constraint.deferral()


K = TypeVar("K", bound=KeyConstraint)


def create(constraint: KeyConstraint, clause: str) -> Iterable[str]:
    yield from constraints.add(constraint, clause)
    yield from marks.made(constraint)


def alter(old: K, new: K, sides: Sides) -> Iterable[str] | None:
    rest = constraints.never_in_place(replace(old, marks=new.marks), new, sides)
    others = sides.goal.parts(new.parent, Object)
    return None if rest is None else (*rest, *marks.alter(old, new, others))


def begun(constraint: K, _goal: Catalog) -> K | None:
    return partition.as_made(constraint, marks.bare(constraint))


def made_with(constraint: KeyConstraint) -> Key | None:
    """`CREATE TABLE` makes one of two keys that are the same (`transformIndexConstraints`)."""
    return None if constraint.twin and not partition.made_by_itself(constraint) else constraint.parent


INCLUDE = """
            case when x.indnatts = x.indnkeyatts then '[]' else (
                select json_agg(a.attname order by k.number)
                from generate_series(x.indnkeyatts::int, x.indnatts - 1) k (number)
                join pg_attribute a on a.attrelid = x.indrelid and a.attnum = x.indkey[k.number]) end as include"""
"""The field, from the `pg_index` of the index as `x`."""


def query(contype: str) -> str:
    label = "key" if contype == "u" else "pkey"
    derived = derived_index_name("c.conindid", "c.conname", label)
    derived = "c.conname = r.name || '_pkey' and octet_length(r.name) < 59" if contype == "p" else derived
    return f"""
        select 'pg_constraint'::regclass, c.oid, 0,
            {FIELDS},
            {NOT_HANDED_DOWN},
            {part(derived)},
            {column_names("r.oid", "c.conkey")} as columns,
            {INCLUDE},
            indnullsnotdistinct as nulls_not_distinct,
            conperiod as without_overlaps,
            {storage.fields("i.reloptions")},
            {marks.fields("c.conindid", comment=comment("c.conindid", "pg_class"))},
            c.condeferrable as deferrable,
            c.condeferred as initially_deferred,
            exists (
                select from pg_constraint other
                where other.conrelid = c.conrelid and other.contype in ('p', 'u') and other.conkey = c.conkey
                    and (other.contype, other.conname) < (c.contype, c.conname)
            ) as twin
        from relations r
        join pg_constraint c on c.conrelid = r.oid and c.contype = '{contype}'
        join pg_class i on i.oid = c.conindid
        join pg_index x on x.indexrelid = i.oid
        where r.kind in ('r', 'p', 'f')"""


def parts(contype: str) -> str:
    """The index behind the constraint."""
    return f"""
        select 'pg_class'::regclass, c.conindid, 'pg_constraint'::regclass, c.oid, 0
        from pg_constraint c where c.contype = '{contype}'"""
