"""`ALTER PUBLICATION "p" ADD TABLE "t" ("a", "b") WHERE (…)`."""

from collections.abc import Iterable
from typing import ClassVar

from ccm_engine.catalog import Catalog, Key, Object
from ccm_engine.kinds.expression import settled
from ccm_engine.kinds.kind import Kind, Sides
from ccm_engine.sql import columns, qualified, quote
from ccm_engine.value import value


@value
class PublicationTable(Object):
    KIND: ClassVar[str] = "publication table"

    publication: str
    schema: str
    table: str
    columns: tuple[str, ...] | None = None
    """By alphabet; None where it is all of them, those to come included."""
    row_filter: str | None = None

    @property
    def path(self) -> tuple[str, ...]:
        return (self.schema, self.table, self.publication)

    @property
    def parent(self) -> Key:
        return Key("publication", (self.publication,))

    @property
    def table_name(self) -> str:
        return qualified(self.schema, self.table)


def clause(item: PublicationTable) -> str:
    listed = "" if item.columns is None else f" {columns(item.columns)}"
    return f"{item.table_name}{listed}{'' if item.row_filter is None else f' WHERE ({settled(item.row_filter)})'}"


def create(item: PublicationTable, _goal: Catalog) -> Iterable[str]:
    yield f"ALTER PUBLICATION {quote(item.publication)} ADD TABLE {clause(item)}"


def alter(_old: PublicationTable, _new: PublicationTable, _sides: Sides) -> None:
    return None  # ALTER PUBLICATION … SET TABLE is about all of its tables


def drop(item: PublicationTable) -> Iterable[str]:
    yield f"ALTER PUBLICATION {quote(item.publication)} DROP TABLE {item.table_name}"


KIND = Kind(
    type=PublicationTable,
    present="exists (select from pg_publication)",
    # lists of columns and row filters came with 15: before, `prqual` is found no nearer than in `before_15`
    query="""
        select 'pg_publication_rel'::regclass, m.oid, 0,
            p.pubname as publication,
            n.nspname as schema,
            c.relname as table,
            (
                select json_agg(a.attname order by a.attname)
                from pg_attribute a
                where a.attrelid = m.prrelid and to_jsonb(m) -> 'prattrs' @> to_jsonb(a.attnum)) as columns,
            (select pg_get_expr(prqual, m.prrelid) from pg_publication_rel f where f.oid = m.oid) as row_filter,
            null as comment
        from pg_publication_rel m
        cross join (values (null::pg_node_tree)) before_15 (prqual)
        join pg_publication p on p.oid = m.prpubid
        join pg_class c on c.oid = m.prrelid
        join pg_namespace n on n.oid = c.relnamespace
        where not exists (select from members e where e.classid = 'pg_publication'::regclass and e.objid = p.oid)""",
    create=create,
    alter=alter,
    drop=drop,
    named=lambda item: f"PUBLICATION {quote(item.publication)}",  # never used: it takes no comment
    made_with=lambda item: item.parent,
)
