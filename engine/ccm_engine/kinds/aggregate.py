"""`CREATE AGGREGATE "product"(integer) (SFUNC = int4mul, STYPE = integer, INITCOND = '1')`."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import ClassVar

from ccm_engine.catalog import Catalog
from ccm_engine.kinds import routine
from ccm_engine.kinds.kind import InSchema, Kind, Sides
from ccm_engine.sql import literal, qualified
from ccm_engine.value import value


@value
class Steps:
    """How it is computed, forwards or (MSFUNC and so on) over a moving frame. Functions are quoted and qualified."""

    sfunc: str
    inverse: str | None = None
    stype: str
    space: int = 0
    finalfunc: str | None = None
    extra: bool = False
    modify: str
    initcond: str | None = None


@value
class Aggregate(InSchema):
    KIND: ClassVar[str] = "aggregate"

    types: tuple[str, ...]
    """Of all its arguments."""
    arguments: str
    """With names, and ORDER BY before the aggregated ones of an ordered set, as Postgres spells them."""
    returns: str
    sort: str = "normal"
    """`ordered-set`, `hypothetical-set`."""
    direct: int = 0
    """How many arguments are not aggregated."""
    steps: Steps
    moving: Steps | None = None
    combine: str | None = None
    serial: str | None = None
    deserial: str | None = None
    sortop: str | None = None
    parallel: str = "UNSAFE"

    @property
    def path(self) -> tuple[str, ...]:
        return (self.schema, f"{self.name}({', '.join(self.types)})")

    @property
    def word(self) -> str:
        return self.name

    @property
    def sql_name(self) -> str:
        return f"{qualified(self.schema, self.name)}({self.arguments or '*'})"


def create(aggregate: Aggregate, _goal: Catalog) -> Iterable[str]:
    yield _definition("CREATE AGGREGATE", aggregate)


def _definition(verb: str, aggregate: Aggregate) -> str:
    options = ",\n".join(f"\t{option}" for option in _options(aggregate))
    return f"{verb} {aggregate.sql_name} (\n{options}\n)"


def _options(aggregate: Aggregate) -> Iterator[str]:
    modify = "READ_ONLY" if aggregate.sort == "normal" else "READ_WRITE"
    yield from _steps(aggregate.steps, "", modify)
    for name, function in (
        ("COMBINEFUNC", aggregate.combine),
        ("SERIALFUNC", aggregate.serial),
        ("DESERIALFUNC", aggregate.deserial),
    ):
        if function is not None:
            yield f"{name} = {function}"
    if aggregate.moving is not None:
        yield from _steps(aggregate.moving, "M", modify)
    if aggregate.sortop is not None:
        yield f"SORTOP = {aggregate.sortop}"
    if aggregate.parallel != "UNSAFE":
        yield f"PARALLEL = {aggregate.parallel}"
    if aggregate.sort == "hypothetical-set":
        yield "HYPOTHETICAL"


def _steps(steps: Steps, m: str, modify: str) -> Iterator[str]:
    yield f"{m}SFUNC = {steps.sfunc}"
    yield f"{m}STYPE = {steps.stype}"
    if steps.inverse is not None:
        yield f"{m}INVFUNC = {steps.inverse}"
    if steps.space:
        yield f"{m}SSPACE = {steps.space}"
    if steps.finalfunc is not None:
        yield f"{m}FINALFUNC = {steps.finalfunc}"
    if steps.extra:
        yield f"{m}FINALFUNC_EXTRA"
    if steps.modify != modify:
        yield f"{m}FINALFUNC_MODIFY = {steps.modify}"
    if steps.initcond is not None:
        yield f"{m}INITCOND = {literal(steps.initcond)}"


def alter(old: Aggregate, new: Aggregate, _sides: Sides) -> Iterable[str] | None:
    if replace(old, comment=new.comment) == new:
        return ()
    if (old.arguments, old.returns, old.sort, old.direct) != (new.arguments, new.returns, new.sort, new.direct):
        return None
    return (_definition("CREATE OR REPLACE AGGREGATE", new),)


def drop(aggregate: Aggregate) -> Iterable[str]:
    yield f"DROP AGGREGATE {aggregate.sql_name}"


def _function(column: str) -> str:
    """SQL for the function that a column of pg_aggregate names."""
    return f"""(
        select case sn.nspname when 'pg_catalog' then quote_ident(s.proname)
            else format('%I.%I', sn.nspname, s.proname) end
        from pg_proc s join pg_namespace sn on sn.oid = s.pronamespace where s.oid = {column})"""


def _modify(column: str) -> str:
    return f"case {column} when 'r' then 'READ_ONLY' when 's' then 'SHAREABLE' else 'READ_WRITE' end"


KIND = Kind(
    type=Aggregate,
    present="exists (select from pg_proc where oid >= 16384)",
    query=f"""
        select 'pg_proc'::regclass, p.oid, 0,
            n.name as schema,
            p.proname as name,
            (
                select coalesce(json_agg(format_type(k.type, null) order by k.number), '[]')
                from unnest(p.proargtypes::oid[]) with ordinality k (type, number)) as types,
            pg_get_function_identity_arguments(p.oid) as arguments,
            pg_get_function_result(p.oid) as returns,
            case a.aggkind when 'o' then 'ordered-set' when 'h' then 'hypothetical-set' else 'normal' end as sort,
            a.aggnumdirectargs as direct,
            json_build_object(
                'sfunc', {_function("a.aggtransfn")},
                'stype', format_type(a.aggtranstype, null),
                'space', a.aggtransspace,
                'finalfunc', {_function("a.aggfinalfn")},
                'extra', a.aggfinalextra,
                'modify', {_modify("a.aggfinalmodify")},
                'initcond', a.agginitval) as steps,
            case when a.aggmtransfn <> 0 then json_build_object(
                'sfunc', {_function("a.aggmtransfn")},
                'inverse', {_function("a.aggminvtransfn")},
                'stype', format_type(a.aggmtranstype, null),
                'space', a.aggmtransspace,
                'finalfunc', {_function("a.aggmfinalfn")},
                'extra', a.aggmfinalextra,
                'modify', {_modify("a.aggmfinalmodify")},
                'initcond', a.aggminitval) end as moving,
            {_function("a.aggcombinefn")} as combine,
            {_function("a.aggserialfn")} as serial,
            {_function("a.aggdeserialfn")} as deserial,
            (
                select format('OPERATOR(%I.%s)', sn.nspname, o.oprname)
                from pg_operator o join pg_namespace sn on sn.oid = o.oprnamespace where o.oid = a.aggsortop) as sortop,
            case p.proparallel when 's' then 'SAFE' when 'r' then 'RESTRICTED' else 'UNSAFE' end as parallel,
            obj_description(p.oid, 'pg_proc') as comment
        {routine.FROM} join pg_aggregate a on a.aggfnoid = p.oid {routine.OWN}""",
    create=create,
    alter=alter,
    drop=drop,
    named=lambda aggregate: f"AGGREGATE {aggregate.sql_name}",
    namespaces=frozenset({"routine"}),
)
