"""`CREATE SCHEMA "app"`. `public` is always there and never touched."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from ccm_engine.catalog import Catalog, Object
from ccm_engine.kinds.kind import Kind, Sides
from ccm_engine.sql import quote


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema(Object):
    KIND: ClassVar[str] = "schema"

    name: str

    @property
    def path(self) -> tuple[str, ...]:
        return (self.name,)


def create(schema: Schema, _goal: Catalog) -> Iterable[str]:
    yield f"CREATE SCHEMA {quote(schema.name)}"


def alter(_old: Schema, _new: Schema, _sides: Sides) -> Iterable[str]:
    return ()


def drop(schema: Schema) -> Iterable[str]:
    yield f"DROP SCHEMA {quote(schema.name)}"


KIND = Kind(
    type=Schema,
    query="""
        select 'pg_namespace'::regclass, n.oid, 0, json_build_object(
            'name', n.name,
            'comment', obj_description(n.oid, 'pg_namespace'))
        from namespaces n where n.name <> 'public'""",
    create=create,
    alter=alter,
    drop=drop,
    named=lambda schema: f"SCHEMA {quote(schema.name)}",
)
