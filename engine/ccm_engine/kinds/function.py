"""`CREATE FUNCTION "area"("side" integer) RETURNS integer LANGUAGE sql AS $$ … $$`; also window functions."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import ClassVar

from ccm_engine.catalog import Catalog
from ccm_engine.kinds import routine
from ccm_engine.kinds.kind import Kind, Sides
from ccm_engine.sql import qualified
from ccm_engine.value import value


@value
class Function(routine.Routine):
    KIND: ClassVar[str] = "function"

    returns: str
    """`SETOF integer`; for RETURNS TABLE, what `arguments` say in full."""
    window: bool = False
    volatility: str = "VOLATILE"
    strict: bool = False
    leakproof: bool = False
    parallel: str = "UNSAFE"
    cost: str | None = None
    """Where it is not 1 in C, and 100 elsewhere."""
    rows: str | None = None
    """Where it is not 1000."""
    support: str | None = None
    """Quoted and qualified."""

    @property
    def sql_name(self) -> str:
        return f"{qualified(self.schema, self.name)}({', '.join(item.type for item in self.inputs)})"


def create(function: Function, _goal: Catalog) -> Iterable[str]:
    empty = stub(function)
    if empty is not None and routine.calls_itself(function):
        yield _definition("CREATE FUNCTION", empty)
        yield _definition("CREATE OR REPLACE FUNCTION", function)
    else:
        yield _definition("CREATE FUNCTION", function)


def _definition(verb: str, function: Function) -> str:
    return routine.definition(verb, function, (f"RETURNS {_returns(function)}",), _options(function))


def _returns(function: Function) -> str:
    table = [item.sql("") for item in function.arguments if item.mode == "TABLE"]
    return f"TABLE({', '.join(table)})" if table else function.returns


def _options(function: Function) -> Iterator[str]:
    if function.window:
        yield "WINDOW"
    yield from _properties(replace(function, volatility="VOLATILE", strict=False, leakproof=False, parallel="UNSAFE",
                                   cost=None, rows=None, support=None), function)  # fmt: skip


def _properties(old: Function, new: Function) -> Iterator[str]:
    if old.volatility != new.volatility:
        yield new.volatility
    if old.leakproof != new.leakproof:
        yield "LEAKPROOF" if new.leakproof else "NOT LEAKPROOF"
    if old.strict != new.strict:
        yield "STRICT" if new.strict else "CALLED ON NULL INPUT"
    if old.parallel != new.parallel:
        yield f"PARALLEL {new.parallel}"
    if old.cost != new.cost:
        yield f"COST {new.cost or (1 if new.language in {'c', 'internal'} else 100)}"
    if old.rows != new.rows:
        yield f"ROWS {new.rows or 1000}"
    if old.support != new.support:
        yield f"SUPPORT {new.support}"


_ALTERABLE = ("volatility", "leakproof", "strict", "parallel", "cost", "rows", "security_definer", "configuration")


def alter(old: Function, new: Function, _sides: Sides) -> Iterable[str] | None:
    if not _replaceable(old, new):
        return None
    if not routine.alterable(old, new, *_ALTERABLE):
        return (_definition("CREATE OR REPLACE FUNCTION", new),)
    actions = " ".join((*_properties(old, new), *routine.alterations(old, new)))
    return (f"ALTER FUNCTION {new.sql_name} {actions}",) if actions else ()


def _replaceable(old: Function, new: Function) -> bool:
    same = (old.returns, old.window) == (new.returns, new.window) and _row(old) == _row(new)
    return same and routine.same_signature(old, new)


def _row(function: Function) -> list[tuple[str | None, str]]:
    """What returns but one column is of its type, whatever the column is called."""
    row = routine.row(function)
    return row if len(row) > 1 else []


def drop(function: Function) -> Iterable[str]:
    yield f"DROP FUNCTION {function.sql_name}"


def stub(function: Function) -> Function | None:
    """Of the same signature; it fails when it is called, rather than say what is not so."""
    if not routine.emptied(function):
        return None
    return replace(
        function, language="plpgsql", body=routine.STUB, parsed=False, transforms=(), configuration=(), support=None
    )


KIND = Kind(
    type=Function,
    present="exists (select from pg_proc where oid >= 16384)",
    query=f"""
        select 'pg_proc'::regclass, p.oid, 0,
            {routine.FIELDS},
            pg_get_function_result(p.oid) as returns,
            p.prokind = 'w' as window,
            case p.provolatile when 'i' then 'IMMUTABLE' when 's' then 'STABLE' else 'VOLATILE' end as volatility,
            p.proisstrict as strict,
            p.proleakproof as leakproof,
            case p.proparallel when 's' then 'SAFE' when 'r' then 'RESTRICTED' else 'UNSAFE' end as parallel,
            nullif(p.procost::text, case when p.prolang in (12, 13) then '1' else '100' end) as cost,
            nullif(p.prorows::text, case when p.proretset then '1000' else '0' end) as rows,
            (
                select format('%I.%I', sn.nspname, s.proname)
                from pg_proc s join pg_namespace sn on sn.oid = s.pronamespace where s.oid = p.prosupport) as support
        {routine.FROM} {routine.OWN} and p.prokind in ('f', 'w')""",
    create=create,
    alter=alter,
    drop=drop,
    named=lambda function: f"FUNCTION {function.sql_name}",
    stub=stub,
    words=lambda function: routine.words(function, function.returns),
    namespaces=frozenset({"routine"}),
)
