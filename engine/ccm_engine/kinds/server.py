"""`CREATE SERVER "s" TYPE 'oracle' VERSION '12' FOREIGN DATA WRAPPER "w" OPTIONS ("host" 'example.org')`."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ccm_engine.catalog import Catalog, Object
from ccm_engine.kinds import foreign_options
from ccm_engine.kinds.foreign_options import Options
from ccm_engine.kinds.kind import Kind, Sides
from ccm_engine.sql import literal, quote
from ccm_engine.value import value


@value
class Server(Object):
    KIND: ClassVar[str] = "server"

    name: str
    wrapper: str
    type: str | None = None
    version: str | None = None
    options: Options = ()

    @property
    def path(self) -> tuple[str, ...]:
        return (self.name,)


def create(server: Server, _goal: Catalog) -> Iterable[str]:
    yield " ".join(_create(server))


def _create(server: Server) -> Iterator[str]:
    yield f"CREATE SERVER {quote(server.name)}"
    if server.type is not None:
        yield f"TYPE {literal(server.type)}"
    if server.version is not None:
        yield f"VERSION {literal(server.version)}"
    yield f"FOREIGN DATA WRAPPER {quote(server.wrapper)}"
    yield from foreign_options.clause(server.options)


def alter(old: Server, new: Server, _sides: Sides) -> Iterable[str] | None:
    if (old.type, old.wrapper) != (new.type, new.wrapper):
        return None
    return _alter(old, new)


def _alter(old: Server, new: Server) -> Iterator[str]:
    changes = [*foreign_options.changes(old.options, new.options)]
    if old.version != new.version:
        changes.insert(0, f"VERSION {'NULL' if new.version is None else literal(new.version)}")
    if changes:
        yield f"ALTER SERVER {quote(new.name)} {' '.join(changes)}"


def drop(server: Server) -> Iterable[str]:
    yield f"DROP SERVER {quote(server.name)}"


KIND = Kind(
    type=Server,
    present="exists (select from pg_foreign_server)",
    query=f"""
        select 'pg_foreign_server'::regclass, s.oid, 0,
            s.srvname as name,
            w.fdwname as wrapper,
            s.srvtype as type,
            s.srvversion as version,
            {foreign_options.field("s.srvoptions")} as options,
            obj_description(s.oid, 'pg_foreign_server') as comment
        from pg_foreign_server s join pg_foreign_data_wrapper w on w.oid = s.srvfdw
        where not exists (
            select from members m where m.classid = 'pg_foreign_server'::regclass and m.objid = s.oid)""",
    create=create,
    alter=alter,
    drop=drop,
    named=lambda server: f"SERVER {quote(server.name)}",
)
