"""`CREATE TYPE "price range" AS RANGE (SUBTYPE = numeric)`, and the multirange and the functions that come with it.

Postgres changes nothing of it but names, so any other change makes a new type, and its columns move over.
"""

from collections.abc import Iterable, Iterator
from dataclasses import field, replace
from typing import ClassVar

from ccm_engine.catalog import Catalog
from ccm_engine.kinds import typename
from ccm_engine.kinds.kind import InTypes, Kind, Sides, outgoing
from ccm_engine.sql import qualified, quote
from ccm_engine.value import value


@value
class RangeType(InTypes):
    KIND: ClassVar[str] = "range type"

    type: str
    """The subtype, as `format_type` spells it."""
    type_schema: str | None = None
    """Where the subtype is the user's own: its schema and name."""
    type_name: str | None = None
    opclass: str | None = None
    """Quoted and qualified, where it is not the subtype's default."""
    collation: str | None = None
    """Quoted and qualified, where it is not the subtype's own."""
    canonical: str | None = None
    """The function, quoted and qualified; so below."""
    subtype_diff: str | None = None
    multirange: tuple[str, str] | None = None
    """(schema, name) of its multirange, where it is not the one that Postgres derives."""
    multirange_there: tuple[str, str] | None = field(default=None, compare=False)
    """The same in any case, from 14 on."""


def create(range_: RangeType, _goal: Catalog) -> Iterable[str]:
    yield f"CREATE TYPE {range_.sql_name} AS RANGE ({', '.join(_options(range_))})"


def _options(range_: RangeType) -> Iterator[str]:
    yield f"SUBTYPE = {_subtype(range_)}"
    if range_.opclass is not None:
        yield f"SUBTYPE_OPCLASS = {range_.opclass}"
    if range_.collation is not None:
        yield f"COLLATION = {range_.collation}"
    if range_.canonical is not None:
        yield f"CANONICAL = {range_.canonical}"
    if range_.subtype_diff is not None:
        yield f"SUBTYPE_DIFF = {range_.subtype_diff}"
    if range_.multirange is not None:
        yield f"MULTIRANGE_TYPE_NAME = {qualified(*range_.multirange)}"


def _subtype(range_: RangeType) -> str:
    return typename.spelled(range_.type, range_.type_schema, range_.type_name)


def alter(old: RangeType, new: RangeType, _sides: Sides) -> Iterable[str] | None:
    return () if replace(old, comment=new.comment) == new else None


def rename(old: RangeType, new: RangeType) -> Iterable[str] | None:
    """With its constructors, which keep their names where their type changes its own, and its multirange."""
    there = (old.multirange_there, new.multirange_there)
    same = replace(old, name=new.name, comment=new.comment, multirange=new.multirange, multirange_there=there[1])
    return _rename(old, new) if same == new else None


def _rename(old: RangeType, new: RangeType) -> Iterator[str]:
    subtype = _subtype(old)
    for arguments in (f"{subtype}, {subtype}", f"{subtype}, {subtype}, text"):
        yield f"ALTER FUNCTION {old.sql_name}({arguments}) RENAME TO {quote(new.name)}"
    if old.multirange_there is not None and new.multirange_there is not None:
        multirange, name = qualified(*old.multirange_there), quote(new.multirange_there[1])
        for arguments in ("", old.sql_name, f"{old.sql_name}[]"):
            yield f"ALTER FUNCTION {multirange}({arguments}) RENAME TO {name}"
        yield f"ALTER TYPE {multirange} RENAME TO {name}"
    yield f"ALTER TYPE {old.sql_name} RENAME TO {quote(new.name)}"


def put_aside(old: RangeType, _new: RangeType, suffix: str) -> RangeType:
    there = old.multirange_there
    if there is not None:
        there = (there[0], outgoing(there[1], suffix))
    return replace(old, name=outgoing(old.name, suffix), multirange=there, multirange_there=there)


def drop(range_: RangeType) -> Iterable[str]:
    yield f"DROP TYPE {range_.sql_name}"


def _function(oid: str) -> str:
    return f"""(
                select format('%I.%I', fn.nspname, f.proname)
                from pg_proc f join pg_namespace fn on fn.oid = f.pronamespace where f.oid = {oid})"""


KIND = Kind(
    type=RangeType,
    present="exists (select from pg_range where rngtypid >= 16384)",
    query=f"""
        select 'pg_type'::regclass, t.oid, 0,
            t.schema as schema,
            t.typname as name,
            {typename.fields("g.rngsubtype", "null")},
            (
                select format('%I.%I', ocn.nspname, oc.opcname)
                from pg_opclass oc join pg_namespace ocn on ocn.oid = oc.opcnamespace
                where oc.oid = g.rngsubopc and not oc.opcdefault) as opclass,
            {typename.collation("g.rngcollation", "g.rngsubtype")} as collation,
            {_function("g.rngcanonical")} as canonical,
            {_function("g.rngsubdiff")} as subtype_diff,
            case when (m.nspname, m.typname) <> (t.schema, case
                when strpos(t.typname, 'range') > 0 then regexp_replace(t.typname, 'range', 'multirange')
                else t.typname || '_multirange' end) then json_build_array(m.nspname, m.typname) end as multirange,
            case when m.typname is not null then json_build_array(m.nspname, m.typname) end as multirange_there,
            obj_description(t.oid, 'pg_type') as comment
        from types t
        join pg_range g on g.rngtypid = t.oid
        {typename.join("g.rngsubtype")}
        left join (
            select mt.oid, mn.nspname, mt.typname
            from pg_type mt join pg_namespace mn on mn.oid = mt.typnamespace) m
            on m.oid = (to_jsonb(g) ->> 'rngmultitypid')::oid""",
    parts="""
        select 'pg_type'::regclass, t.typarray, 'pg_type'::regclass, t.oid, 0
        from pg_type t where t.typtype in ('r', 'm') and t.typarray <> 0
        union all
        select d.classid, d.objid, d.refclassid, d.refobjid, 0
        from pg_depend d join pg_type t on t.oid = d.refobjid and t.typtype in ('r', 'm')
        where d.refclassid = 'pg_type'::regclass and d.deptype = 'i' and d.objid >= 16384""",
    create=create,
    alter=alter,
    drop=drop,
    rename=rename,
    named=lambda range_: f"TYPE {range_.sql_name}",
    namespaces=frozenset({"type"}),
    put_aside=put_aside,
)
