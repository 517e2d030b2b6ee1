"""What primary keys and unique constraints have in common: a unique index that Postgres keeps behind them."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from ccm_engine.kinds import storage
from ccm_engine.kinds.constraint import FIELDS, FROM, Deferrable, column_names
from ccm_engine.sql import columns, quote


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyConstraint(Deferrable):
    columns: tuple[str, ...]
    include: tuple[str, ...] = ()
    nulls_not_distinct: bool = False
    without_overlaps: bool = False
    options: tuple[str, ...] = ()
    options_as_given: tuple[str, ...] = field(default=(), compare=False)
    """Storage parameters of the index."""


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
    yield from constraint.deferral()


def query(contype: str) -> str:
    return f"""
        select 'pg_constraint'::regclass, c.oid, 0, json_build_object(
            {FIELDS},
            'columns', {column_names("r.oid", "c.conkey")},
            'include', (
                select coalesce(json_agg(a.attname order by a.attnum), '[]')
                from pg_index x join pg_attribute a on a.attrelid = x.indexrelid and a.attnum > x.indnkeyatts
                where x.indexrelid = c.conindid),
            'nulls_not_distinct', coalesce((
                select (to_jsonb(x) ->> 'indnullsnotdistinct')::bool
                from pg_index x where x.indexrelid = c.conindid), false),
            'without_overlaps', coalesce((to_jsonb(c) ->> 'conperiod')::bool, false),
            {storage.fields("(select x.reloptions from pg_class x where x.oid = c.conindid)")},
            'deferrable', c.condeferrable,
            'initially_deferred', c.condeferred)
        {FROM} and c.contype = '{contype}'"""


def parts(contype: str) -> str:
    """The index behind the constraint."""
    return f"""
        select 'pg_class'::regclass, c.conindid, 'pg_constraint'::regclass, c.oid, 0
        from pg_constraint c where c.contype = '{contype}'"""
