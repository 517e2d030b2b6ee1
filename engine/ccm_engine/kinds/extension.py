"""`CREATE EXTENSION "citext" WITH SCHEMA "public"`. What an extension brings along belongs to it."""

from collections.abc import Iterable, Iterator
from dataclasses import field
from typing import ClassVar

from ccm_engine.catalog import Catalog, Object
from ccm_engine.kinds.kind import Kind, Sides
from ccm_engine.sql import literal, quote
from ccm_engine.value import value


@value
class Extension(Object):
    KIND: ClassVar[str] = "extension"

    name: str
    schema: str
    version: str | None = None
    """None where it is the one that its server installs by default, or one that it could not install any more."""
    relocatable: bool = field(default=True, compare=False)

    @property
    def path(self) -> tuple[str, ...]:
        return (self.name,)


def create(extension: Extension, _goal: Catalog) -> Iterable[str]:
    # IF NOT EXISTS: extensions are often installed by whoever runs the server, before any migration
    version = "" if extension.version is None else f" VERSION {literal(extension.version)}"
    schema = quote(extension.schema)
    yield f"CREATE EXTENSION IF NOT EXISTS {quote(extension.name)} WITH SCHEMA {schema}{version}"


def alter(old: Extension, new: Extension, _sides: Sides) -> Iterable[str] | None:
    return None if old.schema != new.schema and not old.relocatable else _alter(old, new)


def _alter(old: Extension, new: Extension) -> Iterator[str]:
    change = f"ALTER EXTENSION {quote(new.name)}"
    if old.version != new.version:
        yield f"{change} UPDATE" if new.version is None else f"{change} UPDATE TO {literal(new.version)}"
    if old.schema != new.schema:
        yield f"{change} SET SCHEMA {quote(new.schema)}"


def drop(extension: Extension) -> Iterable[str]:
    yield f"DROP EXTENSION {quote(extension.name)}"


KIND = Kind(
    type=Extension,
    present="exists (select from pg_extension where extname <> 'plpgsql')",
    query="""
        select 'pg_extension'::regclass, e.oid, 0,
            e.extname as name,
            n.nspname as schema,
            (
                select v.version from pg_available_extension_versions v
                where v.name = e.extname and v.version = e.extversion and v.version <> a.default_version) as version,
            e.extrelocatable as relocatable,
            nullif(obj_description(e.oid, 'pg_extension'), a.comment) as comment
        from pg_extension e
        join pg_namespace n on n.oid = e.extnamespace
        left join pg_available_extensions a on a.name = e.extname
        where e.extname <> 'plpgsql'""",
    parts="""
        select d.classid, d.objid, d.refclassid, d.refobjid, 0
        from pg_depend d where d.refclassid = 'pg_extension'::regclass and d.deptype = 'e'""",
    create=create,
    alter=alter,
    drop=drop,
    named=lambda extension: f"EXTENSION {quote(extension.name)}",
    holds_data=True,  # its tables, and all that hangs on its types
)
