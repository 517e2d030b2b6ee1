"""`CREATE FOREIGN DATA WRAPPER "w" HANDLER "h" VALIDATOR "v" OPTIONS ("debug" 'true')`."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ccm_engine.catalog import Catalog, Object
from ccm_engine.kinds import foreign_options
from ccm_engine.kinds.foreign_options import Options
from ccm_engine.kinds.kind import Kind, Sides
from ccm_engine.sql import quote
from ccm_engine.value import value


@value
class ForeignDataWrapper(Object):
    KIND: ClassVar[str] = "foreign-data wrapper"

    name: str
    handler: str | None = None
    validator: str | None = None
    """Functions, quoted and qualified where needed."""
    options: Options = ()

    @property
    def path(self) -> tuple[str, ...]:
        return (self.name,)


def create(wrapper: ForeignDataWrapper, _goal: Catalog) -> Iterable[str]:
    clauses = (*_functions(ForeignDataWrapper(name=wrapper.name), wrapper), *foreign_options.clause(wrapper.options))
    yield " ".join((f"CREATE FOREIGN DATA WRAPPER {quote(wrapper.name)}", *clauses))


def _functions(old: ForeignDataWrapper, new: ForeignDataWrapper) -> Iterator[str]:
    if old.handler != new.handler:
        yield f"HANDLER {new.handler}" if new.handler else "NO HANDLER"
    if old.validator != new.validator:
        yield f"VALIDATOR {new.validator}" if new.validator else "NO VALIDATOR"


def alter(old: ForeignDataWrapper, new: ForeignDataWrapper, _sides: Sides) -> Iterable[str]:
    if changes := [*_functions(old, new), *foreign_options.changes(old.options, new.options)]:
        yield f"ALTER FOREIGN DATA WRAPPER {quote(new.name)} {' '.join(changes)}"


def drop(wrapper: ForeignDataWrapper) -> Iterable[str]:
    yield f"DROP FOREIGN DATA WRAPPER {quote(wrapper.name)}"


KIND = Kind(
    type=ForeignDataWrapper,
    present="exists (select from pg_foreign_data_wrapper)",
    query=f"""
        select 'pg_foreign_data_wrapper'::regclass, w.oid, 0,
            w.fdwname as name,
            nullif(w.fdwhandler, 0)::regproc::text as handler,
            nullif(w.fdwvalidator, 0)::regproc::text as validator,
            {foreign_options.field("w.fdwoptions")} as options,
            obj_description(w.oid, 'pg_foreign_data_wrapper') as comment
        from pg_foreign_data_wrapper w
        where not exists (
            select from members m where m.classid = 'pg_foreign_data_wrapper'::regclass and m.objid = w.oid)""",
    create=create,
    alter=alter,
    drop=drop,
    named=lambda wrapper: f"FOREIGN DATA WRAPPER {quote(wrapper.name)}",
)
