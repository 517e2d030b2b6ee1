"""`CREATE SCHEMA "app"`.

`public` is always there, and never made or dropped: it is read where its comment is not the one it comes with.
"""

from collections.abc import Iterable
from typing import ClassVar

from ccm_engine.catalog import Catalog, Object
from ccm_engine.kinds.kind import Kind, Sides
from ccm_engine.sql import literal, quote
from ccm_engine.value import value

_STANDARD = "standard public schema"
"""The comment that `public` comes with."""


@value
class Schema(Object):
    KIND: ClassVar[str] = "schema"

    name: str

    @property
    def path(self) -> tuple[str, ...]:
        return (self.name,)


def create(schema: Schema, _goal: Catalog) -> Iterable[str]:
    if schema.name != "public":
        yield f"CREATE SCHEMA {quote(schema.name)}"
    elif schema.comment is None:
        yield 'COMMENT ON SCHEMA "public" IS NULL'


def alter(_old: Schema, _new: Schema, _sides: Sides) -> Iterable[str]:
    return ()


def drop(schema: Schema) -> Iterable[str]:
    if schema.name != "public":
        yield f"DROP SCHEMA {quote(schema.name)}"
    else:
        yield f'COMMENT ON SCHEMA "public" IS {literal(_STANDARD)}'


KIND = Kind(
    type=Schema,
    query=f"""
        select 'pg_namespace'::regclass, n.oid, 0,
            n.name as name,
            obj_description(n.oid, 'pg_namespace') as comment
        from namespaces n
        where n.name <> 'public' or obj_description(n.oid, 'pg_namespace') is distinct from {literal(_STANDARD)}""",
    create=create,
    alter=alter,
    drop=drop,
    named=lambda schema: f"SCHEMA {quote(schema.name)}",
)
