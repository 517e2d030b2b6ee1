"""`CREATE STATISTICS "s" (ndistinct, mcv) ON "a", "b" FROM "t"`.

The model of a kind: `ccm_engine.kinds` says how to add one, and this is what it leads to.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import ClassVar

from ccm_engine.catalog import Catalog, Object
from ccm_engine.kinds.column import Column
from ccm_engine.kinds.kind import InSchema, Kind, Sides
from ccm_engine.sql import qualified, quote
from ccm_engine.value import value


@value
class Statistics(InSchema):
    KIND: ClassVar[str] = "statistics object"

    table_schema: str
    table: str
    """A table, a foreign table, or a materialized view."""
    kinds: tuple[str, ...]
    """Of `ndistinct`, `dependencies`, `mcv`; none where it is about a single expression."""
    columns: tuple[str, ...]
    """By alphabet: their order means nothing to Postgres."""
    expressions: str | None = None
    """The list of them, as Postgres spells it."""
    target: int | None = None
    """How many values ANALYZE keeps; None where that is left to the columns."""


_EVERY_KIND = {"ndistinct", "dependencies", "mcv"}


def create(statistics: Statistics, _goal: Catalog) -> Iterable[str]:
    yield " ".join(_create(statistics))
    if statistics.target is not None:
        yield _set_target(statistics)


def _create(statistics: Statistics) -> Iterator[str]:
    yield f"CREATE STATISTICS {statistics.sql_name}"
    if statistics.kinds and set(statistics.kinds) != _EVERY_KIND:
        yield f"({', '.join(statistics.kinds)})"
    expressions = [] if statistics.expressions is None else [statistics.expressions]
    yield f"ON {', '.join((*map(quote, statistics.columns), *expressions))}"
    yield f"FROM {qualified(statistics.table_schema, statistics.table)}"


def _set_target(statistics: Statistics) -> str:
    target = -1 if statistics.target is None else statistics.target
    return f"ALTER STATISTICS {statistics.sql_name} SET STATISTICS {target}"


def followed(statistics: Statistics, sides: Sides) -> Statistics:
    """Postgres makes it anew where the type of a column changes, and forgets the target."""
    keys = [need.on for need in sides.head.needs_of(statistics.key)]
    pairs = [(sides.head.objects.get(key), sides.goal.objects.get(key)) for key in keys]
    return replace(statistics, target=None) if any(_retyped(old, new) for old, new in pairs) else statistics


def _retyped(old: Object | None, new: Object | None) -> bool:
    if not isinstance(old, Column) or not isinstance(new, Column):
        return False
    return (old.type, old.collation) != (new.type, new.collation)


def alter(old: Statistics, new: Statistics, _sides: Sides) -> Iterable[str] | None:
    if replace(old, target=new.target, comment=new.comment) != new:
        return None  # Postgres alters nothing else in place
    return () if old.target == new.target else (_set_target(new),)


def drop(statistics: Statistics) -> Iterable[str]:
    yield f"DROP STATISTICS {statistics.sql_name}"


def rename(old: Statistics, new: Statistics) -> Iterable[str] | None:
    if replace(old, name=new.name, comment=new.comment) != new:
        return None
    return (f"ALTER STATISTICS {old.sql_name} RENAME TO {quote(new.name)}",)


KIND = Kind(
    type=Statistics,
    present="exists (select from pg_statistic_ext)",
    # pg_get_statisticsobjdef_expressions came with 14, and so the expressions are cut out of the whole definition:
    # what stands between the columns and FROM
    query=r"""
        select 'pg_statistic_ext'::regclass, s.oid, 0,
            n.name as schema,
            s.stxname as name,
            tn.nspname as table_schema,
            t.relname as table,
            (
                select coalesce(json_agg(k.name order by k.position), '[]')
                from (values ('d', 1, 'ndistinct'), ('f', 2, 'dependencies'), ('m', 3, 'mcv')) k (code, position, name)
                where k.code = any(s.stxkind::text[])) as kinds,
            (
                select coalesce(json_agg(a.attname order by a.attname), '[]')
                from pg_attribute a where a.attrelid = s.stxrelid and a.attnum = any(s.stxkeys)) as columns,
            nullif(ltrim(substr(
                d.list, length(d.columns) + 1,
                length(d.list) - length(d.columns) - length(' FROM ' || s.stxrelid::regclass)), ', '), '')
                as expressions,
            nullif((to_jsonb(s) ->> 'stxstattarget')::int, -1) as target,
            obj_description(s.oid, 'pg_statistic_ext') as comment
        from pg_statistic_ext s
        join namespaces n on n.oid = s.stxnamespace
        join pg_class t on t.oid = s.stxrelid
        join pg_namespace tn on tn.oid = t.relnamespace
        cross join lateral (
            select coalesce(string_agg(quote_ident(a.attname), ', ' order by a.attnum), '') as columns,
                substring(
                    substr(pg_get_statisticsobjdef(s.oid), length(format('CREATE STATISTICS %I.%I ', n.name, stxname)))
                    from '^(?: \([a-z, ]+\))? ON (.*)$') as list
            from pg_attribute a where a.attrelid = s.stxrelid and a.attnum = any(s.stxkeys)) d
        where not exists (select from members m where m.classid = 'pg_statistic_ext'::regclass and m.objid = s.oid)""",
    create=create,
    alter=alter,
    drop=drop,
    rename=rename,
    followed=followed,
    named=lambda statistics: f"STATISTICS {statistics.sql_name}",
)
