"""`ALTER PUBLICATION "p" ADD TABLES IN SCHEMA "s"`."""

from collections.abc import Iterable
from typing import ClassVar

from ccm_engine.catalog import Catalog, Key, Object
from ccm_engine.kinds.kind import Kind, Sides
from ccm_engine.sql import quote
from ccm_engine.value import value


@value
class PublicationSchema(Object):
    KIND: ClassVar[str] = "publication schema"

    publication: str
    schema: str

    @property
    def path(self) -> tuple[str, ...]:
        return (self.schema, self.publication)

    @property
    def parent(self) -> Key:
        return Key("publication", (self.publication,))


def clause(item: PublicationSchema) -> str:
    return f"TABLES IN SCHEMA {quote(item.schema)}"


def create(item: PublicationSchema, _goal: Catalog) -> Iterable[str]:
    yield f"ALTER PUBLICATION {quote(item.publication)} ADD {clause(item)}"


def alter(_old: PublicationSchema, _new: PublicationSchema, _sides: Sides) -> Iterable[str]:
    return ()


def drop(item: PublicationSchema) -> Iterable[str]:
    yield f"ALTER PUBLICATION {quote(item.publication)} DROP {clause(item)}"


KIND = Kind(
    type=PublicationSchema,
    present="exists (select from pg_publication)",
    # pg_publication_namespace came with 15; what it says is in pg_depend as well
    query="""
        select o.classid, o.objid, 0,
            p.pubname as publication,
            n.nspname as schema,
            null as comment
        from pg_depend o
        join pg_publication p on o.refclassid = 'pg_publication'::regclass and p.oid = o.refobjid
        join pg_depend d on d.classid = o.classid and d.objid = o.objid and d.refclassid = 'pg_namespace'::regclass
        join pg_namespace n on n.oid = d.refobjid
        where o.classid = to_regclass('pg_catalog.pg_publication_namespace')""",
    create=create,
    alter=alter,
    drop=drop,
    named=lambda item: f"PUBLICATION {quote(item.publication)}",  # never used: it takes no comment
    made_with=lambda item: item.parent,
)
