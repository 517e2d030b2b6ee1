"""`CREATE EXTENSION "citext" WITH SCHEMA "public"`. What an extension brings along belongs to it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar

from ccm_engine.catalog import Catalog, Object
from ccm_engine.kinds.kind import Kind, Sides
from ccm_engine.sql import quote


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension(Object):
    KIND: ClassVar[str] = "extension"

    name: str
    schema: str
    version: str = field(compare=False)

    @property
    def path(self) -> tuple[str, ...]:
        return (self.name,)


def create(extension: Extension, _goal: Catalog) -> Iterable[str]:
    # IF NOT EXISTS: extensions are often installed by whoever runs the server, before any migration
    yield f"CREATE EXTENSION IF NOT EXISTS {quote(extension.name)} WITH SCHEMA {quote(extension.schema)}"


def alter(old: Extension, new: Extension, _sides: Sides) -> Iterable[str]:
    if old.schema != new.schema:
        yield f"ALTER EXTENSION {quote(new.name)} SET SCHEMA {quote(new.schema)}"


def drop(extension: Extension) -> Iterable[str]:
    yield f"DROP EXTENSION {quote(extension.name)}"


KIND = Kind(
    type=Extension,
    query="""
        select 'pg_extension'::regclass, e.oid, 0, json_build_object(
            'name', e.extname,
            'schema', n.nspname,
            'version', e.extversion,
            'comment', nullif(obj_description(e.oid, 'pg_extension'), (
                select a.comment from pg_available_extensions a where a.name = e.extname)))
        from pg_extension e join pg_namespace n on n.oid = e.extnamespace
        where e.extname <> 'plpgsql'""",
    parts="""
        select d.classid, d.objid, d.refclassid, d.refobjid, 0
        from pg_depend d where d.refclassid = 'pg_extension'::regclass and d.deptype = 'e'""",
    create=create,
    alter=alter,
    drop=drop,
    named=lambda extension: f"EXTENSION {quote(extension.name)}",
)
