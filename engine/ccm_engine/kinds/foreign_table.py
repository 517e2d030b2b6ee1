"""`CREATE FOREIGN TABLE "t" (…) SERVER "s" OPTIONS ("table_name" 't')`. It holds no data of its own."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import ClassVar

from ccm_engine.catalog import Catalog
from ccm_engine.kinds import check, column, foreign_options, inheritance
from ccm_engine.kinds.foreign_options import Options
from ccm_engine.kinds.kind import InSchema, Kind, Sides
from ccm_engine.sql import qualified, quote
from ccm_engine.value import value


@value
class ForeignTable(InSchema):
    KIND: ClassVar[str] = "foreign table"

    server: str
    options: Options = ()
    inherits: tuple[tuple[str, str], ...] = ()
    """(schema, name) of each parent, in their order."""


def create(table: ForeignTable, goal: Catalog) -> Iterable[str]:
    columns = sorted(goal.parts(table.key, column.Column), key=lambda item: item.position)
    yield " ".join(_create(table, columns, goal))
    for item in columns:
        yield from column.finish(inheritance.made(item, goal), item, Sides(head=goal, goal=goal))


def _create(table: ForeignTable, columns: list[column.Column], goal: Catalog) -> Iterator[str]:
    own = (replace(item, serial=False) for item in columns if item.local)  # a sequence is made on its own
    clauses = [
        *(column.clause(item) for item in own),
        *(check.clause(item) for item in goal.parts(table.key, check.Check) if item.validated and item.local),
    ]
    lines = ",\n".join(f"\t{clause}" for clause in clauses)
    body = f"(\n{lines}\n)" if clauses else "()"
    yield f"CREATE FOREIGN TABLE {table.sql_name} {body}"
    if table.inherits:
        yield f"INHERITS ({', '.join(qualified(*parent) for parent in table.inherits)})"
    yield f"SERVER {quote(table.server)}"
    yield from foreign_options.clause(table.options)


def alter(old: ForeignTable, new: ForeignTable, _sides: Sides) -> Iterable[str] | None:
    if (old.server, old.inherits) != (new.server, new.inherits):
        return None
    changes = foreign_options.changes(old.options, new.options)
    return [f"ALTER FOREIGN TABLE {new.sql_name} {change}" for change in changes]


def drop(table: ForeignTable) -> Iterable[str]:
    yield f"DROP FOREIGN TABLE {table.sql_name}"


KIND = Kind(
    type=ForeignTable,
    present="exists (select from pg_foreign_table)",
    query=f"""
        select 'pg_class'::regclass, r.oid, 0,
            r.schema as schema,
            r.name as name,
            s.srvname as server,
            {foreign_options.field("f.ftoptions")} as options,
            (
                select coalesce(json_agg(json_build_array(pn.nspname, p.relname) order by i.inhseqno), '[]')
                from pg_inherits i
                join pg_class p on p.oid = i.inhparent
                join pg_namespace pn on pn.oid = p.relnamespace
                where i.inhrelid = r.oid) as inherits,
            obj_description(r.oid, 'pg_class') as comment
        from relations r
        join pg_foreign_table f on f.ftrelid = r.oid
        join pg_foreign_server s on s.oid = f.ftserver""",
    parts="""
        select 'pg_type'::regclass, t.oid, 'pg_class'::regclass, t.typrelid, 0
        from pg_type t join pg_class c on c.oid = t.typrelid and c.relkind = 'f'
        union all
        select 'pg_type'::regclass, t.typarray, 'pg_class'::regclass, t.typrelid, 0
        from pg_type t join pg_class c on c.oid = t.typrelid and c.relkind = 'f' where t.typarray <> 0""",
    create=create,
    alter=alter,
    drop=drop,
    named=lambda table: f"FOREIGN TABLE {table.sql_name}",
    namespaces=frozenset({"relation", "type"}),
)
