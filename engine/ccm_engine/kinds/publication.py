"""`CREATE PUBLICATION "p" FOR TABLE "a", TABLES IN SCHEMA "s" WITH (publish = 'insert, update')`."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ccm_engine.catalog import Catalog, Object
from ccm_engine.kinds import publication_schema, publication_table
from ccm_engine.kinds.kind import Kind, Sides
from ccm_engine.kinds.publication_schema import PublicationSchema
from ccm_engine.kinds.publication_table import PublicationTable
from ccm_engine.sql import quote
from ccm_engine.value import value

_EVERYTHING = ("insert", "update", "delete", "truncate")


@value
class Publication(Object):
    KIND: ClassVar[str] = "publication"

    name: str
    all_tables: bool = False
    publish: tuple[str, ...] = _EVERYTHING
    via_partition_root: bool = False
    generated_columns: bool = False
    """Whether stored ones are published though no list of columns says so (from 18 on)."""

    @property
    def path(self) -> tuple[str, ...]:
        return (self.name,)


def create(publication: Publication, goal: Catalog) -> Iterable[str]:
    yield " ".join(_create(publication, goal))


def _create(publication: Publication, goal: Catalog) -> Iterator[str]:
    tables = tuple(goal.parts(publication.key, PublicationTable))
    schemas = goal.parts(publication.key, PublicationSchema)
    named = [f"TABLE {', '.join(map(publication_table.clause, tables))}"] if tables else []  # TABLE once: before 15
    members = [*named, *map(publication_schema.clause, schemas)]
    yield f"CREATE PUBLICATION {quote(publication.name)}"
    if publication.all_tables:
        yield "FOR ALL TABLES"
    elif members:
        yield f"FOR {', '.join(members)}"
    if options := ", ".join(_options(Publication(name=publication.name), publication)):
        yield f"WITH ({options})"


def _options(old: Publication, new: Publication) -> Iterator[str]:
    if old.publish != new.publish:
        yield f"publish = '{', '.join(new.publish)}'"
    if old.via_partition_root != new.via_partition_root:
        yield f"publish_via_partition_root = {'true' if new.via_partition_root else 'false'}"
    if old.generated_columns != new.generated_columns:
        yield f"publish_generated_columns = {'stored' if new.generated_columns else 'none'}"


def alter(old: Publication, new: Publication, _sides: Sides) -> Iterable[str] | None:
    if old.all_tables != new.all_tables:
        return None
    options = ", ".join(_options(old, new))
    return (f"ALTER PUBLICATION {quote(new.name)} SET ({options})",) if options else ()


def drop(publication: Publication) -> Iterable[str]:
    yield f"DROP PUBLICATION {quote(publication.name)}"


KIND = Kind(
    type=Publication,
    present="exists (select from pg_publication)",
    query="""
        select 'pg_publication'::regclass, p.oid, 0,
            p.pubname as name,
            p.puballtables as all_tables,
            array_remove(array[
                case when p.pubinsert then 'insert' end, case when p.pubupdate then 'update' end,
                case when p.pubdelete then 'delete' end, case when p.pubtruncate then 'truncate' end], null) as publish,
            p.pubviaroot as via_partition_root,
            coalesce(to_jsonb(p) ->> 'pubgencols' = 's', false) as generated_columns,
            obj_description(p.oid, 'pg_publication') as comment
        from pg_publication p
        where not exists (select from members m where m.classid = 'pg_publication'::regclass and m.objid = p.oid)""",
    create=create,
    alter=alter,
    drop=drop,
    named=lambda publication: f"PUBLICATION {quote(publication.name)}",
)
